package photos_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guiwei/storage/photos"
)

func directory(t *testing.T, path string) *photos.Directory {
	t.Helper()
	d, err := photos.OpenDirectory(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestDirectoryIsAStore(t *testing.T) {
	t.Parallel()
	conforms(t, func(t *testing.T) photos.Store { return directory(t, filepath.Join(t.TempDir(), "photos")) })
}

func TestDirectoryAndFilesAreTheirOwnersAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "var", "photos")
	put(t, directory(t, path), name(1), []byte("x"))
	for at, want := range map[string]fs.FileMode{path: 0o700, filepath.Join(path, name(1)): 0o600} {
		about, err := os.Stat(at)
		if err != nil {
			t.Fatal(err)
		}
		if about.Mode().Perm() != want {
			t.Errorf("mode %04o, want %04o", about.Mode().Perm(), want)
		}
	}
}

func TestDirectoryThatEverybodyMayEnterIsRefused(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	for _, mode := range []fs.FileMode{0o755, 0o777, 0o701} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := photos.OpenDirectory(path); err == nil || !strings.Contains(err.Error(), "make it 0700") {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

func TestFileInPlaceOfTheDirectoryIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "photos")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := photos.OpenDirectory(path); err == nil {
		t.Error("opened")
	}
}

func TestNothingIsLeftUnfinished(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "photos")
	d := directory(t, path)
	for i := range 10 {
		put(t, d, name(i), []byte("x"))
	}
	if err := d.Put(t.Context(), name(1), make([]byte, photos.MaxBytes+1)); err == nil {
		t.Error("too long and kept")
	}
	if got := unfinished(t, path); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
}

func TestFailedNamingLeavesNothingUnfinished(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "photos")
	d := directory(t, path)
	if err := os.MkdirAll(filepath.Join(path, name(1), "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	err := d.Put(t.Context(), name(1), []byte("x"))
	if err == nil || strings.Contains(err.Error(), name(1)) {
		t.Errorf("error %v", err)
	}
	if got := unfinished(t, path); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
}

func unfinished(t *testing.T, path string) []string {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(path, ".new-*"))
	if err != nil {
		t.Fatal(err)
	}
	return left
}

func TestLeftoversOfACrashAreSweptWhenOld(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "photos")
	d := directory(t, path)
	put(t, d, name(1), []byte("x"))
	now := time.Now()
	for file, age := range map[string]time.Duration{
		".new-old": 2 * time.Hour, ".new-older": 48 * time.Hour, ".new-now": 0, name(1): 72 * time.Hour, "README": 72 * time.Hour,
	} {
		at := filepath.Join(path, file)
		if file != name(1) {
			if err := os.WriteFile(at, []byte("half"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chtimes(at, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if got := listed(t, d); len(got) != 1 {
		t.Errorf("%d listed, want the finished one", len(got))
	}
	again := directory(t, path)
	if got := unfinished(t, path); len(got) != 1 || filepath.Base(got[0]) != ".new-now" {
		t.Errorf("after opening again: %v", got)
	}
	if n, err := again.Sweep(t.Context(), now.Add(time.Minute)); n != 1 || err != nil {
		t.Errorf("swept %d, %v, want 1", n, err)
	}
	if _, err := os.Stat(filepath.Join(path, "README")); err != nil {
		t.Errorf("somebody else's file: %v", err)
	}
}

func TestLinkOutOfTheDirectoryIsNotFollowed(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	secret := filepath.Join(base, "secret")
	if err := os.WriteFile(secret, []byte("canary"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(base, "photos")
	d := directory(t, path)
	if err := os.Symlink("../secret", filepath.Join(path, name(1))); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Get(t.Context(), name(1)); err == nil {
		t.Errorf("read %q through a link", got)
	}
	if got := listed(t, d); len(got) != 0 {
		t.Errorf("the link is listed")
	}
	put(t, d, name(1), []byte("x"))
	if got, err := os.ReadFile(secret); err != nil || string(got) != "canary" {
		t.Errorf("the file behind the link: %q, %v", got, err)
	}
}

func TestErrorsDoNotNameThePicture(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "photos")
	d := directory(t, path)
	if err := os.MkdirAll(filepath.Join(path, name(1), "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, errGet := d.Get(t.Context(), name(1))
	for call, err := range map[string]error{
		"get": errGet, "put": d.Put(t.Context(), name(1), nil), "delete": d.Delete(t.Context(), name(1)),
	} {
		if err == nil || strings.Contains(err.Error(), name(1)) {
			t.Errorf("%s: %v", call, err)
		}
	}
}

// TestKilledWriterLeavesWholePicturesOnly kills a copy of this binary while it writes, five times: each name that is there
// holds a whole picture, and each that the copy told of is there.
func TestKilledWriterLeavesWholePicturesOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "photos")
	d := directory(t, path)
	told := 0
	for round := range 5 {
		told += killedWriter(t, path, round*1000, 3+round)
	}
	got := listed(t, d)
	if len(got) < told {
		t.Errorf("%d there, %d told", len(got), told)
	}
	for blob := range got {
		sealed, err := d.Get(t.Context(), blob)
		if err != nil || !bytes.Equal(sealed, picture(blob)) {
			t.Errorf("%s: %d bytes, %v", blob, len(sealed), err)
		}
	}
	if _, err := d.Sweep(t.Context(), time.Now().Add(time.Minute)); err != nil || len(unfinished(t, path)) != 0 {
		t.Errorf("swept: %v, left %d", err, len(unfinished(t, path)))
	}
}

// killedWriter answers how many pictures the copy told of before it was killed.
func killedWriter(t *testing.T, path string, first, after int) int {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWriterCopy$") //nolint:gosec // this very binary
	cmd.Env = append(os.Environ(), fmt.Sprintf("PHOTOS_COPY=%d %s", first, path))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines, told := bufio.NewScanner(out), 0
	for lines.Scan() {
		told++
		if told == after {
			_ = cmd.Process.Kill()
		}
	}
	_, _ = io.Copy(io.Discard, out)
	_ = cmd.Wait()
	if told < after {
		t.Fatalf("the copy told of %d, want %d or more", told, after)
	}
	return told
}

// TestWriterCopy is what the copies run; in the first binary it has nothing to show.
func TestWriterCopy(t *testing.T) {
	t.Parallel()
	var first int
	var path string
	if n, _ := fmt.Sscan(os.Getenv("PHOTOS_COPY"), &first, &path); n != 2 {
		return
	}
	d := directory(t, path)
	for i := range 1000 {
		put(t, d, name(first+i), picture(name(first+i)))
		fmt.Println(i)
	}
}

// picture is what belongs under a name: 32 KB that name it.
func picture(name string) []byte { return bytes.Repeat([]byte(name), 1000) }
