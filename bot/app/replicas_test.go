package app

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/bot/tap"
	"guiwei/bot/telegram"
	"guiwei/flows"
)

// still is a clock that stands: what is decided on two replicas then differs by order alone.
type still struct{ at time.Time }

func (s still) Now() time.Time                                 { return s.at }
func (still) Sleep(ctx context.Context, d time.Duration) error { return wall{}.Sleep(ctx, d) }
func dawn() still                                              { return still{time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)} }
func standing(p plan) plan                                     { p.clock, p.now = dawn(), dawn().Now; return p }

// collision is a tap and a text of one student at the same instant. An act without a frame is a word that is valid everywhere.
type collision struct {
	act  string
	own  bool // the act is a button of the question that is asked
	text string
}

// collisions are tried where a conversation stands, by flow and state.
func collisions() map[string][]collision {
	return map[string][]collision{
		"home/menu":         {{"register", false, "你好"}, {"language", false, "/help"}, {"register", false, "/language"}, {"help", false, "/start"}},
		"language/choice":   {{"en", true, "hello"}, {"zh-Hans", true, "/help"}, {"zh-Hant", true, "/start"}, {"en", true, "/back"}},
		"register/consent":  {{"agree", true, "/language"}, {"terms", true, "12"}, {"agree", true, "你好"}, {"agree", true, "/help"}},
		"register/relation": {{"relation.parent", true, "你好"}, {"relation.friend", true, "/language"}, {"relation.other", true, "/back"}},
		"register/phone":    {{"own_phone", true, "12345"}, {"own_phone", true, "/back"}, {"back", true, "/help"}, {"language", false, "123"}},
	}
}

// Rows: F12
//
// A tap and a text of one student reach two replicas at the same instant. What is stored then is what one order of the two
// leads to, nothing of either is lost, and the student sees one question, the one that is stored.
func TestTapAndTextAtOnceOnTwoReplicasLoseNothing(t *testing.T) {
	t.Parallel()
	const students = 25
	w := newTown(t, standing(plan{cast: passers(students)}))
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 12))
	var took []time.Duration
	both := map[bool]int{}
	for range often(500, 10_000) / students {
		var pairs sync.WaitGroup
		var mu sync.Mutex
		checks := make([]func(), students)
		for i := range students {
			user := int64(passersFrom + i)
			p := w.clash(user, dice)
			checks[i] = func() { both[p.holds(w)]++ }
			for replica, body := range []string{p.tapped, p.text} {
				pairs.Go(func() {
					began := time.Now()
					if err := w.deliver(t.Context(), replica, body, nil); err != nil {
						t.Error(err)
					}
					mu.Lock()
					took = append(took, time.Since(began))
					mu.Unlock()
				})
			}
		}
		pairs.Wait()
		w.rest(30 * time.Second)
		for _, check := range checks {
			check()
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d pairs; in %d the order made a difference; an acknowledgement p50 %s, p99 %s", len(took)/2, both[true], share(took, 50), share(took, 99))
	if p99 := share(took, 99); p99 > time.Second {
		t.Errorf("p99 is %s", p99)
	}
	if both[true] == 0 {
		t.Error("the order never made a difference: nothing was tried")
	}
	w.sound()
}

// clash is a collision under way, with the conversation as it was.
type clash struct {
	user         int64
	was          flows.Conversation
	tapped, text string
}

// clash draws what a student does, and posts what leads on where nothing is tried.
func (w *town) clash(user int64, dice *rand.Rand) clash {
	w.tb.Helper()
	for {
		c, _ := w.conversation(user)
		top := c.Top()
		if top == nil {
			w.must(w.says(user, "/start"))
			continue
		}
		at := top.Flow + "/" + string(top.State)
		choices := collisions()[at]
		if at == "register/phone" && len(w.shown(user)) == 0 { // its buttons are on the reply keyboard
			w.must(w.taps(user, far, flows.Button{Act: "relative", Frame: top.ID, Turn: top.Turn}))
			continue
		}
		if len(choices) == 0 {
			w.tb.Fatalf("nothing to try at %s", at)
		}
		one := choices[dice.IntN(len(choices))]
		b := flows.Everywhere(one.act)
		if one.own {
			b = flows.Button{Act: one.act, Frame: top.ID, Turn: top.Turn}
		}
		message := far
		if live := w.shown(user); len(live) > 0 {
			message = live[len(live)-1].ID
		}
		return clash{user: user, was: c, tapped: w.taps(user, message, b), text: w.says(user, one.text)}
	}
}

// holds fails unless what is stored is what an order of the two leads to; it says whether the order made a difference.
func (p clash) holds(w *town) bool {
	w.tb.Helper()
	first, second := p.after(w, p.tapped, p.text), p.after(w, p.text, p.tapped)
	c, _ := w.conversation(p.user)
	got := asJSON(w.tb, c)
	if got != first && got != second {
		w.tb.Errorf("after %s and %s at once (-tap first +stored)\n%s", p.tapped, p.text, cmp.Diff(first, got))
	}
	w.oneQuestion(p.user, c)
	return first != second
}

// after decides two updates in order, as nobody else would disturb.
func (p clash) after(w *town, bodies ...string) string {
	w.tb.Helper()
	a, c := w.bots[0], p.was
	for _, body := range bodies {
		u, err := telegram.DecodeUpdate([]byte(body))
		if err != nil {
			w.tb.Fatal(err)
		}
		in, _ := input(a.vault, "", u)
		in.At = w.clock.Now()
		d, err := a.engine.Book.Decide(c, in)
		if err != nil {
			w.tb.Fatal(err)
		}
		c = d.Conversation
	}
	return asJSON(w.tb, c)
}

func asJSON(tb testing.TB, c flows.Conversation) string {
	tb.Helper()
	c.Below, c.Chat = false, 0 // where the next message goes, no field of anybody's
	raw, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		tb.Fatal(err)
	}
	return string(raw)
}

// oneQuestion fails unless exactly one message of a chat has buttons, and they are those of the question that is stored.
func (w *town) oneQuestion(user int64, c flows.Conversation) {
	w.tb.Helper()
	live := w.shown(user)
	if len(live) == 0 && c.Shared {
		return
	}
	if len(live) != 1 {
		w.tb.Errorf("%d sees %d questions at %s", user, len(live), c.Top().State)
		return
	}
	mine := 0
	for _, row := range live[0].Keyboard {
		for _, b := range row {
			var in flows.Input
			if !tap.Read(w.bots[0].vault, user, b.Data, &in) {
				w.tb.Errorf("%d sees a button that does not read", user)
			}
			if in.Frame > 0 && (in.Frame != c.Top().ID || in.Turn != c.Top().Turn) {
				w.tb.Errorf("%d sees a button of frame %d turn %d; stored are %d and %d", user, in.Frame, in.Turn, c.Top().ID, c.Top().Turn)
			}
			mine++
		}
	}
	if mine == 0 {
		w.tb.Errorf("%d sees no buttons", user)
	}
}
