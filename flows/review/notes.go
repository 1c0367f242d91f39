package review

import (
	"guiwei/flows"
	"guiwei/flows/rules"
)

// askExtras is the page of what may go with the reasons.
func askExtras(d *Draft, _ flows.View) flows.Prompt {
	return preview(d).Row(sideButton(d)).Acts("note", "internal").Acts("send").Acts("back")
}

func extras(d *Draft, in flows.Input) flows.Verdict {
	switch in.Act {
	case "send":
		return flows.Move("send")
	case "note":
		return flows.Move("note")
	case "internal":
		return flows.Move("internal")
	case "side":
		d.Notes.Side = sides[d.Notes.Side]
		return flows.Redraw()
	}
	return flows.Verdict{}
}

// askNote asks for a sentence to the student, in the private chat: a reply to it is nothing else.
func askNote(d *Draft, _ flows.View) flows.Prompt {
	return clearable(flows.Ask("review.note.ask", "case", d.No, "most", flows.NoteLength), d.Notes.Student != "")
}

func askInternal(d *Draft, _ flows.View) flows.Prompt {
	return clearable(flows.Ask("review.internal.ask", "case", d.No, "most", flows.NoteLength), !d.Notes.Internal.IsZero())
}

func clearable(p flows.Prompt, written bool) flows.Prompt {
	if written {
		p = p.Acts("no_note")
	}
	return p.Acts("back")
}

func note(d *Draft, in flows.Input) flows.Verdict {
	return noted(in, func(text string) { d.Notes.Student = text })
}

func internal(d *Draft, in flows.Input) flows.Verdict {
	return noted(in, func(text string) { d.Notes.Internal = flows.Note(text) })
}

// noted keeps a note that tells no number and no address of anybody: it is copied into messages, e-mails and exports.
func noted(in flows.Input, keep func(string)) flows.Verdict {
	switch text, fault := rules.Note(in.Text, flows.NoteLength); {
	case in.Act == "no_note":
		keep("")
	case in.Kind != flows.Text:
		return flows.Verdict{}
	case fault != nil:
		return flows.Stay(fault.Key, fault.Args...)
	default:
		keep(text)
	}
	return flows.Move("noted")
}

// sides are what is to be taken again, in the order of the button that goes round them.
var sides = map[string]string{"": "front", "front": "back", "back": ""}

// sideButton says what is to be taken again; a tap goes on to the next.
func sideButton(d *Draft) flows.Button {
	b := flows.Button{Act: "side", Frame: -1, Key: "button.side_both"}
	switch d.Notes.Side {
	case "front":
		b.Key = "button.side_front"
	case "back":
		b.Key = "button.side_back"
	}
	return b
}
