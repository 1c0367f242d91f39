package flowtest

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"guiwei/flows"
)

// Chat is the chat that a Play is in.
const Chat int64 = 42

// Play is a conversation under test: what was said to it last, and all that it asked for.
type Play struct {
	t       *testing.T
	book    flows.Book
	C       flows.Conversation
	Last    flows.Decision
	Shown   *flows.Show // the live message
	Now     time.Time
	message int
	inputs  int
	lines   []string
	asked   []flows.Asked          // not answered yet
	Timers  map[string]flows.Timer // as stored: one of the same name replaces the earlier one
}

// Start begins a conversation with /start, at a Monday noon in Shanghai.
func Start(t *testing.T, book flows.Book) *Play {
	t.Helper()
	p := &Play{t: t, book: book, Timers: map[string]flows.Timer{}, Now: time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC), message: 100}
	p.Command("start")
	return p
}

// Put sends any input, filled in as the engine does.
func (p *Play) Put(in flows.Input) *Play {
	p.t.Helper()
	p.inputs++
	p.message++
	in.ID, in.Chat, in.At = fmt.Sprintf("u%d", p.inputs), Chat, p.Now
	if in.Message == 0 {
		in.Message = p.message
	}
	in.Random = sha256.Sum256([]byte(in.ID))
	d, err := p.book.Decide(p.C, in)
	if err != nil {
		p.t.Fatalf("%s %q %q: %v", in.Kind, in.Text, in.Act, err)
	}
	p.C, p.Last = d.Conversation, d
	for _, e := range d.Effects {
		switch e := e.(type) {
		case flows.Show:
			p.Shown = &e
		case flows.Asked:
			p.asked = append(p.asked, e)
		}
	}
	for _, timer := range d.Timers {
		p.Timers[timer.Name] = timer
	}
	p.note(in, d.Effects)
	return p
}

// Type sends a text; the digest of six digits in it is the digits themselves.
func (p *Play) Type(text string) *Play {
	p.t.Helper()
	return p.Put(flows.Input{Kind: flows.Text, Text: text, Digest: text})
}

// Command sends /word.
func (p *Play) Command(word string) *Play {
	p.t.Helper()
	return p.Put(flows.Input{Kind: flows.Command, Word: word})
}

// Tap taps a button of the live message by its act.
func (p *Play) Tap(act string) *Play {
	p.t.Helper()
	b, ok := p.Button(act)
	if !ok {
		p.t.Fatalf("no button %q at %s", act, p.At())
	}
	return p.TapOn(b)
}

// TapOn taps a button that may be of an earlier message.
func (p *Play) TapOn(b flows.Button) *Play {
	p.t.Helper()
	return p.Put(flows.Input{Kind: flows.Tap, Act: b.Act, Frame: b.Frame, Turn: b.Turn, Subject: b.About, Query: "q"})
}

// Button finds a button of the live message.
func (p *Play) Button(act string) (flows.Button, bool) {
	if p.Shown != nil {
		for _, row := range p.Shown.Buttons {
			for _, b := range row {
				if b.Act == act {
					return b, true
				}
			}
		}
	}
	return flows.Button{}, false
}

// Answer gives an effect's answer to the frame that asked last.
func (p *Play) Answer(a flows.Answer) *Play {
	p.t.Helper()
	top := p.C.Top()
	return p.Put(flows.Input{Kind: flows.Answered, Frame: top.ID, Turn: top.Turn, Answer: a})
}

// Reply answers the latest effect of a type that still waits, whichever frame asked for it.
func Reply[E flows.Effect](p *Play, a flows.Answer) *Play {
	p.t.Helper()
	for i := len(p.asked) - 1; i >= 0; i-- {
		was := p.asked[i]
		if _, ok := was.Effect.Effect.(E); ok {
			p.asked = append(p.asked[:i:i], p.asked[i+1:]...)
			return p.Put(flows.Input{Kind: flows.Answered, Frame: was.Frame, Turn: was.Turn, Answer: a})
		}
	}
	p.t.Fatalf("at %s: nothing of that type waits for an answer", p.At())
	return p
}

// Wake lets a timer ring at its time.
func (p *Play) Wake(name string) *Play {
	p.t.Helper()
	timer, ok := p.Timers[name]
	if !ok {
		p.t.Fatalf("at %s: no timer %s", p.At(), name)
	}
	delete(p.Timers, name)
	p.Now = timer.At
	return p.Put(flows.Input{Kind: flows.Waked, Act: name, Frame: timer.Frame, Turn: timer.Turn})
}

// Wait lets time pass.
func (p *Play) Wait(d time.Duration) *Play { p.Now = p.Now.Add(d); return p }

// Photo sends a picture.
func (p *Play) Photo(name string) *Play {
	p.t.Helper()
	f := File(name)
	return p.Put(flows.Input{Kind: flows.Picture, Picture: &f})
}

// Sticker sends what no step takes.
func (p *Play) Sticker() *Play { p.t.Helper(); return p.Put(flows.Input{Kind: flows.Other}) }

// Note is the live message's note, "key(name=value)"; Ask its question.
func (p *Play) Note() string { return spelt(p.Shown.Note) }

// Ask is the live message's question.
func (p *Play) Ask() string { return spelt(p.Shown.Ask) }

func spelt(ph *flows.Phrase) string {
	if ph == nil {
		return ""
	}
	return Words(*ph)
}

// Draft is the top frame's draft as it is stored.
func (p *Play) Draft() string { return string(p.C.Top().Draft) }

// Silent fails if the last input made the bot say anything in the chat.
func (p *Play) Silent() *Play {
	p.t.Helper()
	if s := Asked[flows.Show](p); len(s) != 0 {
		p.t.Fatalf("at %s: said %v", p.At(), shown(s[0]))
	}
	return p
}

// At names where the conversation is, "register/phone".
func (p *Play) At() string {
	top := p.C.Top()
	return top.Flow + "/" + string(top.State)
}

// Is fails unless the conversation is there.
func (p *Play) Is(at string) *Play {
	p.t.Helper()
	if p.At() != at {
		p.t.Fatalf("at %s, want %s", p.At(), at)
	}
	return p
}

// Says fails unless the live message says the key, as note or question.
func (p *Play) Says(key string) *Play {
	p.t.Helper()
	if p.Shown == nil || (key != noteKey(p.Shown.Note) && key != noteKey(p.Shown.Ask)) {
		p.t.Fatalf("at %s: says %q and asks %q, want %q", p.At(), noteKey(p.Shown.Note), noteKey(p.Shown.Ask), key)
	}
	return p
}

func noteKey(ph *flows.Phrase) string {
	if ph == nil {
		return ""
	}
	return ph.Key
}

// Asked returns the effects of a type that the last decision sent on their way.
func Asked[E flows.Effect](p *Play) []E {
	var out []E
	for _, e := range p.Last.Effects {
		if a, ok := e.(flows.Asked); ok {
			e = a.Effect.Effect
		}
		if want, ok := e.(E); ok {
			out = append(out, want)
		}
	}
	return out
}
