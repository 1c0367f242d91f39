// Package restore is an owner's order to make an account what it was before an approval froze it: /restore and the case's number,
// a reason, and a second person who countersigns.
package restore

import (
	"strings"
	"time"
	"unicode/utf8"

	"guiwei/flows"
)

// Draft is the order as it is made.
type Draft struct {
	No     string           `json:"no"`
	Name   string           `json:"name"` // of the owner
	Reason string           `json:"reason,omitempty"`
	Old    flows.Restorable `json:"old,omitzero"` // what the case froze: one account at most was in use then
}

// Flow is the order.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "restore", Version: 1,
	Steps: []flows.Step[Draft]{
		{At: "reading", Fails: flows.Done, Enter: read, Judge: listed,
			Leads: leads{"listed": "sure", "none": flows.Done}},
		{At: "sure", Back: flows.Done, Ask: askSure, Judge: sure,
			Leads: leads{"order": "ordering"}},
		{At: "ordering", Fails: "sure", Enter: order, Judge: ordered,
			Leads: leads{"ordered": flows.Done}},
	},
})

type leads = map[flows.Event]flows.State

// A reason has so many characters.
const (
	shortest = 4
	longest  = 200
)

// Order reads what stands behind the command: a case's number and a reason.
func Order(text, name string) Draft {
	no, reason, _ := strings.Cut(strings.TrimSpace(text), " ")
	return Draft{No: no, Reason: strings.TrimSpace(reason), Name: name}
}

func read(d *Draft, _ flows.Input) []flows.Effect { return []flows.Effect{flows.ReadFrozen{No: d.No}} }

func listed(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Frozen)
	n := utf8.RuneCountInString(d.Reason)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome != flows.OK:
		return flows.Move("none").Note("desk.owners_only").Quietly()
	case len(a.List) == 0:
		return flows.Move("none").Note("restore.nothing", "case", d.No).Quietly()
	case n < shortest || n > longest:
		return flows.Move("none").Note("restore.reason", "case", d.No, "least", shortest, "most", longest).Quietly()
	}
	d.Old = a.List[0]
	return flows.Move("listed")
}

func askSure(d *Draft, _ flows.View) flows.Prompt {
	used := flows.Say("restore.never")
	if !d.Old.Used.IsZero() {
		used = flows.Say("restore.used", "at", flows.Minute(d.Old.Used))
	}
	return flows.Ask("restore.sure.ask", "case", d.No, "user", d.Old.User, "used", used, "until", flows.Minute(d.Old.Until),
		"reason", d.Reason).Acts("order").Acts("back")
}

func sure(_ *Draft, in flows.Input) flows.Verdict {
	if in.Act == "order" {
		return flows.Move("order")
	}
	return flows.Verdict{}
}

func order(d *Draft, in flows.Input) []flows.Effect {
	return []flows.Effect{flows.GiveOrder{Order: flows.Order{No: d.No, Account: d.Old.Account, User: d.Old.User, Reason: d.Reason,
		By: flows.Reviewer{User: in.Chat, Name: d.Name}, At: in.At.Truncate(time.Second)}}}
}

func ordered(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Ordered)
	if !ok {
		return flows.Verdict{}
	}
	key := "restore.ordered"
	if a.Outcome != flows.OK {
		key = "desk.owners_only"
	}
	return flows.Move("ordered").Note(key, "case", d.No).Quietly()
}

// Signed is the draft of a countersignature.
type Signed struct {
	No    string `json:"no"`
	Query string `json:"query,omitempty"`
}

// Countersigning is the second person's word.
var Countersigning = flows.Define(flows.Table[Signed]{
	Name: "countersign", Version: 1,
	Steps: []flows.Step[Signed]{
		{At: "signing", Fails: flows.Done, Enter: sign, Judge: signed,
			Leads: leads{"signed": flows.Done}},
	},
})

func sign(d *Signed, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.Countersign{No: d.No, Query: d.Query}}
}

func signed(d *Signed, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Ordered)
	if !ok {
		return flows.Verdict{}
	}
	key := "restore.not_yours"
	switch a.Outcome { //nolint:exhaustive // the others are told alike
	case flows.OK:
		key = "restore.done"
	case flows.Before:
		key = "restore.own"
	case flows.TooLate:
		key = "restore.late"
	case flows.Open:
		key = "restore.open"
	}
	return flows.Move("signed").Note(key, "case", d.No, "by", a.By).Quietly()
}
