// Package flows holds what Guiwei says and when: every conversation is a value, every flow a table.
//
// A Table lists Steps. A Step says where we are, what we ask, who judges the answer and where each judgement leads.
// Book.Decide takes a stored Conversation and an Input and returns the conversation that follows, with the Effects to
// do after it was committed. Deciding is pure: no I/O, no clock, no randomness; what it needs of these is in the Input.
//
// To add a flow, make a folder beside this file with a Table, and list it in flows/book.
package flows

import (
	"errors"
	"fmt"
)

// Errors of a decision. Both mean: park the input, the conversation stays as it was.
var (
	ErrNewer   = errors.New("draft of a newer version") // a rolling deploy: another replica knows this draft
	ErrUnknown = errors.New("unknown flow")
)

// Book is all flows by name and the words that are valid everywhere. The flow named by Home lies under every stack.
type Book struct {
	flows map[string]Flow
	words Words
	home  string
}

// Words are judged once, before any step: commands, and the acts of buttons that belong to no frame.
// Judge returns false where the word is not its own.
type Words interface {
	Judge(c Conversation, in Input) (Verdict, bool)
}

// NewBook binds flows by their names; the first one is home. Faults are those of Check, all at once.
func NewBook(words Words, list ...Flow) (Book, error) {
	b := Book{flows: map[string]Flow{}, words: words, home: list[0].Name()}
	var faults []error
	for _, f := range list {
		if _, twice := b.flows[f.Name()]; twice {
			faults = append(faults, fmt.Errorf("flow %s: listed twice", f.Name()))
		}
		b.flows[f.Name()] = f
		faults = append(faults, f.Check())
	}
	for _, f := range list {
		faults = append(faults, b.checkHandovers(f))
	}
	return b, errors.Join(faults...)
}

func (b Book) checkHandovers(f Flow) error {
	var faults []error
	for _, name := range f.handovers() {
		if _, ok := b.flows[name]; !ok {
			faults = append(faults, fmt.Errorf("flow %s: hands over to unknown flow %s", f.Name(), name))
		}
	}
	return errors.Join(faults...)
}

// Newer says whether a frame of a conversation, the top one for 0, is of a version or a flow that this book does not know yet.
func (b Book) Newer(c Conversation, frame int) bool {
	i := len(c.Frames) - 1
	if frame > 0 {
		i = c.Find(frame)
	}
	if i < 0 {
		return false
	}
	f, known := b.flows[c.Frames[i].Flow]
	return !known || c.Frames[i].Version > f.version()
}

// Flows lists the book's flows in no particular order, for diagrams and laws.
func (b Book) Flows() map[string]Flow { return b.flows }

// Decision is what an input comes to: the conversation that follows, and what to do once it is committed.
type Decision struct {
	Conversation Conversation
	Effects      []Effect
	Timers       []Timer
	Flow         string // of the frame that judged, with the transition, for the log
	From, To     State
	Event        Event
}

// Decide judges one input. It never changes c.
func (b Book) Decide(c Conversation, in Input) (Decision, error) {
	before := c
	c = c.clone()
	if in.Language != "" && !c.Chosen {
		c.Language = in.Language
	}
	in.Language = c.Language
	if len(c.Frames) == 0 {
		if err := b.push(&c, b.home, nil, in); err != nil {
			return Decision{}, err
		}
	}
	t := &turn{book: b, c: c, in: in}
	if err := t.judge(); err != nil {
		return Decision{}, err
	}
	d := t.decision()
	if before.menuIsOther(d.Conversation) {
		d.Effects = append(d.Effects, Menu{Lang: d.Conversation.Language})
	}
	return d, nil
}

// push lays a new frame on the stack and returns with its draft begun.
func (b Book) push(c *Conversation, name string, seed any, in Input) error {
	f, ok := b.flows[name]
	if !ok {
		return fmt.Errorf("push %s: %w", name, ErrUnknown)
	}
	frame, err := f.begin(seed)
	if err != nil {
		return fmt.Errorf("begin %s: %w", name, err)
	}
	c.Serial++
	frame.ID, frame.Turn, frame.At = c.Serial, 1, in.At
	c.Frames = append(c.Frames, frame)
	return nil
}
