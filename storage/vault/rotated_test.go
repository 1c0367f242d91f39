package vault

import (
	"testing"

	"github.com/tink-crypto/tink-go/v2/keyset"
)

// rotated gives a vault of keys, and one of the same keys whose keyset for p has a newer key in use.
func rotated(t *testing.T, p purpose) (before, after *Vault) {
	t.Helper()
	keys, err := Generate()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parse(keys)
	if err != nil {
		t.Fatal(err)
	}
	old, err := file.handle(p)
	if err != nil {
		t.Fatal(err)
	}
	m := keyset.NewManagerFromHandle(old)
	id, err := m.Add(p.template())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.SetPrimary(id); err != nil {
		t.Fatal(err)
	}
	fresh, err := m.Handle()
	if err != nil {
		t.Fatal(err)
	}
	if err := file.put(p, fresh); err != nil {
		t.Fatal(err)
	}
	changed, err := file.content()
	if err != nil {
		t.Fatal(err)
	}
	return opened(t, keys), opened(t, changed)
}

func opened(t *testing.T, keys []byte) *Vault {
	t.Helper()
	v, err := Open(keys)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSecretOfAnOlderPepperIsStillKnown(t *testing.T) {
	t.Parallel()
	before, after := rotated(t, forPepper)
	old, err := before.HashSecret("Xuexin-2026!", true)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := after.HashSecret("Xuexin-2026!", true)
	if err != nil {
		t.Fatal(err)
	}
	for _, phc := range []string{old, fresh} {
		if ok, err := after.SameSecret("Xuexin-2026!", phc); err != nil || !ok {
			t.Errorf("%v, %v", ok, err)
		}
		if ok, err := after.SameSecret("xuexin-2026!", phc); err != nil || ok {
			t.Errorf("another secret: %v, %v", ok, err)
		}
	}
	if ok, err := before.SameSecret("Xuexin-2026!", fresh); err != nil || ok {
		t.Errorf("without the newer pepper: %v, %v", ok, err)
	}
}

func TestButtonSignedUnderAnOlderKeyStillWorks(t *testing.T) {
	t.Parallel()
	before, after := rotated(t, forTap)
	const data = "v1.203-17.4.approve"
	if before.SignTap(data) == after.SignTap(data) {
		t.Error("the newer key is not used")
	}
	if !after.CheckTap(data, before.SignTap(data)) || !after.CheckTap(data, after.SignTap(data)) {
		t.Error("one of our own signatures refused")
	}
	if before.CheckTap(data, after.SignTap(data)) {
		t.Error("accepted without the newer key")
	}
}

func TestPlaceOfAPersonNeedsTheShardKeyAlone(t *testing.T) {
	t.Parallel()
	before, after := rotated(t, forIndex)
	for _, phone := range []string{"+8613900000000", "+8613900000001", "+8613900000002", "+8613900000003"} {
		was, old := before.Phone(phone)
		is, fresh := after.Phone(phone)
		if was != is || old == fresh {
			t.Errorf("shard %d became %d, index changed %v", was, is, old != fresh)
		}
	}
}
