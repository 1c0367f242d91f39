package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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

func TestMain(m *testing.M) { storagetest.Main(m) }

// draft counts what was said.
type draft struct {
	Said []string `json:"said"`
	Done []string `json:"done"`
}

// talkTable is a flow that keeps what is typed, has it looked at, and notes the answers in order.
var talkTable = flows.Table[draft]{
	Name: "talk", Version: 1,
	Steps: []flows.Step[draft]{{At: "open",
		Ask: func(*draft, flows.View) flows.Prompt { return flows.Ask("talk") },
		Judge: func(d *draft, in flows.Input) flows.Verdict {
			switch {
			case in.Text == "panic":
				panic("a judge's fault")
			case in.Kind == flows.Text:
				d.Said = append(d.Said, in.Text)
				return flows.Silent(flows.Examine{Side: in.Text})
			case in.Kind == flows.Answered:
				d.Done = append(d.Done, in.Answer.(flows.Examined).Side)
			}
			return flows.Silent()
		}}},
}

type noWords struct{}

func (noWords) Judge(flows.Conversation, flows.Input) (flows.Verdict, bool) {
	return flows.Verdict{}, false
}

// doer does effects as the test says: fail counts down, then every Examine answers its text.
type doer struct {
	mu   sync.Mutex
	fail int
	err  error
	ops  []string
}

func (d *doer) Do(_ context.Context, t engine.Task) (engine.Outcome, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail > 0 {
		d.fail--
		return engine.Outcome{}, d.err
	}
	if h, ok := t.Effect.(flows.Examine); ok {
		d.ops = append(d.ops, t.Op)
		return engine.Outcome{Answer: flows.Examined{Side: h.Side}}, nil
	}
	return engine.Outcome{}, nil
}

// clock is real time with an offset that the test moves.
type clock struct {
	mu     sync.Mutex
	offset time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// bundle is an engine over a real Redis.
type bundle struct {
	*engine.Engine
	store *storage.Store
	doer  *doer
	clock *clock
	chat  int64
}

func setup(t *testing.T) *bundle {
	t.Helper()
	keys, err := vault.Generate()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(keys)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	store, err := storage.Open(t.Context(), storage.Options{URL: storagetest.Server(t), Vault: v, Prefix: storagetest.Prefix(t), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	b := &bundle{store: store, doer: &doer{}, clock: &clock{}, chat: 42}
	b.Engine = b.replica(t)
	return b
}

// replica is another engine over the same store.
func (b *bundle) replica(t *testing.T) *engine.Engine {
	t.Helper()
	book, err := flows.NewBook(noWords{}, flows.Define(talkTable))
	if err != nil {
		t.Fatal(err)
	}
	e := &engine.Engine{Book: book, Conversations: b.store, Outbox: b.store, Due: b.store, Effects: b.doer, Clock: b.clock,
		Digest: func(int64, string) string { return "" }, Log: slog.New(slog.DiscardHandler)}
	t.Cleanup(e.Stop)
	return e
}

func (b *bundle) say(t *testing.T, e *engine.Engine, id, text string) error {
	t.Helper()
	return e.Handle(t.Context(), flows.Input{ID: id, Kind: flows.Text, Chat: b.chat, Text: text}, nil)
}

func (b *bundle) draft(t *testing.T) string {
	t.Helper()
	l, err := b.store.Load(t.Context(), b.chat, "look")
	if err != nil {
		t.Fatal(err)
	}
	if top := l.Conversation.Top(); top != nil {
		return string(top.Draft)
	}
	return ""
}

// settle waits until the engine is idle.
func (b *bundle) settle(t *testing.T, e *engine.Engine) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !e.Idle(); {
		if time.Now().After(deadline) {
			t.Fatal("never idle")
		}
		_ = b.clock.Sleep(t.Context(), time.Millisecond)
	}
}

// Rows: P45
func TestTheSameUpdateThriceIsJudgedOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 3 {
		if err := b.say(t, b.Engine, "u1", "hello"); err != nil {
			t.Fatal(err)
		}
		b.settle(t, b.Engine)
	}
	if got := b.draft(t); got != `{"said":["hello"],"done":["hello"]}` {
		t.Errorf("draft %s", got)
	}
}

func TestEffectsOfAChatKeepTheirOrder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var want []string
	for i := range 20 {
		text := fmt.Sprint(i)
		want = append(want, `"`+text+`"`)
		if err := b.say(t, b.Engine, "u"+text, text); err != nil {
			t.Fatal(err)
		}
	}
	b.settle(t, b.Engine)
	list := strings.Join(want, ",")
	if got := b.draft(t); got != fmt.Sprintf(`{"said":[%s],"done":[%s]}`, list, list) {
		t.Errorf("draft %s", got)
	}
}

