package engine

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
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
	ahead map[string]chan int // by entry: how many of its effects went ahead
}

// push hands a committed entry to its owner's lane. Where older entries wait before it in the outbox, left by a crash or
// a failure, and no lane is at them, the lane begins with those.
func (e *Engine) push(entry storage.Entry, live int, behind bool) {
	ahead := e.goAhead(entry)
	e.start(entry.Owner, func(l *lane, begun bool) {
		l.queue = append(l.queue, entry)
		if ahead != nil {
			l.ahead[entry.ID] = ahead
		}
		if l.live == 0 {
			l.live = live
		}
		l.sweep = l.sweep || behind && !begun
	})
}

// start changes an owner's lane, and sets it running if it was not.
func (e *Engine) start(o storage.Owner, change func(l *lane, begun bool)) {
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
		l = &lane{ahead: map[string]chan int{}}
		e.lanes[o] = l
	}
	change(l, runs)
	if !runs {
		e.running.Add(1)
		go e.run(o, l)
	}
}

// run does what is in a lane until it is empty. After a failure the rest stays stored, in order, until it is due.
func (e *Engine) run(o storage.Owner, l *lane) {
	defer e.running.Done()
	ctx := context.Background() // effects outlive the update that asked for them; each has its own time limit
	for {
		entry, ahead, ok := e.next(ctx, o, l)
		if !ok {
			return
		}
		if ahead != nil {
			entry.Done = max(entry.Done, <-ahead)
		}
		err := e.do(ctx, l, entry)
		if o.Person != "" {
			l.sweep = true // its scripts push into this same outbox
		}
		if err != nil {
			e.postpone(ctx, entry, err)
			e.mu.Lock()
			delete(e.lanes, o)
			e.mu.Unlock()
			return
		}
	}
}

// next is the lane's next entry. A lane told to sweep reads what is stored.
func (e *Engine) next(ctx context.Context, o storage.Owner, l *lane) (storage.Entry, chan int, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if l.sweep {
		l.sweep = false
		e.mu.Unlock()
		stored, err := e.Outbox.Pending(ctx, o)
		e.mu.Lock()
		if err != nil {
			e.Log.LogAttrs(ctx, slog.LevelWarn, "outbox unread", slog.String("cause", err.Error()))
			delete(e.lanes, o) // what is stored comes first: it is taken up when it is due
			return storage.Entry{}, nil, false
		}
		l.queue = merge(stored, l.queue)
	}
	if len(l.queue) == 0 || e.stopped {
		delete(e.lanes, o)
		return storage.Entry{}, nil, false
	}
	entry := l.queue[0]
	l.queue = l.queue[1:]
	ahead := l.ahead[entry.ID]
	delete(l.ahead, entry.ID)
	return entry, ahead, true
}

// goAhead does an entry's taps and deletions at once, past what its chat still waits for: a spinner stops within a
// second, a secret is gone within two. What fails is left to the lane.
func (e *Engine) goAhead(entry storage.Entry) chan int {
	n := 0
	for n < len(entry.Effects) && urgent(entry.Effects[n]) {
		n++
	}
	if n == 0 {
		return nil
	}
	done := make(chan int, 1)
	e.running.Go(func() {
		i := 0
		for i < n {
			if _, err := e.one(context.Background(), &lane{}, entry, i); err != nil && !errors.Is(err, ErrNever) {
				break
			}
			i++
		}
		done <- i
	})
	return done
}

