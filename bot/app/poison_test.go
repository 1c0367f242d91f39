package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"guiwei/flows"
)

// snare is a draft: broken makes the question itself panic.
type snare struct{ Broken bool }

// trap is a flow whose judge panics at "panic", at a tap, and at the answer of what it asks for at "later"; after "broken"
// it cannot even ask again.
func trap() flows.Flow {
	return flows.Define(flows.Table[snare]{Name: "home", Version: 1, Steps: []flows.Step[snare]{{At: "menu", Secret: true,
		Ask: func(d *snare, _ flows.View) flows.Prompt {
			if d.Broken {
				panic("a question's fault")
			}
			return flows.Ask("home.guest").Row(flows.Everywhere("help"))
		},
		Judge: func(d *snare, in flows.Input) flows.Verdict {
			switch {
			case in.Text == "panic", in.Kind == flows.Tap, in.Kind == flows.Answered:
				panic("a judge's fault, and what was typed: " + in.Text)
			case in.Text == "later", in.Text == "broken":
				d.Broken = in.Text == "broken"
				return flows.Silent(flows.Hash{Plain: "x"})
			}
			d.Broken = false
			return flows.Redraw()
		}}}})
}

// trapped is a town of poison, with a clock that the test moves.
func trapped(t *testing.T) (*town, *story) {
	clock := &story{moved: make(chan struct{})}
	return newTown(t, plan{cast: passers(3), clock: clock, now: clock.Now, flow: trap()}), clock
}

// heard are the plain texts that a chat got, those that were edited away too.
func (w *town) heard(chat int64) []string {
	w.tb.Helper()
	view, err := w.sim.Chat(chat, true)
	if err != nil {
		w.tb.Fatal(err)
	}
	var all []string
	for _, m := range view.Messages {
		var shown []string
		for _, past := range m.Past {
			shown = append(shown, past.Text)
		}
		all = append(all, slices.Compact(append(shown, m.Plain))...) // a past one differs in its buttons only
	}
	return all
}

// deleted counts how often the bot took a message out of a chat, once nothing is under way.
func (w *town) deleted(chat int64) (n int) {
	w.tb.Helper()
	w.rest(30 * time.Second)
	for _, c := range w.sim.Calls(0) {
		if c.Method == "deleteMessage" && number(c.Params["chat_id"]) == chat {
			n++
		}
	}
	return n
}

// noted is what a person is told whose input was set aside.
func noted() string { return inWords("kit.kept") }

// Rows: F24
//
// A judge that panics: the update is refused four times by whichever replica it meets, at the fifth it is set aside, its
// sender is told that the answers are kept, and the next one is heard.
func TestPoisonedUpdateIsSetAsideAfterFiveTriesAndItsSenderIsTold(t *testing.T) {
	t.Parallel()
	w, _ := trapped(t)
	user := int64(passersFrom)
	w.must(w.says(user, "fine"), w.says(user+1, "fine"))
	c, _ := w.conversation(user)
	top := c.Top()
	for name, body := range map[string]string{
		"text": w.says(user, "panic"),
		"tap":  w.taps(user+1, far, flows.Button{Act: "terms", Frame: top.ID, Turn: top.Turn}),
	} {
		refused := 0
		if err := w.deliver(t.Context(), 0, body, func(int, time.Duration) { refused++ }); err != nil {
			t.Fatal(err)
		}
		if refused != 4 {
			t.Errorf("%s: refused %d times, want 4 on two replicas together", name, refused)
		}
		if status := w.knock(t.Context(), w.bots[1].url, body); status != http.StatusOK {
			t.Errorf("%s comes again: %d", name, status)
		}
	}
	if gone := w.deleted(user); gone < 5 {
		t.Errorf("a secret that nobody could judge was deleted %d times, want at each of the five tries", gone)
	}
	w.must(w.says(user, "fine"), w.says(user+1, "fine"))
	for chat := user; chat <= user+1; chat++ {
		if got := w.heard(chat); len(got) != 3 || got[1] != noted() {
			t.Errorf("%d heard %q, want the menu, that the answers are kept, the menu", chat, got)
		}
		parked, err := w.bots[0].store.ParkedInputs(t.Context(), chat)
		if err != nil || len(parked) != 1 {
			t.Errorf("%d: %d inputs are set aside, %v", chat, len(parked), err)
		}
		for _, raw := range parked {
			if strings.Contains(string(raw), "panic") {
				t.Errorf("what was typed is kept: %s", raw)
			}
		}
	}
	w.sound()
}

