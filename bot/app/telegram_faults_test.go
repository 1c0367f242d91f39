package app

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guiwei/bot/sim"
	"guiwei/bot/telegram"
)

// swift is a clock that runs faster than the wall's, by a rate that the test changes: story seconds in a second.
type swift struct {
	mu   sync.Mutex
	at   time.Time // story time at the last change
	real time.Time
	rate float64
}

func newSwift(rate float64) *swift {
	return &swift{at: dawn().at, real: time.Now(), rate: rate}
}

func (s *swift) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

func (s *swift) now() time.Time {
	return s.at.Add(time.Duration(float64(time.Since(s.real)) * s.rate))
}

func (s *swift) run(rate float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at, s.real, s.rate = s.now(), time.Now(), rate
}

// Sleep looks again every few milliseconds, as the rate may have changed.
func (s *swift) Sleep(ctx context.Context, d time.Duration) error {
	for until := s.Now().Add(d); ; {
		left := until.Sub(s.Now())
		if left <= 0 {
			return ctx.Err()
		}
		s.mu.Lock()
		real := time.Duration(float64(left) / s.rate)
		s.mu.Unlock()
		if err := (wall{}).Sleep(ctx, min(real, 5*time.Millisecond)); err != nil {
			return err
		}
	}
}

// hasty is a town by a swift clock, at Telegram's pace.
func hasty(t *testing.T, rate float64, p plan) (*town, *swift) {
	t.Helper()
	clock := newSwift(rate)
	p.clock, p.now, p.pace = clock, clock.Now, func() telegram.Clock { return clock }
	return newTown(t, p), clock
}

// Rows: F9
//
// Telegram wants to be left alone by some chats for 3 to 60 s: none of them is written to before its time, each gets its answer
// after it, and the others wait for nothing.
func TestTooManyRequestsHoldsThatChatAlone(t *testing.T) {
	t.Parallel()
	const chats, held = 20, 8
	w, _ := hasty(t, 20, plan{cast: passers(chats)})
	rest := map[int64]time.Duration{}
	for i := range held {
		user, seconds := int64(passersFrom+i), 3+i*57/(held-1)
		rest[user] = time.Duration(seconds) * time.Second
		if err := w.sim.Fault(sim.Fault{Method: "sendMessage", Kind: "429", Count: 1, RetryAfter: seconds, Chat: user}); err != nil {
			t.Fatal(err)
		}
	}
	began := w.clock.Now()
	for i := range chats {
		user := int64(passersFrom + i)
		if err := w.deliver(t.Context(), i, w.says(user, "/start"), nil); err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 { // more to say to a chat that is held, from the other replica
			if err := w.deliver(t.Context(), i+1, w.says(user, "/help"), nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	for until := time.Now().Add(30 * time.Second); len(w.said()) < chats && time.Now().Before(until); {
		_ = (wall{}).Sleep(t.Context(), 20*time.Millisecond)
	}
	w.rest(20 * time.Second)
	refused := map[int64]time.Time{}
	for _, c := range w.sim.Calls(0) {
		user, at := number(c.Params["chat_id"]), time.UnixMilli(c.At)
		if c.Fault == "429" {
			refused[user] = at
			continue
		}
		if since, is := refused[user]; is && at.Before(since.Add(rest[user]-time.Second)) { // a call under way is a second at this rate
			t.Errorf("%s to %d came %s after it was told to wait %s", c.Method, user, at.Sub(since), rest[user])
		}
	}
	said := w.said()
	if len(refused) != held || len(said) != chats {
		t.Errorf("%d chats were held, want %d; %d of %d were answered", len(refused), held, len(said), chats)
	}
	var slowest time.Duration
	for i := held; i < chats; i++ {
		for _, c := range said[int64(passersFrom+i)][:1] {
			slowest = max(slowest, time.UnixMilli(c.At).Sub(began))
		}
	}
	t.Logf("the others were answered within %s of story time", slowest.Round(time.Millisecond))
	if slowest > 25*time.Second {
		t.Errorf("a chat that nobody holds waited %s", slowest)
	}
}

// away is a Telegram that fails in turn by a 502 in HTML, a 500, and a connection that breaks, while it is on.
type away struct {
	on    atomic.Bool
	tries atomic.Int64
}

func (a *away) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.on.Load() {
			next.ServeHTTP(w, r)
			return
		}
		switch a.tries.Add(1) % 3 {
		case 0:
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusBadGateway)
			_, _ = w.Write([]byte("<html><body><h1>502 Bad Gateway</h1></body></html>"))
		case 1:
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte(`{"ok":false,"error_code":500,"description":"Internal Server Error"}`))
		default:
			panic(http.ErrAbortHandler)
		}
	})
}

