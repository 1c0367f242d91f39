// Package login lets a student in by phone, ID number or e-mail and the password, and leads on to what is left to do.
package login

import (
	"guiwei/flows"
	"guiwei/flows/rules"
)

// Draft is whom the login is of, and what for; a password is never kept.
type Draft struct {
	flows.Handle
	User string `json:"user,omitempty"` // the handle, masked
	Then string `json:"then,omitempty"` // the flow that asked to log in first
}

// Flow is the login. Its first step is called "phone", as stored drafts have it.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "login", Version: 1, Resume: resume,
	Steps: []flows.Step[Draft]{
		{At: "phone", Back: flows.Done, Secret: true,
			Ask: askHandle, Judge: handle,
			Leads: leads{"given": "password"}},
		{At: "password", Back: "phone", Secret: true,
			Ask: askPassword, Judge: password,
			Leads: leads{"in": flows.Done, "home": flows.Home, "photos": flows.To("evidence"), "status": flows.To("status"),
				"record": flows.To("record"), "security": flows.To("security"), "devices": flows.To("devices"),
				"frozen": flows.To("objection"), "other": "phone"}},
	},
})

type leads = map[flows.Event]flows.State

// resume asks for the password alone where it is known of what.
func resume(d *Draft) flows.State {
	if d.shown() == "" {
		return "phone"
	}
	return "password"
}

// shown is what the account is called on the screen.
func (d *Draft) shown() string {
	if d.User == "" && d.Phone != "" {
		return rules.MaskPhone(d.Phone)
	}
	return d.User
}

// askHandle is the login page of the guide: 登录, 注册, 找回用户名, 找回密码.
func askHandle(*Draft, flows.View) flows.Prompt {
	return flows.Ask("login.phone.ask").Row(flows.Everywhere("find_password"), flows.Everywhere("find_username")).
		Row(flows.Everywhere("register")).Acts("back")
}

// handle takes whichever of the three was typed.
func handle(d *Draft, in flows.Input) flows.Verdict {
	if in.Kind != flows.Text {
		return flows.Verdict{}
	}
	called, fault := rules.Handle(in.Text, in.At)
	if fault != nil {
		return flows.Stay(fault.Key, fault.Args...)
	}
	d.Handle = flows.Handle{Phone: called.Phone, Email: called.Email}
	switch {
	case called.Phone != "":
		d.User = rules.MaskPhone(called.Phone)
	case called.Email != "":
		d.User = rules.MaskEmail(called.Email)
	}
	for _, r := range called.Documents {
		d.Documents = append(d.Documents, flows.Document{Family: r.Family, Number: r.Number})
		d.User = rules.MaskID(r.Number)
	}
	return flows.Move("given")
}

func askPassword(d *Draft, _ flows.View) flows.Prompt {
	return flows.Ask("login.password.ask", "user", d.shown()).Row(flows.Everywhere("find_password")).Acts("other_account", "back")
}

func password(d *Draft, in flows.Input) flows.Verdict {
	if a, ok := in.Answer.(flows.LoggedIn); ok {
		return d.let(a)
	}
	switch {
	case in.Act == "other_account":
		return flows.Move("other")
	case in.Kind == flows.Text:
		return flows.Silent(flows.LogIn{Handle: d.Handle, Plain: in.Text, Name: in.Sender})
	}
	return flows.Verdict{}
}

// let says in, or why not: the same words whether the account or the password is wrong.
func (d *Draft) let(a flows.LoggedIn) flows.Verdict {
	switch a.Outcome {
	case flows.OK:
		return d.onward(a).LogIn(a.Login).Note("login.done", "user", a.Login.User).Seed(flows.Member{Login: a.Login})
	case flows.Ended:
		if a.Case != "" { // right after an approval its owner may object
			return flows.Move("frozen").Note("login.frozen").Seed(map[string]string{"no": a.Case})
		}
		return flows.Stay("login.frozen")
	case flows.Blocked:
		return flows.Stay("login.blocked", "until", flows.Soon(a.Until))
	case flows.Wrong:
		return flows.Stay("login.wrong", "n", a.Left)
	default:
		return flows.Redraw().Note("kit.failed")
	}
}

// onward is what the login was for; else the photos, as long as they are missing.
func (d *Draft) onward(a flows.LoggedIn) flows.Verdict {
	switch {
	case d.Then == "status":
		return flows.Move("status")
	case d.Then == "record":
		return flows.Move("record")
	case d.Then == "security":
		return flows.Move("security")
	case d.Then == "devices":
		return flows.Move("devices")
	case !a.Proofed:
		return flows.Move("photos")
	case d.Then == "home":
		return flows.Move("home")
	}
	return flows.Move("in")
}
