package flows_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/rules"
	"guiwei/locales"
)

// place names where a conversation is: its top two frames, who is logged in, what is under way for the top one.
func (n node) place() string {
	var at []string
	for _, a := range n.asked {
		if a.Frame == n.c.Top().ID {
			at = append(at, flows.EffectName(a.Effect.Effect)+" for")
			break
		}
	}
	for _, f := range n.c.Frames[max(0, len(n.c.Frames)-2):] {
		at = append(at, f.Flow+"/"+string(f.State))
	}
	login := "guest"
	if n.c.Login != nil {
		login = fmt.Sprint("proofed=", n.c.Login.Proofed)
	}
	acts := map[string]bool{}
	for _, row := range n.shown.Buttons {
		for _, b := range row {
			acts[b.Act] = true
		}
	}
	return fmt.Sprint(strings.Join(at, " < "), " ", login, " with ", len(acts), " buttons")
}

// interrupted are the places that are worth interrupting: one that asks, and those that wait, for an answer or a timer.
var interrupted = []flows.State{"name", "sending", "registering", "front_check", "submitting", "decided", "looking", "password"}

// telling says whether the crawl goes on from a node: two flows on each other, the lower one in an interesting place.
// Claims could be piled up without end.
func (n node) telling() bool {
	return len(n.c.Frames) < 3 || len(n.c.Frames) == 3 && slices.Contains(interrupted, n.c.Frames[1].State)
}

func kind(in flows.Input) string {
	switch {
	case in.Kind == flows.Command:
		return "/" + in.Word
	case in.Kind == flows.Picture && in.Picture.Document:
		return "document"
	case in.Kind == flows.Tap && in.Frame == 9999:
		return "stale button"
	case in.Kind == flows.Tap && in.Frame < 0:
		return "forged button"
	case in.Kind == flows.Answered:
		return strings.TrimPrefix(fmt.Sprintf("%T", in.Answer), "flows.")
	case in.Kind == flows.Tap:
		return "[" + in.Act + "]"
	}
	return string(in.Kind)
}

// Rows: P5
func TestEveryPlaceAnswersEveryInput(t *testing.T) {
	t.Parallel()
	book := flowtest.Book(t, rules.Passphrase)
	todo := []node{{}}
	places, pairs, faults, times := map[string]bool{}, map[string]bool{}, map[string]string{}, map[string]int{}
	judge := critic{}
	for len(todo) > 0 {
		n := todo[0]
		todo = todo[1:]
		for _, in := range n.inputs() {
			next, d, err := n.step(book, in)
			where := "nowhere"
			if len(n.c.Frames) > 0 {
				where = n.c.Top().Flow + "/" + string(n.c.Top().State)
			}
			pairs[where+" × "+kind(in)] = true
			if err != nil {
				faults["error at "+where+" on "+kind(in)] = err.Error()
				continue
			}
			for _, fault := range judge.manners(n, next, in, d) {
				if times[fault]++; faults[fault] == "" {
					faults[fault] = kind(in) + " in " + n.place()
				}
			}
			if p := next.place(); !places[p] && next.telling() {
				places[p] = true
				todo = append(todo, next)
			}
		}
	}
	unreached(t, book, pairs)
	t.Logf("%d places, %d pairs of a state and an input", len(places), len(pairs))
	if len(places) < 300 || len(pairs) < 1500 {
		t.Errorf("only %d places and %d pairs", len(places), len(pairs))
	}
	for _, fault := range slices.Sorted(maps.Keys(faults)) {
		t.Errorf("%s: %d times, first by %s", fault, times[fault], faults[fault])
	}
}

// unreached fails on states that the crawl never stood in.
func unreached(t *testing.T, book flows.Book, pairs map[string]bool) {
	t.Helper()
	for name, f := range book.Flows() {
		for _, row := range f.Rows() {
			if !pairs[name+"/"+row[0]+" × text"] {
				t.Errorf("the crawl never stood in %s/%s", name, row[0])
			}
		}
	}
}

// critic remembers what is wrong with the phrases it has read.
type critic map[string][]string

