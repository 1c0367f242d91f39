// Package security is 账号与安全: what an account is known by, masked, and what can be changed of it.
package security

import (
	"guiwei/flows"
	"guiwei/flows/rules"
)

// Draft is the account, and what of it is shown.
type Draft struct {
	Login flows.Login `json:"login"`
	Want  string      `json:"want,omitempty"` // password: the page is passed by
	Phone string      `json:"phone,omitempty"`
	Email string      `json:"email,omitempty"`
	ID    string      `json:"id,omitempty"`
	Name  string      `json:"name,omitempty"`
}

// Flow is the page.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "security", Version: 1, Member: true,
	Steps: []flows.Step[Draft]{
		{At: "loading", Fails: flows.Done, Enter: read, Judge: loaded,
			Leads: leads{"read": "page", "ended": flows.To("login")}},
		{At: "page", Back: flows.Done, Anew: "again",
			Ask: ask, Judge: page,
			Leads: leads{"again": "loading"}},
	},
})

type leads = map[flows.Event]flows.State

func read(d *Draft, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.LookUp{Account: d.Login.Account}}
}

// loaded masks what is shown; nothing of it stays behind whole.
func loaded(d *Draft, in flows.Input) flows.Verdict {
	s, ok := in.Answer.(flows.Standing)
	if !ok {
		return flows.Verdict{}
	}
	if s.Current != d.Login.Generation {
		return flows.Move("ended").LogOut().Note("login.ended").Seed(d.Login.Anew("security"))
	}
	a := s.Account
	d.Phone, d.ID, d.Name, d.Email = rules.MaskPhone(a.Phone), rules.MaskID(a.IDNumber), rules.MaskName(a.Name), ""
	if a.Email != "" {
		d.Email = rules.MaskEmail(a.Email)
	}
	return flows.Move("read")
}

func ask(d *Draft, _ flows.View) flows.Prompt {
	mail := flows.Say("security.no_email")
	if d.Email != "" {
		mail = flows.Say("security.email", "email", d.Email)
	}
	return flows.Ask("security.page.ask", "phone", d.Phone, "email", mail, "name", d.Name, "id", d.ID).
		Row(flows.Everywhere("devices")).Row(flows.Everywhere("language")).Row(flows.Out())
}

func page(*Draft, flows.Input) flows.Verdict { return flows.Verdict{} }
