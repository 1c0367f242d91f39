package app

import (
	"errors"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"guiwei/storage/storagetest"
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
			t.Logf("%s; backlog drained %s after the last", l, time.Since(back).Round(time.Millisecond))
			l.whole(n, often(1, 5)) // each end may cut an answer between its sending and the note of it
			if l.met[http.StatusServiceUnavailable] == 0 {
				t.Error("no update met a Redis that was away")
			}
			l.onlyRefused()
		})
	}
}

// before puts a fault proxy between the replicas and their Redis.
func before(t *testing.T, p plan) (*town, *storagetest.FaultProxy) {
	t.Helper()
	var proxy *storagetest.FaultProxy
	p.redis = func(url string) string {
		proxy = storagetest.Proxy(t, url)
		return proxy.URL
	}
	return newTown(t, p), proxy
}

// Rows: F7 R7 U20
//
// A slow Redis: with 50 and 500 ms more, and with one reply in a hundred 500 ms late, everybody is answered, once, and soon.
func TestSlowRedisAnswersEverybody(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		slow  func(*storagetest.FaultProxy)
		rate  int // a connection serves an answer at a time
		reply time.Duration
	}{
		"none":   {func(*storagetest.FaultProxy) {}, 200, 1500 * time.Millisecond},
		"50 ms":  {func(p *storagetest.FaultProxy) { p.Delay(50 * time.Millisecond) }, 200, 1500 * time.Millisecond},
		"500 ms": {func(p *storagetest.FaultProxy) { p.Delay(500 * time.Millisecond) }, 20, 4 * time.Second},
		"stalls": {func(p *storagetest.FaultProxy) { p.Stall(100, 500*time.Millisecond) }, 100, 4 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			n := c.rate * often(3, 30)
			w, proxy := before(t, plan{cast: passers(n)})
			c.slow(proxy)
			l := w.start(t.Context(), n, c.rate)
			l.running.Wait()
			w.rest(30 * time.Second)
			proxy.Delay(0)
			proxy.Stall(0, 0)
			o := l.whole(n, 0)
			t.Logf("%s; first reply p50 %s, p95 %s", l, share(o.reply, 50), share(o.reply, 95))
			if p95 := share(o.reply, 95); p95 > c.reply {
				t.Errorf("p95 of the first reply is %s, above %s", p95, c.reply)
			}
		})
	}
}

// Rows: F7
//
// A Redis that answers after 5 s: the webhook refuses within its 3 s, goroutines do not pile up, and once it is quick again all
// is well within 10 s.
func TestRedisOfFiveSecondsIsRefusedInTime(t *testing.T) {
	t.Parallel()
	const n = 200
	w, proxy := before(t, plan{cast: passers(n)})
	l := w.start(t.Context(), n, 100)
	l.reach(t.Context(), n/10)
	before := runtime.NumGoroutine()
	proxy.Delay(5 * time.Second)
	l.refusals(t.Context(), often(300, 3_000))
	during := runtime.NumGoroutine()
	proxy.Delay(0)
	back := time.Now()
	l.running.Wait()
	w.rest(30 * time.Second)
	healed := time.Since(back)
	t.Logf("%s; well %s later; goroutines %d before, %d meanwhile, %d after", l, healed.Round(time.Millisecond), before, during, runtime.NumGoroutine())
	l.whole(n, 0)
	l.onlyRefused()
	if l.latest > 4*time.Second {
		t.Errorf("a refusal came after %s, want 3 s", l.latest)
	}
	if healed > 10*time.Second {
		t.Errorf("well again after %s", healed)
	}
	if during > before+20*n {
		t.Errorf("%d goroutines before, %d meanwhile", before, during)
	}
}

// Rows: F8
//
// Redis forgets its scripts, refuses writes, and every 20th command is executed but its reply lost: nothing is lost, and what is
// repeated is done once.
func TestRedisThatForgetsAndLosesRepliesDoublesNothing(t *testing.T) {
	t.Parallel()
	n := often(400, 6_000)
	w, proxy := before(t, plan{cast: passers(n)})
	rdb := redis.NewClient(&redis.Options{Addr: w.redis.Address, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}})
	defer rdb.Close()
	proxy.LoseEvery(20)
	l := w.start(t.Context(), n, 200)
	for i := range 8 {
		l.reach(t.Context(), n*(i+1)/10)
		fault := rdb.ScriptFlush(t.Context()).Err()
		if i%4 == 2 {
			fault = errors.Join(fault, rdb.Do(t.Context(), "REPLICAOF", "127.0.0.1", "1").Err())
			l.refusals(t.Context(), 20)
			fault = errors.Join(fault, rdb.Do(t.Context(), "REPLICAOF", "NO", "ONE").Err())
		}
		if fault != nil {
			t.Fatal(fault)
		}
	}
	l.running.Wait()
	proxy.LoseEvery(0) // a sweep is one pipeline of 512: it never comes through
	w.rest(60 * time.Second)
	t.Logf("%s; %d replies lost", l, proxy.Lost())
	l.whole(n, 0)
	l.onlyRefused()
	if proxy.Lost() < n/20 {
		t.Errorf("only %d replies were lost", proxy.Lost())
	}
}
