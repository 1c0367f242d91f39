package app

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/bot/config"
	"guiwei/flows"
	"guiwei/flows/register"
	"guiwei/flows/words"
)

// upgraded gives the first replica today's book, and every later one a book whose registration is of the next version.
func upgraded(t *testing.T) func(c config.Config, replica int, today flows.Book) flows.Book {
	return func(c config.Config, replica int, today flows.Book) flows.Book {
		if replica == 0 {
			return today
		}
		next := register.Table(settings(c))
		next.Upgrade[next.Version] = func(f flows.Frame) (flows.Frame, error) { return f, nil }
		next.Version++
		list := []flows.Flow{today.Flows()["home"], flows.Define(next)}
		for name, f := range today.Flows() {
			if name != "home" && name != "register" {
				list = append(list, f)
			}
		}
		b, err := flows.NewBook(words.Words{}, list...)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

// Rows: F20
//
// A rolling deploy: the updates of many students meet an older and a newer replica by chance, one right after the other. What
// is stored and what each was told, message by message, is that of the newer replica alone.
func TestOldAndNewReplicasTogetherAnswerOnceAndInOrder(t *testing.T) {
	t.Parallel()
	students := often(60, 2_000)
	w := newTown(t, standing(plan{cast: passers(2 * students), book: upgraded(t)}))
	seed := rand.Uint64N(1_000_000)
	t.Logf("seed %d", seed)
	var all sync.WaitGroup
	for s := range students {
		user, dice := int64(passersFrom+2*s), rand.New(rand.NewPCG(seed, 1_000+uint64(s)))
		alone := w.walk(user, rand.New(rand.NewPCG(seed, uint64(s))))
		mixed := w.walk(user+1, rand.New(rand.NewPCG(seed, uint64(s))))
		all.Go(func() {
			for _, body := range alone {
				w.posted(1, body)
			}
		})
		all.Go(func() {
			for i, body := range mixed {
				w.posted(max(dice.IntN(2), i+2-len(mixed)), body) // the newer one has the last word, and writes its version
			}
		})
	}
	began := time.Now()
	all.Wait()
	w.rest(60 * time.Second)
	for s := range students {
		user := int64(passersFrom + 2*s)
		if d := cmp.Diff(w.ends(user), w.ends(user+1)); d != "" {
			t.Errorf("student %d (-newer alone +both)\n%s", s, d)
		}
		if d := cmp.Diff(w.heard(user), w.heard(user+1)); d != "" {
			t.Errorf("student %d heard (-newer alone +both)\n%s", s, d)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d students twice, done in %s", students, time.Since(began).Round(time.Millisecond))
	w.sound()
}

// Rows: F20
//
// A rollback: the newer replica is gone. What is said to a conversation that it wrote waits; within a minute the student is told
// once that the answers are kept, and nothing typed is left. When the newer one is back, the student goes on.
func TestRollbackKeepsTheAnswersAndSaysSoWithinAMinute(t *testing.T) {
	t.Parallel()
	clock := &story{moved: make(chan struct{})}
	w := newTown(t, plan{cast: passers(2), clock: clock, now: clock.Now, book: upgraded(t)})
	user, newer := int64(passersFrom), 1
	say := func(replica int, bodies ...string) {
		for _, body := range bodies {
			w.posted(replica, body)
		}
	}
	own := func(turn int, act string) string {
		return w.taps(user, far, flows.Button{Act: act, Frame: 2, Turn: turn})
	}
	say(newer, w.says(user, "/start"), w.taps(user, far, flows.Everywhere("register")), own(1, "agree"))
	w.rest(30 * time.Second)
	before, was := w.heard(user), clock.Now()
	w.bots[newer].stop()
	w.bots = w.bots[:1]
	say(0, own(2, "relative"), w.says(user, "妈妈"))
	say(0, w.says(user+1, "/start"))
	for until := time.Now().Add(10 * time.Second); len(w.heard(user+1)) == 0; {
		if time.Now().After(until) {
			t.Fatal("another student waits")
		}
		_ = (wall{}).Sleep(t.Context(), time.Millisecond)
	}
	if got := w.heard(user); !slices.Equal(got, before) {
		t.Errorf("at once heard %q", got[len(before):])
	}
	for until := time.Now().Add(30 * time.Second); len(w.heard(user)) == len(before) && time.Now().Before(until); {
		clock.move(position{Offset: time.Until(clock.Now().Add(5 * time.Second)).Milliseconds()})
		_ = (wall{}).Sleep(t.Context(), 50*time.Millisecond)
	}
	// The clock is moved by hand, and outruns a busy machine: what is asked is a minute, and that it is never less.
	if took := clock.Now().Sub(was); took < 50*time.Second || took > 5*time.Minute {
		t.Errorf("told after %s of story time", took)
	}
	w.rest(30 * time.Second)
	if got := w.heard(user)[len(before):]; !slices.Equal(got, []string{noted()}) {
		t.Errorf("after a minute heard %q", got)
	}
	w.open()
	say(1, own(2, "relative"), own(3, "relation.parent"))
	w.rest(30 * time.Second)
	c, _ := w.conversation(user)
	if top := c.Top(); top.Flow != "register" || top.State != "phone" || top.Turn != 4 {
		t.Errorf("goes on at %s/%s turn %d", top.Flow, top.State, top.Turn)
	}
	w.sound()
}
