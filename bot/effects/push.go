package effects

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"guiwei/bot/engine"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/storage"
)

// shutFor is how long a chat that takes nothing is left alone before it is tried again (trust.md F19).
const shutFor = 24 * time.Hour

// once tells somebody about a matter, and not again when another addressee of it fails. A try that a crash or a lost answer cut
// short may have been heard: then it is told again, and tell hears so.
func (r *Runner) once(ctx context.Context, about, who string, tell func(again bool) error) error {
	before, err := r.Store.BeginTelling(ctx, about, who)
	if err != nil || before == storage.Told {
		return err
	}
	err = tell(before == storage.Begun)
	var call *telegram.Error
	switch {
	case err == nil:
		return r.Store.NoteTold(ctx, about, who)
	case before == storage.Untold && errors.As(err, &call) && !call.Unsure:
		return errors.Join(err, r.Store.NotTold(ctx, about, who))
	}
	return err
}

// pushOnce pushes a notice once. One that is told again says so first, so that nobody takes it for another.
func (r *Runner) pushOnce(ctx context.Context, about, who string, t flows.Tell) error {
	return r.once(ctx, about, who, func(again bool) error {
		if again {
			t.Before = repeated(about)
		}
		return r.push(ctx, about+"."+who, t)
	})
}

// repeated stands above a notice that may have been heard; one of a case begins with its number.
func repeated(about string) *flows.Phrase {
	p := flows.Say("notice.again")
	if number := about[0] >= '0' && about[0] <= '9'; number {
		p = flows.Say("notice.again_case", "case", about)
	}
	return &p
}

// push tells a chat that did not ask. One that cannot be reached misses it, under a name, until it opens: it keeps nobody
// else waiting.
func (r *Runner) push(ctx context.Context, name string, t flows.Tell) error {
	now := r.Clock.Now()
	t = hushed(t, now)
	missed := storage.Missed{Name: name, At: now, Tell: t}
	since, err := r.Store.ShutSince(ctx, t.Chat)
	if err != nil {
		return err
	}
	switch {
	case now.Sub(since) < shutFor:
		return r.Store.Miss(ctx, t.Chat, missed)
	case !since.IsZero():
		err = r.catchUp(ctx, t.Chat)
	}
	if err == nil {
		err = r.tell(ctx, t)
	}
	var call *telegram.Error
	switch {
	case errors.Is(err, telegram.ErrMigrated) && errors.As(err, &call) && call.MigrateTo != 0:
		if err := r.Store.MigrateGroup(ctx, t.Chat, call.MigrateTo, now); err != nil {
			return err
		}
		t.Chat = call.MigrateTo
		return r.tell(ctx, t)
	case errors.Is(err, telegram.ErrBlocked):
		return errors.Join(r.Store.Shut(ctx, t.Chat, now), r.Store.Miss(ctx, t.Chat, missed))
	case errors.Is(err, telegram.ErrRejected):
		r.Log.LogAttrs(ctx, slog.LevelWarn, "notice refused", slog.String("cause", err.Error()))
		return nil
	}
	return err
}

// shut notes that a chat takes nothing any more. The owners hear when it is a group with a part.
func (r *Runner) shut(ctx context.Context, t engine.Task, e flows.Shut) error {
	if err := r.Store.Shut(ctx, e.Chat, r.Clock.Now()); err != nil || e.Chat > 0 {
		return err
	}
	if bound, err := r.Store.Bound(ctx, e.Chat); err != nil || !bound {
		return err
	}
	lost := flows.Say("group.lost", "title", e.Title)
	for _, owner := range r.Owners {
		if err := r.pushOnce(ctx, "lost."+t.Op, strconv.FormatInt(owner, 10), flows.Tell{Chat: owner, Phrase: lost}); err != nil {
			return err
		}
	}
	return nil
}

// catchUp tells a chat that is open again what it missed, the oldest first. A crash repeats one of them at most.
func (r *Runner) catchUp(ctx context.Context, chat int64) error {
	if err := r.Store.Unshut(ctx, chat); err != nil {
		return err
	}
	missed, err := r.Store.MissedBy(ctx, chat)
	if err != nil {
		return err
	}
	for _, m := range missed {
		switch err := r.tell(ctx, m.Tell); {
		case errors.Is(err, telegram.ErrBlocked):
			return r.Store.Shut(ctx, chat, r.Clock.Now())
		case err != nil && !errors.Is(err, telegram.ErrRejected):
			return err
		}
		if err := r.Store.Caught(ctx, chat, m.Name); err != nil {
			return err
		}
	}
	return nil
}