func urgent(f flows.Effect) bool {
	switch f.(type) {
	case flows.AnswerTap, flows.Delete:
		return true
	default:
		return false
	}
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

// sweep makes a lane take what is stored.
func sweep(l *lane, _ bool) { l.sweep = true }

// effectLimit bounds one effect: a 20 MB picture over a slow line, or a wait for Telegram's pace.
const effectLimit = 2 * time.Minute

// do does an entry's effects from where it stands, then takes it out of the outbox.
func (e *Engine) do(ctx context.Context, l *lane, entry storage.Entry) error {
	e.Crash.At(crash.EntryTaken)
	if entry.Fault != nil {
		return fmt.Errorf("read entry: %w", entry.Fault)
	}
	live := 0
	for i := entry.Done; i < len(entry.Effects); i++ {
		out, err := e.one(ctx, l, entry, i)
		if errors.Is(err, ErrNever) {
			e.Log.LogAttrs(ctx, slog.LevelWarn, "effect given up", slog.String("op", opID(entry, i)),
				slog.String("effect", name(entry.Effects[i])), slog.String("cause", err.Error()))
			continue
		}
		if err != nil {
			return err
		}
		if out.Live != 0 {
			l.live, live = out.Live, out.Live
		}
		if i < len(entry.Effects)-1 && visible(entry.Effects[i]) {
			if err := e.Outbox.Advance(ctx, entry.Owner, entry.ID, i+1); err != nil {
				return err
			}
		}
		e.Crash.At(crash.EffectDone)
	}
	if err := e.Outbox.Done(ctx, entry.Owner, entry.ID, live); err != nil {
		return fmt.Errorf("done: %w", err)
	}
	e.Crash.At(crash.EntryDone)
	return nil
}

// visible effects are remembered one by one, so that a crash repeats at most one message.
func visible(f flows.Effect) bool {
	switch f.(type) {
	case flows.Show, flows.Tell:
		return true
	default:
		return false
	}
}

func (e *Engine) one(ctx context.Context, l *lane, entry storage.Entry, i int) (out Outcome, err error) {
	ctx, cancel := context.WithTimeout(ctx, effectLimit)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	go e.keep(ctx, entry.Owner)
	effect, frame, turn := entry.Effects[i], 0, 0
	if asked, ok := effect.(flows.Asked); ok {
		effect, frame, turn = asked.Effect.Effect, asked.Frame, asked.Turn
	}
	op := opID(entry, i)
	if wake, ok := effect.(flows.Wake); ok {
		return out, e.answer(ctx, flows.Input{ID: op, Kind: flows.Waked, Chat: entry.Owner.Chat, Act: wake.Timer.Name,
			Frame: wake.Timer.Frame, Turn: wake.Timer.Turn})
	}
	out, err = e.Effects.Do(ctx, Task{Owner: entry.Owner, Op: op, Effect: effect, Live: l.live, At: entry.At})
	if err != nil || out.Answer == nil {
		return out, err
	}
	return out, e.answer(ctx, flows.Input{ID: op, Kind: flows.Answered, Chat: entry.Owner.Chat, Frame: frame, Turn: turn, Answer: out.Answer})
}

// keep holds an outbox for as long as an effect of it takes, so that no other replica does it too.
func (e *Engine) keep(ctx context.Context, o storage.Owner) {
	for e.Clock.Sleep(ctx, lease/3) == nil {
		if err := e.Outbox.Postpone(ctx, o, e.Clock.Now().Add(lease), false); err != nil && ctx.Err() == nil {
			e.Log.LogAttrs(ctx, slog.LevelWarn, "lease not kept", slog.String("cause", err.Error()))
		}
	}
}

// answer brings what an effect found back into its conversation.
func (e *Engine) answer(ctx context.Context, in flows.Input) error {
	in.At = e.Clock.Now()
	if _, err := rand.Read(in.Random[:]); err != nil {
		return fmt.Errorf("draw randomness: %w", err)
	}
	if err := e.apply(ctx, in); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	e.Crash.At(crash.Answered)
	return nil
}

// postpone leaves a failed entry at the head of its outbox until later; one that failed too often, or that only a
// newer version can do, is parked.
func (e *Engine) postpone(ctx context.Context, entry storage.Entry, cause error) {
	wait := min(time.Minute, time.Second<<min(entry.Tries, 6))
	var later *Later
	counted := !errors.As(cause, &later)
	if later != nil && later.Wait > wait {
		wait = later.Wait
	}
	e.Log.LogAttrs(ctx, slog.LevelWarn, "effect failed", slog.String("entry", entry.ID), slog.Int("tries", entry.Tries+1),
		slog.Duration("wait", wait), slog.String("cause", cause.Error()))
	if (counted && entry.Tries+1 >= maxTries) || errors.Is(cause, flows.ErrNewer) {
		if err := e.Outbox.Park(ctx, entry.Owner, entry.ID); err == nil {
			e.start(entry.Owner, sweep)
			return
		}
	}
	if err := e.Outbox.Postpone(ctx, entry.Owner, e.Clock.Now().Add(wait), counted); err != nil {
		e.Log.LogAttrs(ctx, slog.LevelWarn, "postpone failed", slog.String("cause", err.Error()))
	}
}

func opID(entry storage.Entry, i int) string { return fmt.Sprintf("%s.%d", entry.ID, i) }

func name(f flows.Effect) string {
	if a, ok := f.(flows.Asked); ok {
		return flows.EffectName(a.Effect.Effect)
	}
	return flows.EffectName(f)
}

// encode is the parked form of an input; it is sealed before it is stored.
func encode(in flows.Input) []byte {
	in.Answer = nil
	raw, err := json.Marshal(in)
	if err != nil {
		return nil
	}
	return raw
}
