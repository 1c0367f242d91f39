// Package erase has everything of an account erased: it says first what goes and what stays, and 72 hours pass before it is done.
//
// Its owner can take back one consent instead. The password is asked again, since nobody else may do either.
package erase

import "guiwei/flows"

// Draft is whose account it is.
type Draft struct {
	Login flows.Login `json:"login"`
}

// Flow is the erasure.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "erase", Version: 1, Member: true, Passing: true,
	Steps: []flows.Step[Draft]{
		{At: "choice", Back: flows.Done,
			Ask: ask, Judge: choice,
			Leads: leads{"all": "password", "photos": "photo_password"}},

		{At: "password", Back: "choice", Secret: true,
			Ask: asks("erase.password.all"), Judge: password(plan),
			Leads: leads{"proven": "asking"}},
		{At: "asking", Fails: "choice", Judge: asked,
			Leads: leads{"planned": flows.Done, "open": flows.Done}},

		{At: "photo_password", Back: "choice", Secret: true,
			Ask: asks("erase.password.photos"), Judge: password(stop),
			Leads: leads{"proven": "stopping"}},
		{At: "stopping", Fails: "choice", Judge: stopped,
			Leads: leads{"stopped": flows.Done}},
	},
})

type leads = map[flows.Event]flows.State

func ask(*Draft, flows.View) flows.Prompt {
	return flows.Ask("erase.ask").Acts("erase_all").Acts("stop_photos").Acts("back")
}

func choice(_ *Draft, in flows.Input) flows.Verdict {
	switch in.Act {
	case "erase_all":
		return flows.Move("all")
	case "stop_photos":
		return flows.Move("photos")
	}
	return flows.Verdict{}
}

func asks(key string) func(*Draft, flows.View) flows.Prompt {
	return func(*Draft, flows.View) flows.Prompt { return flows.Ask(key).Acts("back") }
}

// password goes on where it is the account's.
func password(then func(*Draft, flows.Input) flows.Effect) func(*Draft, flows.Input) flows.Verdict {
	return func(d *Draft, in flows.Input) flows.Verdict {
		if a, ok := in.Answer.(flows.LoggedIn); ok {
			return flows.Proven(a, func() flows.Verdict { return flows.Move("proven", then(d, in)) })
		}
		if in.Kind == flows.Text {
			return flows.Silent(flows.LogIn{Handle: flows.Handle{Account: &d.Login.Account}, Plain: in.Text})
		}
		return flows.Verdict{}
	}
}

func plan(d *Draft, _ flows.Input) flows.Effect { return flows.AskErasure{Account: d.Login.Account} }

func stop(d *Draft, in flows.Input) flows.Effect {
	return flows.GiveConsent{Account: d.Login.Account, Kinds: []string{flows.ConsentPhoto}, Withdraw: true, Lang: in.Language}
}

func asked(_ *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.ErasureAsked)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.Open:
		return flows.Move("open").Note("erase.open", "case", a.Case)
	}
	return flows.Move("planned").Note("erase.planned", "until", flows.Minute(a.Until))
}

func stopped(_ *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Consented)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Case != "":
		return flows.Move("stopped").Note("erase.stopped_case", "case", a.Case)
	}
	return flows.Move("stopped").Note("erase.stopped")
}
