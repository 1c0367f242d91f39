package flows

import (
	"fmt"
	"slices"
)

// turn is one decision under way.
type turn struct {
	book     Book
	c        Conversation
	in       Input
	effects  []Effect
	timers   []Timer
	log      Decision
	returned bool // to a flow that was interrupted
	marked   *Marked
	arrived  bool // at the question that is shown, just now: its sample picture goes with it
}

// judge finds who judges the input, and follows the verdict.
func (t *turn) judge() error {
	switch t.in.Kind {
	case Answered, Waked:
		if t.in.Kind == Waked && t.in.Frame == 0 && t.in.Act == termTimer {
			return t.termDue()
		}
		i := t.c.Find(t.in.Frame)
		if i < 0 || t.c.Frames[i].Turn != t.in.Turn {
			return nil // the conversation went on without it
		}
		return t.ask(i)
	case Text, Picture, Contact, Command, Edited, Other, Called:
		t.c.Below = t.c.Below || t.in.Group == 0
	case Tap, Joined, Moved:
		t.c.Below = t.c.Below || t.in.Group != 0 || t.in.Above
	}
	top := len(t.c.Frames) - 1
	r, err := t.open(top)
	if err != nil {
		return err
	}
	if !r.known() {
		return t.resume(top, r)
	}
	t.erase(r)
	if t.comesBack() {
		return t.show(Verdict{})
	}
	t.in = spoken(t.in, r, t.view(), t.c.Language)
	if v, ok := t.book.words.Judge(t.c, t.in); ok {
		return t.follow(top, r, v)
	}
	if t.in.Kind == Tap && (t.in.Frame != t.c.Frames[top].ID || t.in.Turn != t.c.Frames[top].Turn) {
		return t.stale(r)
	}
	return t.follow(top, r, t.standing(r))
}

// standing are the answers that every step understands; the rest is the step's own.
func (t *turn) standing(r run) Verdict {
	said := t.in.Act
	if t.in.Kind == Command {
		said = t.in.Word
	}
	switch {
	case said == back:
		return Move(backEvent)
	case t.in.Kind == Tap && r.asked(said) != "":
		return Move(r.asked(said))
	case said == keep && r.step().keep != "" && r.old() != "":
		return t.keeping(r)
	case t.in.Kind == Edited:
		return t.edited(r)
	}
	return r.judge(t.in)
}

// edited is no answer, now or later: what is wanted is asked again. A picture put in the place of another is the step's own.
func (t *turn) edited(r run) Verdict {
	if t.in.Picture != nil {
		if v := r.judge(t.in); v.kind != notUnderstood {
			return v
		}
	}
	if _, asks := r.prompt(t.view()); !asks {
		return Verdict{}
	}
	return Redraw().Note("kit.edited")
}

// keeping leaves the old answer as it was, unless the judge has more to say of it.
func (t *turn) keeping(r run) Verdict {
	if r.was() == "" {
		return Move(backEvent) // the new answer was taken back: the old one stands, with all that hung on it
	}
	in := t.in
	in.Kind, in.Act = Tap, keep
	if v := r.judge(in); v.kind != notUnderstood {
		return v
	}
	return Move(r.step().keep)
}

// ask lets the frame at i judge an answer or a timer, wherever it lies in the stack.
func (t *turn) ask(i int) error {
	r, err := t.open(i)
	if err != nil || !r.known() {
		return err
	}
	if _, ok := t.in.Answer.(GivenUp); ok {
		return t.follow(i, r, givenUp(r))
	}
	return t.follow(i, r, r.judge(t.in))
}

// givenUp says that a fault of ours is in the way, and leads to where the student can try again.
func givenUp(r run) Verdict {
	if r.step().fails {
		return Move(failEvent).Note("kit.failed")
	}
	return Stay("kit.failed")
}

func (t *turn) open(i int) (run, error) {
	f, ok := t.book.flows[t.c.Frames[i].Flow]
	if !ok {
		return nil, fmt.Errorf("open %s: %w", t.c.Frames[i].Flow, ErrNewer)
	}
	return f.load(t.c.Frames[i])
}

func (t *turn) view() View { return View{Now: t.in.At, Chat: t.in.Chat, Login: t.c.Login} }

// follow does what a verdict says to the frame at i.
func (t *turn) follow(i int, r run, v Verdict) error {
	frame := t.c.Frames[i]
	t.log = Decision{Flow: frame.Flow, From: frame.State, To: frame.State, Event: v.event}
	i = t.tell(i, v)
	t.marked = v.marked
	switch v.kind {
	case notUnderstood:
		return t.unexpected(i, r)
	case stays, redraws:
		return t.stay(i, r, v)
	case moves:
		return t.move(i, r, v)
	case interrupts:
		return t.interrupt(i, r, v)
	case ends:
		t.effects = append(t.effects, v.effects...)
		t.drop(func(f Frame) bool { return !slices.Contains(v.keep, f.Flow) })
		t.returned = true
		return t.show(v)
	}
	return nil
}

// tell does what a verdict says beside the way, and returns where its frame lies afterwards: a changed login ends the
// other flows that acted for the old one.
func (t *turn) tell(i int, v Verdict) int {
	if v.login != nil {
		t.c.Login = *v.login
		id := t.c.Frames[i].ID
		t.drop(func(f Frame) bool { return f.ID != id && t.book.flows[f.Flow] != nil && t.book.flows[f.Flow].member() })
		i = t.c.Find(id)
	}
	if v.muted != nil {
		t.c.Muted = *v.muted
	}
	if v.language != "" {
		t.c.Language, t.c.Chosen = v.language, true
	}
	if v.toast != nil {
		t.effects = append(t.effects, AnswerTap{Query: v.query, Toast: v.toast, Lang: t.c.Language})
	}
	return i
}

