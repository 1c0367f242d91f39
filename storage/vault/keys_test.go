package vault_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guiwei/storage/vault"
)

func TestRotationKeepsOldRecordsReadableAndIndexesUnchanged(t *testing.T) {
	t.Parallel()
	before, keys := fresh(t)
	old, err := before.Seal([]byte("told before"), "conv|42")
	if err != nil {
		t.Fatal(err)
	}
	keys, err = vault.AddKey(keys)
	if err != nil {
		t.Fatal(err)
	}
	added := open(t, keys)
	keys, err = vault.Promote(keys)
	if err != nil {
		t.Fatal(err)
	}
	after := open(t, keys)
	fresh, err := after.Seal([]byte("told after"), "conv|42")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(old[:5], fresh[:5]); diff == "" {
		t.Error("the new key is not used")
	}
	for name, v := range map[string]*vault.Vault{"with the key added": added, "with it promoted": after} {
		for want, sealed := range map[string][]byte{"told before": old, "told after": fresh} {
			if got, err := v.Unseal(sealed, "conv|42"); err != nil || string(got) != want {
				t.Errorf("%s: %q, %v, want %q", name, got, err, want)
			}
		}
		if v.Person("resident", "990101200001010014") != before.Person("resident", "990101200001010014") {
			t.Errorf("%s: the person moved", name)
		}
	}
	if _, err := before.Unseal(fresh, "conv|42"); !errors.Is(err, vault.ErrUnreadable) {
		t.Errorf("a vault without the new key: %v", err)
	}
}

func TestAddedKeyIsNotUsedBeforeItIsPromoted(t *testing.T) {
	t.Parallel()
	before, keys := fresh(t)
	keys, err := vault.AddKey(keys)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := open(t, keys).Seal([]byte("x"), "a")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := before.Unseal(sealed, "a"); err != nil || string(got) != "x" {
		t.Errorf("a replica of the old file: %q, %v", got, err)
	}
}

func TestRotationsPileUp(t *testing.T) {
	t.Parallel()
	v, keys := fresh(t)
	var sealed [][]byte
	for range 4 {
		one, err := v.Seal([]byte("x"), "a")
		if err != nil {
			t.Fatal(err)
		}
		sealed = append(sealed, one)
		added, err := vault.AddKey(keys)
		if err != nil {
			t.Fatal(err)
		}
		if keys, err = vault.Promote(added); err != nil {
			t.Fatal(err)
		}
		v = open(t, keys)
	}
	for i, one := range sealed {
		if _, err := v.Unseal(one, "a"); err != nil {
			t.Errorf("sealed %d rotations ago: %v", len(sealed)-i, err)
		}
	}
}

// broken gives a keys file with one keyset replaced; a nil replacement takes it out.
func broken(t *testing.T, keys []byte, name string, with any) []byte {
	t.Helper()
	var file map[string]any
	if err := json.Unmarshal(keys, &file); err != nil {
		t.Fatal(err)
	}
	sets := file["keysets"].(map[string]any)
	if with == nil {
		delete(sets, name)
	} else {
		sets[name] = with
	}
	out, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func keyset(t *testing.T, keys []byte, name string) any {
	t.Helper()
	var file struct {
		Keysets map[string]any `json:"keysets"`
	}
	if err := json.Unmarshal(keys, &file); err != nil {
		t.Fatal(err)
	}
	return file.Keysets[name]
}

func TestFaultyKeysFileIsNamedAndNeverQuoted(t *testing.T) {
	t.Parallel()
	_, keys := fresh(t)
	const canary = "canary5ecret"
	for name, c := range map[string]struct {
		keys []byte
		want string
	}{
		"empty":            {[]byte(" \n"), "empty"},
		"not JSON":         {[]byte("{" + canary), "not JSON"},
		"cut":              {keys[:len(keys)/2], "not JSON"},
		"another layout":   {[]byte(`{"version":2,"keysets":{}}`), "version 2"},
		"no version":       {[]byte(`{}`), "version 0"},
		"missing index":    {broken(t, keys, "index", nil), `"index" is missing`},
		"missing records":  {broken(t, keys, "aead", nil), `"aead" is missing`},
		"damaged pepper":   {broken(t, keys, "pepper", canary), `"pepper" is damaged`},
		"wrong fields":     {broken(t, keys, "tap", map[string]any{canary: 1}), `"tap" is damaged`},
		"no keys":          {broken(t, keys, "tap", map[string]any{"primaryKeyId": 1}), `"tap" is damaged`},
		"null":             {broken(t, keys, "code", json.RawMessage("null")), `"code" is damaged`},
		"kinds exchanged":  {broken(t, keys, "index", keyset(t, keys, "aead")), `"index" is of another kind`},
		"kinds exchanged2": {broken(t, keys, "aead", keyset(t, keys, "index")), `"aead" is of another kind`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := vault.Open(c.keys)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want one saying %q", err, c.want)
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the error quotes the file: %v", err)
			}
		})
	}
}

func TestDamageAnywhereInTheKeysFileIsNeverQuoted(t *testing.T) {
	t.Parallel()
	_, keys := fresh(t)
	secrets := values(t, keys)
	if len(secrets) != 8 {
		t.Fatalf("%d key values in the file, want 8", len(secrets))
	}
	for i := 0; i < len(keys); i += 7 {
		bad := append([]byte{}, keys...)
		bad[i] = '!'
		_, err := vault.Open(bad)
		if err == nil {
			continue // a letter of what the file may hold besides
		}
		for _, s := range secrets {
			if strings.Contains(err.Error(), s[:12]) {
				t.Fatalf("byte %d: the error quotes a key", i)
			}
		}
	}
}

// values gives the base64 key values of a keys file.
func values(t *testing.T, keys []byte) []string {
	t.Helper()
	var file struct {
		Keysets map[string]struct {
			Key []struct {
				KeyData struct {
					Value string `json:"value"`
				} `json:"keyData"`
			} `json:"key"`
		} `json:"keysets"`
	}
	if err := json.Unmarshal(keys, &file); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, set := range file.Keysets {
		for _, k := range set.Key {
			out = append(out, k.KeyData.Value)
		}
	}
	return out
}

func TestKeysFileIsMadeForItsOwnerAndOnlyOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := vault.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	about, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if about.Mode().Perm() != 0o600 {
		t.Errorf("mode %04o", about.Mode().Perm())
	}
	if err := vault.CreateFile(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("second time: %v", err)
	}
	if _, err := vault.OpenFile(path); err != nil {
		t.Error(err)
	}
}

// A mounted secret is root's, and is read by the group of whoever runs the bot.
func TestMountedKeysMayBeReadByTheirGroup(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return // only root can give a file away
	}
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := vault.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	const somebody = 65532
	if err := os.Chown(path, somebody, somebody); err != nil {
		t.Fatal(err)
	}
	for mode, fine := range map[fs.FileMode]bool{0o400: true, 0o440: true, 0o640: true, 0o460: false, 0o444: false, 0o441: false} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.OpenFile(path); (err == nil) != fine {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
}

func TestKeysFileThatOthersMayReadIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := vault.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []fs.FileMode{0o644, 0o640, 0o604, 0o660} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.OpenFile(path); err == nil || !strings.Contains(err.Error(), "make it 0600") {
			t.Errorf("mode %04o: %v", mode, err)
		}
	}
	if _, err := vault.OpenFile(filepath.Dir(path)); err == nil {
		t.Error("a directory opened")
	}
	if _, err := vault.OpenFile(path + ".none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
