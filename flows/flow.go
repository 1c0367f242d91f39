package flows

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Flow is a Table behind its draft's type.
type Flow interface {
	Name() string
	// Check joins all faults of the table: unknown targets, duplicates, self-loops, unreachable states.
	Check() error
	// Diagram draws the table as a Mermaid state diagram, in the order of the steps; /back and failures are left out.
	Diagram() string
	// Rows lists every (state, event, target).
	Rows() [][3]string

	handovers() []string
	version() int
	secret(State) bool
	member() bool
	passing() bool
	begin(seed any) (Frame, error)
	load(Frame) (run, error)
}

// Step is one place of a flow: what we ask, who judges the answer, where each judgement leads.
type Step[D any] struct {
	At     State
	Number int                           // of the flow's Total, for the heading; 0 without one
	Ask    func(d *D, v View) Prompt     // nil for a step that waits for an effect
	Enter  func(d *D, in Input) []Effect // done on arriving, also by /back
	Judge  func(d *D, in Input) Verdict  // pure; may change d
	Leads  map[Event]State               // to a step, Done, Home or To(flow)
	Back   State                         // where /back leads; "" where there is no way back
	Was    func(d *D) string             // the old answer, masked, shown when coming back; nil for secrets
	Keep   Event                         // said by the button "keep" that leaves the old answer as it was
	Fails  State                         // where it leads when its effect could not be done; "" stays here
	Edits  []State                       // questions asked anew from here, by buttons "edit_" + state
	Secret bool                          // what is typed here leaves the chat at once
	Anew   Event                         // said instead of showing the question a second time: it is read anew
}

// View is what a prompt may know beside its draft.
type View struct {
	Now   time.Time
	Chat  int64
	Login *Login
}

// Table is a flow as it is written down. The first step is where it begins.
type Table[D any] struct {
	Name    string
	Version int
	Total   int  // of the numbered steps
	Member  bool // acts for the chat's login: ends when that changes
	Passing bool // nothing is told in it that would be missed: it gives way to a flow below that is gone back to
	Steps   []Step[D]
	// Upgrade brings a draft of the version it is filed under to the next one.
	Upgrade map[int]func(Frame) (Frame, error)
	// Resume finds where to go on from the answers of a draft: one that a flow is begun with, or one whose state is
	// not known any more. By default the first step.
	Resume func(d *D) State
	// Card is the step that shows all answers: an Edit comes back to it.
	Card State
}

const (
	back      = "back" // the act and the word
	keep      = "keep"
	backEvent = Event(back)
	failEvent = Event("given up")
)

// Define makes a flow of a table.
func Define[D any](t Table[D]) Flow {
	f := &flow[D]{Table: t, at: map[State]int{}}
	for i := range t.Steps {
		t.Steps[i].edits()
		f.at[t.Steps[i].At] = i
	}
	f.machine = newMachine(t.Name, f.rows())
	return f
}

type flow[D any] struct {
	Table[D]
	at      map[State]int
	machine *machine
}

func (f *flow[D]) Name() string { return f.Table.Name }

// rows lists the table's transitions, those of /back included, in the order of the steps.
func (f *flow[D]) rows() []row {
	var rows []row
	for _, s := range f.Steps {
		for _, e := range slices.Sorted(maps.Keys(s.Leads)) {
			rows = append(rows, row{s.At, e, State(strings.TrimPrefix(string(s.Leads[e]), edit))})
		}
		if s.Back != "" {
			rows = append(rows, row{s.At, backEvent, s.Back})
		}
		if s.Fails != "" {
			rows = append(rows, row{s.At, failEvent, s.Fails})
		}
	}
	return rows
}

func (f *flow[D]) Rows() [][3]string {
	var out [][3]string
	for _, r := range f.rows() {
		out = append(out, [3]string{string(r.from), string(r.event), string(r.to)})
	}
	return out
}

