package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"guiwei/flows"
	"guiwei/storage"
)

// While two versions run together, an older replica meets conversations and effects that only a newer one knows. It judges
// and does none of them: an input waits sealed in its chat's outbox, in order, and the outbox is left to others for a while.
const (
	inputWaits = 58 * time.Second // what was typed may be a secret: it is gone within a minute (rulings.md), the next sweep included
	entryWaits = 10 * time.Minute // an entry, and an input that nobody typed
)

// wait lets an input be judged by a newer replica, before every later one of its chat. A secret leaves the chat at once.
func (e *Engine) wait(ctx context.Context, in flows.Input, c flows.Conversation) error {
	in.Random = [32]byte{}
	var effects []flows.Effect
	if e.Book.Erases(c, in) {
		effects = append(effects, flows.Delete{Message: in.Message, Lang: c.Language})
	}
	effects = append(effects, flows.Again{Input: in})
	err := e.Conversations.LetWait(ctx, storage.Aside{Chat: in.Chat, Input: in.ID, Effects: effects, Now: in.At, Lease: lease})
	if err != nil {
		return fmt.Errorf("wait: %w", err)
	}
	e.Log.LogAttrs(ctx, slog.LevelInfo, "input waits", slog.String("input", in.ID))
	e.goAhead(storage.Entry{Owner: storage.Owner{Chat: in.Chat}, ID: in.ID, Effects: effects, At: in.At}, nil)
	return nil
}

// takeUp judges an input that waited, under the operation id of its effect.
func (e *Engine) takeUp(ctx context.Context, op string, in flows.Input) error {
	in.ID = op
	err := e.answer(ctx, in, atOnce)
	var fault *unfit
	if errors.As(err, &fault) && !errors.Is(err, flows.ErrNewer) {
		in.At = e.Clock.Now()
		return e.failed(ctx, in, fault, nil)
	}
	return err
}

// longest is how long an input may wait.
func longest(in flows.Input) time.Duration {
	if in.Kind == flows.Called {
		return entryWaits
	}
	return inputWaits
}

// waiting is the input that waits in an entry, its last effect.
func waiting(entry storage.Entry) (flows.Input, bool) {
	if len(entry.Effects) == 0 {
		return flows.Input{}, false
	}
	again, ok := entry.Effects[len(entry.Effects)-1].(flows.Again)
	return again.Input, ok
}

// typed is the next time at which something typed must be gone from an outbox; false where none is to come.
func typed(entries []storage.Entry, now time.Time) (next time.Time, any bool) {
	for _, entry := range entries {
		end := entry.At.Add(inputWaits)
		if in, ok := waiting(entry); ok {
			end = entry.At.Add(longest(in))
		}
		if end.After(now) && slices.ContainsFunc(entry.Effects, secret) && (!any || end.Before(next)) {
			next, any = end, true
		}
	}
	return next, any
}

// heed looks through a chat's outbox before anything of it is done: what waited too long goes, and what this version does not
// know is marked as such.
func (e *Engine) heed(ctx context.Context, entries []storage.Entry, c flows.Conversation) error {
	now := e.Clock.Now()
	if slices.ContainsFunc(entries, func(entry storage.Entry) bool {
		in, ok := waiting(entry)
		return ok && now.Sub(entry.At) >= longest(in)
	}) {
		if err := e.drop(ctx, entries, c.Language); err != nil {
			return err
		}
	}
	for i, entry := range entries {
		if entry.Fault != nil || !slices.ContainsFunc(entry.Effects, func(f flows.Effect) bool { return e.beyond(c, f) }) {
			continue
		}
		if now.Sub(entry.At) >= inputWaits {
			if err := e.forget(ctx, entry); err != nil {
				return err
			}
		}
		entries[i].Fault = fmt.Errorf("conversation: %w", flows.ErrNewer)
	}
	return nil
}

// beyond says whether an effect brings something into a frame that this version does not know.
func (e *Engine) beyond(c flows.Conversation, f flows.Effect) bool {
	switch f := f.(type) {
	case flows.Again:
		return e.Book.Newer(c, 0)
	case flows.Asked:
		return e.Book.Newer(c, f.Frame)
	case flows.Wake:
		return e.Book.Newer(c, f.Timer.Frame)
	default:
		return false
	}
}

// drop strikes out every input that waits in a chat, and tells its person once that the answers are kept: what was typed
// after a lost answer would be taken for another question's.
func (e *Engine) drop(ctx context.Context, entries []storage.Entry, lang string) error {
	told := false
	for i, entry := range entries {
		in, ok := waiting(entry)
		if !ok {
			continue
		}
		effects := append(slices.Clone(entry.Effects[:len(entry.Effects)-1]), kept(in, lang)...)
		if told {
			effects = slices.DeleteFunc(effects, dropped)
		}
		told = told || slices.ContainsFunc(effects, dropped)
		if len(effects) == 0 {
			effects = []flows.Effect{flows.Forgotten{}}
		}
		if err := e.Outbox.Rewrite(ctx, entry.Owner, entry.ID, effects); err != nil {
			return fmt.Errorf("drop input: %w", err)
		}
		entries[i].Effects = effects
		e.Log.LogAttrs(ctx, slog.LevelError, "input dropped", slog.String("input", entry.ID), slog.Duration("age", e.Clock.Now().Sub(entry.At)))
		e.parked("input")
	}
	return nil
}

// leave lets others have an outbox at once; here it is not taken up again for a while, but in time for what must go.
func (e *Engine) leave(ctx context.Context, o storage.Owner, age time.Duration) {
	e.stay(o, e.bound(ctx, o, min(max(age/2, 2*time.Second), 30*time.Second)))
	e.release(ctx, o)
}

// stay keeps the sweeps here from an outbox.
func (e *Engine) stay(o storage.Owner, wait time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.left == nil {
		e.left = map[storage.Owner]time.Time{}
	}
	e.left[o] = e.Clock.Now().Add(wait)
}

// bound is a wait that ends before something typed has waited too long in an outbox.
func (e *Engine) bound(ctx context.Context, o storage.Owner, wait time.Duration) time.Duration {
	if o.Person != "" {
		return wait
	}
	entries, err := e.Outbox.Pending(ctx, o)
	if err != nil {
		return min(wait, time.Second)
	}
	now := e.Clock.Now()
	if end, any := typed(entries, now); any {
		return max(min(wait, end.Sub(now)), time.Second)
	}
	return wait
}

// leftAlone is whom the next sweep here leaves to other replicas.
func (e *Engine) leftAlone() func(storage.Owner) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, left := e.Clock.Now(), map[storage.Owner]bool{}
	for o, end := range e.left {
		if left[o] = now.Before(end); !left[o] {
			delete(e.left, o)
		}
	}
	return func(o storage.Owner) bool { return left[o] }
}
