package evidence

import (
	"slices"

	"guiwei/flows"
)

// weigh notes whether the photo room warned of a side that was taken. Who sends a refused picture all the same was told
// already.
func (d *Draft) weigh(side string, a flows.Examined) {
	delete(d.Doubts, side)
	if a.Verdict != "warn" || slices.Contains(a.Photo.Flags, "anyway") {
		return
	}
	if d.Doubts == nil {
		d.Doubts = map[string]flows.MarkedFile{}
	}
	d.Doubts[side] = flows.MarkedFile{File: d.Sent[side], Marks: a.Marks}
}

func (d *Draft) doubted(side string) bool {
	_, is := d.Doubts[side]
	return is
}

// doubts says what worries the photo room of the sides that are shown, by the numbers in the picture: those of the marks, or of
// the two pictures.
func (d *Draft) doubts(sides ...string) []flows.Phrase {
	var list []flows.Phrase
	for _, side := range sides {
		for _, m := range d.Doubts[side].Marks {
			number := len(list) + 1
			if d.Pair != nil && side == front {
				number = 1
			} else if d.Pair != nil {
				number = 2
			}
			list = append(list, flows.Say("evidence.mark", "number", number, "what", flows.Say("flag."+m.Reason)))
		}
	}
	return list[:min(len(list), 2*marksShown)]
}

// askDoubt lets the student choose: a machine is sometimes wrong, and a refusal by the reviewer costs a try.
func askDoubt(d *Draft, _ flows.View) flows.Prompt {
	if d.doubted(front) && d.doubted(back) {
		return flows.Ask("evidence.doubt.ask_both").Acts("new_front", "new_back").Acts("use_it")
	}
	return flows.Ask("evidence.doubt.ask").Acts("retake", "use_it")
}

// doubt takes the choice; a picture that is sent instead is the doubted side once more.
func doubt(d *Draft, in flows.Input) flows.Verdict {
	side := back
	if d.doubted(front) {
		side = front
	}
	switch {
	case in.Kind == flows.Edited && in.Picture != nil:
		return d.instead(in, "")
	case d.late(in):
		return flows.Silent()
	case in.Kind == flows.Picture: // of an album the first that comes
		d.answered(in)
		return flows.Move(map[string]flows.Event{front: "front_anew", back: "back_anew"}[side], d.examine(in.File(), side))
	case in.Act == "use_it" && d.Back == nil:
		d.Doubts = nil
		return flows.Move("used")
	case in.Act == "use_it":
		d.Doubts = nil
		return flows.Move("used_both")
	case in.Act == "retake", in.Act == "new_"+side:
		return d.anew(side)
	case in.Act == "new_back":
		return d.anew(back)
	}
	return flows.Verdict{}
}

// anew asks for a doubted side once more.
func (d *Draft) anew(side string) flows.Verdict {
	delete(d.Doubts, side)
	d.Again = true
	return flows.Move(map[string]flows.Event{front: "new_front", back: "new_back"}[side])
}
