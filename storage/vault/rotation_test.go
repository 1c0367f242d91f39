package vault_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guiwei/storage/vault"
)

// turn changes keys by steps.
func turn(t *testing.T, keys []byte, steps ...func([]byte) ([]byte, error)) []byte {
	t.Helper()
	for _, step := range steps {
		var err error
		if keys, err = step(keys); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

// uses are what the keys of a file are for, by purpose.
func uses(t *testing.T, keys []byte) map[string][]vault.Use {
	t.Helper()
	all, err := vault.Keys(keys)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]vault.Use{}
	for _, k := range all {
		found[k.Purpose] = append(found[k.Purpose], k.Use)
	}
	return found
}

func TestDroppedKeysOpenNothingMore(t *testing.T) {
	t.Parallel()
	v, keys := fresh(t)
	old, err := v.Seal([]byte("x"), "conv|42")
	if err != nil {
		t.Fatal(err)
	}
	keys = turn(t, keys, vault.AddKey)
	want := map[string][]vault.Use{"aead": {vault.InUse, vault.Newer}, "picture": {vault.InUse, vault.Newer}}
	if diff := cmp.Diff(want, uses(t, keys)); diff != "" {
		t.Error(diff)
	}
	if same := turn(t, keys, vault.DropKeys); !cmp.Equal(uses(t, same), want) {
		t.Error("a key that waits or is in use was dropped")
	}
	keys = turn(t, keys, vault.Promote)
	if err := v.Reload(keys); err != nil {
		t.Fatal(err)
	}
	now, err := v.Seal([]byte("x"), "conv|42")
	if err != nil {
		t.Fatal(err)
	}
	if !v.OldRecord(old) || v.OldRecord(now) || v.OldPicture(old) || v.OldRecord(nil) || v.OldRecord([]byte("\x01abcd")) {
		t.Error("what is old is not told from what is not")
	}
	if err := v.Reload(turn(t, keys, vault.DropKeys)); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Unseal(old, "conv|42"); !errors.Is(err, vault.ErrUnreadable) {
		t.Errorf("the dropped key opens: %v", err)
	}
	if plain, err := v.Unseal(now, "conv|42"); err != nil || string(plain) != "x" {
		t.Errorf("%q, %v", plain, err)
	}
}

func TestAVaultStaysAsItWasBesideAForeignOrDamagedFile(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	sealed, err := v.Seal([]byte("x"), "conv|42")
	if err != nil {
		t.Fatal(err)
	}
	_, foreign := fresh(t)
	for name, keys := range map[string][]byte{"foreign": foreign, "damaged": []byte("{"), "empty": nil} {
		if err := v.Reload(keys); err == nil {
			t.Errorf("%s: taken", name)
		}
		if _, err := v.Unseal(sealed, "conv|42"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAChangedFileKeepsItsMode(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := vault.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := vault.ReplaceFile(path, vault.AddKey); err != nil {
		t.Fatal(err)
	}
	about, err := os.Stat(path)
	if err != nil || about.Mode().Perm() != 0o400 {
		t.Errorf("mode %v, %v", about.Mode(), err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files, %v", len(entries), err)
	}
	if err := vault.ReplaceFile(path, func([]byte) ([]byte, error) { return nil, errors.New("no") }); err == nil {
		t.Error("a step that failed was written")
	}
	if _, err := vault.OpenFile(path); err != nil {
		t.Error(err)
	}
}
