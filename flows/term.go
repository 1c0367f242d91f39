package flows

import (
	"slices"
	"time"
)

// How long the answers of an unfinished flow are kept after the last word of their student, and when the student hears of it.
const (
	DraftTerm  = 7 * 24 * time.Hour
	draftWarn  = 24 * time.Hour // before the term ends
	draftNudge = 24 * time.Hour // after the last word
	week       = 7 * 24 * time.Hour
	// perWeek is how many messages that nobody asked for may have gone out in a week before one more reminder. Warnings are six
	// days apart at least, so that there are never more than three in a week.
	perWeek = 2
	// Nobody is reminded by night, and no phone rings then, but for an alarm: by the clock of Shanghai (trust.md U14).
	nightFrom  = 22
	nightUntil = 8
)

// termTimer belongs to the conversation and to no frame of it. One is set at a time: when it is due, the last word says what is
// to be done, or when to look again, so that words set no timer.
const termTimer = "draft"

// drafts are the flows whose answers are deleted after DraftTerm.
var drafts = []string{"register", "reclaim", "recover", "username"}

// Term is how long the answers of a conversation are kept yet. Times are zero for what did not happen.
type Term struct {
	Heard  time.Time `json:"heard"`            // the last word
	Due    time.Time `json:"due"`              // when it is looked at next
	Nudged bool      `json:"nudged,omitempty"` // the one reminder is done with
	Warned time.Time `json:"warned,omitzero"`  // since Heard
}

// next is when something is to be done.
func (m Term) next() time.Time {
	switch {
	case !m.Nudged:
		return morning(m.Heard.Add(draftNudge))
	case m.Warned.IsZero():
		return m.Heard.Add(DraftTerm - draftWarn)
	}
	if end := m.Warned.Add(draftWarn); end.After(m.Heard.Add(DraftTerm)) {
		return end // the warning was late
	}
	return m.Heard.Add(DraftTerm)
}

// Night says whether it is night in Shanghai: 22:00 to 08:00.
func Night(t time.Time) bool {
	hour := Shanghai(t).Hour()
	return hour < nightUntil || hour >= nightFrom
}

// morning is the time itself by day, and 08:00 after it at night.
func morning(t time.Time) time.Time {
	if !Night(t) {
		return t
	}
	at := Shanghai(t)
	day := at.Day()
	if at.Hour() >= nightFrom {
		day++
	}
	return time.Date(at.Year(), at.Month(), day, nightUntil, 0, 0, 0, shanghai)
}

// said tells whether a person said or did something in the private chat.
func (in Input) said() bool {
	switch in.Kind {
	case Text, Tap, Command, Picture, Contact, Edited, Other:
		return in.Group == 0
	case Answered, Waked, Called, Joined, Moved:
	}
	return false
}

// firstDraft is the lowest frame whose answers are deleted after the term, -1 without one.
func (c Conversation) firstDraft() int {
	return slices.IndexFunc(c.Frames, func(f Frame) bool { return slices.Contains(drafts, f.Flow) })
}

// keepTerm begins, prolongs or ends the term as the turn left the conversation.
func (t *turn) keepTerm() {
	if t.in.said() && len(t.c.Frames) > 1 {
		t.c.Frames[0].Note = nil // whoever goes on knows that it began anew
	}
	if t.c.firstDraft() < 0 {
		t.c.Term = nil
		return
	}
	m := Term{}
	if t.c.Term != nil {
		m = *t.c.Term
	}
	if t.in.said() || m.Heard.IsZero() {
		m.Heard, m.Warned = t.in.At, time.Time{}
	}
	if !m.Due.After(t.in.At) {
		m.Due = m.next()
		t.timers = append(t.timers, Timer{Name: termTimer, At: m.Due})
	}
	t.c.Term = &m
}

// termDue does what the last word makes due: the one reminder, the warning, the end.
func (t *turn) termDue() error {
	if t.c.Term == nil || t.c.firstDraft() < 0 || t.in.At.Before(t.c.Term.next()) {
		return nil
	}
	m := *t.c.Term
	t.c.Term = &m // Decide works on a copy
	switch {
	case !m.Nudged && Night(t.in.At):
		m.Due = morning(t.in.At)
		t.timers = append(t.timers, Timer{Name: termTimer, At: m.Due})
	case !m.Nudged:
		m.Nudged = true
		if t.mayRemind() {
			t.remind(Say("draft.nudge"), Everywhere("continue"), Everywhere("unremind"))
		}
	case m.Warned.IsZero():
		m.Warned = t.in.At
		t.remind(Say("draft.warning", "until", Soon(m.next())), Everywhere("continue"))
	default:
		return t.expire()
	}
	return nil
}

// mayRemind is false for whoever wants none, waits for a verdict, is about to be warned, or had enough this week.
func (t *turn) mayRemind() bool {
	waits := t.c.Login != nil && !t.c.Login.Proofed
	late := !t.in.At.Before(t.c.Term.Heard.Add(DraftTerm - draftWarn))
	return !t.c.Muted && !waits && !late && len(t.thisWeek()) < perWeek
}

func (t *turn) thisWeek() []time.Time {
	return slices.DeleteFunc(slices.Clone(t.c.Reminded), func(at time.Time) bool { return !at.After(t.in.At.Add(-week)) })
}

// remind sends what nobody asked for, and counts it.
func (t *turn) remind(what Phrase, buttons ...Button) {
	t.c.Reminded = append(t.thisWeek(), t.in.At)
	t.effects = append(t.effects, Tell{Chat: t.in.Chat, Phrase: what, Buttons: [][]Button{buttons}, Silent: true, Lang: t.c.Language})
}

// expire drops the answers, and all that was begun above them but for the account's own. The live message, which may show some
// of them, says so in their place; and so it is said again to whoever comes back.
func (t *turn) expire() error {
	first := t.c.Frames[t.c.firstDraft()].ID
	t.drop(func(f Frame) bool {
		return f.ID >= first && (t.book.flows[f.Flow] == nil || !t.book.flows[f.Flow].member())
	})
	t.c.Term, t.returned = nil, true
	gone := Say("draft.expired")
	err := t.show(Verdict{note: &gone})
	t.c.Frames[0].Note = &gone
	return err
}

// comesBack says whether an input answers a question that is not asked any more, since its answers were deleted.
func (t *turn) comesBack() bool {
	if len(t.c.Frames) != 1 || t.c.Frames[0].Note == nil || !t.in.said() {
		return false
	}
	return t.in.Kind != Command && (t.in.Kind != Tap || t.in.Frame != 0)
}
