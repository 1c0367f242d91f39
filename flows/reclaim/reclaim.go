// Package reclaim is what follows on 证件号码已注册: the warning, the ways on, and 我要重新注册.
//
// It begins with all that the student told while registering; only the password is asked again, as the guide has it.
package reclaim

import (
	"time"

	"guiwei/flows"
	"guiwei/flows/questions"
	"guiwei/flows/rules"
)

// Draft is the applicant, as registration left it.
type Draft struct {
	flows.Applicant
	Used string           `json:"used,omitempty"` // what the old account was used for, as the student says: use.image, …
	Ways []flows.FoundWay `json:"ways,omitempty"` // by which the old account can be found again
}

// Flow is the re-registration of a taken ID number.
func Flow(advice rules.Advice) flows.Flow {
	secret := questions.Password[Draft]{Of: func(d *Draft) *flows.Applicant { return &d.Applicant }, Advice: advice}
	return flows.Define(flows.Table[Draft]{
		Name: "reclaim", Version: 1, Total: 4,
		Steps: []flows.Step[Draft]{
			{At: "warning", Number: 1, Back: flows.Done,
				Ask: askWarning, Judge: warning,
				Leads: leads{"understood": "ways"}},

			{At: "ways", Number: 2, Back: "warning",
				Ask: askWays, Judge: ways,
				Leads: leads{"again": "password", "uses": "uses", "sure": "sure", "find": "finding"}},
			{At: "uses", Number: 2, Back: "ways",
				Ask: askUses, Judge: uses,
				Leads: leads{"none": "ways", "sure": "sure"}},
			{At: "sure", Number: 2, Back: "ways",
				Ask: askSure, Judge: sure,
				Leads: leads{"again": "password"}},
			{At: "finding", Number: 2, Fails: "ways", Enter: find, Judge: found,
				Leads: leads{"found": "found"}},
			{At: "found", Number: 2, Back: "ways",
				Ask: askFound, Judge: choose,
				Leads: leads{}},

			{At: "password", Number: 3, Back: "ways", Secret: true,
				Ask: secret.Ask, Judge: secret.Judge,
				Leads: leads{"given": "confirm"}},
			{At: "confirm", Number: 3, Back: "password", Secret: true,
				Ask: secret.AskAgain, Judge: secret.JudgeAgain,
				Leads: leads{"same": "submit", "differs": "password"}},

			{At: "submit", Number: 4, Back: "password",
				Ask: askSubmit, Judge: submit,
				Leads: leads{"submitted": "registering"}},
			{At: "registering", Number: 4, Fails: "submit", Enter: register, Judge: registered,
				Leads: leads{"pending": flows.To("login"), "queued": flows.Home, "full": flows.To("register"), "limited": "submit", "failed": "submit"}},
		},
	})
}

type leads = map[flows.Event]flows.State

func askWarning(d *Draft, _ flows.View) flows.Prompt {
	return flows.Ask("reclaim.warning.ask", "id", rules.MaskID(d.IDNumber)).Acts("understood").Acts("back", "later")
}

func warning(_ *Draft, in flows.Input) flows.Verdict {
	if in.Act == "understood" {
		return flows.Move("understood")
	}
	return flows.Verdict{}
}

func askSubmit(d *Draft, _ flows.View) flows.Prompt {
	return flows.Ask("reclaim.submit.ask", "phone", rules.MaskPhone(d.Phone), "name", rules.MaskName(d.Name),
		"id", rules.MaskID(d.IDNumber)).Acts("submit").Acts("back", "later")
}

func submit(_ *Draft, in flows.Input) flows.Verdict {
	if in.Act == "submit" {
		return flows.Move("submitted")
	}
	return flows.Verdict{}
}

func register(d *Draft, in flows.Input) []flows.Effect {
	return []flows.Effect{flows.Register{Applicant: d.Applicant, Reclaim: true, Lang: in.Language}}
}

func registered(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Registered)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.OK:
		return flows.Move("pending").Note("reclaim.done", "phone", rules.MaskPhone(d.Phone)).
			Seed(flows.Known{Account: a.Account, User: rules.MaskPhone(d.Phone)})
	case a.Outcome == flows.Queued:
		return flows.Move("queued").Note("reclaim.queued")
	case a.Outcome == flows.Full:
		other := d.Applicant
		other.Phone, other.Proven = "", time.Time{}
		return flows.Move("full").Note("register.phone_full", "phone", rules.MaskPhone(d.Phone)).Seed(other)
	case a.Outcome == flows.Limited:
		return flows.Move("limited").Note("limits.numbers")
	default:
		return flows.Move("failed").Note("kit.failed")
	}
}
