// Package language lets a student choose the language, whatever the phone is set to.
package language

import (
	"slices"

	"guiwei/flows"
	"guiwei/locales"
)

// Draft is nothing.
type Draft struct{}

// Flow is the choice.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "language", Version: 1, Passing: true,
	Steps: []flows.Step[Draft]{
		{At: "choice", Back: flows.Done,
			Ask: ask, Judge: choice,
			Leads: map[flows.Event]flows.State{"chosen": flows.Done}},
	},
})

func ask(*Draft, flows.View) flows.Prompt {
	return flows.Ask("language.ask").Acts(locales.Languages...).Acts("back")
}

func choice(_ *Draft, in flows.Input) flows.Verdict {
	if !slices.Contains(locales.Languages, in.Act) {
		return flows.Verdict{}
	}
	return flows.Move("chosen").Speak(in.Act).Note("language.chosen")
}
