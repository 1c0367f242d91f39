package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
)

// keysVersion is the layout of the keys file that this program reads and writes.
const keysVersion = 1

// maxKeysFile bounds what OpenFile reads; a new file has about 2 KB and each rotation adds 300 bytes.
const maxKeysFile = 1 << 20

// purpose names a keyset in the keys file. No two purposes ever share a key.
type purpose string

const (
	forRecords  purpose = "aead"    // AES-256-GCM over everything in Redis; rotates
	forPictures purpose = "picture" // AES-256-GCM over photos; rotates
	forIndex    purpose = "index"   // HMAC-SHA-256: the part of an index that names
	forShard    purpose = "shard"   // HMAC-SHA-256: the part of an index that places; never rotates
	forTap      purpose = "tap"     // HMAC-SHA-256 on callback data
	forCode     purpose = "code"    // HMAC-SHA-256 on one-time codes
	forPepper   purpose = "pepper"  // HMAC-SHA-256 before Argon2id
	forPhoto    purpose = "photo"   // HMAC-SHA-256 on digests of photos
)

func purposes() []purpose {
	return []purpose{forRecords, forPictures, forIndex, forShard, forTap, forCode, forPepper, forPhoto}
}

// rotating are the purposes whose old keys stay useful: each ciphertext names the key that made it.
func rotating() []purpose { return []purpose{forRecords, forPictures} }

func (p purpose) template() *tinkpb.KeyTemplate {
	if p == forRecords || p == forPictures {
		return aead.AES256GCMKeyTemplate()
	}
	return prf.HMACSHA256PRFKeyTemplate()
}

// keysFile is the file as JSON: one cleartext Tink keyset per purpose. Whoever reads it reads everything.
type keysFile struct {
	Version int                         `json:"version"`
	Keysets map[purpose]json.RawMessage `json:"keysets"`
}

// Generate makes the content of a new keys file. Write it with CreateFile, or with mode 0600.
func Generate() ([]byte, error) {
	file := keysFile{Version: keysVersion, Keysets: map[purpose]json.RawMessage{}}
	for _, p := range purposes() {
		handle, err := keyset.NewHandle(p.template())
		if err != nil {
			return nil, fmt.Errorf("generate key %q: %w", p, err)
		}
		if err := file.put(p, handle); err != nil {
			return nil, err
		}
	}
	return file.content()
}

// AddKey gives the content with one more key for records and for pictures, known but not yet used for sealing. Rotation
// takes two steps so that no replica meets a key it does not know: AddKey, restart all, Promote, restart all.
func AddKey(keys []byte) ([]byte, error) {
	return change(keys, func(m *keyset.Manager, p purpose, _ *keyset.Handle) error {
		_, err := m.Add(p.template())
		return err
	})
}

// Promote gives the content with the newest keys of records and pictures used for sealing. The older ones go on opening.
func Promote(keys []byte) ([]byte, error) {
	return change(keys, func(m *keyset.Manager, _ purpose, old *keyset.Handle) error {
		newest, err := old.Entry(old.Len() - 1)
		if err != nil {
			return err
		}
		return m.SetPrimary(newest.KeyID())
	})
}

// change takes one step with the keyset of each purpose that rotates.
func change(keys []byte, step func(*keyset.Manager, purpose, *keyset.Handle) error) ([]byte, error) {
	file, err := parse(keys)
	if err != nil {
		return nil, err
	}
	for _, p := range rotating() {
		old, err := file.handle(p)
		if err != nil {
			return nil, err
		}
		m := keyset.NewManagerFromHandle(old)
		if err := step(m, p, old); err != nil {
			return nil, fmt.Errorf("rotate key %q: %w", p, err)
		}
		fresh, err := m.Handle()
		if err != nil {
			return nil, fmt.Errorf("rotate key %q: %w", p, err)
		}
		if err := file.put(p, fresh); err != nil {
			return nil, err
		}
	}
	return file.content()
}

// parse reads the outer layer. A JSON fault is named without its text, which quotes the file.
func parse(keys []byte) (keysFile, error) {
	var file keysFile
	if len(bytes.TrimSpace(keys)) == 0 {
		return file, errors.New("keys file: empty")
	}
	if err := json.Unmarshal(keys, &file); err != nil {
		return file, errors.New("keys file: not JSON as this program writes it")
	}
	if file.Version != keysVersion {
		return file, fmt.Errorf("keys file: version %d, this program reads version %d", file.Version, keysVersion)
	}
	return file, nil
}

func (f keysFile) handle(p purpose) (*keyset.Handle, error) {
	raw, ok := f.Keysets[p]
	if !ok {
		return nil, fmt.Errorf("keys file: keyset %q is missing", p)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, fmt.Errorf("keys file: keyset %q is damaged", p)
	}
	return handle, nil
}

func (f keysFile) put(p purpose, handle *keyset.Handle) error {
	var out bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&out)); err != nil {
		return fmt.Errorf("write key %q: %w", p, err)
	}
	f.Keysets[p] = out.Bytes()
	return nil
}

func (f keysFile) content() ([]byte, error) {
	out, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write keys file: %w", err)
	}
	return append(out, '\n'), nil
}

// OpenFile is Open on a file that only its owner may read.
func OpenFile(path string) (*Vault, error) {
	keys, err := ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Open(keys)
}

// ReadFile reads a keys file, and refuses one that others than its owner may open. One that belongs to somebody else, as
// a mounted secret does to root, may be read by its group: that is how it was given to us.
func ReadFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the path is the operator's own KEYS_FILE
	if err != nil {
		return nil, fmt.Errorf("keys file: %w", err)
	}
	defer f.Close()
	about, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("keys file: %w", err)
	}
	if !about.Mode().IsRegular() {
		return nil, errors.New("keys file: not a regular file")
	}
	if lax(about.Mode(), foreign(about)) {
		return nil, fmt.Errorf("keys file: mode %04o lets others in, make it 0600", about.Mode().Perm())
	}
	if about.Size() > maxKeysFile {
		return nil, fmt.Errorf("keys file: %d bytes, more than %d", about.Size(), maxKeysFile)
	}
	keys, err := io.ReadAll(io.LimitReader(f, maxKeysFile))
	if err != nil {
		return nil, fmt.Errorf("keys file: %w", err)
	}
	return keys, nil
}

// lax says whether a mode lets others in than it must.
func lax(mode fs.FileMode, foreign bool) bool {
	if foreign {
		return mode.Perm()&0o037 != 0
	}
	return mode.Perm()&0o077 != 0
}

// CreateFile writes a new keys file with mode 0600 and never touches one that exists (fs.ErrExist).
func CreateFile(path string) error {
	keys, err := Generate()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator's own KEYS_FILE
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("keys file: one is there already, and what it sealed opens with no other: %w", fs.ErrExist)
	}
	if err != nil {
		return fmt.Errorf("keys file: %w", err)
	}
	_, err = f.Write(keys)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("keys file: %w", err)
	}
	return nil
}
