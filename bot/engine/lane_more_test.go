package engine_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/storage"
	"guiwei/storage/storagetest"
	"guiwei/storage/vault"
)

// doing is a Doer made of a func.
type doing func(t engine.Task) (engine.Outcome, error)

func (d doing) Do(_ context.Context, t engine.Task) (engine.Outcome, error) { return d(t) }

// list is what was done, in order.
type list struct {
	mu  sync.Mutex
	all []string
}

func (l *list) add(s string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, s)
}

func (l *list) count(s string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range l.all {
		if one == s {
			n++
		}
	}
	return n
}

// until waits for a condition, and says whether it came true.
func (b *bundle) until(ok func() bool) bool {
	for deadline := time.Now().Add(3 * time.Second); time.Now().Before(deadline); {
		if ok() {
			return true
		}
		_ = b.clock.Sleep(context.Background(), time.Millisecond)
	}
	return false
}

// leave commits effects and does none of them, as a process does that dies there.
func (b *bundle) leave(t *testing.T, id string, effects ...flows.Effect) {
	t.Helper()
	l, err := b.store.Load(t.Context(), b.chat, id)
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.store.Commit(t.Context(), storage.Commit{Chat: b.chat, Version: l.Version, Input: id, Conversation: l.Conversation,
		Effects: effects, Now: b.clock.Now(), Lease: time.Second})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTwoReplicasDoAnEffectOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	other := b.replica(t)
	var done list
	begun, finish := make(chan struct{}), make(chan struct{})
	b.Effects = doing(func(t engine.Task) (engine.Outcome, error) {
		if h := t.Effect.(flows.Examine); h.Side == "slow" {
			close(begun)
			<-finish
		}
		done.add(t.Effect.(flows.Examine).Side)
		return engine.Outcome{}, nil
	})
	other.Effects = doing(func(t engine.Task) (engine.Outcome, error) {
		done.add(t.Effect.(flows.Examine).Side)
		return engine.Outcome{}, nil
	})
	if err := b.say(t, b.Engine, "u1", "slow"); err != nil {
		t.Fatal(err)
	}
	<-begun
	if err := b.say(t, other, "u2", "quick"); err != nil {
		t.Fatal(err)
	}
	b.settle(t, other)
	close(finish)
	b.settle(t, b.Engine)
	b.clock.move(time.Minute)
	if err := other.SweepOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.settle(t, other)
	if !slices.Equal(done.all, []string{"slow", "quick"}) {
		t.Errorf("done %q, want slow once, then quick once", done.all)
	}
}

// held keeps the log line of one input back, which is written between its commit and the push into its lane.
type held struct {
	slog.Handler
	input   string
	release chan struct{}
}

func (h held) Enabled(context.Context, slog.Level) bool { return true }

func (h held) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "input" && a.Value.String() == h.input {
			<-h.release
		}
		return true
	})
	return nil
}

func TestACommitOvertakenByTheNextDoesItsEffectsOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var done list
	b.Effects = doing(func(t engine.Task) (engine.Outcome, error) {
		done.add(t.Effect.(flows.Examine).Side)
		return engine.Outcome{}, nil
	})
	release := make(chan struct{})
	b.Log = slog.New(held{slog.DiscardHandler, "u1", release})
	var first sync.WaitGroup
	first.Go(func() {
		_ = b.Handle(context.Background(), flows.Input{ID: "u1", Kind: flows.Text, Chat: b.chat, Text: "one"}, nil)
	})
	if !b.until(func() bool { return strings.Contains(b.draft(t), "one") }) {
		t.Fatal("never committed")
	}
	first.Go(func() {
		_ = b.Handle(context.Background(), flows.Input{ID: "u2", Kind: flows.Text, Chat: b.chat, Text: "two"}, nil)
	})
	overtaken := time.Now().Add(300 * time.Millisecond)
	b.until(func() bool { return done.count("two") == 1 || time.Now().After(overtaken) })
	close(release)
	first.Wait()
	b.settle(t, b.Engine)
	if !slices.Equal(done.all, []string{"one", "two"}) {
		t.Errorf("done %q, want each once, in order", done.all)
	}
}

func TestAnEditThatIsTriedAgainIsStillAnEdit(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var lives []int
	fail := 0
	b.Effects = doing(func(t engine.Task) (engine.Outcome, error) {
		lives = append(lives, t.Live)
		if fail--; fail == 0 {
			return engine.Outcome{}, &engine.Later{Wait: time.Second, Err: errors.New("429")}
		}
		return engine.Outcome{Live: 7}, nil
	})
	b.leave(t, "u1", flows.Show{})
	b.sweep(t)
	fail = 1
	b.leave(t, "u2", flows.Show{})
	b.sweep(t)
	b.sweep(t)
	if !slices.Equal(lives, []int{0, 7, 7}) {
		t.Errorf("live messages %v, want 0 7 7: tried again, it is a new message", lives)
	}
}

// sweep does what is due a minute later.
func (b *bundle) sweep(t *testing.T) {
	t.Helper()
	b.clock.move(time.Minute)
	if err := b.SweepOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.settle(t, b.Engine)
}

