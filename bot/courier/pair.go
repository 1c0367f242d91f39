package courier

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// pair is two ways out. The second is taken when the first fails for a reason
// that is not the number's own. Where the first may have sent all the same,
// only a code goes out once more: its digits are the same, and somebody waits
// for them. For a minute after a failure nobody waits for the first; then one
// message tries it.
type pair struct {
	first, second way
	log           *slog.Logger
	now           func() time.Time

	mu    sync.Mutex
	until time.Time // the first is left alone; zero: it works
}

const leftAlone = time.Minute

func (p *pair) send(ctx context.Context, m Message) error {
	if !p.open() {
		return p.second.send(ctx, m)
	}
	err := p.first.send(ctx, m)
	switch {
	case ctx.Err() != nil:
		return err // shutting down tells nothing of the provider
	case err == nil || errors.Is(err, ErrPermanent):
		p.close(time.Time{})
		return err
	}
	p.close(p.now().Add(max(leftAlone, Wait(err))))
	p.log.LogAttrs(ctx, level(err), "sms provider fails, the other one is used",
		slog.String("provider", p.first.name), slog.String("cause", err.Error()))
	if errors.Is(err, ErrUnsure) && m.Kind != Code {
		return err
	}
	return p.second.send(ctx, m)
}

// level makes the operator's own faults errors.
func level(err error) slog.Level {
	if errors.Is(err, ErrMisconfigured) {
		return slog.LevelError
	}
	return slog.LevelWarn
}

// open tells whether the first may be used, and gives the one try after its
// minute to whoever asks first.
func (p *pair) open() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.until.IsZero() {
		return true
	}
	if p.now().Before(p.until) {
		return false
	}
	p.until = p.now().Add(leftAlone)
	return true
}

func (p *pair) close(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = until
}

// reach wants both, and says which one is not there.
func (p *pair) reach(ctx context.Context) error {
	var faults []error
	for _, w := range []way{p.first, p.second} {
		if err := w.reach(ctx); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", w.name, err))
		}
	}
	return errors.Join(faults...)
}
