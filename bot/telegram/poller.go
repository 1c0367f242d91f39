package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	pollWait  = 50 * time.Second // how long Telegram holds an empty poll
	pollSlack = 15 * time.Second // and how much longer we wait for its answer
	pollLimit = 100

	backoffFirst = 500 * time.Millisecond
	backoffMost  = time.Minute     // Telegram fails
	doubtMost    = 5 * time.Second // our own commit fails
	drainWait    = 800 * time.Millisecond
)

// Poller asks for updates and hands them to the Receiver: the chats of a batch
// side by side, each chat in order. Telegram forgets an update only when it
// and all before it in its batch were committed. Run one per token.
type Poller struct {
	Client   *Client
	Receive  Receiver
	SetAside SetAside // nil: a bad update is logged and acknowledged
	Log      *slog.Logger
	Clock    Clock         // for the pauses after a failure only
	Wait     time.Duration // of the long poll, 0: 50 s

	answered atomic.Int64
}

// LastAnswer is when Telegram last answered a poll, zero if it never did.
func (p *Poller) LastAnswer() time.Time {
	at := p.answered.Load()
	if at == 0 {
		return time.Time{}
	}
	return time.Unix(0, at)
}

// Run polls until ctx ends and returns nil then. Receivers under way get
// 800 ms to end before their ctx does; none is begun any more.
func (p *Poller) Run(ctx context.Context) error {
	log := loggerOr(p.Log)
	round := &polling{
		client: p.Client, in: intake{p.Receive, p.SetAside, log}, log: log,
		clock: clockOr(p.Clock), wait: p.Wait, done: map[int64]bool{},
	}
	if round.wait == 0 {
		round.wait = pollWait
	}
	for ctx.Err() == nil {
		batch, err := round.poll(ctx)
		if err != nil {
			round.backOff(ctx, err)
			continue
		}
		p.answered.Store(round.clock.Now().UnixNano())
		round.take(ctx, batch)
	}
	return nil
}

// polling is the state of one Run.
type polling struct {
	client *Client
	in     intake
	log    *slog.Logger
	clock  Clock
	wait   time.Duration

	offset int64          // confirms all below it at the next poll, 0: nothing to confirm
	done   map[int64]bool // committed but not yet confirmed, behind one in doubt
	failed int            // polls in a row without an answer
	doubts int            // batches in a row with an update in doubt
}

// arrival is one update of a batch.
type arrival struct {
	raw       json.RawMessage
	update    Update
	bad       error
	committed bool
}

// poll asks for the next batch. A confirmed offset is not sent again: after a
// quiet week Telegram numbers updates anew, perhaps lower.
func (r *polling) poll(ctx context.Context) ([]*arrival, error) {
	p := params{"limit": strconv.Itoa(pollLimit), "timeout": strconv.Itoa(int(r.wait / time.Second))}
	p.number("offset", r.offset)
	p.json("allowed_updates", AllowedUpdates())
	result, err := r.client.call(ctx, "getUpdates", p, r.wait+pollSlack)
	if err != nil {
		return nil, err
	}
	var raws []json.RawMessage
	if json.Unmarshal(result, &raws) != nil {
		return nil, &Error{Method: "getUpdates", Kind: ErrRetry, Reason: "unreadable result"}
	}
	r.failed, r.offset = 0, 0
	batch := make([]*arrival, len(raws))
	for i, raw := range raws {
		a := &arrival{raw: raw}
		a.update, a.bad = DecodeUpdate(raw)
		batch[i] = a
	}
	return batch, nil
}

// take runs the batch, moves the offset past what is committed without a gap,
// and pauses when something is in doubt or the offset cannot move.
func (r *polling) take(ctx context.Context, batch []*arrival) {
	r.run(ctx, batch)
	known := map[int64]bool{}
	gap := false
	for _, a := range batch {
		gap = gap || !a.committed
		if !gap && a.update.ID > 0 {
			r.offset = a.update.ID + 1
		}
		if gap && a.committed {
			known[a.update.ID] = true
		}
	}
	r.done = known
	if !gap && (len(batch) == 0 || r.offset != 0) {
		r.doubts = 0
		return
	}
	r.doubts++
	_ = r.clock.Sleep(ctx, jittered(r.doubts, doubtMost)) // a stop is seen by Run
}

// run handles the chats of a batch side by side.
func (r *polling) run(ctx context.Context, batch []*arrival) {
	work, cancel := outlive(ctx, drainWait)
	defer cancel()
	var all sync.WaitGroup
	for _, line := range lines(batch) {
		all.Go(func() { r.line(ctx, work, line) })
	}
	all.Wait()
}

// line handles one chat's updates in order, up to the first in doubt.
func (r *polling) line(ctx, work context.Context, line []*arrival) {
	for _, a := range line {
		if r.done[a.update.ID] {
			a.committed = true
			continue
		}
		if ctx.Err() != nil {
			return
		}
		if err := r.in.take(work, a.raw, a.update, a.bad); err != nil {
			r.log.LogAttrs(ctx, slog.LevelWarn, "update not committed", slog.Int64("update", a.update.ID), slog.String("error", err.Error()))
			return
		}
		a.committed = true
	}
}

// lines sorts a batch by chat; what belongs to no chat is a line of its own.
func lines(batch []*arrival) [][]*arrival {
	var out [][]*arrival
	at := map[int64]int{}
	for _, a := range batch {
		chat := a.update.Conversation()
		i, seen := at[chat]
		if !seen || chat == 0 {
			i = len(out)
			out = append(out, nil)
			at[chat] = i
		}
		out[i] = append(out[i], a)
	}
	return out
}

// backOff waits after a failed poll: as long as Telegram asks, else up to a
// minute, growing and jittered. 409 and 401 mend themselves only by people, so
// they are logged as errors, and asked again.
func (r *polling) backOff(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	r.failed++
	pause := jittered(r.failed, backoffMost)
	level := slog.LevelWarn
	var failed *Error
	if errors.As(err, &failed) {
		pause = max(pause, failed.RetryAfter)
	}
	if errors.Is(err, ErrConflict) || errors.Is(err, ErrUnauthorized) {
		level = slog.LevelError
	}
	r.log.LogAttrs(ctx, level, "poll failed", slog.String("error", err.Error()), slog.Duration("pause", pause))
	_ = r.clock.Sleep(ctx, pause) // a stop is seen by Run
}

// jittered is between half and all of 0.5 s doubled with each failure, at most `most`.
func jittered(failures int, most time.Duration) time.Duration {
	d := min(backoffFirst<<min(failures-1, 10), most)
	return d/2 + rand.N(d/2+1) //nolint:gosec // spreads load, guards nothing
}

// outlive is ctx ending `grace` later.
func outlive(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-work.Done():
		}
	})
	return work, func() {
		stop()
		cancel()
	}
}
