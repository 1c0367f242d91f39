package register

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"guiwei/flows"
	"guiwei/flows/rules"
)

// Step 3: the code. It is drawn from the input's randomness, so that deciding again draws the same; the draft keeps
// only its keyed digest.

func sendCode(d *Draft, in flows.Input) []flows.Effect {
	d.Code = Code{}
	n := binary.BigEndian.Uint64(in.Random[:8]) % 1_000_000 // bias 5e-14
	return []flows.Effect{flows.SendCode{Phone: d.Phone, Code: fmt.Sprintf("%06d", n), Lang: in.Language}}
}

func sending(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.CodeSent)
	if !ok {
		return flows.Verdict{}
	}
	switch a.Outcome {
	case flows.OK:
		d.Code, d.Codes = Code{Digest: a.Digest, Sent: in.At}, d.Codes+1
		return d.Code.tick(flows.Move("sent"), in.At)
	case flows.Unsure:
		d.Code, d.Codes = Code{Digest: a.Digest, Sent: in.At}, d.Codes+1
		return d.Code.tick(flows.Move("sent").Note("register.code.unsure", "phone", rules.MaskPhone(d.Phone)), in.At)
	case flows.Refused:
		return flows.Move("blocked").Note("register.code.refused", "phone", rules.MaskPhone(d.Phone))
	case flows.Blocked:
		return flows.Move("blocked").Note("register.code.blocked", "phone", rules.MaskPhone(d.Phone), "until", flows.Minute(a.Until))
	default:
		again := max(0, a.Until.Sub(in.At)).Round(time.Minute)
		return flows.Move("blocked").Note("register.code.not_sent", "n", max(1, int(again.Minutes())))
	}
}

// tick has the countdown to the next code said anew after a while, until it is over.
func (c Code) tick(v flows.Verdict, now time.Time) flows.Verdict {
	if left := codeResend - now.Sub(c.Sent); left > 0 {
		return v.After("resend", min(codeTick, left))
	}
	return v
}

// askCode offers the ways without a code to whom two of them did not reach.
func askCode(d *Draft, v flows.View) flows.Prompt {
	p := flows.Ask("register.code.ask", "phone", rules.MaskPhone(d.Phone), "minutes", int(codeLife.Minutes()))
	if d.Codes > 1 {
		p = flows.Ask("register.code.ask_again", "phone", rules.MaskPhone(d.Phone), "minutes", int(codeLife.Minutes()))
	}
	again := flows.Act("again")
	if wait := d.Code.Sent.Add(codeResend).Sub(v.Now); wait > 0 {
		again.Key = "button.again_in"
		again.Args = flows.Say("", "seconds", int(wait.Round(time.Second).Seconds())).Args
	}
	return p.Row(again).Acts("other_phone").Acts("back", "later")
}

func code(d *Draft, in flows.Input) flows.Verdict {
	age := in.At.Sub(d.Code.Sent)
	switch {
	case in.Kind == flows.Waked:
		return d.Code.tick(d.Code.reminded(age), in.At)
	case in.Kind == flows.Contact:
		return contact(d, in)
	case in.Act == "again" && age < codeResend:
		return flows.Stay("register.code.patience", "seconds", int(math.Ceil((codeResend - age).Seconds())))
	case in.Act == "again":
		return flows.Move("again")
	case in.Act == "other_phone":
		d.Phone, d.Codes = "", 0
		return flows.Move("other")
	case in.Kind != flows.Text:
		return flows.Verdict{}
	case in.Digest == "":
		return flows.Stay("register.code.not_six")
	}
	return d.Code.try(d, in, age)
}

// try compares the digits. Tries and minutes used up need a new code.
func (c *Code) try(d *Draft, in flows.Input, age time.Duration) flows.Verdict {
	switch {
	case age >= codeLife:
		return flows.Stay("register.code.expired")
	case c.Misses < codeTries && in.Digest == c.Digest:
		d.Proven, d.Codes, *c = in.At, 0, Code{}
		return flows.Move("proven").Note("register.code.right")
	}
	c.Misses = min(c.Misses+1, codeTries)
	missed := c.missed(age)
	return flows.Stay(missed.Key).Remark(missed)
}

// missed tells what is left after wrong digits.
func (c Code) missed(age time.Duration) flows.Phrase {
	if c.Misses >= codeTries {
		return flows.Say("register.code.used_up")
	}
	return flows.Say("register.code.wrong", "n", codeTries-c.Misses, "minutes", int(math.Ceil((codeLife - age).Minutes())))
}

// reminded asks again, and repeats what was said of wrong digits.
func (c Code) reminded(age time.Duration) flows.Verdict {
	if c.Misses == 0 {
		return flows.Redraw()
	}
	return flows.Redraw().Remark(c.missed(age))
}
