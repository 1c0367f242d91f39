// Package cancel asks once before what is under way is dropped.
package cancel

import "guiwei/flows"

// Draft is nothing.
type Draft struct{}

// Flow is the question.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "cancel", Version: 1, Passing: true,
	Steps: []flows.Step[Draft]{
		{At: "sure", Back: flows.Done,
			Ask: ask, Judge: sure,
			Leads: map[flows.Event]flows.State{"yes": flows.Home, "no": flows.Done}},
	},
})

func ask(*Draft, flows.View) flows.Prompt {
	return flows.Ask("cancel.ask").Acts("stop", "go_on")
}

func sure(_ *Draft, in flows.Input) flows.Verdict {
	switch in.Act {
	case "stop":
		return flows.Move("yes").Note("cancel.done")
	case "go_on":
		return flows.Move("no")
	}
	return flows.Verdict{}
}
