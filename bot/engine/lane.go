package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"guiwei/bot/crash"
	"guiwei/flows"
	"guiwei/storage"
)

// lane does the effects of one owner, in order. It exists while there are any.
type lane struct {
	queue []storage.Entry
	sweep bool // take what is stored, not only what was pushed
	live  int
	told  bool                 // live is newer than what the entry in hand will say of it
	last  int                  // place of the newest entry in the queue or in hand, 0 when unsure: see storage.Committed.Waiting
	ahead map[string]chan done // by entry: what of it went ahead
}

// done are the effects of an entry that are done, by index.
type done map[int]bool

// push hands a committed entry to its owner's lane, when nothing waits before it, or only what this lane has in its queue.
// Otherwise another replica is at what waits before it, or that waits for its time: whoever does that finds this one left
// behind it. What is urgent goes ahead.
func (e *Engine) push(entry storage.Entry, at storage.Committed, carry Carry) {
	ahead := e.goAhead(entry, carry)
	if at.Waiting > 1 && !e.runs(entry.Owner) {
		return
	}
	e.start(entry.Owner, func(l *lane) {
		if ahead != nil {
			l.ahead[entry.ID] = ahead
		}
		if at.Waiting > 1 && at.Waiting != l.last+1 {
			return
		}
		l.queue, l.last = append(l.queue, entry), at.Waiting
		if at.Waiting <= 1 {
			l.live, l.told = at.Live, true
		}
	})
}

// closing is said before the note that an entry is done: if it was the last, another replica may be the next to commit.
func (e *Engine) closing(o storage.Owner) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if l := e.lanes[o]; l != nil && len(l.queue) == 0 {
		l.last = 0
	}
}

// sweep makes a lane take what is stored.
func sweep(l *lane) { l.sweep = true }

func (e *Engine) runs(o storage.Owner) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lanes[o] != nil
}

// start changes an owner's lane, and sets it running if it was not.
func (e *Engine) start(o storage.Owner, change func(*lane)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopped {
		return // the entry is stored; whoever sweeps next does it
	}
	if e.lanes == nil {
		e.lanes = map[storage.Owner]*lane{}
	}
	l, runs := e.lanes[o]
	if !runs {
		l = &lane{ahead: map[string]chan done{}}
		e.lanes[o] = l
	}
	change(l)
	if !runs {
		e.running.Go(func() { e.run(o, l) })
	}
}

// run does what is in a lane until it is empty. After a failure the rest stays stored, in order, until it is due.
func (e *Engine) run(o storage.Owner, l *lane) {
	ctx, end := context.WithCancel(e.lasting())
	defer end()
	kept := make(chan struct{})
	e.running.Go(func() { defer close(kept); e.keep(ctx, o) })
	for {
		entry, ahead, live, ok := e.next(ctx, o, l)
		if !ok {
			if len(l.queue) > 0 { // the engine stops
				end()
				<-kept
				e.release(ctx, o)
			}
			return
		}
		before := done{}
		if ahead != nil {
			before = <-ahead
		}
		left, live, err := e.do(ctx, entry, before, live)
		e.mu.Lock()
		l.sweep = l.sweep || left && len(l.queue) == 0 // what is left may be what was pushed here
		if !l.told {
			l.live = live
		}
		e.mu.Unlock()
		if err != nil {
			end()
			<-kept // its last word must not shorten the wait
			parked := e.postpone(ctx, entry, err)
			e.mu.Lock()
			delete(e.lanes, o)
			e.mu.Unlock()
			if parked { // what came behind it is free now
				e.start(o, sweep)
			}
			return
		}
	}
}

// next is the lane's next entry, with what of it went ahead, and the live message. A lane told to sweep reads what is stored.
func (e *Engine) next(ctx context.Context, o storage.Owner, l *lane) (storage.Entry, chan done, int, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if l.sweep {
		l.sweep = false
		e.mu.Unlock()
		stored, live, err := e.stored(ctx, o, l)
		e.mu.Lock()
		if err != nil {
			e.Log.LogAttrs(ctx, slog.LevelWarn, "outbox unread", slog.String("cause", err.Error()))
			delete(e.lanes, o) // what is stored comes first: it is taken up when it is due
			return storage.Entry{}, nil, 0, false
		}
		l.queue = merge(stored, l.queue)
		if l.live == 0 {
			l.live = live
		}
	}
	if len(l.queue) == 0 || e.stopped {
		delete(e.lanes, o)
		return storage.Entry{}, nil, 0, false
	}
	entry := l.queue[0]
	l.queue, l.told = l.queue[1:], false
	ahead := l.ahead[entry.ID]
	delete(l.ahead, entry.ID)
	return entry, ahead, l.live, true
}

