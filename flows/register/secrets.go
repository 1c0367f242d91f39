package register

import (
	"guiwei/flows"
	"guiwei/flows/rules"
)

// Step 6: ID number.

func wasID(d *Draft) string { return old(d.IDNumber, rules.MaskID) }

func (d *Draft) kind() string {
	if d.Kind == "" {
		return rules.IDKinds()[0].Code
	}
	return d.Kind
}

func askID(d *Draft, _ flows.View) flows.Prompt {
	return flows.Ask("register.id_number.ask", "kind", flows.Say(rules.KindKey(d.kind()))).Acts("other_kind").Acts("back", "later")
}

func (set Settings) idNumber(d *Draft, in flows.Input) flows.Verdict {
	if in.Act == "other_kind" {
		return flows.Move("kinds")
	}
	if in.Kind != flows.Text {
		return flows.Verdict{}
	}
	id, fault := rules.IDNumber(d.kind(), in.Text, set.TestIDs, in.At)
	if fault != nil {
		return flows.Stay(fault.Key, fault.Args...)
	}
	d.Typed = id.Number
	return doubt(id, flows.Move("typed"))
}

// doubt asks for a second look at a region that nobody knows.
func doubt(id rules.ID, v flows.Verdict) flows.Verdict {
	if id.RegionDoubtful() {
		return v.Note("register.own.region")
	}
	return v
}

func askKind(*Draft, flows.View) flows.Prompt {
	p := flows.Ask("register.id_kind.ask")
	for _, k := range rules.IDKinds() {
		b := flows.Act(k.Code)
		b.Key = k.Key
		p = p.Row(b)
	}
	return p.Acts("back")
}

func idKind(d *Draft, in flows.Input) flows.Verdict {
	if rules.KindKey(in.Act) == "" {
		return flows.Verdict{}
	}
	d.Kind = in.Act
	return flows.Move("chosen")
}

func askOwn(d *Draft, _ flows.View) flows.Prompt {
	return flows.Ask("register.own.ask", "id", rules.MaskID(d.Typed)).Acts("mine", "retype").Acts("back")
}

// own asks 是本人的吗. Only now the password can be held against the number's last six digits, by its hash.
func (set Settings) own(d *Draft, in flows.Input) flows.Verdict {
	if a, ok := in.Answer.(flows.Hashed); ok {
		if a.Late {
			return flows.Stay("kit.failed")
		}
		if d.Sure != d.Typed {
			return flows.Silent() // another number was typed meanwhile
		}
		d.IDKind, d.IDNumber, d.Typed, d.Sure = d.kind(), d.Typed, "", ""
		switch {
		case a.Like < 0:
			return flows.Move("mine")
		case set.Advice == rules.IDSuffix:
			return flows.Move("mine").Note("register.own.suffix_warning")
		}
		d.Password = ""
		return flows.Move("guessable").Note("register.own.suffix_refused", "passphrase", rules.Suggest(in.Random))
	}
	if in.Kind == flows.Text { // a slip was seen: the number typed once more
		id, fault := rules.IDNumber(d.kind(), in.Text, set.TestIDs, in.At)
		if fault != nil {
			return flows.Stay(fault.Key, fault.Args...)
		}
		d.Typed = id.Number
		return doubt(id, flows.Redraw())
	}
	switch in.Act {
	case "mine":
		d.Sure = d.Typed
		tail := d.Typed[max(0, len(d.Typed)-6):]
		return flows.Silent(flows.Hash{Plain: tail, Against: []string{d.Password}})
	case "retype":
		d.Typed = ""
		return flows.Move("retype")
	}
	return flows.Verdict{}
}

// Step 8: three questions. Answers are hashed like passwords and shown to nobody.

func question(key string) func(*Draft, flows.View) flows.Prompt {
	return func(*Draft, flows.View) flows.Prompt { return flows.Ask(key).Acts("back", "later") }
}

func answer(i int) func(*Draft, flows.Input) flows.Verdict {
	return func(d *Draft, in flows.Input) flows.Verdict {
		if a, ok := in.Answer.(flows.Hashed); ok {
			if a.Late {
				return flows.Stay("kit.failed")
			}
			d.Answers = append(d.Answers[:min(i, len(d.Answers))], a.PHC)
			if a.Like >= 0 {
				return flows.Move("answered").Note("register.answer.alike")
			}
			return flows.Move("answered")
		}
		if in.Kind != flows.Text {
			return flows.Verdict{}
		}
		normal, fault := rules.Answer(in.Text)
		if fault != nil {
			return flows.Stay(fault.Key, fault.Args...)
		}
		return flows.Silent(flows.Hash{Plain: normal, Against: d.Answers[:min(i, len(d.Answers))]})
	}
}

// hidden stands for a secret that was given: that it was, is all that is shown of it.
const hidden = "••••••"

func wasPassword(d *Draft) string {
	if d.Password == "" || !d.Confirmed {
		return ""
	}
	return hidden
}

func wasAnswers(d *Draft) string {
	if len(d.Answers) < 3 {
		return ""
	}
	return hidden
}
