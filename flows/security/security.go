// Package security is 账号与安全: what an account is known by, masked, and how its password and phone are changed.
//
// Whoever changes something types the password once more; the code to a new phone comes after that.
package security

import (
	"guiwei/flows"
	"guiwei/flows/questions"
	"guiwei/flows/rules"
)

// Draft is the account, what of it is shown, and a change under way.
type Draft struct {
	Login flows.Login     `json:"login"`
	Want  string          `json:"want,omitempty"` // password, phone: what is changed
	Phone string          `json:"phone,omitempty"`
	Email string          `json:"email,omitempty"`
	ID    string          `json:"id,omitempty"`
	Name  string          `json:"name,omitempty"`
	New   flows.Applicant `json:"new,omitzero"` // while something is changed
	Code  code            `json:"code,omitzero"`
}

// Flow is the page with its changes, for an operator's advice on passwords.
func Flow(advice rules.Advice) flows.Flow {
	secret := questions.Password[Draft]{Of: func(d *Draft) *flows.Applicant { return &d.New }, Advice: advice}
	return flows.Define(flows.Table[Draft]{
		Name: "security", Version: 2, Member: true, Resume: resume,
		Upgrade: map[int]func(flows.Frame) (flows.Frame, error){1: func(f flows.Frame) (flows.Frame, error) { return f, nil }},
		Steps: []flows.Step[Draft]{
			{At: "loading", Fails: flows.Done, Enter: read, Judge: loaded,
				Leads: leads{"read": "page", "ended": flows.To("login")}},
			{At: "page", Back: flows.Done, Anew: "again",
				Ask: ask, Judge: page,
				Leads: leads{"again": "loading", "password": "old", "phone": "old for phone"}},

			{At: "old", Back: "loading", Secret: true,
				Ask: askOld, Judge: old,
				Leads: leads{"proven": "facts"}},
			{At: "old for phone", Back: "loading", Secret: true,
				Ask: askOld, Judge: old,
				Leads: leads{"proven": "phone"}},

			{At: "facts", Fails: "loading", Enter: read, Judge: facts,
				Leads: leads{"read": "password", "ended": flows.To("login")}},
			{At: "password", Back: "loading", Secret: true,
				Ask: secret.Ask, Judge: secret.Judge,
				Leads: leads{"given": "confirm"}},
			{At: "confirm", Back: "password", Secret: true,
				Ask: secret.AskAgain, Judge: secret.JudgeAgain,
				Leads: leads{"same": "changing", "differs": "password"}},

			{At: "phone", Back: "loading",
				Ask: askPhone, Judge: phone,
				Leads: leads{"given": "sending"}},
			{At: "sending", Back: "phone", Fails: "phone", Enter: send, Judge: sent,
				Leads: leads{"sent": "code", "blocked": "phone"}},
			{At: "code", Back: "phone", Secret: true,
				Ask: askCode, Judge: proven,
				Leads: leads{"proven": "changing", "again": "sending", "other": "phone"}},

			{At: "changing", Fails: "loading", Enter: change, Judge: changed,
				Leads: leads{"done": "loading", "full": "phone", "ended": flows.To("login")}},
		},
	})
}

type leads = map[flows.Event]flows.State

// resume begins with the change that somebody came for.
func resume(d *Draft) flows.State {
	if d.Want != "" {
		return "old"
	}
	return "loading"
}

func read(d *Draft, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.LookUp{Account: d.Login.Account}}
}

// loaded masks what is shown; nothing of it, nor of a change, stays behind whole.
func loaded(d *Draft, in flows.Input) flows.Verdict {
	s, ok := in.Answer.(flows.Standing)
	if !ok {
		return flows.Verdict{}
	}
	if s.Current != d.Login.Generation {
		return d.ended()
	}
	a := s.Account
	*d = Draft{Login: d.Login, Phone: rules.MaskPhone(a.Phone), ID: rules.MaskID(a.IDNumber), Name: rules.MaskName(a.Name)}
	if a.Email != "" {
		d.Email = rules.MaskEmail(a.Email)
	}
	return flows.Move("read")
}

func (d *Draft) ended() flows.Verdict {
	return flows.Move("ended").LogOut().Note("login.ended").Seed(d.Login.Anew("security"))
}

func ask(d *Draft, _ flows.View) flows.Prompt {
	mail := flows.Say("security.no_email")
	if d.Email != "" {
		mail = flows.Say("security.email", "email", d.Email)
	}
	return flows.Ask("security.page.ask", "phone", d.Phone, "email", mail, "name", d.Name, "id", d.ID).
		Acts("change_password", "change_phone").Row(flows.Everywhere("devices")).Row(flows.Everywhere("language")).Row(flows.Out())
}

func page(d *Draft, in flows.Input) flows.Verdict {
	switch in.Act {
	case "change_password":
		d.Want = "password"
		return flows.Move("password")
	case "change_phone":
		d.Want = "phone"
		return flows.Move("phone")
	}
	return flows.Verdict{}
}

func askOld(d *Draft, _ flows.View) flows.Prompt {
	return flows.Ask("security.old.ask", "user", d.Login.User).Acts("back")
}

// old wants the password of now: whoever holds somebody's unlocked phone changes nothing. It is counted as at the login.
func old(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.LoggedIn)
	switch {
	case !ok && in.Kind == flows.Text:
		ref := d.Login.Account
		return flows.Silent(flows.LogIn{Handle: flows.Handle{Account: &ref}, Plain: in.Text, Name: in.Sender})
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.Wrong:
		return flows.Stay("security.old.wrong", "n", a.Left)
	case a.Outcome == flows.Blocked:
		return flows.Stay("login.blocked", "until", flows.Soon(a.Until))
	case a.Outcome != flows.OK:
		return flows.Stay("kit.failed")
	}
	return flows.Move("proven")
}

// facts are what a password may not be made of.
func facts(d *Draft, in flows.Input) flows.Verdict {
	s, ok := in.Answer.(flows.Standing)
	switch {
	case !ok:
		return flows.Verdict{}
	case s.Current != d.Login.Generation:
		return d.ended()
	}
	d.New = flows.Applicant{Phone: s.Account.Phone, Name: s.Account.Name, IDNumber: s.Account.IDNumber}
	return flows.Move("read")
}

func change(d *Draft, _ flows.Input) []flows.Effect {
	if d.Want == "phone" {
		return []flows.Effect{flows.ChangePhone{Account: d.Login.Account, Generation: d.Login.Generation, Phone: d.New.Phone}}
	}
	return []flows.Effect{flows.SetPassword{Account: d.Login.Account, Generation: d.Login.Generation, Password: d.New.Password}}
}

// changed goes on with the person's generation of now.
func changed(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Changed)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.Ended:
		return d.ended()
	case a.Outcome == flows.Full:
		return flows.Move("full").Note("register.phone_full", "phone", rules.MaskPhone(d.New.Phone))
	}
	d.Login.Generation = a.Generation
	if d.Want == "phone" {
		d.Login.User = rules.MaskPhone(d.New.Phone)
		return flows.Move("done").LogIn(d.Login).Note("security.phone.done", "phone", d.Login.User)
	}
	return flows.Move("done").LogIn(d.Login).Note("security.password.done")
}