func TestTwoReplicasLoseNoText(t *testing.T) {
	t.Parallel()
	b := setup(t)
	other := b.replica(t)
	var all sync.WaitGroup
	const each = 25
	for i := range each {
		for name, e := range map[string]*engine.Engine{"a": b.Engine, "b": other} {
			all.Go(func() {
				for err := errors.New("first"); err != nil; {
					err = b.say(t, e, fmt.Sprintf("%s%d", name, i), name)
				}
			})
		}
	}
	all.Wait()
	b.settle(t, b.Engine)
	b.settle(t, other)
	if got := strings.Count(b.draft(t), `"a"`) + strings.Count(b.draft(t), `"b"`); got != 4*each {
		t.Errorf("%d texts and answers, want %d: %s", got, 4*each, b.draft(t))
	}
}

// Rows: P31
func TestAFailedEffectKeepsItsPlaceAndIsDoneLater(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.doer.fail, b.doer.err = 1, &engine.Later{Wait: 3 * time.Second, Err: errors.New("429")}
	for _, text := range []string{"first", "second"} {
		if err := b.say(t, b.Engine, "u-"+text, text); err != nil {
			t.Fatal(err)
		}
		b.settle(t, b.Engine)
	}
	b.clock.move(time.Minute)
	if err := b.SweepOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.settle(t, b.Engine)
	if got := b.draft(t); got != `{"said":["first","second"],"done":["first","second"]}` {
		t.Errorf("draft %s", got)
	}
}

func TestAnEffectThatNeverWorksIsSetAsideAndNobodyWaits(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.doer.fail, b.doer.err = 5, errors.New("broken")
	if err := b.say(t, b.Engine, "u1", "poison"); err != nil {
		t.Fatal(err)
	}
	for range 8 {
		b.settle(t, b.Engine)
		b.clock.move(2 * time.Minute)
		if err := b.SweepOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.say(t, b.Engine, "u2", "fine"); err != nil {
		t.Fatal(err)
	}
	b.settle(t, b.Engine)
	if got := b.draft(t); got != `{"said":["poison","fine"],"done":["fine"]}` {
		t.Errorf("draft %s", got)
	}
}

func TestAJudgesPanicIsParkedAfterFiveTries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for try := 1; try <= 5; try++ {
		err := b.say(t, b.Engine, "u1", "panic")
		if (err == nil) != (try == 5) {
			t.Errorf("try %d: %v", try, err)
		}
	}
	if err := b.say(t, b.Engine, "u1", "panic"); err != nil {
		t.Errorf("a parked input comes again: %v", err)
	}
}

func TestAnUpdateCostsTwoRoundTripsBeforeItsAck(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 3 { // the first loads the scripts
		before := b.store.Trips()
		if err := b.Handle(t.Context(), flows.Input{ID: fmt.Sprintf("u%d", i), Kind: flows.Other, Chat: b.chat}, nil); err != nil {
			t.Fatal(err)
		}
		if trips := b.store.Trips() - before; i > 0 && trips != 2 {
			t.Errorf("%d round trips, want 2", trips)
		}
		b.settle(t, b.Engine)
	}
}