func TestALiveMessageIsKnownThoughALaterEffectFails(t *testing.T) {
	t.Parallel()
	b := setup(t)
	fail := true
	b.Effects = doing(func(t engine.Task) (engine.Outcome, error) {
		if _, show := t.Effect.(flows.Show); show {
			return engine.Outcome{Live: 7}, nil
		}
		if fail {
			fail = false
			return engine.Outcome{}, &engine.Later{Err: errors.New("away")}
		}
		return engine.Outcome{}, nil
	})
	b.leave(t, "u1", flows.Show{}, flows.MarkChecked{})
	for range 2 {
		b.clock.move(time.Minute)
		if err := b.SweepOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.settle(t, b.Engine)
	}
	l, err := b.store.Load(t.Context(), b.chat, "look")
	if err != nil {
		t.Fatal(err)
	}
	if l.Live != 7 {
		t.Errorf("live message %d, want 7: the next edit changes one far above", l.Live)
	}
}

func TestTriesGrowRarerWhileTelegramIsAway(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var done list
	b.Effects = doing(func(engine.Task) (engine.Outcome, error) {
		done.add("try")
		return engine.Outcome{}, &engine.Later{Err: errors.New("connection refused")}
	})
	b.leave(t, "u1", flows.Show{})
	for range 120 { // two minutes, looked at each second
		b.clock.move(1050 * time.Millisecond)
		if err := b.SweepOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.settle(t, b.Engine)
	}
	if n := done.count("try"); n > 25 {
		t.Errorf("%d tries in two minutes: no backoff (F10: up to 60 s)", n)
	}
}

func TestStopDoesNotWaitForAMessageThatTelegramHoldsBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w := waiting{begun: make(chan struct{}), free: make(chan struct{})}
	e := b.replica(t)
	e.Effects = w
	if err := b.say(t, e, "u1", "x"); err != nil {
		t.Fatal(err)
	}
	<-w.begun
	stopped := make(chan struct{})
	go func() { e.Stop(); close(stopped) }()
	select {
	case <-stopped:
	case <-time.After(8 * time.Second):
		t.Error("still waiting after 8 s: Docker kills after 10")
	}
	close(w.free)
	<-stopped
}

// waiting waits for its turn as the pacer does, until ctx ends.
type waiting struct{ begun, free chan struct{} }

func (w waiting) Do(ctx context.Context, _ engine.Task) (engine.Outcome, error) {
	close(w.begun)
	select {
	case <-ctx.Done():
	case <-w.free:
	}
	return engine.Outcome{}, &engine.Later{Err: context.Canceled}
}

func TestALaneIsPushedToWhileItWorks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.Effects = doing(func(engine.Task) (engine.Outcome, error) {
		return engine.Outcome{Live: 7}, b.clock.Sleep(context.Background(), 2*time.Millisecond)
	})
	for i := range 30 {
		if err := b.say(t, b.Engine, "u"+strings.Repeat("x", i), "x"); err != nil {
			t.Fatal(err)
		}
	}
	b.settle(t, b.Engine)
}

func TestAnOutageOfRedisParksNobodysWords(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keys, err := vault.Generate()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(keys)
	if err != nil {
		t.Fatal(err)
	}
	proxy := storagetest.Proxy(t, storagetest.Server(t))
	store, err := storage.Open(t.Context(), storage.Options{URL: proxy.URL, Vault: v, Prefix: storagetest.Prefix(t), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	b.store = store
	e := b.replica(t)
	e.Conversations = lateMend{store, proxy.Mend, new(int)}
	proxy.Cut()
	for range 5 {
		if err := b.say(t, e, "u1", "my name"); err == nil {
			break
		}
	}
	if err := b.say(t, e, "u1", "my name"); err != nil {
		t.Fatal(err)
	}
	b.settle(t, e)
	if got := b.draft(t); !strings.Contains(got, "my name") {
		t.Errorf("draft %q: the words were set aside and acknowledged", got)
	}
}

// lateMend is the real store; the network comes back right after the fifth Load has failed.
type lateMend struct {
	*storage.Store
	mend  func()
	loads *int
}

func (s lateMend) Load(ctx context.Context, chat int64, input string) (storage.Loaded, error) {
	l, err := s.Store.Load(ctx, chat, input)
	if *s.loads++; *s.loads == 5 {
		s.mend()
	}
	return l, err
}

func TestALaneOfShortEffectsKeepsItsLease(t *testing.T) {
	t.Parallel()
	b := setup(t)
	other := b.replica(t)
	var done list
	slow := doing(func(engine.Task) (engine.Outcome, error) {
		done.add("x")
		return engine.Outcome{}, b.clock.Sleep(context.Background(), 700*time.Millisecond)
	})
	b.Effects, other.Effects = slow, slow
	const n = 6
	effects := make([]flows.Effect, n)
	for i := range effects {
		effects[i] = flows.MarkChecked{}
	}
	b.leave(t, "u1", effects...)
	b.clock.move(2 * time.Second)
	if err := b.SweepOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	for !b.Idle() {
		if err := other.SweepOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
		_ = b.clock.Sleep(t.Context(), 100*time.Millisecond)
	}
	b.settle(t, other)
	if got := done.count("x"); got != n {
		t.Errorf("%d effects done, want %d: the other replica took the lane over while it worked", got, n)
	}
}
