package effects

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"guiwei/bot/crash"
	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/storage"
	"guiwei/storage/photos"
	"guiwei/storage/vault"
)

// keepPhoto seals a picture of a draft. Its row is in the register first, so that one whose answer is lost is swept.
func (r *Runner) keepPhoto(ctx context.Context, t engine.Task, e flows.Examine, jpeg []byte) (string, error) {
	blob, err := r.Store.KeepBlob(ctx, t.Op, e.Person, t.Owner.Chat, r.Clock.Now())
	if err != nil {
		return "", err
	}
	r.Crash.At(crash.PhotoRegistered)
	return blob, r.Photos.PutAs(ctx, blob, about(e.Person, e.Side), jpeg)
}

// unreadable lists the sides of a pair that are not there or do not open. A store that does not answer is an error: nobody
// knows then, and the effect is tried again.
func (r *Runner) unreadable(ctx context.Context, e flows.Submit) ([]string, error) {
	var gone []string
	for _, side := range []struct {
		name string
		blob string
	}{{"front", e.Front.Blob}, {"back", e.Back.Blob}} {
		_, err := r.Photos.Get(ctx, about(e.Account.Person, side.name), side.blob)
		switch {
		case errors.Is(err, photos.ErrNone), errors.Is(err, photos.ErrName), errors.Is(err, vault.ErrUnreadable):
			gone = append(gone, side.name)
		case err != nil:
			return nil, fmt.Errorf("read back: %w", err)
		}
	}
	return gone, nil
}

// Swept is what a pass over the stored pictures came to.
type Swept struct {
	Looked, Deleted, Cleared, Forgotten int
}

// sweptAtOnce is how many due things of a shard a pass looks at.
const sweptAtOnce = 100

// hardStop is when Telegram will not delete a message of ours any more (48 h), less an hour.
const hardStop = 47 * time.Hour

// Sweep takes away what is past its term: pictures of drafts that nobody wants, of ended cases, their hashes, and pictures
// in the chats of reviewers and students. It may be done twice and stopped anywhere: a row leaves the register after its picture. One thing that
// fails keeps no other waiting.
func (r *Runner) Sweep(ctx context.Context) (Swept, error) {
	var s Swept
	now := r.Clock.Now()
	looks, err := r.Store.Looks(ctx, now, sweptAtOnce)
	if err != nil {
		return s, err
	}
	s.Looked = len(looks)
	var faults []error
	for _, l := range looks {
		if ctx.Err() != nil {
			break
		}
		var err error
		switch {
		case l.Shown != "":
			err = r.sweepShown(ctx, l, now)
			s.Cleared++
		case l.Faint != "":
			err = r.Store.ForgetHashes(ctx, l.Faint)
			s.Forgotten++
		case l.Sent != (storage.Sent{}):
			err = r.sweepSent(ctx, l, now)
			s.Cleared++
		case l.Prints != "":
			err = r.Store.SweepPrints(ctx, l.Prints, now)
			s.Forgotten++
		default:
			err = r.sweepBlob(ctx, l.Blob, now, &s)
		}
		faults = append(faults, err)
	}
	return s, errors.Join(append(faults, ctx.Err())...)
}

func (r *Runner) sweepBlob(ctx context.Context, b storage.Blob, now time.Time, s *Swept) error {
	wanted, err := r.Store.Wanted(ctx, b, now)
	if err != nil {
		return err
	}
	if wanted {
		return r.Store.LookAgain(ctx, b, now)
	}
	going, ok, err := r.Store.LetGo(ctx, b, now)
	if err != nil || !ok {
		return err
	}
	r.Crash.At(crash.PhotoGoing)
	if err := r.Photos.Delete(ctx, b.Name); err != nil && !errors.Is(err, photos.ErrName) {
		return err
	}
	r.Crash.At(crash.PhotoDeleted)
	s.Deleted++
	return r.Store.ForgetBlob(ctx, going)
}

// sweepShown takes a case's copies out of a reviewer's chat after a day, whatever became of the case.
func (r *Runner) sweepShown(ctx context.Context, l storage.Look, now time.Time) error {
	err := r.unshow(ctx, l.Shown)
	if err == nil || now.Sub(l.Due) < hardStop-24*time.Hour {
		return err
	}
	r.Log.LogAttrs(ctx, slog.LevelError, "pictures stay in a reviewer's chat: Telegram deletes nothing older than 48 h", slog.String("case", l.Shown))
	return errors.Join(err, r.Store.NotePhotos(ctx, l.Shown, 0, nil, now))
}

// orphanGrace is how old a picture is that no register knows before it is taken for nobody's.
const orphanGrace = 30 * time.Minute

// SweepOrphans lists the whole store and takes away pictures of this house that nothing refers to, as a register restored
// from a backup leaves them. What other bots keep in the same place is left alone.
func (r *Runner) SweepOrphans(ctx context.Context) (n int, err error) {
	var old []string
	before := r.Clock.Now().Add(-orphanGrace)
	err = r.Photos.List(ctx, func(blob string, at time.Time) error {
		if at.Before(before) && r.Store.Ours(blob) {
			old = append(old, blob)
		}
		return nil
	})
	if err != nil || len(old) == 0 {
		return 0, err
	}
	known, err := r.Store.Registered(ctx) // after the list: what was put meanwhile is in it
	if err != nil {
		return 0, err
	}
	for _, blob := range old {
		if known[blob] {
			continue
		}
		if err := r.Photos.Delete(ctx, blob); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
