package flows_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/review"
	"guiwei/flows/rules"
	"guiwei/locales"
)

// Rows: P5
func TestEveryPlaceAnswersEveryInput(t *testing.T) {
	t.Parallel()
	book := flowtest.Book(t, rules.Passphrase)
	pairs, faults, times := map[string]bool{}, map[string]string{}, map[string]int{}
	judge := critic{}
	places := flowtest.Crawl(book, func(n, next flowtest.Node, in flows.Input, d flows.Decision, err error) {
		pairs[n.At()+" × "+flowtest.Kind(in)] = true
		if err != nil {
			faults["error at "+n.At()+" on "+flowtest.Kind(in)] = err.Error()
			return
		}
		for _, fault := range judge.manners(n, next, in, d) {
			if times[fault]++; faults[fault] == "" {
				faults[fault] = flowtest.Kind(in) + " in " + n.Place()
			}
		}
	})
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
func (c critic) manners(before, after flowtest.Node, in flows.Input, d flows.Decision) []string {
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
			promised = promised || len(flowtest.Answers(e.Effect.Effect)) > 0
			if m, ok := e.Effect.Effect.(flows.MoveCase); ok {
				tapped = tapped || m.Query == in.Query
			}
		}
	}
	person := in.Kind != flows.Answered && in.Kind != flows.Waked && in.Kind != flows.Called
	kept := in.Kind == flows.Picture && before.C.Top() != nil && before.C.Top().State == "front_check" ||
		in.Kind == flows.Picture && in.Picture.Album != "" // waited for, or answered before: an album has one answer
	if person && in.Group == 0 && !said && !promised && !kept && in.Act != "unheard" {
		faults = append(faults, "silence on "+flowtest.Kind(in))
	}
	if in.Kind == flows.Tap && in.Query != "" && !tapped {
		faults = append(faults, "a spinner that never stops on "+flowtest.Kind(in))
	}
	if in.Kind == flows.Answered && in.Frame == before.C.Top().ID && !said && !promised && in.Turn == before.C.Top().Turn {
		faults = append(faults, "nothing said of what was found, "+flowtest.Kind(in))
	}
	for _, f := range after.C.Frames {
		if review.InHand(f) { // the reviewer's own words are no student's secret
			continue
		}
		for _, secret := range []string{flowtest.Password, "啥？"} {
			if strings.Contains(string(f.Draft), secret) && f.State != "id_number" && !strings.Contains(string(f.Draft), `"name":"`+secret) {
				faults = append(faults, "a secret in the draft of "+f.Flow+"/"+string(f.State))
			}
		}
	}
	if top := after.C.Top(); len(after.Asked) == 0 && len(after.Shown.Buttons) == 0 && !after.Shown.Share && top.Flow != "home" {
		faults = append(faults, "a dead end: no button, and nothing under way, on "+flowtest.Kind(in))
	}
	return faults
}

// whole are the questions that may show a number or an address in full: what the student just typed, the own record, and a claimed case.
var whole = []string{"register.email_typo.ask", "record.record.ask", "review.looking.ask"}

// ownWords are the questions that repeat a reviewer's own words, which may be any but a number or an address.
var ownWords = []string{"review.reasons.preview"}

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
	if count > 8 {
		faults = append(faults, fmt.Sprintf("%d buttons", count))
	}
	for _, p := range []*flows.Phrase{s.Header, s.Note, s.Ask} {
		if p == nil {
			continue
		}
		faults = append(faults, c.wording(*p)...)
		text := flowtest.Words(*p)
		for _, full := range []string{flowtest.ID, flowtest.Phone, flowtest.Password, flowtest.Name} {
			words := slices.Contains(ownWords, p.Key) && full != flowtest.ID && full != flowtest.Phone
			if strings.Contains(text, full) && !words && !slices.Contains(whole, p.Key) {
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
