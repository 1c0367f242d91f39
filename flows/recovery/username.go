package recovery

import (
	"guiwei/flows"
	"guiwei/flows/rules"
)

// Seeker is who looks for a user name: a name, and a number that is kept sealed until the answer is there.
type Seeker struct {
	Name      string           `json:"name,omitempty"`
	Documents []flows.Document `json:"documents,omitempty"`
}

// Username is 找回用户名. The user name goes to the phone and the address on record, masked; the chat is told the same whether
// there is such an account or not.
var Username = flows.Define(flows.Table[Seeker]{
	Name: "username", Version: 1,
	Steps: []flows.Step[Seeker]{
		{At: "name", Back: flows.Done,
			Ask: askName, Judge: name,
			Leads: leads{"named": "number"}},
		{At: "number", Back: "name", Secret: true,
			Ask: askNumber, Judge: number,
			Leads: leads{"typed": "finding"}},
		{At: "finding", Fails: "number", Enter: find, Judge: found,
			Leads: leads{"told": "told", "blocked": "number"}},
		{At: "told", Back: flows.Done,
			Ask: askTold, Judge: told,
			Leads: leads{"again": "name"}},
	},
})

func askName(*Seeker, flows.View) flows.Prompt {
	return flows.Ask("username.name.ask").Acts("rare").Acts("back", "later")
}

func name(d *Seeker, in flows.Input) flows.Verdict {
	if in.Act == "rare" {
		return flows.Stay("register.name.rare")
	}
	if in.Kind != flows.Text {
		return flows.Verdict{}
	}
	typed, fault := rules.Name(in.Text)
	if fault != nil {
		return flows.Stay(fault.Key, fault.Args...)
	}
	d.Name = typed
	return flows.Move("named")
}

func askNumber(*Seeker, flows.View) flows.Prompt {
	return flows.Ask("username.number.ask").Acts("back", "later")
}

func number(d *Seeker, in flows.Input) flows.Verdict {
	if in.Kind != flows.Text {
		return flows.Verdict{}
	}
	called, fault := rules.Handle(in.Text, in.At)
	if fault != nil {
		return flows.Stay(fault.Key, fault.Args...)
	}
	if d.Documents = Documents(called); len(d.Documents) == 0 {
		return flows.Stay("username.number.other")
	}
	return flows.Move("typed")
}

func find(d *Seeker, in flows.Input) []flows.Effect {
	return []flows.Effect{flows.FindUsername{Documents: d.Documents, Name: d.Name, Lang: in.Language}}
}

func found(d *Seeker, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.UsernameTold)
	d.Documents = nil
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.OK:
		return flows.Move("told")
	case a.Outcome == flows.Blocked:
		return flows.Move("blocked").Note("username.blocked", "until", flows.Minute(a.Until))
	}
	return flows.Move("blocked").Note("kit.failed")
}

func askTold(*Seeker, flows.View) flows.Prompt {
	return flows.Ask("username.told.ask").Row(flows.Everywhere("find_password"), flows.Everywhere("login")).Acts("look_again").Row(flows.Out())
}

func told(_ *Seeker, in flows.Input) flows.Verdict {
	if in.Act == "look_again" {
		return flows.Move("again")
	}
	return flows.Verdict{}
}
