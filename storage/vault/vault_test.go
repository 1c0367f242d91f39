package vault_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"guiwei/storage/vault"
)

// fresh gives a vault of new keys and their file's content.
func fresh(t *testing.T) (*vault.Vault, []byte) {
	t.Helper()
	keys, err := vault.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return open(t, keys), keys
}

func open(t *testing.T, keys []byte) *vault.Vault {
	t.Helper()
	v, err := vault.Open(keys)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSealedRecordOpensForTheSameThingOnly(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "plain")
		about := rapid.StringN(1, 40, -1).Draw(t, "about")
		other := rapid.StringN(1, 40, -1).Filter(func(s string) bool { return s != about }).Draw(t, "other")
		sealed, err := v.Seal(plain, about)
		if err != nil {
			t.Fatal(err)
		}
		got, err := v.Unseal(sealed, about)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plain, got); diff != "" {
			t.Errorf("opened (-sealed +got):\n%s", diff)
		}
		if _, err := v.Unseal(sealed, other); !errors.Is(err, vault.ErrUnreadable) {
			t.Errorf("opened about another thing: %v", err)
		}
	})
}

func TestSealingNeedsToBeToldAboutWhat(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	if _, err := v.Seal([]byte("x"), ""); err == nil {
		t.Error("sealed about nothing")
	}
}

func TestSealingTwiceGivesDifferentBytesWithoutTheText(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	plain := []byte("990101200001010014 and more of it")
	one, errOne := v.Seal(plain, "acct|1")
	two, errTwo := v.Seal(plain, "acct|1")
	if err := errors.Join(errOne, errTwo); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(one, two) {
		t.Error("equal texts can be seen to be equal")
	}
	if bytes.Contains(one, plain[:6]) {
		t.Error("the text shows")
	}
	if len(one) != len(plain)+33 {
		t.Errorf("%d bytes longer, want 33", len(one)-len(plain))
	}
}

func TestEveryChangedOrMissingByteIsSeen(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	sealed, err := v.Seal([]byte("answer"), "conv|42")
	if err != nil {
		t.Fatal(err)
	}
	for i := range sealed {
		for bit := range 8 {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1 << bit
			if _, err := v.Unseal(bad, "conv|42"); !errors.Is(err, vault.ErrUnreadable) {
				t.Fatalf("byte %d bit %d flipped: %v", i, bit, err)
			}
		}
		if _, err := v.Unseal(sealed[:i], "conv|42"); !errors.Is(err, vault.ErrUnreadable) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
	if _, err := v.Unseal(append(bytes.Clone(sealed), 0), "conv|42"); !errors.Is(err, vault.ErrUnreadable) {
		t.Fatalf("one byte more: %v", err)
	}
}

func TestEmptyRecordOpensAsEmptyNotAsNone(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	sealed, err := v.Seal(nil, "conv|42")
	if err != nil {
		t.Fatal(err)
	}
	got, err := v.Unseal(sealed, "conv|42")
	if err != nil || got == nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestPicturesAndRecordsHaveKeysOfTheirOwn(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	record, errRecord := v.Seal([]byte("x"), "a")
	picture, errPicture := v.SealPicture([]byte("x"), "a")
	if err := errors.Join(errRecord, errPicture); err != nil {
		t.Fatal(err)
	}
	if _, err := v.UnsealPicture(record, "a"); !errors.Is(err, vault.ErrUnreadable) {
		t.Errorf("the key of pictures opens a record: %v", err)
	}
	if _, err := v.Unseal(picture, "a"); !errors.Is(err, vault.ErrUnreadable) {
		t.Errorf("the key of records opens a picture: %v", err)
	}
	if got, err := v.UnsealPicture(picture, "a"); err != nil || string(got) != "x" {
		t.Errorf("picture: %q, %v", got, err)
	}
}

func TestErrorsNeverQuoteWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	const canary = "canary990101200001010014"
	_, err := v.Unseal([]byte(canary), canary)
	_, worse := v.SameSecret(canary, "$argon2id$v=19$m="+canary)
	for _, e := range []error{err, worse} {
		if e == nil || strings.Contains(e.Error(), canary) {
			t.Errorf("error %v", e)
		}
	}
}

func FuzzUnseal(f *testing.F) {
	keys, err := vault.Generate()
	if err != nil {
		f.Fatal(err)
	}
	v, err := vault.Open(keys)
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := v.Seal([]byte("answer"), "conv|42")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed[:len(sealed)-1], "conv|42")
	f.Add(sealed[:5], "")
	f.Add([]byte{}, "conv|42")
	f.Add([]byte{1, 0, 0, 0, 0}, "conv|42")
	f.Fuzz(func(t *testing.T, in []byte, about string) {
		got, err := v.Unseal(in, about)
		if bytes.Equal(in, sealed) && about == "conv|42" {
			return
		}
		if !errors.Is(err, vault.ErrUnreadable) || got != nil {
			t.Errorf("forged: %q, %v", got, err)
		}
	})
}
