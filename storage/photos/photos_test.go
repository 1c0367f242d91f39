package photos_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"guiwei/storage/photos"
	"guiwei/storage/vault"
)

// jpeg is what a picture looks like from outside: the marks of a JPEG and a text that must not show.
var jpeg = []byte("\xff\xd8\xff\xe0 canary 990101200001010014 \xff\xd9")

func sealed(t *testing.T) (s *photos.Sealed, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "photos")
	s, err := photos.Open("file:"+path, keys(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, path
}

func keys(t *testing.T) *vault.Vault {
	t.Helper()
	content, err := vault.Generate()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(content)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPictureOpensForItsOwnerAndSideOnly(t *testing.T) {
	t.Parallel()
	s, path := sealed(t)
	blob, err := s.Put(t.Context(), "203.9f86|front", jpeg)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(blob) {
		t.Errorf("blob %q", blob)
	}
	if got, err := s.Get(t.Context(), "203.9f86|front", blob); err != nil || !bytes.Equal(got, jpeg) {
		t.Errorf("%q, %v", got, err)
	}
	for _, about := range []string{"203.9f86|back", "204.9f86|front", ""} {
		if _, err := s.Get(t.Context(), about, blob); !errors.Is(err, vault.ErrUnreadable) {
			t.Errorf("about %q: %v", about, err)
		}
	}
	raw, err := os.ReadFile(filepath.Join(path, blob))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("canary")) || bytes.HasPrefix(raw, jpeg[:3]) {
		t.Error("the picture shows in the file")
	}
}

func TestSamePictureTwiceCannotBeSeenToBeTheSame(t *testing.T) {
	t.Parallel()
	s, path := sealed(t)
	var raw [2][]byte
	for i := range raw {
		blob, err := s.Put(t.Context(), "203.9f86|front", jpeg)
		if err != nil {
			t.Fatal(err)
		}
		if raw[i], err = os.ReadFile(filepath.Join(path, blob)); err != nil {
			t.Fatal(err)
		}
	}
	if bytes.Equal(raw[0], raw[1]) {
		t.Error("equal files")
	}
}

func TestDamagedOrMovedFileDoesNotOpen(t *testing.T) {
	t.Parallel()
	s, path := sealed(t)
	one, errOne := s.Put(t.Context(), "203.9f86|front", jpeg)
	two, errTwo := s.Put(t.Context(), "203.9f86|front", jpeg)
	if err := errors.Join(errOne, errTwo); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(path, one))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path, two), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), "203.9f86|front", two); !errors.Is(err, vault.ErrUnreadable) {
		t.Errorf("under another name: %v", err)
	}
	if err := os.Truncate(filepath.Join(path, one), int64(len(raw)/2)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), "203.9f86|front", one); !errors.Is(err, vault.ErrUnreadable) {
		t.Errorf("half an object: %v", err)
	}
}

func TestDeletedPictureIsGone(t *testing.T) {
	t.Parallel()
	s, path := sealed(t)
	blob, err := s.Put(t.Context(), "203.9f86|front", jpeg)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	err = s.List(t.Context(), func(got string, _ time.Time) error {
		if got == blob {
			seen++
		}
		return s.Delete(t.Context(), got)
	})
	if err != nil || seen != 1 {
		t.Errorf("listed %d times, %v", seen, err)
	}
	if err := s.Delete(t.Context(), blob); err != nil {
		t.Errorf("again: %v", err)
	}
	if _, err := s.Get(t.Context(), "203.9f86|front", blob); !errors.Is(err, photos.ErrNone) {
		t.Errorf("got: %v", err)
	}
	if left, err := os.ReadDir(path); err != nil || len(left) != 0 {
		t.Errorf("%d files left, %v", len(left), err)
	}
}

func TestBlobFromElsewhereReachesNoPath(t *testing.T) {
	t.Parallel()
	s, path := sealed(t)
	outside := filepath.Join(filepath.Dir(path), "outside")
	if err := os.WriteFile(outside, []byte("canary"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range append(foreign(), "../outside") {
		if _, err := s.Get(t.Context(), "x", bad); !errors.Is(err, photos.ErrName) {
			t.Errorf("get %q: %v", bad, err)
		}
		if err := s.Delete(t.Context(), bad); !errors.Is(err, photos.ErrName) {
			t.Errorf("delete %q: %v", bad, err)
		}
	}
	if _, err := os.Stat(outside); err != nil {
		t.Errorf("the file outside: %v", err)
	}
}

func TestStoreIsFoundByItsURL(t *testing.T) {
	t.Parallel()
	v, base := keys(t), t.TempDir()
	for where, dir := range map[string]string{
		"file:" + base + "/one": base + "/one", "file://" + base + "/two": base + "/two", "file://" + base + "/a%20b": base + "/a b",
	} {
		s, err := photos.Open(where, v)
		if err != nil {
			t.Errorf("%s: %v", where, err)
			continue
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if about, err := os.Stat(dir); err != nil || !about.IsDir() {
			t.Errorf("%s: %v", where, err)
		}
	}
	for _, where := range []string{
		"", "file:", "file://", base, "s3://key:canary@host", "canary:", "file://canary/dir", "file:///%zzcanary",
	} {
		_, err := photos.Open(where, v)
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v", where, err)
		}
	}
}