// Rows: F10 P31 R5
//
// Telegram is away for two hours by the story's clock: updates are taken in, tried again at most a minute apart; when it is back
// each chat gets its answers in order, once, at no more than 25 a second, and who writes now is answered before the backlog. One
// replica: at this speed a lease lasts no longer than a round trip.
func TestTelegramAwayForTwoHoursLosesNothing(t *testing.T) {
	t.Parallel()
	chats := often(150, 1_500)
	var gone away
	w, clock := hasty(t, 1_500, plan{replicas: 1, cast: passers(chats + 1), telegram: gone.before})
	gone.on.Store(true)
	left := clock.Now()
	for i := range chats {
		for j, words := range []string{"/start", "/help"} {
			if err := w.deliver(t.Context(), i+j, w.says(int64(passersFrom+i), words), nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	for clock.Now().Sub(left) < 2*time.Hour {
		_ = (wall{}).Sleep(t.Context(), 10*time.Millisecond)
	}
	tries := gone.tries.Load()
	clock.run(10)
	back := clock.Now()
	gone.on.Store(false)
	for n := 0; n < 20 && t.Context().Err() == nil; n = len(w.said()) { // the backlog is under way
		_ = (wall{}).Sleep(t.Context(), 5*time.Millisecond)
	}
	live := clock.Now()
	w.must(w.says(int64(passersFrom+chats), "/start"))
	said := w.said()
	for until := time.Now().Add(time.Minute); len(said) <= chats && time.Now().Before(until); said = w.said() {
		_ = (wall{}).Sleep(t.Context(), 10*time.Millisecond) // those put off longest are no more than a minute of the clock away
	}
	w.rest(30 * time.Second)
	said = w.said()
	at := time.UnixMilli(said[int64(passersFrom+chats)][0].At)
	last, all := back, 0
	for i := range chats {
		calls := said[int64(passersFrom+i)]
		if len(calls) != 2 || calls[0].Params["text"] == calls[1].Params["text"] {
			t.Fatalf("%d got %d messages, want the menu and the help", passersFrom+i, len(calls))
		}
		for _, c := range calls {
			all++
			if when := time.UnixMilli(c.At); when.After(last) {
				last = when
			}
		}
	}
	took := last.Sub(back)
	t.Logf("%d tries in two hours for %d chats; %d messages drained in %s, %.1f a second; who wrote meanwhile waited %s", tries, chats, all,
		took.Round(time.Second), float64(all)/took.Seconds(), at.Sub(live).Round(time.Millisecond))
	if most := int64(chats) * 200; tries < int64(chats) || tries > most { // at this speed a busy machine does not come round each minute
		t.Errorf("%d tries of %d chats in two hours: no backoff", tries, chats)
	}
	if most := 80*time.Second + time.Duration(all)*time.Second/20; took > most {
		t.Errorf("drained only in %s: nothing is put off by more than a minute", took)
	}
	const atOnce = 25 // the first second's go together
	if rate := float64(all-atOnce) / took.Seconds(); rate > 26 {
		t.Errorf("drained at %.1f a second after the first", rate)
	}
	if wait := at.Sub(live); wait > 5*time.Second {
		t.Errorf("who wrote while the backlog drained waited %s", wait)
	}
	w.sound()
}
