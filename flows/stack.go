package flows

import (
	"slices"
	"strings"
)

// How a turn moves on the stack of frames: flows end, hand over, interrupt each other and are gone back to.

// drop takes frames off the stack, never home.
func (t *turn) drop(which func(Frame) bool) {
	t.c.Frames = append(t.c.Frames[:1:1], slices.DeleteFunc(slices.Clone(t.c.Frames[1:]), which)...)
}

// leave ends the frame at i, and those above it, and goes where the state says.
func (t *turn) leave(i int, frame Frame, v Verdict) error {
	for _, e := range v.effects {
		t.effects = append(t.effects, Asked{Frame: frame.ID, Turn: frame.Turn, Effect: Named{e}})
	}
	if i > 0 && i < len(t.c.Frames)-1 {
		return t.leaveBelow(i, frame, v)
	}
	t.returned = true
	switch frame.State {
	case Home:
		t.c.Frames = t.c.Frames[:1]
	case Done:
		t.c.Frames = t.c.Frames[:max(i, 1)]
	default:
		t.c.Frames = t.c.Frames[:max(i, 1)]
		name := strings.TrimPrefix(string(frame.State), "-> ")
		if j := t.c.Running(name); v.instead && j > 0 {
			t.c.Frames = slices.Delete(slices.Clone(t.c.Frames), j, j+1)
		}
		return t.begin(name, v)
	}
	return t.show(v)
}

// leaveBelow ends a frame that others lie upon: they go on, and what it leads to takes its place under them. Its last
// word is a message of its own.
func (t *turn) leaveBelow(i int, frame Frame, v Verdict) error {
	if v.note != nil {
		t.effects = append(t.effects, Tell{Chat: t.c.Chat, Phrase: *v.note, Lang: t.c.Language})
		t.c.Below = true
	}
	if frame.State == Done || frame.State == Home {
		t.c.Frames = slices.Delete(t.c.Frames, i, i+1) // Decide works on a clone
		return nil
	}
	if err := t.book.push(&t.c, strings.TrimPrefix(string(frame.State), "-> "), v.seed, t.in); err != nil {
		return err
	}
	top := len(t.c.Frames) - 1
	t.c.Frames[i] = t.c.Frames[top]
	t.c.Frames = t.c.Frames[:top]
	r, err := t.open(i)
	if err != nil {
		return err
	}
	return t.keepFrame(i, r, r.enter(t.in), nil)
}

func (t *turn) interrupt(i int, r run, v Verdict) error {
	if err := t.keepFrame(i, r, v.effects, v.timers); err != nil {
		return err
	}
	j := t.c.Running(v.flow)
	if j <= 0 || v.above {
		return t.begin(v.flow, v)
	}
	under := t.c.Frames[j]
	t.c.Frames = append(t.c.Frames[:j:j], slices.DeleteFunc(slices.Clone(t.c.Frames[j+1:]), t.passing)...)
	if v.seed != nil {
		return t.begin(v.flow, v)
	}
	t.c.Frames, t.returned = append(t.c.Frames, under), true // it is under way already: go back to it
	return t.show(v)
}

// passing says whether a frame may go when another is gone back to: nothing was told in it.
func (t *turn) passing(f Frame) bool {
	flow, known := t.book.flows[f.Flow]
	return known && flow.passing()
}

// begin lays a new frame on the stack and enters its first step.
func (t *turn) begin(name string, v Verdict) error {
	if err := t.book.push(&t.c, name, v.seed, t.in); err != nil {
		return err
	}
	i := len(t.c.Frames) - 1
	r, err := t.open(i)
	if err != nil {
		return err
	}
	if err := t.keepFrame(i, r, r.enter(t.in), nil); err != nil {
		return err
	}
	return t.show(v)
}
