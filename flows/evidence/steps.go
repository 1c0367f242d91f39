package evidence

import (
	"slices"
	"strings"

	"guiwei/flows"
	"guiwei/flows/rules"
)

func (d *Draft) read(s flows.Standing) {
	d.User, d.ID = rules.MaskPhone(s.Account.Phone), rules.MaskID(s.Account.IDNumber)
	d.Left, d.Uses, d.Due, d.Likely = s.Quota, nil, s.Due, s.Likely
	d.Missing, d.Given, d.Past = s.Account.Unconsented(), nil, s.Refused
	for _, old := range s.Old {
		for _, use := range old.Uses {
			if !slices.Contains(d.Uses, use) {
				d.Uses = append(d.Uses, use)
			}
		}
	}
	if s.Open != nil {
		d.Open = s.Open.Case
	}
}

// left are the arguments that say what remains.
func (d *Draft) left() []any {
	return []any{"today", d.Left.LeftToday(), "total", d.Left.LeftInAll()}
}

// askConfirm shows what is at stake. Where an old account was used for something, it asks for a typed 确认.
func askConfirm(d *Draft, _ flows.View) flows.Prompt {
	if len(d.Uses) == 0 {
		return flows.Ask("evidence.confirm.ask", d.left()...).Acts("submit_photos").Acts("new_front", "new_back")
	}
	uses := make([]flows.Phrase, len(d.Uses))
	for i, u := range d.Uses {
		uses[i] = flows.Say("use." + u)
	}
	return flows.Ask("evidence.confirm.ask_uses", append(d.left(), "uses", uses)...).Acts("new_front", "new_back")
}

func confirm(d *Draft, in flows.Input) flows.Verdict {
	if in.Picture != nil {
		return d.instead(in, "")
	}
	said := strings.Trim(in.Text, " \u3000\n「」“”\"'。.!！")
	typed := in.Kind == flows.Text && (said == "确认" || said == "確認" || strings.EqualFold(said, "confirm"))
	switch {
	case len(d.Uses) > 0 && typed, len(d.Uses) == 0 && in.Act == "submit_photos":
		return flows.Move("submitted")
	case in.Act == "new_front":
		return flows.Move("new_front")
	case in.Act == "new_back":
		return flows.Move("new_back")
	}
	return flows.Verdict{}
}

func submit(d *Draft, _ flows.Input) []flows.Effect {
	if d.Front == nil || d.Back == nil {
		return nil
	}
	return []flows.Effect{flows.Submit{Account: d.Login.Account, Generation: d.Login.Generation, Front: *d.Front, Back: *d.Back}}
}

func submitted(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Submitted)
	if !ok {
		return flows.Verdict{}
	}
	if a.Outcome == flows.Gone {
		return d.lost(a.Gone)
	}
	d.Left = a.Quota
	switch a.Outcome {
	case flows.OK:
		d.Open, d.Due, d.Likely = a.No, a.Deadline, a.Likely
		d.forget()
		return flows.Move("queued")
	case flows.Open, flows.Refused, flows.Ended:
		d.forget()
		return flows.Move("otherwise") // how the account stands says what it was
	case flows.DayUsed:
		return flows.Move("tomorrow")
	case flows.AllUsed:
		return flows.Move("used_up")
	default:
		return flows.Move("failed").Note("kit.failed")
	}
}

// lost asks anew for what the photo store does not give back; the other side is kept, and nothing was counted.
func (d *Draft) lost(sides []string) flows.Verdict {
	front, back := slices.Contains(sides, "front"), slices.Contains(sides, "back")
	d.Again = true
	switch {
	case front && back:
		d.Front, d.Back = nil, nil
		return flows.Move("front_gone").Note("evidence.gone")
	case front:
		d.Front = nil
		return flows.Move("front_gone").Note("evidence.gone_front")
	default:
		d.Back = nil
		return flows.Move("back_gone").Note("evidence.gone_back")
	}
}

func askWaiting(d *Draft, _ flows.View) flows.Prompt {
	p := flows.Ask("evidence.waiting.ask", "no", d.Open, "due", flows.Soon(d.Due))
	if d.Likely > 0 {
		p = flows.Ask("evidence.waiting.likely", "no", d.Open, "due", flows.Soon(d.Due), "likely", flows.Took(d.Likely))
	}
	return p.Row(flows.Everywhere("status"), flows.Out())
}

// askBehind tells a second claimant to wait: one case of a person is looked at at a time.
func askBehind(*Draft, flows.View) flows.Prompt {
	return flows.Ask("evidence.behind.ask").Acts("refresh").Row(flows.Out())
}

func askTomorrow(d *Draft, v flows.View) flows.Prompt {
	return flows.Ask("evidence.tomorrow.ask", append(d.left(), "reset", flows.Minute(flows.Midnight(v.Now)))...).
		Row(flows.Everywhere("status"), flows.Out())
}

func askUsedUp(*Draft, flows.View) flows.Prompt {
	return flows.Ask("evidence.used_up.ask").Row(flows.Everywhere("status"), flows.Out())
}

// wasFront and wasBack say that a side is there already, by its size.
func wasFront(d *Draft) string { return was(d.Front) }

func wasBack(d *Draft) string { return was(d.Back) }

func was(p *flows.Photo) string {
	if p == nil {
		return ""
	}
	return "JPEG, " + size(p.Bytes)
}
