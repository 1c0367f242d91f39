// Package register leads a student through registration: nine questions, one at a time, then 立即注册.
//
// Nobody learns here whether an ID number has an account before the phone was proven by a code: the branch lies behind
// the last step, where the answer of Register leads on to reclaim.
package register

import (
	"guiwei/flows"
	"guiwei/flows/questions"
	"guiwei/flows/rules"
)

// Draft is what the student told so far.
type Draft struct {
	flows.Applicant
	Code  questions.Code `json:"code,omitzero"`
	Codes int            `json:"codes,omitempty"` // sent for this phone: none, one, or more than one (2)
	Typo  Typo           `json:"typo,omitzero"`
	Kind  string         `json:"kind,omitempty"`  // of the ID number to be typed, resident by default
	Typed string         `json:"typed,omitempty"` // ID number waiting for 是本人的
	Sure  string         `json:"sure,omitempty"`  // the one that it was said of
}

// Typo is an e-mail address waiting for the answer to "did you mean".
type Typo struct {
	Typed string `json:"typed,omitempty"`
	Meant string `json:"meant,omitempty"`
}

// Settings are the operator's choices that this flow asks for.
type Settings struct {
	Advice   rules.Advice
	TestIDs  bool
	Operator string // as locales.Own reads it, in the texts that are agreed to
	Contact  string // the same
}

// Flow is the registration of an operator with these settings.
func Flow(set Settings) flows.Flow { return flows.Define(Table(set)) }

// Table is the flow as it is written down.
func Table(set Settings) flows.Table[Draft] {
	secret := questions.Password[Draft]{Of: func(d *Draft) *flows.Applicant { return &d.Applicant }, Advice: set.Advice}
	return flows.Table[Draft]{
		Name: "register", Version: 3, Total: 9, Card: "check",
		Upgrade: map[int]func(flows.Frame) (flows.Frame, error){1: upgrade1, 2: upgrade2},
		Resume:  unanswered,
		Steps: []flows.Step[Draft]{
			{At: "consent", Number: 1, Back: flows.Done,
				Ask: askConsent, Judge: set.consent,
				Leads: leads{"agreed": "phone", "declined": flows.Done}},

			{At: "phone", Number: 2, Back: "consent", Was: wasPhone, Keep: "kept",
				Ask: askPhone, Judge: phone,
				Leads: leads{"given": "sending", "kept": "sending", "waits": "code", "relative": "relation", "proven": "password"}},
			{At: "relation", Number: 2, Back: "phone",
				Ask: askRelation, Judge: relation,
				Leads: leads{"told": "phone"}},

			{At: "sending", Number: 3, Back: "phone", Fails: "phone", Enter: sendCode, Judge: sending,
				Leads: leads{"sent": "code", "blocked": "phone"}},
			{At: "code", Number: 3, Back: "phone", Secret: true,
				Ask: askCode, Judge: code,
				Leads: leads{"proven": "password", "again": "sending", "other": "phone", "given": "sending"}},

			{At: "password", Number: 4, Back: "phone", Was: wasPassword, Keep: "kept", Secret: true,
				Ask: secret.Ask, Judge: secret.Judge,
				Leads: leads{"given": "confirm", "kept": "name"}},
			{At: "confirm", Number: 4, Back: "password", Secret: true,
				Ask: secret.AskAgain, Judge: secret.JudgeAgain,
				Leads: leads{"same": "name", "differs": "password"}},

			{At: "name", Number: 5, Back: "password", Was: wasName, Keep: "named",
				Ask: askName, Judge: name,
				Leads: leads{"named": "id_number"}},

			{At: "id_number", Number: 6, Back: "name", Was: wasID, Keep: "kept", Secret: true,
				Ask: askID, Judge: set.idNumber,
				Leads: leads{"typed": "own", "kept": "email", "kinds": "id_kind"}},
			{At: "id_kind", Number: 6, Back: "id_number",
				Ask: askKind, Judge: idKind,
				Leads: leads{"chosen": "id_number"}},
			{At: "own", Number: 6, Back: "id_number", Secret: true,
				Ask: askOwn, Judge: set.own,
				Leads: leads{"mine": "email", "retype": "id_number", "guessable": "password"}},

			{At: "email", Number: 7, Back: "id_number", Was: wasEmail, Keep: "given",
				Ask: askEmail, Judge: email,
				Leads: leads{"given": "mother", "skipped": "mother", "doubted": "email_typo"}},
			{At: "email_typo", Number: 7, Back: "email",
				Ask: askTypo, Judge: emailTypo,
				Leads: leads{"given": "mother", "retype": "email"}},

			{At: "mother", Number: 8, Back: "email", Was: wasAnswers, Keep: "kept", Secret: true,
				Ask: question("register.mother.ask"), Judge: answer(0),
				Leads: leads{"answered": "father", "kept": "check"}},
			{At: "father", Number: 8, Back: "mother", Secret: true,
				Ask: question("register.father.ask"), Judge: answer(1),
				Leads: leads{"answered": "teacher"}},
			{At: "teacher", Number: 8, Back: "father", Secret: true,
				Ask: question("register.teacher.ask"), Judge: answer(2),
				Leads: leads{"answered": "check"}},

			{At: "check", Number: 9, Back: "mother",
				Edits: []flows.State{"phone", "name", "id_number", "email", "password", "mother"},
				Ask:   askCheck, Judge: check,
				Leads: leads{"submitted": "registering"}},
			{At: "registering", Number: 9, Fails: "check", Enter: register, Judge: registered,
				Leads: leads{"active": flows.To("login"), "taken": flows.To("reclaim"), "full": flows.Edit("phone"), "limited": "check", "failed": "check"}},
		},
	}
}

type leads = map[flows.Event]flows.State

func register(d *Draft, in flows.Input) []flows.Effect {
	return []flows.Effect{flows.Register{Applicant: d.Applicant, Lang: in.Language}}
}

// registered leads on where the ID number stands.
func registered(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Registered)
	if !ok {
		return flows.Verdict{}
	}
	switch a.Outcome {
	case flows.OK:
		return flows.Move("active").Note("register.done", "phone", rules.MaskPhone(d.Phone)).
			Seed(flows.Known{Account: a.Account, User: rules.MaskPhone(d.Phone)})
	case flows.Taken:
		return flows.Move("taken").Seed(d.Applicant)
	case flows.Full:
		return flows.Move("full").Note("register.phone_full", "phone", rules.MaskPhone(d.Phone))
	case flows.Limited:
		return flows.Move("limited").Note("limits.numbers")
	default:
		return flows.Move("failed").Note("kit.failed")
	}
}

// unanswered is the first step that has no answer yet.
func unanswered(d *Draft) flows.State {
	switch {
	case d.Consent == nil:
		return "consent"
	case d.Phone == "" || d.Proven.IsZero():
		return "phone"
	case d.Password == "" || !d.Confirmed:
		return "password"
	case d.Name == "":
		return "name"
	case d.IDNumber == "":
		return "id_number"
	case len(d.Answers) < 3:
		return "email"
	default:
		return "check"
	}
}
