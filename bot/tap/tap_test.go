package tap_test

import (
	"testing"

	"pgregory.net/rapid"

	"guiwei/bot/tap"
	"guiwei/flows"
	"guiwei/storage/vault"
)

func keys(t *testing.T) *vault.Vault {
	t.Helper()
	raw, err := vault.Generate()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(raw)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEveryButtonComesBackAsItWentOut(t *testing.T) {
	t.Parallel()
	v := keys(t)
	rapid.Check(t, func(t *rapid.T) {
		b := flows.Button{Act: rapid.StringMatching(`[a-z_.]{1,20}`).Draw(t, "act"), Turn: rapid.IntRange(0, 1<<20).Draw(t, "turn")}
		switch rapid.IntRange(0, 2).Draw(t, "subject") {
		case 1:
			b.Frame = rapid.IntRange(1, 1<<20).Draw(t, "frame")
		case 2:
			b.About = rapid.StringMatching(`[0-9]{1,3}-[0-9]{1,6}`).Draw(t, "case")
		}
		data := tap.Data(v, 42, b)
		if len(data) > 64 {
			t.Fatalf("%d bytes: %s", len(data), data)
		}
		var in flows.Input
		if !tap.Read(v, 42, data, &in) || in.Act != b.Act || in.Frame != b.Frame || in.Turn != b.Turn || in.Subject != b.About {
			t.Fatalf("%s came back as %+v", data, in)
		}
	})
}

func TestNoChangedByteIsAccepted(t *testing.T) {
	t.Parallel()
	v := keys(t)
	data := []byte(tap.Data(v, 42, flows.About("claim", "203-17")))
	for i := range data {
		for _, flip := range []byte{1, 2, 128} {
			forged := append([]byte(nil), data...)
			forged[i] ^= flip
			var in flows.Input
			if tap.Read(v, 42, string(forged), &in) {
				t.Errorf("accepted %q", forged)
			}
		}
	}
	for _, other := range []string{"", ".", "v1.0.0.claim", tap.Data(keys(t), 42, flows.Everywhere("claim")), tap.Data(v, 43, flows.Everywhere("claim"))} {
		var in flows.Input
		if tap.Read(v, 42, other, &in) {
			t.Errorf("accepted %q", other)
		}
	}
}
