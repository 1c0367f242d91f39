package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/storage"
)

// raised is a bundle's engine, and beside it one that knows talk's next version.
func raised(t *testing.T) (b *bundle, newer *engine.Engine) {
	t.Helper()
	b = setup(t)
	next := talkTable
	next.Version, next.Upgrade = 2, map[int]func(flows.Frame) (flows.Frame, error){
		1: func(f flows.Frame) (flows.Frame, error) { return f, nil }}
	book, err := flows.NewBook(noWords{}, flows.Define(next))
	if err != nil {
		t.Fatal(err)
	}
	newer = b.replica(t)
	newer.Book = book
	return b, newer
}

// swept lets replicas sweep in turn until the outbox of the chat is empty, within some rounds of a second.
func (b *bundle) swept(t *testing.T, rounds int, replicas ...*engine.Engine) []storage.Entry {
	t.Helper()
	for range rounds {
		for _, e := range replicas {
			if err := e.SweepOnce(t.Context()); err != nil {
				t.Fatal(err)
			}
			b.settle(t, e)
		}
		b.clock.move(time.Second)
	}
	entries, err := b.store.Pending(t.Context(), storage.Owner{Chat: b.chat})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// Rows: F20
//
// Texts go to an older and a newer replica at random while both sweep, the older one first: each is judged once, in order.
func TestInputsOfANewerConversationAreJudgedOnceInOrder(t *testing.T) {
	t.Parallel()
	b, newer := raised(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 20))
	var want []string
	for i := range 30 {
		e, id := newer, fmt.Sprintf("u%d", i)
		if i > 0 && dice.IntN(2) == 0 {
			e = b.Engine
		}
		for range 1 + dice.IntN(2) { // Telegram sends it again
			if err := b.say(t, e, id, id); err != nil {
				t.Fatal(err)
			}
		}
		b.settle(t, e)
		want = append(want, id)
		if dice.IntN(4) == 0 {
			b.swept(t, 1, b.Engine, newer)
		}
	}
	if left := b.swept(t, 5, b.Engine, newer); len(left) > 0 {
		t.Errorf("%d entries are left", len(left))
	}
	var got draft
	if err := json.Unmarshal([]byte(b.draft(t)), &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(draft{Said: want, Done: want}, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// Rows: F20
//
// With older replicas alone what was typed is gone within a minute, its person is told once for all that waited, and the next
// text is judged when a newer one is back.
func TestWhatWaitsInVainIsGoneWithinAMinuteAndToldOnce(t *testing.T) {
	t.Parallel()
	b, newer := raised(t)
	var told list
	b.Effects = doing(func(t engine.Task) (engine.Outcome, error) {
		if tell, ok := t.Effect.(flows.Tell); ok {
			told.add(tell.Phrase.Key)
		}
		return engine.Outcome{}, nil
	})
	if err := b.say(t, newer, "u1", "first"); err != nil {
		t.Fatal(err)
	}
	b.settle(t, newer)
	for _, id := range []string{"u2", "u3"} {
		if err := b.say(t, b.Engine, id, "a secret"); err != nil {
			t.Fatal(err)
		}
	}
	if left := b.swept(t, 55, b.Engine); len(left) != 2 || told.count("kit.kept") != 0 {
		t.Errorf("after 55 s %d wait, told %v", len(left), told.all)
	}
	if left := b.swept(t, 5, b.Engine); len(left) > 0 {
		t.Errorf("after a minute %d wait", len(left))
	}
	if got := told.count("kit.kept"); got != 1 {
		t.Errorf("told %d times: %v", got, told.all)
	}
	if err := b.say(t, newer, "u4", "last"); err != nil {
		t.Fatal(err)
	}
	b.settle(t, newer)
	if got := b.draft(t); got != `{"said":["first","last"],"done":["first","last"]}` {
		t.Errorf("draft %s", got)
	}
}

// Rows: F20
//
// An older replica neither does an effect whose answer only a newer one can hear, nor keeps it from it.
func TestAnEffectOfANewerConversationIsDoneByANewerReplica(t *testing.T) {
	t.Parallel()
	b, newer := raised(t)
	b.doer.fail, b.doer.err = 1, &engine.Later{Wait: time.Second, Err: errors.New("429")}
	if err := b.say(t, newer, "u1", "hello"); err != nil {
		t.Fatal(err)
	}
	b.settle(t, newer)
	if left := b.swept(t, 20, b.Engine); len(left) != 1 || len(b.doer.ops) != 0 {
		t.Errorf("the older one alone: %d wait, %v done", len(left), b.doer.ops)
	}
	if left := b.swept(t, 2, b.Engine, newer); len(left) > 0 || len(b.doer.ops) != 1 {
		t.Errorf("both: %d wait, %v done", len(left), b.doer.ops)
	}
	if got := b.draft(t); got != `{"said":["hello"],"done":["hello"]}` {
		t.Errorf("draft %s", got)
	}
}

// Teleport is an effect that no version knows by name.
type Teleport struct{ flows.Forgotten }

// Rows: F20
//
// An effect that this version does not know waits ten minutes for one that does, and then stands in nobody's way; meanwhile
// another chat's is done.
func TestAnUnknownEffectWaitsTenMinutesAndHoldsUpNoOtherChat(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.leave(t, "u1", Teleport{})
	for i, step := range []struct {
		rounds, left int
	}{{590, 1}, {40, 0}} {
		if left := b.swept(t, step.rounds, b.Engine); len(left) != step.left {
			t.Errorf("step %d: %d wait, want %d", i, len(left), step.left)
		}
		stuck := b.chat
		b.chat += int64(i) + 1
		if err := b.say(t, b.Engine, fmt.Sprintf("v%d", i), "hello"); err != nil {
			t.Fatal(err)
		}
		b.settle(t, b.Engine)
		if got := b.draft(t); got != `{"said":["hello"],"done":["hello"]}` {
			t.Errorf("another chat's draft %s", got)
		}
		b.chat = stuck
	}
}
