package flowtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"guiwei/flows"
)

// Node is a conversation on its way, with what the engine knows of it.
type Node struct {
	C      flows.Conversation
	Shown  flows.Show    // the live message
	Asked  []flows.Asked // not answered yet
	Timers []flows.Timer // not rung yet
}

// At names the place that listens, "register/phone"; "nowhere" before the first input.
func (n Node) At() string {
	if len(n.C.Frames) == 0 {
		return "nowhere"
	}
	return n.C.Top().Flow + "/" + string(n.C.Top().State)
}

// Inputs are all that can happen to a node.
func (n Node) Inputs() []flows.Input {
	all := people()
	for _, row := range n.Shown.Buttons {
		for _, b := range row {
			all = append(all, flows.Input{Kind: flows.Tap, Act: b.Act, Frame: b.Frame, Turn: b.Turn, Subject: b.About, Query: "q"})
		}
	}
	for _, a := range n.Asked {
		for _, found := range Answers(a.Effect.Effect) {
			all = append(all, flows.Input{Kind: flows.Answered, Frame: a.Frame, Turn: a.Turn, Answer: found})
		}
	}
	for _, timer := range n.Timers {
		all = append(all, flows.Input{Kind: flows.Waked, Act: timer.Name, Frame: timer.Frame, Turn: timer.Turn})
	}
	return all
}

// Step decides one input.
func (n Node) Step(b flows.Book, in flows.Input) (Node, flows.Decision, error) {
	in.Chat, in.At, in.Message = Chat, Noon(), 7
	d, err := b.Decide(n.C, in)
	if err != nil {
		return n, d, err
	}
	next := Node{C: d.Conversation, Shown: n.Shown, Timers: slices.Clone(d.Timers)}
	for _, a := range n.Asked {
		if i := d.Conversation.Find(a.Frame); i >= 0 && d.Conversation.Frames[i].Turn == a.Turn {
			next.Asked = append(next.Asked, a)
		}
	}
	for _, timer := range n.Timers {
		again := slices.ContainsFunc(d.Timers, func(t flows.Timer) bool { return t.Name == timer.Name && t.Frame == timer.Frame })
		if i := d.Conversation.Find(timer.Frame); i >= 0 && !again && d.Conversation.Frames[i].Turn == timer.Turn {
			next.Timers = append(next.Timers, timer)
		}
	}
	for _, e := range d.Effects {
		switch e := e.(type) {
		case flows.Show:
			next.Shown = e
		case flows.Asked:
			if len(Answers(e.Effect.Effect)) > 0 { // the rest is done, and that is that
				next.Asked = append(next.Asked, e)
			}
		}
	}
	return next, d, nil
}

// Place names where a node is: its top two frames, who is logged in, what is under way for the top one, and which
// buttons there are, which tells drafts of one state apart; what is left of an interrupted flow's buttons tells nothing new.
func (n Node) Place() string {
	var at []string
	for _, a := range n.Asked {
		if a.Frame == n.C.Top().ID {
			at = append(at, flows.EffectName(a.Effect.Effect)+" for")
			break
		}
	}
	for _, f := range n.C.Frames[max(0, len(n.C.Frames)-2):] {
		at = append(at, f.Flow+"/"+string(f.State))
	}
	for _, timer := range n.Timers {
		if timer.Frame == n.C.Top().ID {
			at = append(at, "waits for "+timer.Name)
		}
	}
	login := "guest"
	if n.C.Login != nil {
		login = fmt.Sprint("proofed=", n.C.Login.Proofed)
	}
	acts := map[string]bool{}
	for _, row := range n.Shown.Buttons {
		for _, b := range row {
			acts[b.Act] = acts[b.Act] || len(n.C.Frames) < 3 || b.Frame == n.C.Top().ID
		}
	}
	maps.DeleteFunc(acts, func(_ string, own bool) bool { return !own })
	return fmt.Sprint(strings.Join(at, " < "), " ", login, " with ", slices.Sorted(maps.Keys(acts)))
}

// telling says whether the crawl goes on from a node: two flows on each other, the lower one in a place that is worth
// interrupting: one that asks, and those that wait, for an answer or a timer. Claims could be piled up without end; the way
// back to an account lies open from everywhere, and its own tests lay it upon others.
func (n Node) telling() bool {
	interrupted := []string{"register/name", "register/sending", "login/password", "evidence/front_check", "evidence/submitting",
		"review/looking", "review/decided"}
	if len(n.C.Frames) != 3 {
		return len(n.C.Frames) < 3
	}
	finds := func(f flows.Frame) bool { return f.Flow == "recover" || f.Flow == "username" }
	below, top := n.C.Frames[1], n.C.Frames[2]
	if below.Flow == "reclaim" && below.State == "uses" { // whoever comes back from there is warned
		return top.Flow == "login" && top.State == "phone"
	}
	return slices.Contains(interrupted, below.Flow+"/"+string(below.State)) && !finds(top) && (!finds(below) || top.Flow == "language")
}

// Crawl says every input in every place that can be reached, tells see of each, and returns one node of every place.
func Crawl(b flows.Book, see func(before, after Node, in flows.Input, d flows.Decision, err error)) []Node {
	todo, places := []Node{{}}, map[string]bool{}
	for i := 0; i < len(todo); i++ {
		n := todo[i]
		for _, in := range n.Inputs() {
			next, d, err := n.Step(b, in)
			see(n, next, in, d, err)
			if err != nil {
				continue
			}
			if p := next.Place(); !places[p] && next.telling() {
				places[p] = true
				todo = append(todo, next)
			}
		}
	}
	return todo[1:]
}

// Kind names an input for a person who reads of it.
func Kind(in flows.Input) string {
	switch {
	case in.Kind == flows.Command:
		return "/" + in.Word
	case in.Kind == flows.Picture && in.Picture.Document:
		return "document"
	case in.Kind == flows.Tap && in.Frame == 9999:
		return "stale button"
	case in.Kind == flows.Tap && in.Frame < 0:
		return "forged button"
	case in.Kind == flows.Answered:
		return strings.TrimPrefix(fmt.Sprintf("%T", in.Answer), "flows.")
	case in.Kind == flows.Tap:
		return "[" + in.Act + "]"
	}
	return string(in.Kind)
}