func (f *flow[D]) Check() error {
	faults := []error{checkRows(f.Table.Name, f.rows())}
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("flow %s: "+format, append([]any{f.Table.Name}, args...)...))
	}
	if len(f.at) != len(f.Steps) {
		fault("a state stands twice")
	}
	reached := map[State]bool{f.Steps[0].At: true}
	for _, r := range f.rows() {
		if _, known := f.at[r.to]; !known && !outside(r.to) {
			fault("%s on %q leads to unknown %q", r.event, r.from, r.to)
		}
		reached[r.to] = true
	}
	for _, s := range f.Steps {
		if !reached[s.At] {
			fault("%q is never reached", s.At)
		}
		if s.Judge == nil {
			fault("%q has no judge", s.At)
		}
		if s.Anew != "" && s.Leads[s.Anew] == "" {
			fault("%q is read anew by unknown %s", s.At, s.Anew)
		}
		if s.Keep != "" && s.Leads[s.Keep] == "" {
			fault("%q keeps by unknown %s", s.At, s.Keep)
		}
		if s.Number > f.Total {
			fault("%q is number %d of %d", s.At, s.Number, f.Total)
		}
	}
	f.checkEdits(fault)
	return errors.Join(faults...)
}

// outside says whether a state lies beyond the flow.
func outside(s State) bool { return strings.HasPrefix(string(s), "-> ") }

func (f *flow[D]) handovers() []string {
	var names []string
	for _, r := range f.rows() {
		if outside(r.to) && r.to != Done && r.to != Home {
			names = append(names, strings.TrimPrefix(string(r.to), "-> "))
		}
	}
	return names
}

func (f *flow[D]) version() int { return f.Version }

func (f *flow[D]) secret(s State) bool {
	i, known := f.at[s]
	return known && f.Steps[i].Secret
}

func (f *flow[D]) member() bool { return f.Member }

func (f *flow[D]) passing() bool { return f.Passing }

func (f *flow[D]) Diagram() string {
	var b strings.Builder
	fmt.Fprintf(&b, "stateDiagram-v2\n    [*] --> %s\n", f.Steps[0].At)
	for _, name := range slices.Compact(slices.Sorted(slices.Values(f.handovers()))) {
		fmt.Fprintf(&b, "    state \"→ %s\" as to_%s\n", name, name)
	}
	for _, r := range f.rows() {
		if r.event != backEvent && r.event != failEvent {
			fmt.Fprintf(&b, "    %s --> %s: %s\n", r.from, drawn(r.to), r.event)
		}
	}
	return b.String()
}

// drawn is a state's name in a diagram.
func drawn(s State) string {
	switch {
	case s == Done || s == Home:
		return "[*]"
	case outside(s):
		return "to_" + strings.TrimPrefix(string(s), "-> ")
	default:
		return string(s)
	}
}

func (f *flow[D]) begin(seed any) (Frame, error) {
	frame := Frame{Flow: f.Table.Name, Version: f.Version, State: f.Steps[0].At, Draft: []byte("{}")}
	if seed == nil {
		return frame, nil
	}
	var d D
	raw, err := json.Marshal(seed)
	if err != nil {
		return frame, fmt.Errorf("write seed: %w", err)
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		return frame, fmt.Errorf("read seed: %w", err)
	}
	if frame.Draft, err = json.Marshal(&d); err != nil { // without what the seed holds for others
		return frame, fmt.Errorf("write draft: %w", err)
	}
	if f.Resume != nil {
		frame.State = f.Resume(&d)
	}
	if f.Card != "" && frame.State != f.Steps[0].At && frame.State != f.Card {
		frame.Edit = &Editing{From: frame.State} // what the seed answers is not asked again
	}
	return frame, nil
}

// load reads a frame's draft, upgrading an older one. A newer one is ErrNewer.
func (f *flow[D]) load(frame Frame) (run, error) {
	if frame.Version > f.Version {
		return nil, fmt.Errorf("flow %s version %d: %w", f.Table.Name, frame.Version, ErrNewer)
	}
	current := frame.Version == f.Version
	for frame.Version < f.Version {
		up, ok := f.Upgrade[frame.Version]
		if !ok {
			return nil, fmt.Errorf("flow %s: no upgrade from version %d", f.Table.Name, frame.Version)
		}
		next, err := up(frame)
		if err != nil {
			return nil, fmt.Errorf("upgrade flow %s from version %d: %w", f.Table.Name, frame.Version, err)
		}
		next.Version = frame.Version + 1
		frame = next
	}
	r := &running[D]{flow: f, frame: frame}
	all, err := whole(frame.Draft, &r.draft)
	if err != nil {
		return nil, fmt.Errorf("read draft of flow %s: %w", f.Table.Name, err)
	}
	r.more = current && !all
	return r, nil
}

