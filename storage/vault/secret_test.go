package vault_test

import (
	"strings"
	"sync"
	"testing"

	"guiwei/storage/vault"
)

func TestSecretIsKnownAgainAndNoOtherIs(t *testing.T) {
	t.Parallel()
	v, keys := fresh(t)
	for _, plain := range []string{"", "Xuexin-2026!", "王老师", strings.Repeat("长", 400), "a\x00b"} {
		phc, err := v.HashSecret(plain, true)
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := open(t, keys).SameSecret(plain, phc); err != nil || !ok {
			t.Errorf("%d bytes not known again: %v", len(plain), err)
		}
		for _, other := range []string{plain + " ", plain + "\x00", "x" + plain} {
			if ok, err := v.SameSecret(other, phc); err != nil || ok {
				t.Errorf("another secret passed: %v", err)
			}
		}
	}
}

func TestSecretHashIsSaltedAndNeedsThePepper(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	other, _ := fresh(t)
	one, err := v.HashSecret("Xuexin-2026!", true)
	if err != nil {
		t.Fatal(err)
	}
	two, err := v.HashSecret("Xuexin-2026!", true)
	if err != nil {
		t.Fatal(err)
	}
	if one == two {
		t.Error("equal secrets can be seen to be equal")
	}
	if ok, err := other.SameSecret("Xuexin-2026!", one); err != nil || ok {
		t.Errorf("known without the pepper: %v, %v", ok, err)
	}
}

func TestSecretCostsWhatIsPromised(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	phc, err := v.HashSecret("Xuexin-2026!", false)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("parameters %.32s", phc)
	}
	if ok, err := v.SameSecret("Xuexin-2026!", phc); err != nil || !ok {
		t.Errorf("not known again: %v", err)
	}
}

func TestManyAtOnceWaitForEachOther(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	phc, err := v.HashSecret("Xuexin-2026!", true)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if ok, err := v.SameSecret("Xuexin-2026!", phc); err != nil || !ok {
				t.Errorf("%v, %v", ok, err)
			}
		})
	}
	all.Wait()
}

func TestStringThatIsNoHashIsAnError(t *testing.T) {
	t.Parallel()
	v, _ := fresh(t)
	const salt, sum = "c29tZXNhbHQ", "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	for name, phc := range map[string]string{
		"nothing":          "",
		"bare":             "Xuexin-2026!",
		"argon2i":          "$argon2i$v=19$m=64,t=1,p=1$" + salt + "$" + sum,
		"old version":      "$argon2id$v=16$m=64,t=1,p=1$" + salt + "$" + sum,
		"too much memory":  "$argon2id$v=19$m=4194304,t=1,p=1$" + salt + "$" + sum,
		"too many passes":  "$argon2id$v=19$m=64,t=1000,p=1$" + salt + "$" + sum,
		"no pass":          "$argon2id$v=19$m=64,t=0,p=1$" + salt + "$" + sum,
		"no memory":        "$argon2id$v=19$m=0,t=1,p=1$" + salt + "$" + sum,
		"lanes":            "$argon2id$v=19$m=64,t=1,p=4$" + salt + "$" + sum,
		"no lane":          "$argon2id$v=19$m=64,t=1,p=0$" + salt + "$" + sum,
		"lanes overflow":   "$argon2id$v=19$m=64,t=1,p=257$" + salt + "$" + sum,
		"memory overflow":  "$argon2id$v=19$m=4294967360,t=1,p=1$" + salt + "$" + sum,
		"negative":         "$argon2id$v=19$m=-64,t=1,p=1$" + salt + "$" + sum,
		"leading zero":     "$argon2id$v=19$m=064,t=1,p=1$" + salt + "$" + sum,
		"more parameters":  "$argon2id$v=19$m=64,t=1,p=1,keyid=AA$" + salt + "$" + sum,
		"other order":      "$argon2id$v=19$t=1,m=64,p=1$" + salt + "$" + sum,
		"short salt":       "$argon2id$v=19$m=64,t=1,p=1$c2FsdA$" + sum,
		"no hash":          "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$",
		"short hash":       "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$AAAA",
		"padded":           "$argon2id$v=19$m=64,t=1,p=1$" + salt + "=$" + sum,
		"loose last bits":  "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + sum[:len(sum)-1] + "5",
		"newline":          "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + sum + "\n",
		"tail":             "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + sum + "$",
		"longer than ours": "$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + strings.Repeat("A", 4000),
	} {
		if ok, err := v.SameSecret("Xuexin-2026!", phc); err == nil || ok {
			t.Errorf("%s: %v, %v", name, ok, err)
		}
	}
}

func FuzzSameSecret(f *testing.F) {
	keys, err := vault.Generate()
	if err != nil {
		f.Fatal(err)
	}
	v, err := vault.Open(keys)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("x", "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
	f.Add("x", "$argon2id$v=19$m=64,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, plain, phc string) {
		if ok, _ := v.SameSecret(plain, phc); ok {
			t.Errorf("forged %q", phc)
		}
	})
}
