package language_test

import (
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/language"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, language.Flow)
}

func TestTheClientsLanguageHoldsUntilOneIsChosen(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Put(flows.Input{Kind: flows.Text, Text: "hi", Language: "en"})
	if p.Shown.Lang != "en" {
		t.Errorf("speaks %s", p.Shown.Lang)
	}
	p.Put(flows.Input{Kind: flows.Command, Word: "language", Language: "zh-Hans"}).Type("?").Is("language/choice").Says("kit.unexpected")
	p.Tap("en").Is("home/menu").Says("language.chosen").Put(flows.Input{Kind: flows.Text, Text: "hi", Language: "zh-Hans"})
	if p.Shown.Lang != "en" {
		t.Errorf("speaks %s, though en was chosen", p.Shown.Lang)
	}
}
