package vault

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Rotation: AddKey, Promote once every replica has read the file, rewrite all that is stored, DropKeys.

// Use says what a key is for now.
type Use string

// InUse seals. Older keys only open what they sealed; a newer one waits to be promoted.
const (
	InUse Use = "in use"
	Older Use = "older"
	Newer Use = "newer"
)

// Key is one key of the file, without its secret.
type Key struct {
	Purpose string // aead seals records, picture photos
	ID      uint32
	Use     Use
}

// Keys lists the keys that rotate, the oldest of each purpose first.
func Keys(content []byte) ([]Key, error) {
	file, err := parse(content)
	if err != nil {
		return nil, err
	}
	var all []Key
	for _, p := range rotating() {
		handle, err := file.handle(p)
		if err != nil {
			return nil, err
		}
		some, err := keysOf(p, handle)
		if err != nil {
			return nil, fmt.Errorf("keys file: keyset %q is damaged", p)
		}
		all = append(all, some...)
	}
	return all, nil
}

func keysOf(p purpose, handle *keyset.Handle) ([]Key, error) {
	use := Older
	var all []Key
	for i := range handle.Len() {
		entry, err := handle.Entry(i)
		if err != nil {
			return nil, err
		}
		k := Key{Purpose: string(p), ID: entry.KeyID(), Use: use}
		if entry.IsPrimary() {
			k.Use, use = InUse, Newer
		}
		all = append(all, k)
	}
	return all, nil
}

// DropKeys gives the content without the older keys: what they sealed never opens again.
func DropKeys(keys []byte) ([]byte, error) {
	return change(keys, func(m *keyset.Manager, p purpose, old *keyset.Handle) error {
		all, err := keysOf(p, old)
		if err != nil {
			return err
		}
		for _, k := range all {
			if k.Use != Older {
				continue
			}
			if err := m.Delete(k.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// idPrefix is what Tink's sealed bytes begin with: 0x01 and the key's id, 4 bytes.
const idPrefix = 5

// SealedUnder gives the id of the key that sealed something; false for what no key of this program sealed.
func SealedUnder(sealed []byte) (id uint32, ok bool) {
	if len(sealed) < idPrefix || sealed[0] != 1 {
		return 0, false
	}
	return binary.BigEndian.Uint32(sealed[1:idPrefix]), true
}

// OldRecord says whether a record was sealed under another key of this vault than the one in use, OldPicture the same of a
// picture.
func (v *Vault) OldRecord(sealed []byte) bool { return v.ring.Load().old(forRecords, sealed) }

// OldPicture is OldRecord for pictures.
func (v *Vault) OldPicture(sealed []byte) bool { return v.ring.Load().old(forPictures, sealed) }

func (r *ring) old(p purpose, sealed []byte) bool {
	id, ok := SealedUnder(sealed)
	return ok && slices.ContainsFunc(r.order[p], func(k Key) bool { return k.ID == id && k.Use != InUse })
}

// ReplaceFile changes a keys file whole or not at all, and keeps its mode. Who else writes it meanwhile is the operator's care.
func ReplaceFile(path string, step func(keys []byte) ([]byte, error)) error {
	was, err := ReadFile(path)
	if err != nil {
		return err
	}
	now, err := step(was)
	if err != nil {
		return err
	}
	if bytes.Equal(was, now) {
		return nil
	}
	about, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("keys file: %w", err)
	}
	return swapFile(path, now, about.Mode().Perm())
}

func swapFile(path string, content []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // mode 0600
	if err != nil {
		return fmt.Errorf("keys file: %w", err)
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keys file: %w", err), os.Remove(f.Name()))
	}
	return nil
}
