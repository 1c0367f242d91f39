// Package questions holds what several flows ask in the same way. Password is the one: typed twice, each time out of
// the chat at once; the plain text lives only in the sealed effect that hashes it, the draft gets the hash.
package questions

import (
	"guiwei/flows"
	"guiwei/flows/rules"
)

// Password asks for a new password of the applicant that Of finds in a draft.
type Password[D any] struct {
	Of     func(*D) *flows.Applicant
	Advice rules.Advice
}

// Ask asks for it.
func (Password[D]) Ask(*D, flows.View) flows.Prompt {
	return flows.Ask("password.ask").Acts("suggest").Acts("back", "later")
}

// Judge says "given" once the password was hashed.
func (p Password[D]) Judge(d *D, in flows.Input) flows.Verdict {
	a := p.Of(d)
	if hash, ok := in.Answer.(flows.Hashed); ok {
		return p.hashed(a, hash)
	}
	if in.Act == "suggest" {
		return flows.Stay("password.suggestion", "passphrase", rules.Suggest(in.Random))
	}
	if in.Kind != flows.Text {
		return flows.Verdict{}
	}
	of := rules.Personal{ID: a.IDNumber, Phone: a.Phone, Name: a.Name}
	warn, fault := rules.Password(in.Text, of, p.Advice)
	if fault != nil {
		return flows.Stay(fault.Key, append(fault.Args, "passphrase", rules.Suggest(in.Random))...)
	}
	hash := flows.Hash{Plain: in.Text}
	if warn != nil {
		remark := flows.Say(warn.Key, append(warn.Args, "passphrase", rules.Suggest(in.Random))...)
		hash.Remark = &remark
	}
	return flows.Silent(hash)
}

// hashed takes the hash, and says what the rules had to remark on the password.
func (Password[D]) hashed(a *flows.Applicant, hash flows.Hashed) flows.Verdict {
	if hash.Late {
		return flows.Stay("kit.failed")
	}
	a.Password, a.Confirmed = hash.PHC, false
	v := flows.Move("given")
	if hash.Remark != nil {
		v = v.Remark(*hash.Remark)
	}
	return v
}

// AskAgain asks for it a second time.
func (Password[D]) AskAgain(*D, flows.View) flows.Prompt {
	return flows.Ask("password.again").Acts("back", "later")
}

// JudgeAgain says "same" or "differs"; then both are asked again.
func (p Password[D]) JudgeAgain(d *D, in flows.Input) flows.Verdict {
	a := p.Of(d)
	if hash, ok := in.Answer.(flows.Hashed); ok {
		switch {
		case hash.Like == 0:
			a.Confirmed = true
			return flows.Move("same")
		case hash.Late:
			return flows.Stay("kit.failed")
		}
		a.Password = ""
		return flows.Move("differs").Note("password.differs")
	}
	if in.Kind != flows.Text {
		return flows.Verdict{}
	}
	return flows.Silent(flows.Hash{Plain: in.Text, Against: []string{a.Password}})
}
