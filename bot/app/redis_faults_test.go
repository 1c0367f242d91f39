package app

import (
	"net/http"
	"testing"
	"time"
)

// Rows: F3 R7
//
// Redis is ended and started again under 200 updates a second: the webhook refuses meanwhile, with nothing but 503, and what
// was acknowledged is answered.
func TestRedisRestartedUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*town){
		"SIGTERM": func(w *town) { w.redis.Terminate() },
		"SIGKILL": func(w *town) { w.redis.Kill() },
	} {
		t.Run(name, func(t *testing.T) {
			n := often(500, 6_000)
			w := newTown(t, plan{cast: passers(n)})
			l := w.start(t.Context(), n, 200)
			for i := range often(1, 5) {
				l.reach(t.Context(), n*(2*i+1)/often(4, 12))
				end(w)
				l.refusals(t.Context(), 200)
				w.redis.Start(t)
			}
			l.running.Wait()
			back := time.Now()
			w.rest(60 * time.Second)
			o := l.outcome(w.said())
			t.Logf("%s; backlog drained %s after the last; %d answered twice", l, time.Since(back).Round(time.Millisecond), o.doubled)
			if o.acked != n || o.lost > 0 {
				t.Errorf("%d of %d acknowledged, %d of them lost", o.acked, n, o.lost)
			}
			if l.met[http.StatusServiceUnavailable] == 0 {
				t.Error("no update met a Redis that was away")
			}
			for status := range l.met {
				if status != http.StatusServiceUnavailable {
					t.Errorf("status %d while Redis was away", status)
				}
			}
			w.sound()
		})
	}
}
