package register

import (
	"math"
	"time"

	"guiwei/flows"
	"guiwei/flows/questions"
	"guiwei/flows/rules"
)

// Step 3: the code. It is drawn from the input's randomness, so that deciding again draws the same; the draft keeps
// only its keyed digest.

func sendCode(d *Draft, in flows.Input) []flows.Effect {
	d.Code = questions.Code{}
	return []flows.Effect{flows.SendCode{Phone: d.Phone, Code: questions.Draw(in.Random), Lang: in.Language}}
}

func sending(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.CodeSent)
	if !ok {
		return flows.Verdict{}
	}
	switch a.Outcome {
	case flows.OK:
		d.Code, d.Codes = questions.Code{Digest: a.Digest, Sent: in.At}, min(d.Codes+1, 2)
		return d.Code.Tick(flows.Move("sent"), in.At)
	case flows.Unsure:
		d.Code, d.Codes = questions.Code{Digest: a.Digest, Sent: in.At}, min(d.Codes+1, 2)
		return d.Code.Tick(flows.Move("sent").Note("register.code.unsure", "phone", rules.MaskPhone(d.Phone)), in.At)
	case flows.Refused:
		return flows.Move("blocked").Note("register.code.refused", "phone", rules.MaskPhone(d.Phone))
	case flows.Blocked:
		return flows.Move("blocked").Note("register.code.blocked", "phone", rules.MaskPhone(d.Phone), "until", flows.Minute(a.Until))
	default:
		again := max(0, a.Until.Sub(in.At)).Round(time.Minute)
		return flows.Move("blocked").Note("register.code.not_sent", "n", max(1, int(again.Minutes())))
	}
}

// askCode offers the ways without a code to whom two of them did not reach.
func askCode(d *Draft, v flows.View) flows.Prompt {
	p := flows.Ask("register.code.ask", "phone", rules.MaskPhone(d.Phone), "minutes", int(questions.CodeLife.Minutes()))
	if d.Codes > 1 {
		p = flows.Ask("register.code.ask_again", "phone", rules.MaskPhone(d.Phone), "minutes", int(questions.CodeLife.Minutes()))
	}
	return p.Row(d.Code.Again(v.Now)).Acts("other_phone").Acts("back", "later")
}

func code(d *Draft, in flows.Input) flows.Verdict {
	patience := d.Code.Patience(in.At)
	switch {
	case in.Kind == flows.Waked:
		return d.Code.Tick(reminded(d.Code, in.At), in.At)
	case in.Kind == flows.Contact:
		return contact(d, in)
	case in.Act == "again" && patience > 0:
		return flows.Stay("register.code.patience", "seconds", int(math.Ceil(patience.Seconds())))
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
	return try(d, in)
}

func try(d *Draft, in flows.Input) flows.Verdict {
	switch d.Code.Try(in.Digest, in.At) {
	case questions.Right:
		d.Proven, d.Codes, d.Code = in.At, 0, questions.Code{}
		return flows.Move("proven").Note("register.code.right")
	case questions.Expired:
		return flows.Stay("register.code.expired")
	case questions.Missed, questions.UsedUp:
	}
	said := missed(d.Code, in.At)
	return flows.Stay(said.Key).Remark(said)
}

// missed tells what is left after wrong digits.
func missed(c questions.Code, at time.Time) flows.Phrase {
	tries, minutes := c.Left(at)
	if tries == 0 {
		return flows.Say("register.code.used_up")
	}
	return flows.Say("register.code.wrong", "n", tries, "minutes", minutes)
}

// reminded asks again, and repeats what was said of wrong digits.
func reminded(c questions.Code, at time.Time) flows.Verdict {
	if c.Misses == 0 {
		return flows.Redraw()
	}
	return flows.Redraw().Remark(missed(c, at))
}
