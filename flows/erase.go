package flows

import (
	"regexp"
	"strings"
)

// idNumber is what looks like one (GB 11643: 18 characters, 15 before 1999), wherever it is typed.
var idNumber = regexp.MustCompile(`^(\d{17}[\dXx]|\d{15})$`)

func idNumbered(in Input) bool { return idNumber.MatchString(strings.ReplaceAll(in.Text, " ", "")) }

// typedAlone says whether an input is a text that the bot alone reads.
func typedAlone(in Input) bool { return (in.Kind == Text || in.Kind == Edited) && in.Group == 0 }

// erase takes what was typed at a secret step out of the chat, whatever comes of it, and an ID number at any.
func (t *turn) erase(r run) {
	if typedAlone(t.in) && (r.step().secret || idNumbered(t.in)) {
		t.effects = append(t.effects, Delete{Message: t.in.Message, Lang: t.c.Language})
	}
}

// Erases says whether what was typed leaves the chat at once, as far as a version can tell that may not know the frame yet.
func (b Book) Erases(c Conversation, in Input) bool {
	top := c.Top()
	if top == nil {
		return false
	}
	f, known := b.flows[top.Flow]
	return typedAlone(in) && (known && f.secret(top.State) || idNumbered(in))
}
