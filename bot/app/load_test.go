package app

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"guiwei/bot/sim"
)

func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64) // ids of our own making
	return n
}

// load is a crowd under way: everyone says /start once, at a rate, each until acknowledged. One update a chat makes what was
// lost or doubled visible: everybody gets exactly one menu.
type load struct {
	w        *town
	mu       sync.Mutex
	posted   map[int64]time.Time // by user: first tried
	acked    map[int64]time.Time
	met      map[int]int // statuses other than 200
	slowest  time.Duration
	latest   time.Duration   // of the refusals
	answered []time.Duration // of the tries that were acknowledged at once
	running  sync.WaitGroup
}

// start begins a load of n people at a rate per second, in the background.
func (w *town) start(ctx context.Context, n, perSecond int) *load {
	l := &load{w: w, posted: map[int64]time.Time{}, acked: map[int64]time.Time{}, met: map[int]int{}}
	l.running.Go(func() {
		tick := time.NewTicker(time.Second / time.Duration(perSecond))
		defer tick.Stop()
		for i := range n {
			select {
			case <-tick.C:
				l.running.Go(func() { l.one(ctx, i) })
			case <-ctx.Done():
				return
			}
		}
	})
	return l
}

func (l *load) one(ctx context.Context, i int) {
	user := passersFrom + int64(i)
	body := l.w.says(user, "/start")
	began := time.Now()
	l.mu.Lock()
	l.posted[user] = began
	l.mu.Unlock()
	refused := false
	err := l.w.deliver(ctx, i, body, func(status int, took time.Duration) {
		refused = true
		l.mu.Lock()
		defer l.mu.Unlock()
		l.met[status]++
		l.latest = max(l.latest, took)
	})
	took := time.Since(began)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		return
	}
	l.acked[user] = time.Now()
	if !refused {
		l.answered = append(l.answered, took)
	}
	l.slowest = max(l.slowest, took)
}

// count is how many were acknowledged so far.
func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

// reach waits until so many were acknowledged.
func (l *load) reach(ctx context.Context, n int) {
	for l.count() < n && (wall{}).Sleep(ctx, 5*time.Millisecond) == nil {
	}
}

// refusals waits until so many more updates were refused.
func (l *load) refusals(ctx context.Context, more int) {
	refused := func() (n int) {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, k := range l.met {
			n += k
		}
		return n
	}
	for want := refused() + more; refused() < want && (wall{}).Sleep(ctx, 5*time.Millisecond) == nil; {
	}
}

// outcome is what a crowd got.
type outcome struct {
	acked, lost, doubled int
	reply                []time.Duration // from first post to the first message
}

func (l *load) outcome(said map[int64][]sim.Call) outcome {
	l.mu.Lock()
	defer l.mu.Unlock()
	o := outcome{acked: len(l.acked)}
	for user := range l.acked {
		calls := said[user]
		if len(calls) == 0 {
			o.lost++
			continue
		}
		o.doubled += len(calls) - 1
		o.reply = append(o.reply, time.UnixMilli(calls[0].At).Sub(l.posted[user]))
	}
	return o
}

// String prints what a load met: the figures that a proof shows.
func (l *load) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var met []string
	for _, status := range slices.Sorted(maps.Keys(l.met)) {
		met = append(met, fmt.Sprintf("%d x%d", status, l.met[status]))
	}
	return fmt.Sprintf("%d updates, %d acknowledged (at once: p50 %s, p99 %s; slowest in all %s), refusals %v, the latest after %s", len(l.posted), len(l.acked),
		share(l.answered, 50), share(l.answered, 99), l.slowest.Round(time.Millisecond), met, l.latest.Round(time.Millisecond))
}

// share is the p-th percentile.
func share(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)].Round(10 * time.Microsecond)
}

// whole fails where somebody of n was not acknowledged, not answered, or answered more often than the faults account for; and
// where the store is not sound.
func (l *load) whole(n, doubles int) outcome {
	l.w.tb.Helper()
	o := l.outcome(l.w.said())
	if o.acked != n || o.lost > 0 || o.doubled > doubles {
		l.w.tb.Errorf("%d of %d acknowledged; %d lost, %d answered once too often", o.acked, n, o.lost, o.doubled)
	}
	l.w.sound()
	return o
}

// onlyRefused fails where an update met something else than 200 and 503.
func (l *load) onlyRefused() {
	l.w.tb.Helper()
	for status := range l.met {
		if status != http.StatusServiceUnavailable {
			l.w.tb.Errorf("status %d x%d", status, l.met[status])
		}
	}
}
