// Package objection is an old owner's word on a claim: 这不是我. One tap under the notice says it; whoever has no notice any more
// finds it after the login, which an account that was frozen by an approval does not get any further than.
package objection

import "guiwei/flows"

// Draft is the case that is objected to.
type Draft struct {
	No   string `json:"no"`
	User string `json:"user,omitempty"` // masked, of the account
	Said bool   `json:"said,omitempty"` // the button under a notice was tapped: nothing is asked
}

// Flow is the objection.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "objection", Version: 1, Resume: resume,
	Steps: []flows.Step[Draft]{
		{At: "offered", Back: flows.Done, Ask: ask, Judge: answered,
			Leads: leads{"not_me": "objecting"}},
		{At: "objecting", Fails: "offered", Enter: object, Judge: objected,
			Leads: leads{"heard": flows.Done}},
	},
})

type leads = map[flows.Event]flows.State

func resume(d *Draft) flows.State {
	if d.Said {
		return "objecting"
	}
	return "offered"
}

func ask(d *Draft, _ flows.View) flows.Prompt {
	return flows.Ask("objection.offered.ask", "case", d.No).Acts("not_me").Row(flows.Out())
}

func answered(_ *Draft, in flows.Input) flows.Verdict {
	if in.Act == "not_me" {
		return flows.Move("not_me")
	}
	return flows.Verdict{}
}

func object(d *Draft, _ flows.Input) []flows.Effect { return []flows.Effect{flows.Object{No: d.No}} }

func objected(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Objected)
	if !ok {
		return flows.Verdict{}
	}
	key, known := map[flows.Outcome]string{flows.OK: "objection.heard", flows.Before: "objection.before", flows.TooLate: "objection.late"}[a.Outcome]
	if !known {
		key = "objection.not_yours"
	}
	return flows.Move("heard").Note(key, "case", d.No).Quietly()
}
