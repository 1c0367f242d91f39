package flows

// What a turn says, and in which order its effects go.

// say emits the one message that an input leads to.
func (t *turn) say(r run, note *Phrase, p Prompt, ask *Phrase) {
	s := Show{Lang: t.c.Language, Note: note, Ask: ask, Buttons: p.Buttons, Share: p.Share, Fresh: t.c.Below, Bare: t.c.Shared}
	if r != nil {
		s.Header = r.heading()
	}
	if t.arrived {
		s.Picture = p.Picture
	}
	if s.Picture != "" {
		s.Fresh = true
		t.effects = append(t.effects, Sample{Side: s.Picture, Lang: s.Lang})
	}
	if t.c.Shared && !p.Share {
		s.Fresh = true
		t.effects = append(t.effects, Unshare{Lang: s.Lang})
	}
	s.Marked = t.marked
	s.Fresh = s.Fresh || p.Share || s.Marked != nil
	t.c.Below, t.c.Shared = s.Marked != nil, p.Share // a picture's message does not become one of text
	t.effects = append(t.effects, s)
}

// decision closes the turn: a tap is answered first, secrets leave next, then the rest in order.
func (t *turn) decision() Decision {
	t.keepTerm()
	d := t.log
	d.Conversation, d.Timers = t.c, t.timers
	var taps, deletes, rest []Effect
	for _, e := range t.effects {
		switch e.(type) {
		case AnswerTap:
			taps = append(taps, e)
		case Delete:
			deletes = append(deletes, e)
		default:
			rest = append(rest, e)
		}
	}
	if t.in.Kind == Tap && t.in.Query != "" && len(taps) == 0 && !holdsQuery(rest, t.in.Query) {
		taps = []Effect{AnswerTap{Query: t.in.Query}}
	}
	if t.in.opens() {
		rest = append(rest, CatchUp{Chat: t.in.Chat})
		d.Conversation.Below = true
	}
	d.Effects = append(append(taps, deletes...), rest...)
	return d
}

// holdsQuery says whether an effect will answer the tap itself, with what it found.
func holdsQuery(effects []Effect, query string) bool {
	for _, e := range effects {
		if a, ok := e.(Asked); ok {
			if m, ok := a.Effect.Effect.(MoveCase); ok && m.Query == query {
				return true
			}
		}
	}
	return false
}
