package flows

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// One answer asked anew. A table names the step that shows all answers, its Card; a lead to Edit(step) asks that
// question once more. Questions that have their answer keep it by themselves on the way back to the card, by the rows
// of the table: only what depends on the changed answer, and has none now, is asked.

// Edit leads to a step that asks one answer anew, and from there back to the Card.
func Edit(s State) State { return edit + s }

// Editing is an edit under way.
type Editing struct {
	From   State           `json:"from"`             // the step it began at
	Before json.RawMessage `json:"before,omitempty"` // the draft as it was, for giving up; none where an answer was missing
}

const edit = "edit: "

// edits adds the leads of the buttons that a step's Edits ask for: the act "edit_name" asks the step "name" anew.
func (s *Step[D]) edits() {
	for _, at := range s.Edits {
		if s.Leads == nil {
			s.Leads = map[Event]State{}
		}
		s.Leads[editEvent(at)] = Edit(at)
	}
}

func editEvent(s State) Event { return Event("edit_" + strings.ReplaceAll(string(s), " ", "_")) }

// asked says which of the step's questions a tap wants to change; "" for none.
func (r *running[D]) asked(act string) Event {
	for _, at := range r.current().Edits {
		if e := editEvent(at); string(e) == act {
			return e
		}
	}
	return ""
}

// checkEdits finds edits that could not come back.
func (f *flow[D]) checkEdits(fault func(string, ...any)) {
	if i, ok := f.at[f.Card]; f.Card != "" && (!ok || f.Steps[i].Ask == nil || f.Resume == nil) {
		fault("the card %q shows nothing, or no Resume says what is unanswered", f.Card)
	}
	for _, s := range f.Steps {
		for e, to := range s.Leads {
			at, edits := strings.CutPrefix(string(to), edit)
			i, ok := f.at[State(at)]
			if edits && (f.Card == "" || !ok || f.Steps[i].Back == "" || f.Steps[i].Number == 0) {
				fault("%s on %q edits %q, which has no way back to a card", e, s.At, at)
			}
		}
		if f.Card != "" && s.Keep != "" && f.at[s.Leads[s.Keep]] <= f.at[s.At] {
			fault("%q keeps backwards: an edit would never come to the card", s.At)
		}
	}
}

// editing says whether an edit is under way whose old answers are known.
func (r *running[D]) editing() bool { return r.frame.Edit != nil && r.frame.Edit.Before != nil }

// beginsEdit says whether an event begins an edit, and notes it with the draft as it is stored.
func (r *running[D]) beginsEdit(e Event) bool {
	to, edits := strings.CutPrefix(string(r.current().Leads[e]), edit)
	if edits {
		r.frame.Edit = &Editing{From: State(to), Before: r.frame.Draft}
	}
	return edits
}

// givesUp says whether /back leaves the edit: from its first question, and from one that it only led to.
func (r *running[D]) givesUp() bool {
	s := r.current()
	if !r.editing() {
		return false
	}
	i, inside := r.flow.at[s.Back]
	inside = inside && r.flow.Steps[i].Number == s.Number
	return s.At == r.frame.Edit.From || s.Back != r.frame.Edit.From && !inside
}

// giveUp shows the card again, with all answers as they were.
func (r *running[D]) giveUp(at time.Time) error {
	var before D
	if err := json.Unmarshal(r.frame.Edit.Before, &before); err != nil {
		return fmt.Errorf("read draft before an edit of flow %s: %w", r.flow.Table.Name, err)
	}
	r.draft, r.frame.Edit, r.edited = before, nil, "kit.unchanged"
	r.frame.State, r.frame.At = r.flow.Card, at
	r.frame.Turn++
	return nil
}

// comeBack keeps what is answered, up to the card or to a question that has no answer now.
func (r *running[D]) comeBack(from *Step[D]) {
	for r.frame.Edit != nil {
		if r.frame.State == r.flow.Card || outside(r.frame.State) {
			r.endEdit()
			return
		}
		s := r.current()
		next, known := r.flow.machine.next(s.At, s.Keep)
		if s.Keep == "" || !known || s.Number == from.Number || r.flow.at[s.At] >= r.flow.at[r.flow.Resume(&r.draft)] {
			return
		}
		r.frame.State = next
	}
}

// endEdit notes whether the edit changed anything.
func (r *running[D]) endEdit() {
	before := r.frame.Edit.Before
	r.frame.Edit = nil
	if before == nil || outside(r.frame.State) {
		return
	}
	r.edited = "kit.changed"
	if now, err := json.Marshal(&r.draft); err == nil && bytes.Equal(now, before) {
		r.edited = "kit.unchanged"
	}
}

// remark says what became of an edit, or beside a question that was answered before what its answer is.
func (r *running[D]) remark(v Verdict) Verdict {
	switch {
	case outside(r.frame.State):
	case r.edited != "" && (v.note == nil || v.event == backEvent):
		return v.Note(r.edited)
	case (v.event == backEvent || r.begins && v.note == nil) && r.old() != "":
		return v.Note("kit.was", "was", r.old())
	}
	return v
}
