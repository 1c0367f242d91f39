package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"time"

	"guiwei/bot/config"
	"guiwei/flows"
	"guiwei/storage"
	"guiwei/storage/photos"
	"guiwei/storage/vault"
)

// keysEvery is how often a replica looks whether its keys file was changed; settled is how old a change is when all of them have
// seen it.
const (
	keysEvery = 10 * time.Second
	settled   = 30 * time.Second
)

// keepKeys reads the keys file anew when it changes, until ctx ends. One that does not read leaves the keys as they are.
func (a *App) keepKeys(ctx context.Context) {
	known, _ := vault.ReadFile(a.config.KeysFile)
	for a.clock.Sleep(ctx, keysEvery) == nil {
		known = a.rereadKeys(ctx, known)
	}
}

func (a *App) rereadKeys(ctx context.Context, known []byte) []byte {
	keys, err := vault.ReadFile(a.config.KeysFile)
	if err == nil && !bytes.Equal(keys, known) {
		if err = a.vault.Reload(keys); err == nil {
			a.log.LogAttrs(ctx, slog.LevelInfo, "keys file read anew")
			return keys
		}
	}
	if err != nil {
		a.log.LogAttrs(ctx, slog.LevelError, "keys file not read anew", slog.String("cause", err.Error()))
	}
	return known
}

// changeKeys is the command "keys".
func changeKeys(ctx context.Context, do string, stdout io.Writer) error {
	c, faults := config.Load(environ())
	if err := config.Concerning(faults, "KEYS_FILE"); err != nil {
		return err
	}
	switch do {
	case "add":
		if err := vault.ReplaceFile(c.KeysFile, vault.AddKey); err != nil {
			return err
		}
		fmt.Fprintln(stdout, "A newer key is in the file. Back the file up, wait half a minute or restart every replica, then: keys promote.")
	case "promote":
		if err := promote(c.KeysFile); err != nil {
			return err
		}
		fmt.Fprintln(stdout, "The newest key seals from now on. Wait half a minute or restart every replica, then: keys rewrite.")
	case "rewrite", "drop":
		if err := config.Concerning(faults, "REDIS_URL", "PHOTOS_URL"); err != nil {
			return err
		}
		return withStores(ctx, c, func(s stores) error {
			if do == "drop" {
				return s.drop(ctx, stdout)
			}
			return s.rewrite(ctx, stdout)
		})
	}
	return listKeys(c.KeysFile, stdout)
}

func listKeys(file string, stdout io.Writer) error {
	content, err := vault.ReadFile(file)
	if err != nil {
		return err
	}
	all, err := vault.Keys(content)
	if err != nil {
		return err
	}
	for _, k := range all {
		fmt.Fprintf(stdout, "%-8s %08x  %s\n", k.Purpose, k.ID, k.Use)
	}
	return nil
}

// promote refuses while some replica may not know the newest key yet: it could not read what the others seal.
func promote(file string) error {
	if err := seenByAll(file); err != nil {
		return err
	}
	return vault.ReplaceFile(file, vault.Promote)
}

// seenByAll says whether every replica has had the time to read the file anew.
func seenByAll(file string) error {
	about, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("keys file: %w", err)
	}
	if age := time.Since(about.ModTime()); age < settled {
		return fmt.Errorf("the keys file was changed %d s ago: wait until every replica has read it, %d s in all", int(age.Seconds()), int(settled.Seconds()))
	}
	return nil
}

// stores are where something is sealed.
type stores struct {
	file   string
	redis  *storage.Store
	photos *photos.Sealed
}

func withStores(ctx context.Context, c config.Config, do func(stores) error) error {
	v, err := vault.OpenFile(c.KeysFile)
	if err != nil {
		return fmt.Errorf("KEYS_FILE: %w", err)
	}
	s := stores{file: c.KeysFile}
	s.redis, err = storage.Open(ctx, storage.Options{URL: c.RedisURL.Reveal(), Vault: v, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("REDIS_URL: %w", err)
	}
	defer s.redis.Close()
	if s.photos, err = photos.Open(c.PhotosURL.Reveal(), v); err != nil {
		return fmt.Errorf("PHOTOS_URL: %w", err)
	}
	defer s.photos.Close()
	return do(s)
}

// passes is how often the whole store is gone through: what was written meanwhile is found by the next.
const passes = 4

// rewrite seals all anew that an older key sealed. Called again after it was stopped, it does what is left.
func (s stores) rewrite(ctx context.Context, stdout io.Writer) error {
	records := 0
	for range passes {
		n, err := s.redis.Renew(ctx)
		if err != nil {
			return err
		}
		if records += n; n == 0 {
			break
		}
	}
	pictures, err := s.pictures(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d records and %d photos sealed anew.\n", records, pictures)
	left, err := s.left(ctx)
	if err != nil {
		return err
	}
	if len(left) == 0 {
		fmt.Fprintln(stdout, "Nothing is sealed under an older key: keys drop.")
	}
	for _, line := range left {
		fmt.Fprintln(stdout, "left: "+line)
	}
	return nil
}

func (s stores) pictures(ctx context.Context) (n int, err error) {
	err = s.redis.Pictures(ctx, func(blob string, people []flows.Person) error {
		var abouts []string
		for _, p := range people {
			abouts = append(abouts, string(p)+"|front", string(p)+"|back")
		}
		renewed, err := s.photos.Renew(ctx, blob, abouts)
		if renewed {
			n++
		}
		if errors.Is(err, photos.ErrNone) || errors.Is(err, vault.ErrUnreadable) {
			return nil // gone, or counted as left
		}
		return err
	})
	return n, err
}

// left says where something lies that an older key sealed, one line each.
func (s stores) left(ctx context.Context) ([]string, error) {
	content, err := vault.ReadFile(s.file)
	if err != nil {
		return nil, err
	}
	keys, err := vault.Keys(content)
	if err != nil {
		return nil, err
	}
	records, err := s.redis.SealedUnder(ctx)
	if err != nil {
		return nil, err
	}
	pictures, err := s.photos.SealedUnder(ctx)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, k := range keys {
		if k.Use != vault.Older {
			continue
		}
		for _, kind := range slices.Sorted(maps.Keys(records[k.ID])) {
			lines = append(lines, fmt.Sprintf("%d of %s under %08x", records[k.ID][kind], kind, k.ID))
		}
		if n := pictures[k.ID]; n > 0 {
			lines = append(lines, fmt.Sprintf("%d photos under %08x", n, k.ID))
		}
	}
	return lines, nil
}

// drop takes the older keys out of the file, when nothing needs them any more.
func (s stores) drop(ctx context.Context, stdout io.Writer) error {
	if err := seenByAll(s.file); err != nil {
		return err
	}
	left, err := s.left(ctx)
	if err != nil {
		return err
	}
	if len(left) > 0 {
		return fmt.Errorf("still sealed under an older key, run keys rewrite: %s", left)
	}
	if err := vault.ReplaceFile(s.file, vault.DropKeys); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "The older keys are out of the file. A backup of Redis from before needs the file from before.")
	return listKeys(s.file, stdout)
}
