// Package login lets a student in by phone and password, and leads on to what is left to do.
package login

import (
	"guiwei/flows"
	"guiwei/flows/rules"
)

// Draft is the phone, and what the login is for; a password is never kept.
type Draft struct {
	Phone string `json:"phone,omitempty"`
	Then  string `json:"then,omitempty"` // the flow that asked to log in first: status, record, evidence
}

// Flow is the login.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "login", Version: 1, Resume: resume,
	Steps: []flows.Step[Draft]{
		{At: "phone", Back: flows.Done,
			Ask: askPhone, Judge: phone,
			Leads: leads{"given": "password"}},
		{At: "password", Back: "phone", Secret: true,
			Ask: askPassword, Judge: password,
			Leads: leads{"in": flows.Done, "home": flows.Home, "photos": flows.To("evidence"), "status": flows.To("status"),
				"record": flows.To("record"), "other": "phone"}},
	},
})

type leads = map[flows.Event]flows.State

// resume skips the phone where it is known, right after registering.
func resume(d *Draft) flows.State {
	if d.Phone == "" {
		return "phone"
	}
	return "password"
}

func askPhone(*Draft, flows.View) flows.Prompt { return flows.Ask("login.phone.ask").Acts("back") }

func phone(d *Draft, in flows.Input) flows.Verdict {
	if in.Kind != flows.Text {
		return flows.Verdict{}
	}
	number, fault := rules.Phone(in.Text)
	if fault != nil {
		return flows.Stay(fault.Key, fault.Args...)
	}
	d.Phone = number
	return flows.Move("given")
}

func askPassword(d *Draft, _ flows.View) flows.Prompt {
	return flows.Ask("login.password.ask", "phone", rules.MaskPhone(d.Phone)).Acts("other_phone", "back")
}

func password(d *Draft, in flows.Input) flows.Verdict {
	if a, ok := in.Answer.(flows.LoggedIn); ok {
		return d.let(a)
	}
	switch {
	case in.Act == "other_phone":
		return flows.Move("other")
	case in.Kind == flows.Text:
		return flows.Silent(flows.LogIn{Phone: d.Phone, Plain: in.Text})
	}
	return flows.Verdict{}
}

// let says in, or why not: the same words whether the phone or the password is wrong.
func (d *Draft) let(a flows.LoggedIn) flows.Verdict {
	switch a.Outcome {
	case flows.OK:
		return d.onward(a).LogIn(a.Login).Note("login.done", "user", a.Login.User).Seed(flows.Member{Login: a.Login})
	case flows.Ended:
		return flows.Stay("login.frozen")
	case flows.Blocked:
		return flows.Stay("login.blocked", "until", flows.Soon(a.Until))
	case flows.Wrong:
		return flows.Stay("login.wrong", "n", a.Left)
	default:
		return flows.Stay("kit.failed")
	}
}

// onward is what the login was for; else the photos, as long as they are missing.
func (d *Draft) onward(a flows.LoggedIn) flows.Verdict {
	switch {
	case d.Then == "status":
		return flows.Move("status")
	case d.Then == "record":
		return flows.Move("record")
	case !a.Proofed:
		return flows.Move("photos")
	case d.Then == "home":
		return flows.Move("home")
	}
	return flows.Move("in")
}
