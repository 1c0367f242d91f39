package app

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"guiwei/bot/telegram"
)

// entrance is what this replica knows of the way that updates take to it. Times are of the wall: a story's clock jumps.
type entrance struct {
	stopping atomic.Bool
	hooked   atomic.Bool                     // Telegram took our webhook
	asked    atomic.Int64                    // when Redis last said who polls, Unix ms
	polling  atomic.Pointer[telegram.Poller] // while this replica has the lease
	began    atomic.Int64                    // when it did, Unix ms
}

const (
	leaseSilence = 3 * pollLease   // without an answer about the lease, nobody knows who polls
	pollSilence  = 3 * time.Minute // an empty poll is answered after 50 s; failed ones are a minute apart
)

// Reasons why a replica takes no updates, as /readyz says them.
var (
	errStopping = errors.New("stopping")
	errRedis    = errors.New("redis does not answer")
	errUnhooked = errors.New("telegram has not taken the webhook yet")
	errNoLease  = errors.New("no word on who polls")
	errNoPoll   = errors.New("telegram does not answer polls")
)

// closed says why no updates come in here, nil when they do. A replica without the lease is ready: it takes over.
func (e *entrance) closed(hook bool, now time.Time) error {
	since := func(ms int64) time.Duration { return now.Sub(time.UnixMilli(ms)) }
	if hook {
		if !e.hooked.Load() {
			return errUnhooked
		}
		return nil
	}
	if since(e.asked.Load()) > leaseSilence {
		return errNoLease
	}
	p := e.polling.Load()
	if p == nil || now.Sub(p.LastAnswer()) <= pollSilence || since(e.began.Load()) <= pollSilence {
		return nil
	}
	return errNoPoll
}

// heard notes that Redis said who has the lease.
func (e *entrance) heard() { e.asked.Store(time.Now().UnixMilli()) }

// poll notes the poller of this replica, nil when another has the lease.
func (e *entrance) poll(p *telegram.Poller) {
	e.began.Store(time.Now().UnixMilli())
	e.polling.Store(p)
}

// unready says why this replica takes no updates, nil when it does.
func (a *App) unready(ctx context.Context) error {
	if a.entrance.stopping.Load() {
		return errStopping
	}
	if a.store.Ping(ctx) != nil {
		return errRedis
	}
	return a.entrance.closed(a.config.WebhookURL != "", time.Now())
}

// ready is GET /readyz: 200, or 503 with the reason.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := a.unready(ctx); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}
