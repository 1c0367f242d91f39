package main_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"guiwei/bot/crash"
)

// Rows: F1 P31 P45 S45
//
// TestCrashPoints plays the main story once for each named point, with kill -9 at it. The bot is started again, the story
// completes, nothing is lost, and nothing is said twice but what lay in the crash window. A point that the story never passes
// fails. PROOF=1 also kills at later passings.
func TestCrashPoints(t *testing.T) {
	t.Parallel()
	main, err := txtar.ParseFile("testdata/script/main.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var whole map[string]int
	t.Run("uncrashed", func(t *testing.T) {
		p := begin(t, cell{mode: byPolling, replicas: 1}, main.Files)
		p.part("crashed")
		whole = p.everythingSaid()
	})
	if whole == nil {
		return
	}
	for i, point := range crash.Points {
		for _, n := range passings(i, point) {
			t.Run(fmt.Sprintf("%s-%d", point, n), func(t *testing.T) {
				t.Parallel()
				p := set(t, cells()[i%2*4], main.Files, newSeed(t))
				p.crash, p.survive = fmt.Sprintf("%s:%d", point, n), true
				p.startAll()
				p.part("crashed")
				if p.deaths != 1 || !strings.Contains(p.logs.String(), "crash: at "+string(point)) {
					t.Fatalf("the story never passes %s for the time %d", point, n)
				}
				compare(t, whole, p.everythingSaid())
			})
		}
	}
}

// passings are the times a point is passed before it kills: points that every update passes kill in the midst of the story.
func passings(i int, point crash.Point) []int {
	often := map[crash.Point]bool{crash.Received: true, crash.Loaded: true, crash.Decided: true, crash.Committed: true,
		crash.EntryTaken: true, crash.Shown: true, crash.Answered: true, crash.EffectDone: true, crash.EntryDone: true}
	n := 1
	if often[point] {
		n = 12 + i%12
	}
	if os.Getenv("PROOF") == "" {
		return []int{n}
	}
	if often[point] {
		return []int{1, n, n + 5, n + 11, n + 17}
	}
	return []int{1}
}

// part plays one of the parts as a story.
func (p *play) part(name string) {
	p.t.Helper()
	raw, err := os.ReadFile("testdata/script/parts/" + name + ".txt")
	if err != nil {
		p.t.Fatal(err)
	}
	p.script(name, string(raw))
}

// changing is what differs between two runs of a story: invites, numbers, times.
var changing = regexp.MustCompile(`[A-Z0-9]{16}|\d+`) //nolint:gochecknoglobals // a compiled table

// everythingSaid counts what was sent or put in place of an earlier text, by chat and text, and the letters.
func (p *play) everythingSaid() map[string]int {
	said := map[string]int{}
	note := func(kind, to, text string) { said[kind+" to "+to+": "+changing.ReplaceAllString(text, "#")]++ }
	for _, c := range p.sim.Calls(0) {
		if !c.OK {
			continue
		}
		switch c.Method {
		case "sendMessage", "editMessageText":
			note("message", c.Params["chat_id"], c.Params["text"])
		case "sendPhoto":
			note("photo", c.Params["chat_id"], c.Params["caption"])
		}
	}
	for _, l := range p.sim.Inbox("") {
		note(l.Kind, l.To, l.Text)
	}
	return said
}

// compare holds a crashed run against a whole one: nothing missing, nothing new, one message said twice at most. The two photos
// of a case go together: those sent before the crash are deleted before they are sent again.
func compare(t *testing.T, whole, crashed map[string]int) {
	t.Helper()
	doubled := 0
	for text, n := range whole {
		if crashed[text] < n {
			t.Errorf("lost: %s (%d of %d)", text, crashed[text], n)
		}
	}
	for text, n := range crashed {
		more := n - whole[text]
		if more > 1 || whole[text] == 0 {
			t.Errorf("said %d times too often: %s", more, text)
		}
		if !strings.HasPrefix(text, "photo ") {
			doubled += max(0, more)
		}
		if more > 0 {
			t.Logf("said once more: %s", text)
		}
	}
	if doubled > 1 {
		t.Errorf("%d messages were doubled", doubled)
	}
}
