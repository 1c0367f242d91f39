package vault

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/prf"
	"golang.org/x/crypto/argon2"
)

// argonAtOnce Argon2 runs share the memory at a time: 2 x 19 MiB. The others wait.
const argonAtOnce = 2

// What SameSecret runs at most: a stored string must not be able to take the machine down.
const (
	maxMemory = 64 << 10 // KiB
	maxPasses = 4
	maxPHC    = 256
)

// hash is a PHC string in parts.
type hash struct {
	memory, passes uint32 // KiB, t
	lanes          uint8
	salt, sum      []byte
}

// HashSecret makes the PHC string of a password or an answer: Argon2id with m=19456, t=2, p=1 (OWASP Password Storage Cheat
// Sheet), a salt of 16 random bytes, 32 bytes out, over the HMAC of plain under the pepper. Cheap is for tests and the demo:
// m=64, t=1. It waits while two others hash; a run takes about 0.1 s.
func (v *Vault) HashSecret(plain string, cheap bool) (string, error) {
	h := plainHash(cheap)
	if _, err := rand.Read(h.salt); err != nil {
		return "", fmt.Errorf("hash secret: %w", err)
	}
	set := v.ring.Load().indexes[forPepper]
	h.sum = v.derive(h, peppered(set.PRFs[set.PrimaryID], plain), 32)
	return h.String(), nil
}

// SameSecret says whether plain is what phc was made of, whatever the pepper of then, if it is still in the file. It takes
// as long as the parameters in phc tell; an error means that phc is not such a string, never that plain is wrong.
func (v *Vault) SameSecret(plain, phc string) (bool, error) {
	h, err := parseHash(phc)
	if err != nil {
		return false, fmt.Errorf("compare secret: %w", err)
	}
	set := v.ring.Load().indexes[forPepper]
	if v.fits(h, set.PRFs[set.PrimaryID], plain) {
		return true, nil
	}
	for id, key := range set.PRFs {
		if id != set.PrimaryID && v.fits(h, key, plain) {
			return true, nil
		}
	}
	return false, nil
}

// Decoy is a PHC string that no secret opens, to compare with where there is no account: it takes as long as a real one.
func (v *Vault) Decoy(cheap bool) (string, error) {
	h := plainHash(cheap)
	h.sum = make([]byte, 32)
	if _, err := rand.Read(h.salt); err != nil {
		return "", fmt.Errorf("make decoy: %w", err)
	}
	if _, err := rand.Read(h.sum); err != nil {
		return "", fmt.Errorf("make decoy: %w", err)
	}
	return h.String(), nil
}

// plainHash has the parameters of a new hash, and room for its salt.
func plainHash(cheap bool) hash {
	h := hash{memory: 19456, passes: 2, lanes: 1, salt: make([]byte, 16)}
	if cheap {
		h.memory, h.passes = 64, 1
	}
	return h
}

// Hashed counts the runs of Argon2 so far.
func (v *Vault) Hashed() int64 { return v.hashed.Load() }

func (v *Vault) fits(h hash, pepper prf.PRF, plain string) bool {
	got := v.derive(h, peppered(pepper, plain), uint32(len(h.sum))) //nolint:gosec // parseHash bounds it to 64
	return subtle.ConstantTimeCompare(got, h.sum) == 1
}

// derive runs Argon2id in one of the places.
func (v *Vault) derive(h hash, in []byte, length uint32) []byte {
	v.argon <- struct{}{}
	defer func() { <-v.argon }()
	v.hashed.Add(1)
	return argon2.IDKey(in, h.salt, h.passes, h.memory, h.lanes, length)
}

func peppered(pepper prf.PRF, plain string) []byte { return hmac(pepper, said("secret", plain)) }

// String is the PHC string format: $argon2id$v=19$m=19456,t=2,p=1$salt$hash, base64 without padding
// (github.com/P-H-C/phc-string-format).
func (h hash) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, h.memory, h.passes, h.lanes, b64.EncodeToString(h.salt), b64.EncodeToString(h.sum))
}

// parseHash takes only what String writes, within bounds. Its errors do not quote the string.
func parseHash(phc string) (hash, error) {
	var h hash
	parts := strings.Split(phc, "$")
	if len(phc) > maxPHC || len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return h, errors.New("not an argon2id string")
	}
	if parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return h, errors.New("argon2 of another version")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.lanes); err != nil {
		return h, errors.New("argon2 parameters unreadable")
	}
	if h.memory < 8 || h.memory > maxMemory || h.passes < 1 || h.passes > maxPasses || h.lanes != 1 {
		return h, errors.New("argon2 parameters out of bounds")
	}
	var err, worse error
	h.salt, err = base64.RawStdEncoding.Strict().DecodeString(parts[4])
	h.sum, worse = base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if err != nil || worse != nil || !between(h.salt, 8, 64) || !between(h.sum, 16, 64) {
		return h, errors.New("argon2 salt or hash unreadable")
	}
	if h.String() != phc {
		return h, errors.New("argon2 string not in canonical form")
	}
	return h, nil
}

func between(b []byte, low, high int) bool { return low <= len(b) && len(b) <= high }
