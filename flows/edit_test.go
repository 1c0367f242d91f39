package flows_test

import (
	"testing"

	"guiwei/flows"
)

// form is a draft of two answers.
type form struct{ A, B string }

// two is a table of two questions and a card that edits one of them.
func two() flows.Table[form] {
	ask := func(*form, flows.View) flows.Prompt { return flows.Ask("kit.received") }
	judge := func(*form, flows.Input) flows.Verdict { return flows.Verdict{} }
	was := func(d *form) string { return d.A }
	return flows.Table[form]{
		Name: "form", Version: 1, Total: 3, Card: "card", Resume: func(*form) flows.State { return "card" },
		Steps: []flows.Step[form]{
			{At: "a", Number: 1, Back: flows.Done, Was: was, Keep: "kept", Ask: ask, Judge: judge, Leads: map[flows.Event]flows.State{"kept": "b"}},
			{At: "b", Number: 2, Back: "a", Was: was, Keep: "kept", Ask: ask, Judge: judge, Leads: map[flows.Event]flows.State{"kept": "card"}},
			{At: "card", Number: 3, Back: "b", Edits: []flows.State{"a"}, Ask: ask, Judge: judge,
				Leads: map[flows.Event]flows.State{"full": flows.Edit("b")}},
		},
	}
}

func TestAnEditThatCouldNotComeBackIsAFaultOfTheTable(t *testing.T) {
	t.Parallel()
	if err := flows.Define(two()).Check(); err != nil {
		t.Fatalf("a good table: %v", err)
	}
	for name, spoil := range map[string]func(*flows.Table[form]){
		"no card":             func(t *flows.Table[form]) { t.Card = "" },
		"an unknown card":     func(t *flows.Table[form]) { t.Card = "c" },
		"a card unseen":       func(t *flows.Table[form]) { t.Steps[2].Ask = nil },
		"nothing to resume":   func(t *flows.Table[form]) { t.Resume = nil },
		"an unknown question": func(t *flows.Table[form]) { t.Steps[2].Leads["full"] = flows.Edit("c") },
		"no way to give up":   func(t *flows.Table[form]) { t.Steps[0].Back = "" },
		"no number":           func(t *flows.Table[form]) { t.Steps[1].Number = 0 },
		"a circle":            func(t *flows.Table[form]) { t.Steps[1].Leads["kept"] = "a" },
	} {
		table := two()
		if spoil(&table); flows.Define(table).Check() == nil {
			t.Errorf("%s: no fault is found", name)
		}
	}
}
