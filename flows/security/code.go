package security

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"guiwei/flows"
	"guiwei/flows/rules"
)

// code is a code to the new phone under way: its keyed digest, when it was sent, how often it was missed.
type code struct {
	Digest string    `json:"digest,omitempty"`
	Sent   time.Time `json:"sent,omitzero"`
	Misses int       `json:"misses,omitempty"`
}

// Terms of a code, as at the registration (mission.md).
const (
	codeLife   = 10 * time.Minute
	codeResend = time.Minute
	codeTries  = 5
)

func askPhone(*Draft, flows.View) flows.Prompt { return flows.Ask("security.phone.ask").Acts("back") }

func phone(d *Draft, in flows.Input) flows.Verdict {
	if in.Kind != flows.Text {
		return flows.Verdict{}
	}
	number, fault := rules.Phone(in.Text)
	if fault != nil {
		return flows.Stay(fault.Key, fault.Args...)
	}
	d.New.Phone = number
	return flows.Move("given")
}

func send(d *Draft, in flows.Input) []flows.Effect {
	n := binary.BigEndian.Uint64(in.Random[:8]) % 1_000_000 // bias 5e-14
	return []flows.Effect{flows.SendCode{Phone: d.New.Phone, Code: fmt.Sprintf("%06d", n), Lang: in.Language}}
}

func sent(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.CodeSent)
	if !ok {
		return flows.Verdict{}
	}
	masked := rules.MaskPhone(d.New.Phone)
	d.Code = code{Digest: a.Digest, Sent: in.At}
	switch a.Outcome {
	case flows.OK:
		return flows.Move("sent").After("resend", codeResend)
	case flows.Unsure:
		return flows.Move("sent").Note("register.code.unsure", "phone", masked).After("resend", codeResend)
	case flows.Refused:
		return flows.Move("blocked").Note("register.code.refused", "phone", masked)
	case flows.Blocked:
		return flows.Move("blocked").Note("register.code.blocked", "phone", masked, "until", flows.Minute(a.Until))
	default:
		again := max(0, a.Until.Sub(in.At)).Round(time.Minute)
		return flows.Move("blocked").Note("register.code.not_sent", "n", max(1, int(again.Minutes())))
	}
}

func askCode(d *Draft, v flows.View) flows.Prompt {
	p := flows.Ask("register.code.ask", "phone", rules.MaskPhone(d.New.Phone), "minutes", int(codeLife.Minutes()))
	again := flows.Act("again")
	if wait := d.Code.Sent.Add(codeResend).Sub(v.Now); wait > 0 {
		again.Key = "button.again_in"
		again.Args = flows.Say("", "seconds", int(wait.Round(time.Second).Seconds())).Args
	}
	return p.Row(again).Acts("other_phone").Acts("back")
}

// proven compares the digits. Tries and minutes used up need a new code.
func proven(d *Draft, in flows.Input) flows.Verdict {
	age := in.At.Sub(d.Code.Sent)
	switch {
	case in.Kind == flows.Waked:
		return flows.Redraw()
	case in.Act == "again" && age < codeResend:
		return flows.Stay("register.code.patience", "seconds", int(math.Ceil((codeResend - age).Seconds())))
	case in.Act == "again":
		return flows.Move("again")
	case in.Act == "other_phone":
		return flows.Move("other")
	case in.Kind != flows.Text:
		return flows.Verdict{}
	case in.Digest == "":
		return flows.Stay("register.code.not_six")
	case age >= codeLife:
		return flows.Stay("register.code.expired")
	case d.Code.Misses >= codeTries:
		return flows.Stay("register.code.used_up")
	case in.Digest == d.Code.Digest:
		d.Code = code{}
		return flows.Move("proven")
	}
	if d.Code.Misses++; d.Code.Misses == codeTries {
		return flows.Stay("register.code.used_up")
	}
	return flows.Stay("register.code.wrong", "n", codeTries-d.Code.Misses, "minutes", int(math.Ceil((codeLife - age).Minutes())))
}