// run is one frame with its draft read.
type run interface {
	known() bool
	resume()
	step() stepFacts
	judge(Input) Verdict
	enter(Input) []Effect
	prompt(View) (Prompt, bool)
	was() string
	old() string
	asked(act string) Event
	move(Event, time.Time) (bool, error)
	remark(v Verdict) Verdict
	save() (Frame, error)
	heading() *Phrase
}

// stepFacts is what the kit must know of a step.
type stepFacts struct {
	secret bool
	fails  bool
	keep   Event
	anew   Event
}

type running[D any] struct {
	flow   *flow[D]
	frame  Frame
	draft  D
	more   bool   // a later build of this version wrote fields that are not known here
	begins bool   // the move began an edit
	edited string // what to say of the edit that it ended
}

func (r *running[D]) current() *Step[D] { return &r.flow.Steps[r.flow.at[r.frame.State]] }

func (r *running[D]) known() bool { _, ok := r.flow.at[r.frame.State]; return ok }

// resume puts a frame whose state is not known any more where its answers lead.
func (r *running[D]) resume() {
	r.frame.State = r.flow.Steps[0].At
	if r.flow.Resume != nil {
		r.frame.State = r.flow.Resume(&r.draft)
	}
	r.frame.Turn++
}

func (r *running[D]) step() stepFacts {
	s := r.current()
	return stepFacts{secret: s.Secret, fails: s.Fails != "", keep: s.Keep, anew: s.Anew}
}

func (r *running[D]) judge(in Input) Verdict { return r.current().Judge(&r.draft, in) }

func (r *running[D]) enter(in Input) []Effect {
	if s := r.current(); s.Enter != nil {
		return s.Enter(&r.draft, in)
	}
	return nil
}

func (r *running[D]) prompt(v View) (Prompt, bool) {
	s := r.current()
	if s.Ask == nil {
		return Prompt{}, false
	}
	p := s.Ask(&r.draft, v)
	if s.Keep != "" && r.old() != "" {
		p.Buttons = append([][]Button{{Act(keep)}}, p.Buttons...)
	}
	return p.bind(r.frame), true
}

func (r *running[D]) was() string {
	if s := r.current(); s.Was != nil {
		return s.Was(&r.draft)
	}
	return ""
}

// old is the old answer of the step; of one that is asked anew, that of before when the new one was taken back.
func (r *running[D]) old() string {
	s := r.current()
	if was := r.was(); was != "" || s.Was == nil || !r.editing() || r.frame.Edit.From != s.At {
		return was
	}
	var before D
	if json.Unmarshal(r.frame.Edit.Before, &before) != nil {
		return ""
	}
	return s.Was(&before)
}

// move follows an event; false where the table has no such row.
func (r *running[D]) move(e Event, at time.Time) (bool, error) {
	from := r.current()
	if e == backEvent && r.givesUp() {
		return true, r.giveUp(at)
	}
	to, ok := r.flow.machine.next(from.At, e)
	if !ok {
		return false, nil
	}
	r.begins = r.beginsEdit(e)
	r.frame.State, r.frame.At = to, at
	r.frame.Turn++
	if e != backEvent && !r.begins {
		r.comeBack(from)
	}
	return true, nil
}

func (r *running[D]) save() (Frame, error) {
	draft, err := json.Marshal(&r.draft)
	if err != nil {
		return r.frame, fmt.Errorf("write draft of flow %s: %w", r.flow.Table.Name, err)
	}
	if r.more {
		if draft, err = carry[D](r.frame.Draft, draft); err != nil {
			return r.frame, fmt.Errorf("keep draft of flow %s: %w", r.flow.Table.Name, err)
		}
	}
	r.frame.Draft, r.frame.Version = draft, r.flow.Version
	return r.frame, nil
}

func (r *running[D]) heading() *Phrase {
	s := r.current()
	if s.Number == 0 {
		return nil
	}
	if r.editing() {
		h := Say("step.edit", "title", Say(title(r.flow.Table.Name, s.At)))
		return &h
	}
	h := Say("step.header", "number", s.Number, "total", r.flow.Total, "title", Say(title(r.flow.Table.Name, s.At)))
	return &h
}
