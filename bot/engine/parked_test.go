package engine_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"guiwei/bot/engine"
	"guiwei/flows"
)

func TestWhatCameBehindAParkedEntryIsDoneAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var done list
	fails := 0
	b.Effects = doing(func(t engine.Task) (engine.Outcome, error) {
		h, ok := t.Effect.(flows.Examine)
		switch {
		case !ok:
		case h.Side == "bad":
			fails++
			return engine.Outcome{}, errors.New("our own fault")
		default:
			done.add(h.Side)
		}
		return engine.Outcome{}, nil
	})
	for _, words := range []string{"bad", "good"} {
		if err := b.say(t, b.Engine, words, words); err != nil {
			t.Fatal(err)
		}
		b.settle(t, b.Engine)
	}
	for range 4 {
		if slices.Contains(done.all, "good") {
			t.Fatalf("done after %d tries of what is before it", fails)
		}
		b.clock.move(2 * time.Minute)
		b.sweep(t)
	}
	if !slices.Equal(done.all, []string{"good"}) {
		t.Errorf("done %q in the same breath, after %d tries of what was before it", done.all, fails)
	}
}
