package recovery

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"guiwei/flows"
	"guiwei/flows/rules"
)

// Behind the code: which account, the question that may stand beside the code, the new password.

func open(d *Draft, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.OpenProof{Accounts: d.Accounts}}
}

func opening(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.ProofOpened)
	if !ok {
		return flows.Verdict{}
	}
	switch d.Opened = a.Accounts; len(a.Accounts) {
	case 0:
		d.Accounts = nil
		return flows.Move("none").Note("recover.none")
	case 1:
		if d.choose(0, in) {
			return flows.Move("asks")
		}
		return flows.Move("one").Note("recover.proven", "account", called(d.Opened[0]))
	}
	return flows.Move("several")
}

// choose takes one of the accounts, and says whether a question stands beside the code.
func (d *Draft) choose(i int, in flows.Input) (asks bool) {
	d.Chosen, d.Who = i, d.Opened[i].Who
	d.Question = int(binary.BigEndian.Uint32(in.Random[8:12]) % uint32(len(asked)))
	return d.Opened[i].Asks
}

// called names an account to whom its phone or address belongs: they share it with a family at most.
func called(r flows.Recoverable) flows.Phrase {
	return flows.Say("recover.account", "user", rules.MaskPhone(r.Who.Phone), "name", rules.MaskName(r.Who.Name), "id", rules.MaskID(r.Who.IDNumber))
}

func askAccount(d *Draft, _ flows.View) flows.Prompt {
	p := flows.Ask("recover.account.ask")
	for i, r := range d.Opened {
		b := flows.Act("account" + strconv.Itoa(i))
		b.Key, b.Args = "button.account", flows.Say("", "name", rules.MaskName(r.Who.Name), "tail", tail(r.Who.IDNumber)).Args
		p = p.Row(b)
	}
	return p.Acts("back", "later")
}

// tail is the end of a number, as much as a mask shows.
func tail(number string) string { return number[max(0, len(number)-4):] }

func account(d *Draft, in flows.Input) flows.Verdict {
	i, err := strconv.Atoi(strings.TrimPrefix(in.Act, "account"))
	if in.Kind != flows.Tap || err != nil || fmt.Sprint("account", i) != in.Act || i < 0 || i >= len(d.Opened) {
		return flows.Verdict{}
	}
	if d.choose(i, in) {
		return flows.Move("asks")
	}
	return flows.Move("chosen")
}

// asked are the three questions, in the order of registration.
var asked = [...]string{"recover.question.mother", "recover.question.father", "recover.question.teacher"}

func askQuestion(d *Draft, _ flows.View) flows.Prompt {
	return flows.Ask("recover.question.ask", "question", flows.Say(asked[d.Question%len(asked)])).Acts("back", "later")
}

// question compares one answer. It never asks for another one instead: that would be three chances to guess.
func question(d *Draft, in flows.Input) flows.Verdict {
	if a, ok := in.Answer.(flows.AnswerChecked); ok {
		switch a.Outcome {
		case flows.OK:
			return flows.Move("answered").Note("recover.proven", "account", called(d.Opened[d.Chosen]))
		case flows.Wrong:
			return flows.Stay("recover.question.wrong", "n", a.Left)
		case flows.Blocked:
			return flows.Stay("recover.question.blocked")
		default:
			return flows.Redraw().Note("kit.failed")
		}
	}
	if in.Kind != flows.Text {
		return flows.Verdict{}
	}
	normal, fault := rules.Answer(in.Text)
	if fault != nil {
		return flows.Stay(fault.Key, fault.Args...)
	}
	return flows.Silent(flows.CheckAnswer{Account: d.Opened[d.Chosen].Account, Question: d.Question, Plain: normal})
}

func change(d *Draft, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.ChangePassword{Account: d.Opened[d.Chosen].Account, PHC: d.Who.Password}}
}

// changed leads to the login, which is asked for by the account's phone.
func changed(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.PasswordChanged)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.OK:
		return flows.Move("changed").Note("recover.done").Instead().
			Seed(map[string]string{"phone": d.Who.Phone, "user": rules.MaskPhone(d.Who.Phone), "then": d.Then})
	}
	return flows.Move("ended").Note("recover.ended")
}
