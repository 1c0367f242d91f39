// Package rehearse judges a picture without consequences: whoever wants to try one first, with an account or without.
//
// Nothing of the picture is kept and no submission is counted.
package rehearse

import (
	"guiwei/flows"
	"guiwei/flows/evidence"
)

// Draft remembers what is being looked at, and which album was answered.
type Draft struct {
	File  *flows.File `json:"file,omitempty"`
	Album string      `json:"album,omitempty"`
}

// Flow is the rehearsal.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "rehearse", Version: 1, Passing: true,
	Steps: []flows.Step[Draft]{
		{At: "picture", Back: flows.Done, Ask: ask, Judge: picture,
			Leads: map[flows.Event]flows.State{"sent": "check"}},
		{At: "check", Back: "picture", Fails: "picture", Judge: check,
			Leads: map[flows.Event]flows.State{"seen": "picture"}},
	},
})

func ask(*Draft, flows.View) flows.Prompt { return flows.Ask("rehearse.ask").Acts("back") }

// picture takes one: of an album the first that comes.
func picture(d *Draft, in flows.Input) flows.Verdict {
	switch {
	case in.Kind != flows.Picture:
		return flows.Verdict{}
	case d.late(in):
		return flows.Silent()
	}
	f := in.File()
	d.File, d.Album = &f, f.Album
	return flows.Move("sent", flows.Rehearse{File: f})
}

func (d *Draft) late(in flows.Input) bool {
	return in.Kind == flows.Picture && in.Picture.Album != "" && in.Picture.Album == d.Album
}

// check says how a reviewer would likely take it.
func check(d *Draft, in flows.Input) flows.Verdict {
	if d.late(in) {
		return flows.Silent()
	}
	a, ok := in.Answer.(flows.Examined)
	if !ok {
		return flows.Verdict{}
	}
	v := flows.Move("seen")
	if f := d.File; f != nil && (a.Verdict != "reject" || len(a.Marks) > 0) {
		v = v.Showing(&flows.Marked{Pictures: []flows.MarkedFile{{File: *f, Marks: a.Marks}}})
	}
	d.File = nil
	switch {
	case len(a.Reasons) == 0 && a.Verdict == "reject":
		return v.Note("kit.failed")
	case a.Verdict == "reject":
		return v.Note("rehearse.unlikely", "why", evidence.Why(a), "marks", marked(a))
	case a.Verdict == "warn":
		return v.Note("rehearse.doubtful", "marks", evidence.Marks(a.Reasons))
	}
	return v.Note("rehearse.likely")
}

// marked names what is marked: nothing, where the picture could not be opened.
func marked(a flows.Examined) []flows.Phrase {
	if len(a.Marks) == 0 {
		return nil
	}
	return evidence.Marks(a.Reasons)
}
