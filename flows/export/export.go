// Package export gives an account's owner a copy of all that is stored, once the password was said again.
package export

import "guiwei/flows"

// Draft is whose account it is.
type Draft struct {
	Login flows.Login `json:"login"`
}

// Flow is the export.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "export", Version: 1, Member: true, Passing: true,
	Steps: []flows.Step[Draft]{
		{At: "password", Back: flows.Done, Secret: true,
			Ask: ask, Judge: password,
			Leads: leads{"proven": "writing"}},
		{At: "writing", Fails: "password", Enter: export, Judge: written,
			Leads: leads{"sent": flows.Done}},
	},
})

type leads = map[flows.Event]flows.State

func ask(*Draft, flows.View) flows.Prompt { return flows.Ask("export.ask").Acts("back") }

func password(d *Draft, in flows.Input) flows.Verdict {
	if a, ok := in.Answer.(flows.LoggedIn); ok {
		return flows.Proven(a, func() flows.Verdict { return flows.Move("proven") })
	}
	if in.Kind == flows.Text {
		return flows.Silent(flows.LogIn{Handle: flows.Handle{Account: &d.Login.Account}, Plain: in.Text})
	}
	return flows.Verdict{}
}

func export(d *Draft, in flows.Input) []flows.Effect {
	return []flows.Effect{flows.Export{Account: d.Login.Account, Lang: in.Language}}
}

func written(_ *Draft, in flows.Input) flows.Verdict {
	if _, ok := in.Answer.(flows.Exported); ok {
		return flows.Move("sent").Note("export.sent")
	}
	return flows.Verdict{}
}
