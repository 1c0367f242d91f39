// Package login lets a student in by phone and password, and leads on to what is left to do.
package login

import (
	"guiwei/flows"
	"guiwei/flows/rules"
)

// Draft is the phone; a password is never kept.
type Draft struct {
	Phone string `json:"phone,omitempty"`
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
			Leads: leads{"in": flows.Done, "unproven": flows.To("evidence"), "other": "phone"}},
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
		return let(a)
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
func let(a flows.LoggedIn) flows.Verdict {
	switch a.Outcome {
	case flows.OK:
		if a.Proofed {
			return flows.Move("in").LogIn(a.Login).Note("login.done", "user", a.Login.User)
		}
		return flows.Move("unproven").LogIn(a.Login).Seed(flows.Member{Login: a.Login})
	case flows.Blocked:
		return flows.Stay("login.blocked", "until", flows.Clock(a.Until))
	case flows.Wrong:
		return flows.Stay("login.wrong", "n", a.Left)
	default:
		return flows.Stay("kit.failed")
	}
}
