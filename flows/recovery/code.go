package recovery

import (
	"math"

	"guiwei/flows"
	"guiwei/flows/questions"
)

// The code: drawn from the input's randomness, kept as a keyed digest beside the accounts that it opens. Whether it went out is
// told nobody.

func send(d *Draft, in flows.Input) []flows.Effect {
	d.Code, d.Accounts, d.Opened = questions.Code{}, nil, nil
	return []flows.Effect{flows.SendProof{Handle: d.Handle, Way: d.Way, Code: questions.Draw(in.Random), Lang: in.Language}}
}

func sending(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.ProofSent)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.OK:
		d.Code, d.Codes, d.Accounts = questions.Code{Digest: a.Digest, Sent: in.At}, d.Codes+1, a.Accounts
		return d.Code.Tick(flows.Move("sent"), in.At)
	case a.Outcome == flows.Blocked:
		return flows.Move("blocked").Note("recover.code.blocked", "until", flows.Minute(a.Until))
	}
	return flows.Move("blocked").Note("kit.failed")
}

// askCode says where the code went as far as that was typed, or may be told; after the second one it offers another way.
func askCode(d *Draft, v flows.View) flows.Prompt {
	to, minutes := d.to(), int(questions.CodeLife.Minutes())
	p := flows.Ask("recover.code.ask_sms", "to", to, "minutes", minutes)
	switch {
	case d.Way == flows.BySMS && d.Codes > 1:
		p = flows.Ask("recover.code.again_sms", "to", to, "minutes", minutes)
	case d.Way == flows.ByMail && d.Codes > 1:
		p = flows.Ask("recover.code.again_mail", "to", to, "minutes", minutes)
	case d.Way == flows.ByMail:
		p = flows.Ask("recover.code.ask_mail", "to", to, "minutes", minutes)
	}
	return p.Row(d.Code.Again(v.Now)).Acts("other_way").Row(flows.Everywhere("find_username")).Acts("back", "later")
}

// to is where the code goes: what was typed, else what may be told, else what is on record.
func (d *Draft) to() flows.Phrase {
	typed := d.Way == flows.BySMS && d.Phone != "" || d.Way == flows.ByMail && d.Email != ""
	switch {
	case typed:
		return flows.Say("recover.to.typed", "user", d.User)
	case d.Shown != "":
		return flows.Say("recover.to.typed", "user", d.Shown)
	case d.Way == flows.BySMS:
		return flows.Say("recover.to.phone")
	}
	return flows.Say("recover.to.mail")
}

func code(d *Draft, in flows.Input) flows.Verdict {
	patience := d.Code.Patience(in.At)
	switch {
	case in.Kind == flows.Waked:
		return d.Code.Tick(d.reminded(in), in.At)
	case in.Act == "again" && patience > 0:
		return flows.Stay("recover.code.patience", "seconds", int(math.Ceil(patience.Seconds())))
	case in.Act == "again":
		return flows.Move("again")
	case in.Act == "other_way":
		return flows.Move("other")
	case in.Kind != flows.Text:
		return flows.Verdict{}
	case in.Digest == "":
		return flows.Stay("recover.code.not_six")
	}
	switch d.Code.Try(in.Digest, in.At) {
	case questions.Right:
		d.Code = questions.Code{}
		return flows.Move("right")
	case questions.Expired:
		return flows.Stay("recover.code.expired")
	case questions.Missed, questions.UsedUp:
	}
	said := d.missed(in)
	return flows.Stay(said.Key).Remark(said)
}

// missed tells what is left after wrong digits.
func (d *Draft) missed(in flows.Input) flows.Phrase {
	tries, minutes := d.Code.Left(in.At)
	if tries == 0 {
		return flows.Say("recover.code.used_up")
	}
	return flows.Say("recover.code.wrong", "n", tries, "minutes", minutes)
}

// reminded asks again, and repeats what was said of wrong digits.
func (d *Draft) reminded(in flows.Input) flows.Verdict {
	if d.Code.Misses == 0 {
		return flows.Redraw()
	}
	return flows.Redraw().Remark(d.missed(in))
}
