// Package photos keeps pictures sealed, under random names, apart from Redis.
//
// Most callers want Open, then Put, Get and Delete of Sealed. A Store is where the sealed bytes lie: a local directory or an
// S3-compatible bucket. The seal is the hash that is checked on reading: what was cut or changed does not open.
// A picture is sealed about its owner and its own name, so that a file moved to another name or another person does not open.
package photos

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"guiwei/storage/vault"
)

// MaxBytes is the longest sealed picture a store takes. What is stored is a compressed JPEG of at most 300 KB.
const MaxBytes = 8 << 20

// Callers tell these apart with errors.Is.
var (
	ErrNone    = errors.New("no such picture")
	ErrName    = errors.New("not the name of a picture")
	ErrTooLong = errors.New("picture too long")
)

// Store holds sealed pictures by name. Names have 32 lower case hex digits; anything else is ErrName.
type Store interface {
	// Put keeps sealed under name, whole or not at all, and durably before it returns.
	Put(ctx context.Context, name string, sealed []byte) error
	// Get answers what was put, or ErrNone.
	Get(ctx context.Context, name string) ([]byte, error)
	// Delete takes name away. One that is gone already is no error.
	Delete(ctx context.Context, name string) error
	// List calls each for every picture in no order, at being when it was put, and stops at its first error.
	List(ctx context.Context, each func(name string, at time.Time) error) error
}

// Sealed is a Store whose pictures only the vault opens.
type Sealed struct {
	store Store
	vault *vault.Vault
}

// Open finds the store that where names, "file:DIR" with DIR a path of this machine or "s3://KEY:SECRET@host/bucket" as
// OpenBucket reads it, and seals it by v. A fault in where is told without quoting it, for it may hold a credential.
func Open(where string, v *vault.Vault) (*Sealed, error) {
	store, err := storeAt(where)
	if err != nil {
		return nil, fmt.Errorf("open photo store: %w", err)
	}
	return New(store, v), nil
}

// New seals a store by v.
func New(store Store, v *vault.Vault) *Sealed { return &Sealed{store: store, vault: v} }

// Close lets go of the store.
func (s *Sealed) Close() error {
	if c, ok := s.store.(interface{ Close() error }); ok {
		return c.Close()
	}
	return nil
}

// Put seals a JPEG about a person's side ("203.9f86…|front") and keeps it under a new random name, the blob.
func (s *Sealed) Put(ctx context.Context, about string, jpeg []byte) (blob string, err error) {
	var id [16]byte
	if _, err := rand.Read(id[:]); err != nil {
		return "", fmt.Errorf("name photo: %w", err)
	}
	blob = hex.EncodeToString(id[:])
	return blob, s.PutAs(ctx, blob, about, jpeg)
}

// PutAs is Put under a name of the caller's own, which has 32 lower case hex digits.
func (s *Sealed) PutAs(ctx context.Context, blob, about string, jpeg []byte) error {
	sealed, err := s.vault.SealPicture(jpeg, bound(about, blob))
	if err != nil {
		return fmt.Errorf("put photo: %w", err)
	}
	if err := s.store.Put(ctx, blob, sealed); err != nil {
		return fmt.Errorf("put photo: %w", err)
	}
	return nil
}

// Get opens the picture that was put about the same side of the same person. It answers ErrNone for one that is gone and
// vault.ErrUnreadable for one that is damaged or somebody else's.
func (s *Sealed) Get(ctx context.Context, about, blob string) ([]byte, error) {
	sealed, err := s.store.Get(ctx, blob)
	if err != nil {
		return nil, fmt.Errorf("get photo: %w", err)
	}
	jpeg, err := s.vault.UnsealPicture(sealed, bound(about, blob))
	if err != nil {
		return nil, fmt.Errorf("get photo: %w", err)
	}
	return jpeg, nil
}

// Renew seals a picture anew where another key than the one in use sealed it, and says so. Abouts are what it may be about;
// ErrUnreadable where it is about none of them.
func (s *Sealed) Renew(ctx context.Context, blob string, abouts []string) (bool, error) {
	sealed, err := s.store.Get(ctx, blob)
	if err != nil {
		return false, fmt.Errorf("renew photo: %w", err)
	}
	if !s.vault.OldPicture(sealed) {
		return false, nil
	}
	for _, about := range abouts {
		if jpeg, err := s.vault.UnsealPicture(sealed, bound(about, blob)); err == nil {
			return true, s.PutAs(ctx, blob, about, jpeg)
		}
	}
	return false, fmt.Errorf("renew photo: %w", vault.ErrUnreadable)
}

// SealedUnder counts the pictures by the id of their key.
func (s *Sealed) SealedUnder(ctx context.Context) (map[uint32]int, error) {
	found := map[uint32]int{}
	err := s.store.List(ctx, func(blob string, _ time.Time) error {
		sealed, err := s.store.Get(ctx, blob)
		if errors.Is(err, ErrNone) {
			return nil
		}
		if id, ok := vault.SealedUnder(sealed); ok {
			found[id]++
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look at seals of photos: %w", err)
	}
	return found, nil
}

// Delete takes a picture away; again is no error.
func (s *Sealed) Delete(ctx context.Context, blob string) error {
	if err := s.store.Delete(ctx, blob); err != nil {
		return fmt.Errorf("delete photo: %w", err)
	}
	return nil
}

// List calls each for every picture with the time it was put, for the sweeper.
func (s *Sealed) List(ctx context.Context, each func(blob string, at time.Time) error) error {
	if err := s.store.List(ctx, each); err != nil {
		return fmt.Errorf("list photos: %w", err)
	}
	return nil
}

// Exposed says how a store betrays a picture beyond its seal, as Bucket does; a directory of our own does not.
func (s *Sealed) Exposed(ctx context.Context, blob string) (public, versioned bool, err error) {
	if b, ok := s.store.(interface {
		Exposed(context.Context, string) (bool, bool, error)
	}); ok {
		return b.Exposed(ctx, blob)
	}
	return false, false, nil
}

func bound(about, blob string) string { return "photo|" + about + "|" + blob }

func storeAt(where string) (Store, error) {
	scheme, rest, ok := strings.Cut(where, ":")
	if scheme == "s3" {
		return OpenBucket(where)
	}
	if !ok || scheme != "file" {
		return nil, errors.New("want file:DIR or s3://KEY:SECRET@host/bucket")
	}
	if path, found := strings.CutPrefix(rest, "//"); found { // file:///var/lib/photos
		at, err := url.Parse("file://" + path)
		if err != nil || at.Host != "" {
			return nil, errors.New("want file:DIR or file:///DIR")
		}
		rest = at.Path
	}
	if rest == "" {
		return nil, errors.New("want file:DIR, DIR is empty")
	}
	return OpenDirectory(rest)
}

// named says whether name is one that Put of Sealed gives. No other ever reaches a path.
func named(name string) bool {
	return len(name) == 32 && strings.Trim(name, "0123456789abcdef") == ""
}
