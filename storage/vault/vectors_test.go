package vault

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
	"testing/synctest"
)

// vectors is testdata/v1.json: a keys file that was rotated once and what it made. It is never written again: what an
// installation has stored must open for ever, and be found under the same index.
type vectors struct {
	Keys    json.RawMessage `json:"keys"`
	Records []sealedVector  `json:"records"`
	Picture sealedVector    `json:"picture"`
	Person  string          `json:"person"`
	Phone   indexVector     `json:"phone"`
	Email   indexVector     `json:"email"`
	Digest  string          `json:"digest"`
	Photo   string          `json:"photo"`
	Tap     string          `json:"tap"`
	Secrets []struct {
		Plain string `json:"plain"`
		PHC   string `json:"phc"`
	} `json:"secrets"`
}

type sealedVector struct {
	About  string `json:"about"`
	Plain  string `json:"plain"`
	Sealed []byte `json:"sealed"`
}

type indexVector struct {
	Shard int    `json:"shard"`
	Index string `json:"index"`
}

func stored(t *testing.T) (*Vault, vectors) {
	t.Helper()
	content, err := os.ReadFile("testdata/v1.json")
	if err != nil {
		t.Fatal(err)
	}
	var all vectors
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	v, err := Open(all.Keys)
	if err != nil {
		t.Fatal(err)
	}
	return v, all
}

func TestStoredRecordsOpenForEver(t *testing.T) {
	t.Parallel()
	v, all := stored(t)
	for _, r := range all.Records {
		if got, err := v.Unseal(r.Sealed, r.About); err != nil || string(got) != r.Plain {
			t.Errorf("record: %q, %v, want %q", got, err, r.Plain)
		}
	}
	if got, err := v.UnsealPicture(all.Picture.Sealed, all.Picture.About); err != nil || string(got) != all.Picture.Plain {
		t.Errorf("picture: %q, %v", got, err)
	}
	for _, s := range all.Secrets {
		if ok, err := v.SameSecret(s.Plain, s.PHC); err != nil || !ok {
			t.Errorf("secret %.32s: %v, %v", s.PHC, ok, err)
		}
	}
}

func TestStoredIndexesStayForEver(t *testing.T) {
	t.Parallel()
	v, all := stored(t)
	phoneShard, phone := v.Phone("+8613900000000")
	emailShard, email := v.Email("student@example.org")
	if (indexVector{phoneShard, phone}) != all.Phone || (indexVector{emailShard, email}) != all.Email {
		t.Error("phone or e-mail is found elsewhere")
	}
	for name, c := range map[string][2]string{
		"person": {string(v.Person("resident", "990101200001010014")), all.Person},
		"code":   {v.Digest(42, "phone", "123456"), all.Digest},
		"photo":  {v.PhotoDigest(sha256.Sum256([]byte("a picture"))), all.Photo},
		"tap":    {v.SignTap("v1.203-17.4.approve"), all.Tap},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %s, was %s", name, c[0], c[1])
		}
	}
}

// The strings and sums are those of the reference implementation (github.com/P-H-C/phc-winner-argon2, src/test.c,
// Argon2id, version 0x13, "password", "somesalt").
func TestReferenceArgon2Strings(t *testing.T) {
	t.Parallel()
	v := &Vault{argon: make(chan struct{}, argonAtOnce)}
	for phc, sum := range map[string]string{
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4":   "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc": "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
	} {
		h, err := parseHash(phc)
		if err != nil {
			t.Errorf("%s: %v", phc, err)
			continue
		}
		if got := hex.EncodeToString(v.derive(h, []byte("password"), 32)); got != sum || hex.EncodeToString(h.sum) != sum {
			t.Errorf("%s: derived %s, read %x, want %s", phc, got, h.sum, sum)
		}
		if h.String() != phc {
			t.Errorf("written again: %s", h)
		}
	}
}

func TestThirdHashWaitsForAPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v, _ := stored(t)
		for range argonAtOnce {
			v.argon <- struct{}{}
		}
		hashed := false
		go func() {
			_, err := v.HashSecret("x", true)
			hashed = err == nil
		}()
		synctest.Wait()
		if hashed {
			t.Error("it ran beside two others")
		}
		<-v.argon
		synctest.Wait()
		if !hashed {
			t.Error("it did not run when a place was free")
		}
	})
}