// stored reads an outbox, lets what is urgent in it go ahead, and finds the chat's live message.
func (e *Engine) stored(ctx context.Context, o storage.Owner, l *lane) ([]storage.Entry, int, error) {
	entries, err := e.Outbox.Pending(ctx, o)
	if err != nil || len(entries) == 0 {
		return nil, 0, err
	}
	var c storage.Loaded
	if o.Person == "" {
		if c, err = e.Conversations.Load(ctx, o.Chat, "sweep"); err != nil {
			// a conversation that cannot be read keeps no effect waiting: it only does without its live message
			e.Log.LogAttrs(ctx, slog.LevelWarn, "live message unknown", slog.String("cause", err.Error()))
		}
		if err := e.heed(ctx, entries, c.Conversation); err != nil {
			return nil, 0, err
		}
	}
	for _, entry := range entries {
		if entry.Done > 0 || entry.Fault != nil {
			continue
		}
		e.mu.Lock()
		begun := l.ahead[entry.ID] != nil
		e.mu.Unlock()
		if ahead := chan done(nil); !begun {
			if ahead = e.goAhead(entry, nil); ahead != nil {
				e.mu.Lock()
				l.ahead[entry.ID] = ahead
				e.mu.Unlock()
			}
		}
	}
	return entries, c.Live, nil
}

// merge adds to what is stored the entries that were pushed while it was read.
func merge(stored, pushed []storage.Entry) []storage.Entry {
	for _, p := range pushed {
		if !slices.ContainsFunc(stored, func(e storage.Entry) bool { return e.ID == p.ID }) {
			stored = append(stored, p)
		}
	}
	return stored
}

// do does an entry's effects from where it stands, then takes it out of the outbox. It says whether others are left
// there, and which message is the live one now.
func (e *Engine) do(ctx context.Context, entry storage.Entry, before done, live int) (left bool, now int, err error) {
	e.Crash.At(crash.EntryTaken)
	if entry.Fault != nil {
		return false, live, fmt.Errorf("read entry: %w", entry.Fault)
	}
	fresh := 0
	for i := entry.Done; i < len(entry.Effects); i++ {
		if before[i] {
			continue
		}
		out, err := e.one(ctx, live, entry, i)
		if errors.Is(err, ErrNever) {
			err = e.giveUp(ctx, entry, i, err)
		}
		if err != nil {
			return false, live, err
		}
		if out.Then != nil {
			e.courtesy(out.Then)
		}
		if out.Live != 0 && out.Live != live {
			live, fresh = out.Live, out.Live
		}
		if i < len(entry.Effects)-1 && visible(entry.Effects[i]) {
			err := e.note(ctx, func() error { return e.Outbox.Advance(ctx, entry.Owner, entry.ID, i+1, fresh) })
			if err != nil {
				return false, live, err
			}
		}
		e.Crash.At(crash.EffectDone)
	}
	e.closing(entry.Owner)
	err = e.note(ctx, func() (err error) {
		left, err = e.Outbox.Done(ctx, entry.Owner, entry.ID, fresh)
		return err
	})
	if err != nil {
		return false, live, fmt.Errorf("done: %w", err)
	}
	e.Crash.At(crash.EntryDone)
	return left, live, nil
}

// noteEvery and noteFor are how often and how long it is tried to note that something was done.
const (
	noteEvery = 100 * time.Millisecond
	noteFor   = time.Minute
)

// note writes down that something was done, again and again while Redis is away: who gives up says it twice.
func (e *Engine) note(ctx context.Context, write func() error) error {
	until := e.Clock.Now().Add(noteFor)
	for {
		err := write()
		if err == nil || errors.Is(err, storage.ErrNone) || !e.Clock.Now().Before(until) || e.Clock.Sleep(ctx, noteEvery) != nil {
			return err
		}
	}
}

// visible effects are remembered one by one, so that a crash repeats at most one message.
func visible(f flows.Effect) bool {
	switch f.(type) {
	case flows.Show, flows.Unshare, flows.Sample, flows.Tell:
		return true
	default:
		return false
	}
}

