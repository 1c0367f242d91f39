// Package review is a reviewer's side of one case: claimed in the group, decided in private, undone within the window.
package review

import (
	"encoding/json"
	"slices"
	"time"

	"guiwei/flows"
)

// Draft is the case as the reviewer saw it.
type Draft struct {
	No      string         `json:"no"`
	Name    string         `json:"name"`            // the reviewer's, as the card shows it
	Query   string         `json:"query,omitempty"` // of the tap that claimed it
	View    flows.CaseView `json:"view"`
	Reasons []string       `json:"reasons,omitempty"`
	Second  bool           `json:"second,omitempty"` // the second page of reasons is shown
	Until   time.Time      `json:"until,omitzero"`   // end of the undo window
	Notes   flows.Notes    `json:"notes,omitzero"`
}

// Flow is the review.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "review", Version: 2,
	Upgrade: map[int]func(flows.Frame) (flows.Frame, error){1: upgrade1},
	Steps: []flows.Step[Draft]{
		{At: "claiming", Fails: flows.Done, Enter: claim, Judge: claimed,
			Leads: leads{"mine": "looking", "lost": flows.Done}},
		{At: "looking", Back: "releasing",
			Ask: askLooking, Judge: looking,
			Leads: leads{"approve": "approving", "refuse": "reasons", "release": "releasing"}},
		{At: "reasons", Back: "looking",
			Ask: askReasons, Judge: reasons,
			Leads: leads{"send": "refusing", "extras": "extras", "release": "releasing"}},
		{At: "extras", Back: "reasons", Ask: askExtras, Judge: extras,
			Leads: leads{"send": "refusing", "note": "note", "internal": "internal", "release": "releasing"}},
		{At: "note", Back: "extras", Ask: askNote, Judge: note,
			Leads: leads{"noted": "extras", "release": "releasing"}},
		{At: "internal", Back: "extras", Ask: askInternal, Judge: internal,
			Leads: leads{"noted": "extras", "release": "releasing"}},
		{At: "approving", Fails: "looking", Enter: decide(flows.CaseApprove), Judge: decided,
			Leads: leads{"decided": "decided", "changed": "looking", "lost": flows.Done}},
		{At: "refusing", Fails: "looking", Enter: decide(flows.CaseRefuse), Judge: decided,
			Leads: leads{"decided": "decided", "changed": "looking", "lost": flows.Done}},
		{At: "decided", Ask: askDecided, Judge: after,
			Leads: leads{"undo": "undoing", "over": flows.Done}},
		{At: "undoing", Fails: "decided", Enter: decide(flows.CaseUndo), Judge: undone,
			Leads: leads{"mine": "looking", "lost": flows.Done}},
		{At: "releasing", Fails: "looking", Enter: decide(flows.CaseRelease), Judge: released,
			Leads: leads{"changed": "looking", "lost": flows.Done}},
	},
})

// upgrade1 reads drafts of version 1, which knew no notes: all they hold stands.
func upgrade1(f flows.Frame) (flows.Frame, error) { return f, nil }

// About says whether a frame of this flow has the case in hand, undecided.
func About(f flows.Frame, no string) bool {
	var d Draft
	return InHand(f) && json.Unmarshal(f.Draft, &d) == nil && d.No == no
}

// InHand says whether a frame is of a reviewer who has a case in hand, undecided.
func InHand(f flows.Frame) bool {
	return f.Flow == "review" && slices.Contains([]flows.State{"looking", "reasons", "extras", "note", "internal"}, f.State)
}

type leads = map[flows.Event]flows.State

func claim(d *Draft, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.MoveCase{No: d.No, Event: flows.CaseClaim, Name: d.Name, Query: d.Query}}
}

func claimed(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.CaseMoved)
	if !ok {
		return flows.Verdict{}
	}
	if a.Outcome == flows.OK || a.Outcome == flows.Stale && a.View.State == flows.CaseClaimed { // claimed anew, or still in hand
		d.View = a.View
		return flows.Move("mine", flows.ShowPhotos{No: d.No}).Toast(a.Query, "review.claimed", "case", d.No)
	}
	return lost(a)
}

// lost tells whoever came second who has the case, or decided it.
func lost(a flows.CaseMoved) flows.Verdict {
	key := "review.gone"
	switch {
	case a.Outcome == flows.Refused && a.Event == flows.CaseClaim:
		key = "review.no_role"
	case a.Outcome == flows.Outside:
		key = "review.outside"
	case a.Outcome == flows.Before:
		key = "review.before"
	case a.Outcome == flows.Capped:
		key = "review.capped"
	case a.Outcome == flows.Taken && a.View.State == flows.CaseClaimed:
		key = "review.taken_by"
	case a.Outcome == flows.Taken:
		key = "review.decided_by"
	}
	v := flows.Move("lost").Note(key, "case", a.View.No, "by", a.By).Quietly()
	if a.Query != "" {
		v = v.Toast(a.Query, key, "case", a.View.No, "by", a.By)
	}
	return v
}

