package effects

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"guiwei/bot/engine"
	"guiwei/bot/telegram"
	"guiwei/flows"
)

// What a rush of pictures may cost: as many are fetched and looked at as fit the memory, the rest waits here with nothing
// fetched yet, and what is beyond that waits in the outbox.
const (
	insideAtOnce = 4 // two are looked at while the next two are fetched: 20 MB each at most
	mostInLine   = 1000
	longestLine  = 100 * time.Second // under the engine's limit of an effect
	tellAfter    = 5 * time.Second   // as long as Telegram shows that a picture is being looked at
)

var errRush = errors.New("too many pictures at once")

// line lets pictures in to be looked at, those first that were sent first, whenever they came into the line.
type line struct {
	mu      sync.Mutex
	inside  int
	waiting []*place // by since
}

// place is one's place in the line; its turn is closed when it may go in.
type place struct {
	since time.Time
	turn  chan struct{}
}

// enter waits until one may go in who waits since a time. Too long a line is an engine.Later.
func (l *line) enter(ctx context.Context, since time.Time) (leave func(), err error) {
	p, err := l.join(since)
	if err != nil {
		return nil, err
	}
	limit := time.NewTimer(longestLine)
	defer limit.Stop()
	select {
	case <-p.turn:
		return l.leave, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-limit.C:
		err = &engine.Later{Wait: time.Second, Err: errRush}
	}
	l.giveUp(p)
	return nil, err
}

func (l *line) join(since time.Time) (*place, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &place{since, make(chan struct{})}
	switch {
	case l.inside < insideAtOnce:
		l.inside++
		close(p.turn)
	case len(l.waiting) >= mostInLine:
		return nil, &engine.Later{Wait: tellAfter, Err: errRush}
	default:
		at, _ := slices.BinarySearchFunc(l.waiting, p, func(a, b *place) int { return a.since.Compare(b.since) })
		l.waiting = slices.Insert(l.waiting, at, p)
	}
	return p, nil
}

// leave lets the next one in.
func (l *line) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		l.inside--
		return
	}
	close(l.waiting[0].turn)
	l.waiting = slices.Delete(l.waiting, 0, 1)
}

// giveUp leaves the line, or, where one's turn came at that very moment, what is inside.
func (l *line) giveUp(p *place) {
	l.mu.Lock()
	at := slices.Index(l.waiting, p)
	if at >= 0 {
		l.waiting = slices.Delete(l.waiting, at, at+1)
	}
	l.mu.Unlock()
	if at < 0 {
		l.leave()
	}
}

// before is how many wait in front of who waits since a time, and whether anybody waits at all.
func (l *line) before(since time.Time) (n int, full bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for n < len(l.waiting) && l.waiting[n].since.Before(since) {
		n++
	}
	return n, l.inside >= insideAtOnce
}

// goIn waits for a picture's turn to be looked at. Who waits for long is told that it has come: nothing has to be sent again.
func (r *Runner) goIn(ctx context.Context, t engine.Task) (leave func(), err error) {
	if _, full := r.line.before(t.At); !full {
		return r.line.enter(ctx, t.At)
	}
	waiting, stop := context.WithCancel(ctx)
	var telling sync.WaitGroup
	defer telling.Wait()
	defer stop()
	telling.Go(func() { r.askPatience(waiting, t) })
	return r.line.enter(ctx, t.At)
}

// askPatience is a courtesy: what fails of it is left.
func (r *Runner) askPatience(ctx context.Context, t engine.Task) {
	if r.Clock.Sleep(ctx, tellAfter) != nil {
		return
	}
	lang, err := r.tongue(ctx, t.Owner.Chat)
	if err != nil {
		return
	}
	n, _ := r.line.before(t.At)
	_, _ = r.Messages.SendMessage(ctx, telegram.Outgoing{Chat: t.Owner.Chat, Silent: true, Lane: telegram.LaneDecision,
		Text: r.words(lang, flows.Say("photos.in_line", "n", n))})
}
