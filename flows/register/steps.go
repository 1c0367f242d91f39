package register

import (
	"slices"
	"strings"
	"time"

	"guiwei/flows"
	"guiwei/flows/rules"
)

// Step 2: phone.

func wasPhone(d *Draft) string { return old(d.Phone, rules.MaskPhone) }

// old is an earlier answer, masked; "" where there was none.
func old(answer string, mask func(string) string) string {
	if answer == "" {
		return ""
	}
	return mask(answer)
}

func askPhone(d *Draft, _ flows.View) flows.Prompt {
	if d.Relative {
		return flows.Ask("register.phone.ask_relative", "relation", flows.Say(d.Relation)).Acts("own_phone").Acts("back", "later")
	}
	p := flows.Ask("register.phone.ask").Acts("relative").Acts("back", "later")
	p.Share = true
	return p
}

// phone takes a typed number, or the student's own that Telegram vouches for: that one needs no code.
func phone(d *Draft, in flows.Input) flows.Verdict {
	switch {
	case in.Act == "relative":
		return flows.Move("relative")
	case in.Act == "own_phone":
		d.Relative, d.Relation = false, ""
		return flows.Redraw()
	case in.Act == "keep" && !d.Proven.IsZero():
		return flows.Move("proven")
	case in.Act == "keep" && d.waits(in):
		return d.wait(in)
	case in.Kind == flows.Contact:
		return contact(d, in)
	case in.Kind != flows.Text:
		return flows.Verdict{}
	}
	number, fault := rules.Phone(in.Text)
	if fault != nil {
		return flows.Stay(fault.Key, fault.Args...)
	}
	if number == d.Phone && d.Proven.IsZero() && d.waits(in) {
		return d.wait(in)
	}
	return d.give(number)
}

// give takes a number that is to be proven by a code.
func (d *Draft) give(number string) flows.Verdict {
	if number != d.Phone {
		d.Codes = 0
	}
	d.Phone, d.Proven = number, time.Time{}
	return flows.Move("given")
}

// waits says whether a code is on its way and its minute is not over: going back does not skip it.
func (d *Draft) waits(in flows.Input) bool {
	return d.Code.Digest != "" && d.Code.Patience(in.At) > 0
}

func (d *Draft) wait(in flows.Input) flows.Verdict {
	return d.Code.Tick(flows.Move("waits"), in.At)
}

// contact takes a shared contact: the sender's own mainland number needs no code, an own number of elsewhere does, and
// whose card it is that somebody passes on nobody knows.
func contact(d *Draft, in flows.Input) flows.Verdict {
	if !in.Contact.Own {
		return flows.Stay("register.phone.foreign_contact")
	}
	number, ok := rules.OwnContact(in.Contact.Number)
	if !ok {
		typed, fault := rules.Phone("+" + strings.TrimPrefix(in.Contact.Number, "+"))
		if fault != nil || typed == d.Phone {
			return flows.Stay("register.phone.foreign_contact")
		}
		d.Relative, d.Relation = false, ""
		return d.give(typed)
	}
	d.Phone, d.Proven, d.Relative, d.Relation, d.Codes = number, in.At, false, "", 0
	return flows.Move("proven").Note("register.phone.shared", "phone", rules.MaskPhone(number))
}

var relations = []string{"relation.parent", "relation.sibling", "relation.friend", "relation.other"}

func askRelation(*Draft, flows.View) flows.Prompt {
	p := flows.Ask("register.relation.ask")
	for _, r := range relations {
		b := flows.Act(r)
		b.Key = r
		p = p.Row(b)
	}
	return p.Acts("back")
}

func relation(d *Draft, in flows.Input) flows.Verdict {
	if !slices.Contains(relations, in.Act) {
		return flows.Verdict{}
	}
	d.Relative, d.Relation = true, in.Act
	return flows.Move("told")
}

// Step 5: name.

func wasName(d *Draft) string { return old(d.Name, rules.MaskName) }

func askName(*Draft, flows.View) flows.Prompt {
	return flows.Ask("register.name.ask").Acts("rare").Acts("back", "later")
}

func name(d *Draft, in flows.Input) flows.Verdict {
	if in.Act == "rare" {
		return flows.Stay("register.name.rare")
	}
	if in.Kind != flows.Text {
		return flows.Verdict{}
	}
	typed, fault := rules.Name(in.Text)
	if fault != nil {
		return flows.Stay(fault.Key, fault.Args...)
	}
	d.Name = typed
	return flows.Move("named")
}

// Step 7: e-mail.

func wasEmail(d *Draft) string { return old(d.Email, rules.MaskEmail) }

func askEmail(*Draft, flows.View) flows.Prompt {
	return flows.Ask("register.email.ask").Acts("skip").Acts("back", "later")
}

func email(d *Draft, in flows.Input) flows.Verdict {
	if in.Act == "skip" {
		d.Email = ""
		return flows.Move("skipped")
	}
	if in.Kind != flows.Text {
		return flows.Verdict{}
	}
	address, meant, fault := rules.Email(in.Text)
	if fault != nil {
		return flows.Stay(fault.Key, fault.Args...)
	}
	if meant != "" {
		d.Typo = Typo{Typed: address, Meant: meant}
		return flows.Move("doubted")
	}
	d.Email = address
	return flows.Move("given")
}

func askTypo(d *Draft, _ flows.View) flows.Prompt {
	return flows.Ask("register.email_typo.ask", "typed", d.Typo.Typed, "meant", d.Typo.Meant).
		Acts("meant", "as_typed").Acts("back")
}

func emailTypo(d *Draft, in flows.Input) flows.Verdict {
	if in.Kind == flows.Text { // the address once more, mended by hand
		address, meant, fault := rules.Email(in.Text)
		if fault != nil {
			return flows.Stay(fault.Key, fault.Args...)
		}
		d.Typo = Typo{Typed: address, Meant: meant}
		if meant != "" {
			return flows.Redraw()
		}
		in.Act = "as_typed"
	}
	switch in.Act {
	case "meant":
		d.Email = d.Typo.Meant
	case "as_typed":
		d.Email = d.Typo.Typed
	default:
		return flows.Verdict{}
	}
	d.Typo = Typo{}
	return flows.Move("given")
}

// Step 9: check.

func askCheck(d *Draft, _ flows.View) flows.Prompt {
	whose := flows.Say("register.check.own")
	if d.Relative {
		whose = flows.Say(d.Relation)
	}
	mail := flows.Say("register.check.no_email")
	if d.Email != "" {
		mail = flows.Say("register.check.email", "email", rules.MaskEmail(d.Email))
	}
	return flows.Ask("register.check.ask", "phone", rules.MaskPhone(d.Phone), "whose", whose,
		"name", rules.MaskName(d.Name), "id", rules.MaskID(d.IDNumber), "email", mail).
		Acts("submit").Acts("edit_phone", "edit_name").Acts("edit_id_number", "edit_email").
		Acts("edit_password", "edit_mother").Acts("later")
}

// check takes 立即注册. Pressed twice, the second tap is of an earlier turn: one attempt.
func check(_ *Draft, in flows.Input) flows.Verdict {
	if in.Act == "submit" {
		return flows.Move("submitted")
	}
	return flows.Verdict{}
}