// manners are what an input must lead to, wherever the conversation is.
func (c critic) manners(before, after node, in flows.Input, d flows.Decision) []string {
	var faults []string
	said, tapped, promised := false, false, false
	for _, e := range d.Effects {
		switch e := e.(type) {
		case flows.Show:
			said = said || e.Note != nil || e.Ask != nil
			faults = append(faults, c.message(e)...)
		case flows.AnswerTap:
			tapped = true
			said = said || e.Toast != nil
		case flows.Asked:
			promised = promised || len(answers(e.Effect.Effect)) > 0
			if m, ok := e.Effect.Effect.(flows.MoveCase); ok {
				tapped = tapped || m.Query == in.Query
			}
		}
	}
	person := in.Kind != flows.Answered && in.Kind != flows.Waked
	kept := in.Kind == flows.Picture && before.c.Top() != nil && before.c.Top().State == "front_check" // an album's second
	if person && in.Group == 0 && !said && !promised && !kept && in.Act != "unheard" {
		faults = append(faults, "silence on "+kind(in))
	}
	if in.Kind == flows.Tap && in.Query != "" && !tapped {
		faults = append(faults, "a spinner that never stops on "+kind(in))
	}
	if in.Kind == flows.Answered && in.Frame == before.c.Top().ID && !said && !promised && in.Turn == before.c.Top().Turn {
		faults = append(faults, "nothing said of what was found, "+kind(in))
	}
	for _, f := range after.c.Frames {
		for _, secret := range []string{flowtest.Password, "啥？"} {
			if strings.Contains(string(f.Draft), secret) && f.State != "id_number" && !strings.Contains(string(f.Draft), `"name":"`+secret) {
				faults = append(faults, "a secret in the draft of "+f.Flow+"/"+string(f.State))
			}
		}
	}
	if top := after.c.Top(); len(after.asked) == 0 && len(after.shown.Buttons) == 0 && !after.shown.Share && top.Flow != "home" {
		faults = append(faults, "a dead end: no button, and nothing under way, on "+kind(in))
	}
	return faults
}

// whole are the questions that may show a number or an address in full: what the student just typed, the own record, and a claimed case.
var whole = []string{"register.email_typo.ask", "record.record.ask", "review.looking.ask"}

// message says what is wrong with a message.
func (c critic) message(s flows.Show) []string {
	var faults []string
	count := 0
	for _, row := range s.Buttons {
		count += len(row)
		if len(row) > 3 {
			faults = append(faults, fmt.Sprintf("%d buttons in a row", len(row)))
		}
		for _, b := range row {
			label := b.Label()
			faults = append(faults, c.wording(label)...)
		}
	}
	if count > 10 {
		faults = append(faults, fmt.Sprintf("%d buttons", count))
	}
	for _, p := range []*flows.Phrase{s.Header, s.Note, s.Ask} {
		if p == nil {
			continue
		}
		faults = append(faults, c.wording(*p)...)
		text := flowtest.Words(*p)
		for _, full := range []string{flowtest.ID, flowtest.Phone, flowtest.Password, flowtest.Name} {
			if strings.Contains(text, full) && !slices.Contains(whole, p.Key) {
				faults = append(faults, "a whole value in "+p.Key)
			}
		}
	}
	return faults
}

// wording reads a phrase once.
func (c critic) wording(p flows.Phrase) []string {
	spelt := flowtest.Words(p)
	if _, known := c[spelt]; !known {
		c[spelt] = wording(p)
	}
	return c[spelt]
}

// wording wants the phrase's text in every language, with all its arguments.
func wording(p flows.Phrase) []string {
	faults := []string{}
	p.Args = append(slices.Clone(p.Args), flows.Arg{Name: "operator", Text: "o"}, flows.Arg{Name: "contact", Text: "c"})
	for _, lang := range locales.Languages {
		if p.Key != "" && !locales.Has(lang, p.Key) {
			faults = append(faults, "no text "+p.Key+" in "+lang)
		}
		if text := p.Words(lang); strings.Contains(text, "no value") {
			faults = append(faults, "an argument is missing in "+p.Key+" "+lang)
		}
	}
	for _, a := range p.Args {
		if a.Phrase != nil {
			faults = append(faults, wording(*a.Phrase)...)
		}
		for _, q := range a.List {
			faults = append(faults, wording(q)...)
		}
	}
	return faults
}