// askLooking shows the typed fields beside the roster's line. They are for the claimer alone.
func askLooking(d *Draft, _ flows.View) flows.Prompt {
	roster := flows.Say("review.no_roster")
	if r := d.View.Record; r != nil {
		roster = flows.Say("review.roster", "name", r.Name, "id", r.IDNumber, "school", r.School, "class", r.Class)
	}
	return flows.Ask("review.looking.ask", "case", d.No, "name", d.View.Name, "id", d.View.IDNumber,
		"phone", d.View.Phone, "attempt", d.View.Attempt, "old", len(d.View.Old), "roster", roster,
		"due", flows.Soon(d.View.Deadline), "flags", flags(d.View.Case), "before", before(d.View)).Acts("approve", "refuse").Acts("release")
}

// before tells of the person's last refused case: its reasons, and the reviewers' own note.
func before(v flows.CaseView) []flows.Phrase {
	if v.Last == nil {
		return nil
	}
	list := flows.Told(v.Last.Reasons, v.Last.Notes.Student, "")
	if !v.Last.Notes.Internal.IsZero() {
		list = append(list, flows.Say("review.internal.was", "note", v.Last.Notes.Internal.ForDesk()))
	}
	return list
}

// flags tell a reviewer what was noticed about the pictures.
func flags(c flows.Case) []flows.Phrase {
	var list []flows.Phrase
	for _, code := range c.Front.Flags {
		list = append(list, flows.Say("review.flag.front", "what", flows.Say("flag."+code)))
	}
	for _, code := range c.Back.Flags {
		list = append(list, flows.Say("review.flag.back", "what", flows.Say("flag."+code)))
	}
	return list
}

func looking(d *Draft, in flows.Input) flows.Verdict {
	switch in.Act {
	case "approve":
		return flows.Move("approve")
	case "refuse":
		if d.Until.IsZero() { // after an undo, what was ticked is still ticked
			d.Reasons, d.Notes = nil, flows.Notes{}
		}
		d.Second = false
		return flows.Move("refuse")
	case "release":
		return flows.Move("release")
	}
	return flows.Verdict{}
}

// askReasons lets several be ticked, and shows what the student will read.
func askReasons(d *Draft, _ flows.View) flows.Prompt {
	p := flows.Ask("review.reasons.ask", "case", d.No)
	if len(d.Reasons) > 0 {
		p = preview(d)
	}
	page := flows.Reasons[:firstPage]
	if d.Second {
		page = flows.Reasons[firstPage:]
	}
	for pair := range slices.Chunk(page, 2) {
		row := make([]flows.Button, len(pair))
		for i, code := range pair {
			row[i] = tick(d, code)
		}
		p = p.Row(row...)
	}
	if len(d.Reasons) > 0 {
		p = p.Acts("send")
	}
	switch {
	case !d.Second:
		return p.Acts("more_reasons", "back")
	case len(d.Reasons) > 0:
		p = p.Acts("extras")
	}
	return p.Acts("first_reasons", "back")
}

// preview shows all that the student will read, and the note beside it that is for reviewers.
func preview(d *Draft) flows.Prompt {
	return flows.Ask("review.reasons.preview", "case", d.No,
		"reasons", flows.Told(d.Reasons, d.Notes.Student, d.Notes.Side), "internal", d.Notes.Internal.ForDesk())
}

// firstPage is how many reasons, the guide's own, stand on the first page: with the ways on eight buttons, all that a message may have (trust.md, U17).
const firstPage = 5

func tick(d *Draft, code string) flows.Button {
	b := flows.Act(code)
	b.Key = "reason.short." + code
	if slices.Contains(d.Reasons, code) {
		b.Key, b.Args = "button.ticked", flows.Say("", "what", flows.Say("reason.short."+code)).Args
	}
	return b
}

func reasons(d *Draft, in flows.Input) flows.Verdict {
	switch {
	case in.Act == "send" && len(d.Reasons) > 0:
		return flows.Move("send")
	case in.Act == "more_reasons" || in.Act == "first_reasons":
		d.Second = in.Act == "more_reasons"
		return flows.Redraw()
	case in.Act == "extras" && len(d.Reasons) > 0:
		return flows.Move("extras")
	case !slices.Contains(flows.Reasons, in.Act):
		return flows.Verdict{}
	}
	if i := slices.Index(d.Reasons, in.Act); i >= 0 {
		d.Reasons = slices.Delete(d.Reasons, i, i+1)
	} else {
		d.Reasons = append(d.Reasons, in.Act)
	}
	return flows.Redraw()
}
