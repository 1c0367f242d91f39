// Package recovery finds an account again: 找回密码 by a code on the phone or the address on record, 找回用户名 by ID number and
// name.
//
// Nobody learns here whether an account exists before a code that went to its owner was right: until then every answer is made
// of what was typed. Answers to security questions open nothing alone; they stand beside a code where the chat is new to the
// account.
package recovery

import (
	"encoding/json"

	"guiwei/flows"
	"guiwei/flows/questions"
	"guiwei/flows/rules"
)

// Draft is whose password is looked for, and what was proven so far.
type Draft struct {
	flows.Handle
	User     string              `json:"user,omitempty"`  // the handle, masked
	Way      flows.Way           `json:"way,omitempty"`   // of the code under way
	Shown    string              `json:"shown,omitempty"` // where that leads, masked, if that may be told
	Then     string              `json:"then,omitempty"`  // what the login that was interrupted is for
	Code     questions.Code      `json:"code,omitzero"`
	Codes    int                 `json:"codes,omitempty"` // sent so far
	Accounts []flows.AccountRef  `json:"accounts,omitempty"`
	Opened   []flows.Recoverable `json:"opened,omitempty"` // by a right code
	Chosen   int                 `json:"chosen,omitempty"` // of Opened
	Question int                 `json:"question,omitempty"`
	Who      flows.Applicant     `json:"who,omitzero"` // of the chosen one; its Password is the new one's hash
}

// Flow is 找回密码.
func Flow(advice rules.Advice) flows.Flow {
	secret := questions.Password[Draft]{Of: func(d *Draft) *flows.Applicant { return &d.Who }, Advice: advice}
	return flows.Define(flows.Table[Draft]{
		Name: "recover", Version: 1, Resume: resume,
		Steps: []flows.Step[Draft]{
			{At: "handle", Back: flows.Done, Secret: true,
				Ask: askHandle, Judge: handle,
				Leads: leads{"given": "way"}},
			{At: "way", Back: "handle",
				Ask: askWay, Judge: way,
				Leads: leads{"chosen": "sending", "waits": "code"}},

			{At: "sending", Back: "way", Fails: "way", Enter: send, Judge: sending,
				Leads: leads{"sent": "code", "blocked": "way"}},
			{At: "code", Back: "way", Secret: true,
				Ask: askCode, Judge: code,
				Leads: leads{"right": "opening", "again": "sending", "other": "way"}},

			{At: "opening", Fails: "way", Enter: open, Judge: opening,
				Leads: leads{"one": "password", "several": "account", "asks": "question", "none": "handle"}},
			{At: "account", Back: "way",
				Ask: askAccount, Judge: account,
				Leads: leads{"chosen": "password", "asks": "question"}},
			{At: "question", Back: "way", Secret: true,
				Ask: askQuestion, Judge: question,
				Leads: leads{"answered": "password"}},

			{At: "password", Back: "way", Secret: true,
				Ask: secret.Ask, Judge: secret.Judge,
				Leads: leads{"given": "confirm"}},
			{At: "confirm", Back: "password", Secret: true,
				Ask: secret.AskAgain, Judge: secret.JudgeAgain,
				Leads: leads{"same": "changing", "differs": "password"}},
			{At: "changing", Fails: "password", Enter: change, Judge: changed,
				Leads: leads{"changed": flows.To("login"), "ended": flows.Done}},
		},
	})
}

type leads = map[flows.Event]flows.State

// Of begins where a login was interrupted: what was typed there is not asked again.
func Of(login flows.Frame) Draft {
	var d Draft
	if login.State != "password" || json.Unmarshal(login.Draft, &d) != nil {
		return Draft{}
	}
	if d.User == "" && d.Phone != "" {
		d.User = rules.MaskPhone(d.Phone)
	}
	return Draft{Handle: d.Handle, User: d.User, Then: d.Then}
}

// resume asks only for what is not told yet.
func resume(d *Draft) flows.State {
	switch {
	case d.User == "":
		return "handle"
	case d.Way == "":
		return "way"
	}
	return "sending"
}

func askHandle(*Draft, flows.View) flows.Prompt {
	return flows.Ask("recover.handle.ask").Row(flows.Everywhere("find_username")).Acts("back")
}

// handle takes a phone, an ID number or an e-mail address.
func handle(d *Draft, in flows.Input) flows.Verdict {
	if in.Kind == flows.Contact {
		return d.shared(in)
	}
	if in.Kind != flows.Text {
		return flows.Verdict{}
	}
	called, fault := rules.Handle(in.Text, in.At)
	if fault != nil {
		return flows.Stay(fault.Key, fault.Args...)
	}
	d.Handle, d.User = Called(called)
	return flows.Move("given")
}

// shared takes the sender's own contact for a typed phone.
func (d *Draft) shared(in flows.Input) flows.Verdict {
	number, ok := rules.OwnContact(in.Contact.Number)
	if !in.Contact.Own || !ok {
		return flows.Stay("recover.handle.contact")
	}
	d.Handle, d.User = Called(rules.Called{Phone: number})
	return flows.Move("given")
}

// Called is a handle as it was typed, and how it is shown.
func Called(c rules.Called) (h flows.Handle, shown string) {
	h = flows.Handle{Phone: c.Phone, Email: c.Email, Documents: Documents(c)}
	switch {
	case c.Phone != "":
		return h, rules.MaskPhone(c.Phone)
	case c.Email != "":
		return h, rules.MaskEmail(c.Email)
	case len(c.Documents) > 0:
		return h, rules.MaskID(c.Documents[0].Number)
	}
	return h, ""
}

// Documents are the registers that a typed number fits.
func Documents(c rules.Called) []flows.Document {
	var all []flows.Document
	for _, r := range c.Documents {
		all = append(all, flows.Document{Family: r.Family, Number: r.Number})
	}
	return all
}

// askWay names the phone and the address only as far as they were typed.
func askWay(d *Draft, _ flows.View) flows.Prompt {
	return flows.Ask("recover.way.ask", "user", d.User).Acts("by_sms").Acts("by_mail").Acts("back", "later")
}

// way takes how the code is to come. One that is on its way is waited for.
func way(d *Draft, in flows.Input) flows.Verdict {
	chosen, ok := map[string]flows.Way{"by_sms": flows.BySMS, "by_mail": flows.ByMail}[in.Act]
	if !ok {
		return flows.Verdict{}
	}
	if chosen == d.Way && d.Code.Digest != "" && d.Code.Patience(in.At) > 0 {
		return d.Code.Tick(flows.Move("waits"), in.At)
	}
	if chosen != d.Way {
		d.Shown = ""
	}
	d.Way = chosen
	return flows.Move("chosen")
}