// giveUp notes an effect that cannot be done. Whoever waits for its answer is told so.
func (e *Engine) giveUp(ctx context.Context, entry storage.Entry, i int, cause error) error {
	e.Log.LogAttrs(ctx, slog.LevelWarn, "effect given up", slog.String("op", opID(entry, i)),
		slog.String("effect", name(entry.Effects[i])), slog.String("cause", cause.Error()))
	if again, ok := entry.Effects[i].(flows.Again); ok {
		again.Input.ID, again.Input.At = opID(entry, i), e.Clock.Now()
		return e.setAside(ctx, again.Input, encode(again.Input), "", nil)
	}
	asked, ok := entry.Effects[i].(flows.Asked)
	if !ok {
		return nil
	}
	return e.bring(ctx, flows.Input{ID: opID(entry, i), Kind: flows.Answered, Chat: entry.Owner.Chat, Frame: asked.Frame,
		Turn: asked.Turn, Answer: flows.GivenUp{}}, atOnce)
}

// postpone leaves a failed entry at the head of its outbox until later, and one that only a newer version can do to others; what
// failed too often, or found nobody who can do it, is parked.
func (e *Engine) postpone(ctx context.Context, entry storage.Entry, cause error) (parked bool) {
	var later *Later
	ours := !errors.As(cause, &later)
	wait := backoff(e.Clock.Now().Sub(entry.At))
	if later != nil {
		wait = max(wait, later.Wait)
	}
	ctx = context.WithoutCancel(ctx)
	if e.lasting().Err() != nil && (later == nil || later.Wait == 0) { // cut short by us: another replica goes on
		e.release(ctx, entry.Owner)
		return false
	}
	newer := errors.Is(cause, flows.ErrNewer)
	if age := e.Clock.Now().Sub(entry.At); newer && age < entryWaits {
		e.Log.LogAttrs(ctx, slog.LevelInfo, "left to a newer replica", slog.String("entry", entry.ID), slog.Duration("age", age))
		e.leave(ctx, entry.Owner, age)
		return false
	}
	level := slog.LevelWarn
	if later != nil && later.Wait > 0 && e.Clock.Now().Sub(entry.At) < routine {
		level = slog.LevelInfo
	}
	e.Log.LogAttrs(ctx, level, "effect failed", slog.String("entry", entry.ID), slog.Int("tries", entry.Tries+1),
		slog.Duration("wait", wait), slog.String("cause", cause.Error()))
	hopeless := ours && entry.Tries+1 >= maxTries && e.Clock.Now().Sub(entry.At) > patience(entry.Owner)
	if (hopeless || newer) && e.park(ctx, entry, cause) == nil {
		return true
	}
	if err := e.Outbox.Postpone(ctx, entry.Owner, e.Clock.Now().Add(e.bound(ctx, entry.Owner, wait)), ours); err != nil {
		e.Log.LogAttrs(ctx, slog.LevelWarn, "postpone failed", slog.String("cause", err.Error()))
	}
	return false
}

// routine is how long it is nothing to look at that an effect asks for a wait: a full chat, a group on its way to another id.
const routine = 10 * time.Second

// patience is how long an entry that fails by our own fault is tried: a verdict is not given up for a passing one.
func patience(o storage.Owner) time.Duration {
	if o.Person != "" {
		return time.Hour
	}
	return 30 * time.Second
}

// backoff is as long as an entry has waited already, from 1 s to a minute, with a fifth of chance in it.
func backoff(age time.Duration) time.Duration {
	wait := min(time.Minute, max(time.Second, age))
	return wait - time.Duration(rand.Int64N(int64(wait)/5+1)) //nolint:gosec // it spreads load, it guards nothing
}

// park sets an entry aside without its secrets, so that nobody else waits, and tells those who wait for an answer of it.
func (e *Engine) park(ctx context.Context, entry storage.Entry, cause error) error {
	if entry.Fault == nil {
		if err := e.forget(ctx, entry); err != nil {
			return err
		}
		for i := entry.Done; i < len(entry.Effects); i++ {
			if err := e.giveUp(ctx, entry, i, cause); err != nil {
				return err
			}
		}
	}
	e.Log.LogAttrs(ctx, slog.LevelError, "entry parked", slog.String("entry", entry.ID), slog.String("cause", cause.Error()))
	e.parked("entry")
	return e.Outbox.Park(ctx, entry.Owner, entry.ID)
}

func opID(entry storage.Entry, i int) string { return fmt.Sprintf("%s.%d", entry.ID, i) }

func name(f flows.Effect) string { return flows.EffectName(inner(f)) }

// inner is the effect that is asked for.
func inner(f flows.Effect) flows.Effect {
	if a, ok := f.(flows.Asked); ok {
		return a.Effect.Effect
	}
	return f
}
