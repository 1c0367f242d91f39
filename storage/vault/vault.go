// Package vault seals and opens whatever leaves the process, and turns identifiers into blind indexes.
//
// Most callers want Open once, then Seal and Unseal with an associated string that says what the record is and whose
// ("conv|42"): a sealed record that was copied to another place does not open there. Person, Phone and Email give the names
// under which things are found in Redis without saying what they are. HashSecret and SameSecret are for passwords and answers.
package vault

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrUnreadable answers whatever does not open: cut or changed bytes, a foreign place, or a key that this vault does not hold.
var ErrUnreadable = errors.New("sealed record does not open")

// Vault holds the keys of one installation. It is safe for use by many goroutines.
type Vault struct {
	ring  atomic.Pointer[ring]
	argon chan struct{} // places for Argon2 runs, each 19 MiB

	hashed atomic.Int64 // runs so far
}

// ring is the keys of one keys file.
type ring struct {
	records  tink.AEAD
	pictures tink.AEAD
	indexes  map[purpose]*prf.Set
	order    map[purpose][]Key // of the purposes that rotate
}

// Open reads the content of a keys file as Generate writes it. Its errors name what is wrong, never what the file holds.
func Open(keys []byte) (*Vault, error) {
	r, err := readRing(keys)
	if err != nil {
		return nil, err
	}
	v := &Vault{argon: make(chan struct{}, argonAtOnce)}
	v.ring.Store(r)
	return v, nil
}

// Reload goes on with the content of a keys file that was changed, and with the old one after a fault. A file whose indexes
// differ is another installation's: nothing stored would be found.
func (v *Vault) Reload(keys []byte) error {
	r, err := readRing(keys)
	if err != nil {
		return err
	}
	old := v.ring.Load()
	for _, p := range []purpose{forShard, forIndex} {
		if probe := said("probe"); string(r.mac(p, probe)) != string(old.mac(p, probe)) {
			return fmt.Errorf("keys file: keyset %q is another than before", p)
		}
	}
	v.ring.Store(r)
	return nil
}

func readRing(keys []byte) (*ring, error) {
	file, err := parse(keys)
	if err != nil {
		return nil, err
	}
	r := &ring{indexes: map[purpose]*prf.Set{}, order: map[purpose][]Key{}}
	for _, p := range purposes() {
		if err := r.take(p, file); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// take reads the keyset of one purpose. What Tink says about a fault is dropped, for it may quote the key.
func (r *ring) take(p purpose, file keysFile) error {
	handle, err := file.handle(p)
	if err != nil {
		return err
	}
	switch p {
	case forRecords:
		r.records, err = aead.New(handle)
	case forPictures:
		r.pictures, err = aead.New(handle)
	default:
		r.indexes[p], err = prf.NewPRFSet(handle)
	}
	if err == nil {
		r.order[p], err = keysOf(p, handle)
	}
	if err != nil {
		return fmt.Errorf("keys file: keyset %q is of another kind than it must be", p)
	}
	return nil
}

// Seal encrypts plain with AES-256-GCM under the newest key. About must say what the record is and whose; the same words
// open it again. The answer is 33 bytes longer than plain: 5 name the key, 12 are the nonce, 16 the tag.
func (v *Vault) Seal(plain []byte, about string) ([]byte, error) {
	return seal(v.ring.Load().records, plain, about)
}

// Unseal opens what Seal sealed about the same thing, also under an older key that is still in the file.
func (v *Vault) Unseal(sealed []byte, about string) ([]byte, error) {
	return unseal(v.ring.Load().records, sealed, about)
}

// SealPicture is Seal under the key of pictures: who holds the key of the records cannot open the photos' folder.
func (v *Vault) SealPicture(plain []byte, about string) ([]byte, error) {
	return seal(v.ring.Load().pictures, plain, about)
}

// UnsealPicture opens what SealPicture sealed about the same thing.
func (v *Vault) UnsealPicture(sealed []byte, about string) ([]byte, error) {
	return unseal(v.ring.Load().pictures, sealed, about)
}

func seal(by tink.AEAD, plain []byte, about string) ([]byte, error) {
	if about == "" {
		return nil, errors.New("seal: nothing said about the record")
	}
	sealed, err := by.Encrypt(plain, []byte(about))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed, nil
}

// unseal never answers nil for an empty record, so that a caller may tell it from none.
func unseal(by tink.AEAD, sealed []byte, about string) ([]byte, error) {
	plain, err := by.Decrypt(sealed, []byte(about))
	if err != nil {
		return nil, ErrUnreadable
	}
	if plain == nil {
		plain = []byte{}
	}
	return plain, nil
}