// keepFrame writes a frame back and sends its effects and timers on their way, marked with the turn they belong to.
func (t *turn) keepFrame(i int, r run, effects []Effect, timers []delay) error {
	frame, err := r.save()
	if err != nil {
		return err
	}
	t.c.Frames[i] = frame
	for _, e := range effects {
		t.effects = append(t.effects, Asked{Frame: frame.ID, Turn: frame.Turn, Effect: Named{e}})
	}
	for _, d := range timers {
		t.timers = append(t.timers, Timer{Name: d.name, At: t.in.At.Add(d.wait), Frame: frame.ID, Turn: frame.Turn})
	}
	return nil
}

func (t *turn) stay(i int, r run, v Verdict) error {
	if err := t.keepFrame(i, r, v.effects, v.timers); err != nil {
		return err
	}
	if i < len(t.c.Frames)-1 {
		if v.note != nil {
			t.c.Frames[i].Note = v.note
		}
		return nil
	}
	if v.quiet {
		return nil
	}
	if e := r.step().anew; v.kind == redraws && e != "" {
		return t.move(i, r, Verdict{event: e, note: v.note})
	}
	p, _ := r.prompt(t.view())
	if v.kind == redraws {
		t.say(r, v.note, p, &p.Ask)
		return nil
	}
	t.say(r, v.note, p, nil)
	return nil
}

// unexpected answers what the step does not take: it says so and asks again.
func (t *turn) unexpected(i int, r run) error {
	p, asks := r.prompt(t.view())
	if t.album() {
		return nil
	}
	if !asks || t.in.Kind == Answered || t.in.Kind == Waked {
		if t.in.Kind == Answered || t.in.Kind == Waked {
			return nil
		}
		note := Say("kit.wait")
		t.say(r, &note, Prompt{}, nil)
		return nil
	}
	note := Say("kit.unexpected")
	if t.in.Kind == Command {
		note = Say("kit.unknown_command")
		if r.step().secret { // a password may begin with a slash
			t.effects = append(t.effects, Delete{Message: t.in.Message, Lang: t.c.Language})
		}
	}
	if e := r.step().anew; e != "" {
		return t.move(i, r, Verdict{event: e, note: &note})
	}
	t.say(r, &note, p, &p.Ask)
	return nil
}

// album says whether the input is a further picture of an album that was answered: it has one answer in all.
func (t *turn) album() bool {
	if t.in.Kind != Picture || t.in.Picture.Album == "" {
		return false
	}
	again := t.c.Album == t.in.Picture.Album
	t.c.Album = t.in.Picture.Album
	return again
}

func (t *turn) move(i int, r run, v Verdict) error {
	ok, err := r.move(v.event, t.in.At)
	switch {
	case err != nil:
		return err
	case !ok && v.event == backEvent:
		return t.stay(i, r, Redraw().Note("kit.no_way_back"))
	case !ok:
		return fmt.Errorf("flow %s: %s has no place at %q", t.log.Flow, v.event, t.log.From)
	}
	frame, err := r.save()
	if err != nil {
		return err
	}
	t.log.To = frame.State
	if outside(frame.State) {
		return t.leave(i, frame, v)
	}
	v = r.remark(v)
	effects := append(v.effects[:len(v.effects):len(v.effects)], r.enter(t.in)...)
	if err := t.keepFrame(i, r, effects, v.timers); err != nil {
		return err
	}
	if i < len(t.c.Frames)-1 {
		if v.note != nil {
			t.c.Frames[i].Note = v.note
		}
		return nil
	}
	return t.show(v)
}

// resume shows a conversation whose stored state no flow knows any more: its answers are kept, it goes on from them.
func (t *turn) resume(i int, r run) error {
	r.resume()
	note := Say("kit.continue")
	if err := t.keepFrame(i, r, r.enter(t.in), nil); err != nil {
		return err
	}
	return t.show(Verdict{note: &note})
}

// stale answers a button of an earlier question: it says so, and shows the question that counts.
func (t *turn) stale(r run) error {
	note := Say("kit.stale")
	t.effects = append(t.effects, AnswerTap{Query: t.in.Query, Toast: &note, Lang: t.c.Language})
	if e := r.step().anew; e != "" {
		return t.move(len(t.c.Frames)-1, r, Verdict{event: e})
	}
	if p, asks := r.prompt(t.view()); asks {
		t.say(r, nil, p, &p.Ask)
	}
	return nil
}

// show asks the question of the top frame.
func (t *turn) show(v Verdict) error {
	top := t.c.Top()
	if v.note == nil {
		v.note = top.Note
	}
	top.Note = nil
	v.quiet = v.quiet && len(t.c.Frames) == 1 // a flow under way is asked on
	if v.quiet && v.note == nil {
		return nil
	}
	r, err := t.open(len(t.c.Frames) - 1)
	if err != nil {
		return err
	}
	if v.quiet {
		t.say(nil, v.note, Prompt{}, nil)
		return nil
	}
	if !r.known() {
		return t.resume(len(t.c.Frames)-1, r)
	}
	if e := r.step().anew; e != "" && t.returned {
		return t.move(len(t.c.Frames)-1, r, Verdict{event: e, note: v.note})
	}
	p, asks := r.prompt(t.view())
	if asks {
		t.arrived = true
		t.say(r, v.note, p, &p.Ask)
		return nil
	}
	if v.note == nil && t.returned {
		wait := Say("kit.wait")
		v.note = &wait
	}
	if v.note != nil {
		t.say(r, v.note, Prompt{}, nil)
	}
	return nil
}
