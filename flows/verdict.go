package flows

import "time"

type verdictKind int

const (
	notUnderstood verdictKind = iota
	stays
	moves
	interrupts
	redraws
	ends
)

// Verdict is what a judge says. The zero Verdict means "not an answer to this question".
type Verdict struct {
	kind     verdictKind
	event    Event
	flow     string
	seed     any
	note     *Phrase
	toast    *Phrase
	query    string
	effects  []Effect
	timers   []delay
	quiet    bool
	marked   *Marked
	above    bool
	instead  bool
	keep     []string
	login    **Login
	language string
	muted    *bool
}

type delay struct {
	name string
	wait time.Duration
}

// Move says why the conversation goes on; the step's Leads say where.
func Move(e Event, effects ...Effect) Verdict {
	return Verdict{kind: moves, event: e, effects: effects}
}

// Stay refuses an answer: says why and how to mend it, and waits for another. Nothing typed is lost.
func Stay(key string, args ...any) Verdict {
	p := Say(key, args...)
	return Verdict{kind: stays, note: &p}
}

// Silent takes an input without a word.
func Silent(effects ...Effect) Verdict { return Verdict{kind: stays, effects: effects, quiet: true} }

// Redraw shows the question again, with what changed in it.
func Redraw() Verdict { return Verdict{kind: redraws} }

// Interrupt begins another flow above this one, which goes on when that one is done.
func Interrupt(flow string, seed any) Verdict {
	return Verdict{kind: interrupts, flow: flow, seed: seed}
}

// Above begins it even where the same flow is under way, which then goes on afterwards.
func (v Verdict) Above() Verdict { v.above = true; return v }

// End ends every flow but those kept by name; what is left is shown again.
func End(keep ...string) Verdict { return Verdict{kind: ends, keep: keep} }

// Note says something first, above the next question.
func (v Verdict) Note(key string, args ...any) Verdict {
	p := Say(key, args...)
	v.note = &p
	return v
}

// Remark is Note with a phrase made before.
func (v Verdict) Remark(p Phrase) Verdict { v.note = &p; return v }

// Showing shows pictures of the student's own with the words, in a new message.
func (v Verdict) Showing(m *Marked) Verdict { v.marked = m; return v }

// Seed begins the flow that a Move leads to with these answers.
func (v Verdict) Seed(draft any) Verdict { v.seed = draft; return v }

// With adds effects; those of an End answer nobody.
func (v Verdict) With(effects ...Effect) Verdict {
	v.effects = append(v.effects[:len(v.effects):len(v.effects)], effects...)
	return v
}

// After asks to be waked.
func (v Verdict) After(name string, wait time.Duration) Verdict {
	v.timers = append(v.timers[:len(v.timers):len(v.timers)], delay{name, wait})
	return v
}

// Instead lets the flow that a Move leads to take the place of the same one where that lies below.
func (v Verdict) Instead() Verdict { v.instead = true; return v }

// Toast answers an earlier tap (its query) with a word.
func (v Verdict) Toast(query, key string, args ...any) Verdict {
	p := Say(key, args...)
	v.query, v.toast = query, &p
	return v
}

// Quietly shows the note alone, if there is one, and not the question that follows.
func (v Verdict) Quietly() Verdict { v.quiet = true; return v }

// LogIn binds the chat to an account, LogOut unbinds it.
func (v Verdict) LogIn(l Login) Verdict { p := &l; v.login = &p; return v }

// LogOut ends the chat's login.
func (v Verdict) LogOut() Verdict { var none *Login; v.login = &none; return v }

// Speak changes the conversation's language.
func (v Verdict) Speak(language string) Verdict { v.language = language; return v }

// Mute turns reminders off, or on again.
func (v Verdict) Mute(off bool) Verdict { v.muted = &off; return v }