// Rows: F24
//
// A judge that panics at the answer of an effect: after five tries the entry is set aside, the person is told that it did not
// work, or where even that panics that the answers are kept; and what came behind it is done.
func TestPoisonedAnswerHoldsUpNobody(t *testing.T) {
	t.Parallel()
	w, clock := trapped(t)
	user := int64(passersFrom)
	for i, body := range []string{w.says(user, "later"), w.says(user, "fine"), w.says(user+1, "broken")} {
		if status := w.knock(t.Context(), w.bots[i%2].url, body); status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
	}
	for until := time.Now().Add(30 * time.Second); len(w.heard(user)) < 2 || len(w.heard(user+1)) < 1; {
		if time.Now().After(until) {
			t.Fatalf("heard %q and %q", w.heard(user), w.heard(user+1))
		}
		clock.move(position{Offset: time.Until(clock.Now().Add(10 * time.Second)).Milliseconds()})
		_ = (wall{}).Sleep(t.Context(), 50*time.Millisecond)
	}
	if got, want := w.heard(user), inWords("kit.failed"); got[0] != want && got[1] != want {
		t.Errorf("heard %q, want one to be %q", got, want)
	}
	w.must(w.says(user, "fine"), w.says(user+1, "fine"))
	if got := w.heard(user); got[len(got)-1] != inWords("home.guest") {
		t.Errorf("afterwards heard %q", got)
	}
	got := w.heard(user + 1) // the clock outruns the leases here, and what is done again is told again
	if len(got) < 2 || slices.ContainsFunc(got, func(text string) bool { return text != noted() }) {
		t.Errorf("heard %q, want to be told at each input", got)
	}
	w.sound()
}

// Rows: F24
//
// A record that does not open: its owner is told so at each input, by five tries, and nobody else waits.
func TestDamagedConversationHoldsUpNobody(t *testing.T) {
	t.Parallel()
	w, _ := trapped(t)
	user := int64(passersFrom)
	w.must(w.says(user, "fine"))
	rdb := redis.NewClient(&redis.Options{Addr: w.redis.Address, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}})
	defer rdb.Close()
	if err := rdb.HSet(t.Context(), fmt.Sprintf("{c%d}:conv:%d", user%256, user), "d", "damaged").Err(); err != nil {
		t.Fatal(err)
	}
	w.must(w.says(user, "hello"), w.says(user+1, "fine"))
	if got := w.heard(user); got[len(got)-1] != noted() {
		t.Errorf("heard %q", got)
	}
	if got := w.heard(user + 1); len(got) != 1 {
		t.Errorf("the other heard %q", got)
	}
}

// Rows: F24
//
// Updates that do not read: those with a number are acknowledged and kept, their sender is told where one can be read; what
// has none did not come from Telegram. A corpus of updates with random bytes changed is taken without a fault of ours.
func TestBadJSONIsSetAsideAndItsSenderIsTold(t *testing.T) {
	t.Parallel()
	w := newTown(t, plan{cast: passers(3)})
	user := int64(passersFrom)
	bad := strings.Replace(w.says(user, "hello"), `"date":1`, `"date":"noon"`, 1)
	for body, want := range map[string]int{
		bad: http.StatusOK,
		fmt.Sprintf(`{"update_id":%d,"message":7}`, w.ids.Add(1)): http.StatusOK,
		`{"update_id":"x"}`: http.StatusBadRequest,
		`not json`:          http.StatusBadRequest,
		`{"update_id":7`:    http.StatusBadRequest,
	} {
		if status := w.knock(t.Context(), w.bots[0].url, body); status != want {
			t.Errorf("%.40s: %d, want %d", body, status, want)
		}
	}
	w.rest(10 * time.Second)
	if got := w.heard(user); len(got) != 1 || got[0] != noted() {
		t.Errorf("heard %q", got)
	}
	w.mutations(often(2_000, 100_000))
	w.must(w.says(user+1, "/start"))
	if got := w.heard(user + 1); len(got) == 0 || got[len(got)-1] != inWords("home.guest") {
		t.Errorf("afterwards heard %q", got)
	}
	w.sound()
}

// mutations posts updates with some bytes changed: whatever comes, the answer is 200 or 400.
func (w *town) mutations(n int) {
	seed := rand.Uint64()
	w.tb.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 1))
	handler, err := w.bots[0].web(nil)
	if err != nil {
		w.tb.Fatal(err)
	}
	alphabet := []byte(`{}[]",:0123456789-\ue+truefalsnl ` + "\x00\xff")
	for i := range n {
		body := []byte(w.says(passersFrom+2, "/help"))
		if i%2 == 0 {
			body = []byte(w.taps(passersFrom+2, far, flows.Everywhere("help")))
		}
		if dice.IntN(8) == 0 {
			body = body[:dice.IntN(len(body))]
		}
		for range dice.IntN(4) {
			if len(body) > 0 {
				body[dice.IntN(len(body))] = alphabet[dice.IntN(len(alphabet))]
			}
		}
		r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/hook", strings.NewReader(string(body)))
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", townSecret)
		out := httptest.NewRecorder()
		handler.ServeHTTP(out, r)
		if out.Code != http.StatusOK && out.Code != http.StatusBadRequest {
			w.tb.Fatalf("update %d: %d to %q", i, out.Code, body)
		}
	}
}
