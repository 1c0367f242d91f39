package engine_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/storage"
)

// secrets lists what is still to be hashed, as the outbox holds it.
func (b *bundle) secrets(t *testing.T) (plain []string) {
	t.Helper()
	entries, err := b.store.Pending(t.Context(), storage.Owner{Chat: b.chat})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		for _, f := range e.Effects {
			if a, ok := f.(flows.Asked); ok {
				f = a.Effect.Effect
			}
			switch f := f.(type) {
			case flows.Hash:
				plain = append(plain, f.Plain)
			case flows.LogIn:
				plain = append(plain, f.Plain)
			}
		}
	}
	return plain
}

func asked(e flows.Effect) flows.Effect {
	return flows.Asked{Frame: 1, Turn: 1, Effect: flows.Named{Effect: e}}
}

func TestASecretLeavesTheOutboxWithinAMinuteThoughTelegramIsAway(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.Effects = doing(func(t engine.Task) (engine.Outcome, error) {
		if _, deletes := t.Effect.(flows.Delete); deletes {
			return engine.Outcome{}, &engine.Later{Err: errors.New("telegram is away")}
		}
		return engine.Outcome{}, nil
	})
	b.leave(t, "u1", flows.Delete{Message: 1}, asked(flows.Hash{Plain: "correct horse"}), asked(flows.LogIn{Plain: "battery staple"}))
	for range 5 {
		b.clock.move(20 * time.Second)
		if err := b.SweepOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.settle(t, b.Engine)
	}
	for _, plain := range b.secrets(t) {
		if plain != "" {
			t.Errorf("after 100 s a secret of %d characters is still in the outbox", len(plain))
		}
	}
}

func TestASecretLeftByACrashIsDeletedPastWhatIsStuck(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var done list
	b.Effects = doing(func(t engine.Task) (engine.Outcome, error) {
		if _, shows := t.Effect.(flows.Show); shows {
			return engine.Outcome{}, &engine.Later{Wait: time.Minute, Err: errors.New("429")}
		}
		done.add(flows.EffectName(t.Effect))
		return engine.Outcome{}, nil
	})
	b.leave(t, "u1", flows.Show{})
	b.leave(t, "u2", flows.Delete{Message: 1}, flows.Show{})
	b.clock.move(2 * time.Second)
	if err := b.SweepOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.settle(t, b.Engine)
	if done.count("Delete") != 1 {
		t.Errorf("done %q: the secret waits behind a message that Telegram does not want yet", done.all)
	}
}

func TestAPanicTellsTheLogNothingOfWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var mu sync.Mutex
	var log bytes.Buffer
	b.Log = slog.New(slog.NewJSONHandler(locked{&mu, &log}, nil))
	b.Effects = doing(func(t engine.Task) (engine.Outcome, error) {
		panic("cannot hash " + t.Effect.(flows.Hash).Plain)
	})
	if err := b.say(t, b.Engine, "u1", "my-secret-words"); err != nil {
		t.Fatal(err)
	}
	b.settle(t, b.Engine)
	mu.Lock()
	defer mu.Unlock()
	if strings.Contains(log.String(), "my-secret-words") {
		t.Errorf("log: %s", log.String())
	}
}

type locked struct {
	mu *sync.Mutex
	to *bytes.Buffer
}

func (l locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(p)
}
