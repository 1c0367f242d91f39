package photos

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
)

// unfinished begins the names of files that are being written.
const unfinished = ".new-"

// abandoned is the age at which an unfinished file is a crash's leftover: no write takes as long.
const abandoned = time.Hour

// listedAtOnce is how many directory entries List holds in memory.
const listedAtOnce = 512

// Directory is a Store in one directory of this machine, or of a volume that several replicas share. Directory and files
// are open to their owner alone. All names are resolved below the directory by the kernel (os.Root).
type Directory struct{ root *os.Root }

// OpenDirectory makes the directory, mode 0700, when there is none, refuses one that everybody may enter, and clears what
// a crash left unfinished an hour ago or earlier.
func OpenDirectory(path string) (*Directory, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make photo directory: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("open photo directory: %w", err)
	}
	d := &Directory{root: root}
	if err := d.prepare(); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return d, nil
}

func (d *Directory) prepare() error {
	about, err := d.root.Stat(".")
	if err != nil {
		return fmt.Errorf("look at photo directory: %w", err)
	}
	if about.Mode().Perm()&0o007 != 0 {
		return fmt.Errorf("photo directory has mode %04o, which lets everybody in: make it 0700", about.Mode().Perm())
	}
	_, err = d.Sweep(context.Background(), time.Now().Add(-abandoned))
	return err
}

// Close lets go of the directory.
func (d *Directory) Close() error { return d.root.Close() }

// Put writes a new file beside the others, makes it durable and then gives it its name: a crash leaves all of it or an
// unfinished file that Sweep takes away.
func (d *Directory) Put(ctx context.Context, name string, sealed []byte) error {
	if !named(name) {
		return ErrName
	}
	if len(sealed) > MaxBytes {
		return ErrTooLong
	}
	draft, err := d.write(ctx, sealed)
	if err != nil {
		return errors.Join(err, d.remove(draft))
	}
	if err := d.root.Rename(draft, name); err != nil {
		return errors.Join(plain("name picture", err), d.remove(draft))
	}
	return d.sync()
}

// write answers the name of the unfinished file, also beside an error when there may be one.
func (d *Directory) write(ctx context.Context, sealed []byte) (draft string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	var id [16]byte
	if _, err := rand.Read(id[:]); err != nil {
		return "", fmt.Errorf("name unfinished file: %w", err)
	}
	draft = unfinished + hex.EncodeToString(id[:])
	f, err := d.root.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", plain("make picture", err)
	}
	_, err = f.Write(sealed)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close(), ctx.Err()); err != nil {
		return draft, plain("write picture", err)
	}
	return draft, nil
}

// Get reads a whole picture.
func (d *Directory) Get(ctx context.Context, name string) ([]byte, error) {
	if !named(name) {
		return nil, ErrName
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := d.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, plain("open picture", err)
	}
	defer f.Close()
	sealed, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	if err != nil {
		return nil, plain("read picture", err)
	}
	if len(sealed) > MaxBytes {
		return nil, ErrTooLong
	}
	return sealed, nil
}

// Delete takes a picture away, durably.
func (d *Directory) Delete(ctx context.Context, name string) error {
	if !named(name) {
		return ErrName
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.remove(name); err != nil {
		return err
	}
	return d.sync()
}

// List passes over unfinished files and whatever else lies in the directory.
func (d *Directory) List(ctx context.Context, each func(name string, at time.Time) error) error {
	return d.walk(ctx, func(entry fs.FileInfo) error {
		if !named(entry.Name()) || !entry.Mode().IsRegular() {
			return nil
		}
		return each(entry.Name(), entry.ModTime())
	})
}

// Sweep takes away unfinished files last written before the given time and counts them.
func (d *Directory) Sweep(ctx context.Context, before time.Time) (n int, err error) {
	err = d.walk(ctx, func(entry fs.FileInfo) error {
		if !strings.HasPrefix(entry.Name(), unfinished) || !entry.ModTime().Before(before) {
			return nil
		}
		n++
		return d.remove(entry.Name())
	})
	return n, err
}

// walk reads the directory piece by piece. A file that goes meanwhile is passed over.
func (d *Directory) walk(ctx context.Context, each func(fs.FileInfo) error) error {
	dir, err := d.root.Open(".")
	if err != nil {
		return plain("open photo directory", err)
	}
	defer dir.Close()
	for {
		entries, err := dir.ReadDir(listedAtOnce)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return plain("read photo directory", err)
		}
		if err := visit(ctx, entries, each); err != nil {
			return err
		}
	}
}

func visit(ctx context.Context, entries []fs.DirEntry, each func(fs.FileInfo) error) error {
	for _, entry := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		about, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return plain("look at picture", err)
		}
		if err := each(about); err != nil {
			return err
		}
	}
	return nil
}

func (d *Directory) remove(name string) error {
	if name == "" {
		return nil
	}
	if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return plain("remove picture", err)
	}
	return nil
}

// sync makes what was named or removed durable.
func (d *Directory) sync() error {
	dir, err := d.root.Open(".")
	if err != nil {
		return plain("open photo directory", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return plain("sync photo directory", err)
	}
	return nil
}

// plain wraps what the system said without the path: a picture's name does not belong into logs.
func plain(doing string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		err = link.Err
	}
	return fmt.Errorf("%s: %w", doing, err)
}
