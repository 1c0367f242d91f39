package flows_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows"
	"guiwei/flows/evidence"
	"guiwei/flows/flowtest"
	"guiwei/flows/review"
	"guiwei/flows/rules"
)

// question is what a node asks now: the words and the acts of its buttons. Waiting, it asks nothing.
func question(t *testing.T, b flows.Book, n flowtest.Node) []string {
	t.Helper()
	next, _, err := n.Step(b, flows.Input{Kind: flows.Command, Word: "help"})
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	if next.Shown.Ask != nil {
		said = append(said, flowtest.Words(*next.Shown.Ask))
	}
	for _, row := range next.Shown.Buttons {
		for _, b := range row {
			said = append(said, b.Act)
		}
	}
	return said
}

// lost names a flow under way whose answers a word has dropped. /back may leave the one on top, and /start all in which
// nothing was told.
func lost(before, after flowtest.Node, word string) string {
	frames := before.C.Frames
	if word == "back" {
		frames = frames[:len(frames)-1]
	}
	for _, f := range frames {
		passing := slices.Contains([]string{"language", "cancel", "status", "record", "invite", "role", "grant"}, f.Flow)
		i := after.C.Find(f.ID)
		switch {
		case i < 0 && (passing || word == "start" && ownRule(before, word)):
		case i < 0, after.C.Frames[i].State == f.State && string(after.C.Frames[i].Draft) != string(f.Draft):
			return f.Flow
		}
	}
	return ""
}

// goneBack leaves what lies on a frame, by /back, and lets what it asks for be found, also by a page that is read anew.
func goneBack(t *testing.T, b flows.Book, n, was flowtest.Node) flowtest.Node {
	t.Helper()
	for range 6 {
		top, frame := n.C.Top(), was.C.Top().ID
		if top.ID == frame && n.At() == was.At() {
			return n
		}
		in := flows.Input{Kind: flows.Command, Word: "back"}
		for _, a := range n.Asked {
			if found := flowtest.Answers(a.Effect.Effect); a.Frame == top.ID && a.Turn == top.Turn && len(found) > 0 {
				in = flows.Input{Kind: flows.Answered, Frame: a.Frame, Turn: a.Turn, Answer: found[0]}
			}
		}
		if top.ID == frame && in.Kind == flows.Command {
			return n
		}
		var err error
		if n, _, err = n.Step(b, in); err != nil {
			t.Fatal(err)
		}
	}
	t.Errorf("%s is not left by /back", n.Place())
	return n
}

// answered says whether a decision says something to the person, or will when it has found an answer.
func answered(d flows.Decision) bool {
	return slices.ContainsFunc(d.Effects, func(e flows.Effect) bool {
		if a, ok := e.(flows.Asked); ok {
			return len(flowtest.Answers(a.Effect.Effect)) > 0
		}
		s, ok := e.(flows.Show)
		return ok && (s.Note != nil || s.Ask != nil)
	})
}

// Rows: P5
func TestEveryCommandReturnsToTheSameQuestionWithTheAnswersKept(t *testing.T) {
	t.Parallel()
	b := flowtest.Book(t, rules.Passphrase)
	places := flowtest.Crawl(b, func(_, _ flowtest.Node, _ flows.Input, _ flows.Decision, _ error) {})
	tried, stood := map[string]bool{}, map[string]bool{}
	for _, n := range places {
		under, _, _ := strings.Cut(n.Place(), " with ") // what the buttons are tells nothing new here
		if stood[under] {
			continue
		}
		stood[under] = true
		for _, word := range []string{"start", "help", "status", "back", "cancel", "language", "whoami"} {
			next, d, err := n.Step(b, flows.Input{Kind: flows.Command, Word: word})
			if err != nil {
				t.Fatalf("/%s in %s: %v", word, n.Place(), err)
			}
			tried[n.At()+" /"+word] = true
			if missing := lost(n, next, word); missing != "" {
				t.Errorf("/%s in %s loses the answers of %s", word, n.Place(), missing)
			}
			if !answered(d) {
				t.Errorf("/%s in %s: silence", word, n.Place())
			}
			if ownRule(n, word) || next.C.Find(n.C.Top().ID) < 0 { // a page without answers gave way to one under it
				continue
			}
			next = goneBack(t, b, next, n)
			if diff := cmp.Diff(question(t, b, n), question(t, b, next)); diff != "" {
				t.Errorf("/%s in %s leads to another question:\n%s", word, n.Place(), diff)
			}
		}
	}
	t.Logf("%d places, %d pairs of a state and a command", len(stood), len(tried))
	if len(tried) < 7*50 {
		t.Errorf("only %d pairs", len(tried))
	}
}

// ownRule says whether a word may lead to another question: /back goes to the one before, /start reads anew how things stand,
// or goes home from where nothing was told, a case in hand is given back by /cancel.
func ownRule(n flowtest.Node, word string) bool {
	top := n.C.Top()
	switch word {
	case "back":
		return true
	case "start":
		telling := slices.ContainsFunc([]string{"register", "reclaim", "evidence", "review"}, func(f string) bool { return n.C.Running(f) > 0 })
		return !telling || top.Flow == "evidence" && slices.Contains(evidence.Telling, top.State)
	case "cancel":
		return review.InHand(*top)
	}
	return false
}
