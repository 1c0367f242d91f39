package flows

import (
	"slices"
	"strconv"
)

// DeskWords are the commands by which reviewers ask about the cases, in their group and in private.
var DeskWords = []string{"queue", "mine", "case", "find", "overdue", "stats", "topic"}

// AskDesk answers a question about the cases, where it was asked: a list, one case, a search, figures. Only reviewers and
// owners hear anything.
type AskDesk struct {
	Word    string `json:"word"` // of DeskWords
	Text    string `json:"text,omitempty"`
	Page    int    `json:"page,omitempty"`    // of a list, from 0
	Chat    int64  `json:"chat"`              // the reviewers' group, or the asker's own chat
	Thread  int    `json:"thread,omitempty"`  // topic of the group
	Message int    `json:"message,omitempty"` // list that is turned over; 0: a new message
	Lang    string `json:"lang,omitempty"`    // "": the group's
}

// Remind shows how much of a case's term has passed, in percent: on its card, from 80 on to the person who leads the
// reviewers, and at 100 to the student.
type Remind struct {
	No      string `json:"no"`
	Percent int    `json:"percent"`
}

func (AskDesk) effect() {}
func (Remind) effect()  {}

// AsksDesk says whether a command is a question to the desk.
func (in Input) AsksDesk() bool { return in.Kind == Command && slices.Contains(DeskWords, in.Word) }

// Turn makes a button that turns a list of the desk over to a page.
func Turn(word, key string, page int) Button {
	b := About(turnOver+word, strconv.Itoa(page))
	b.Key = key
	return b
}

// turnOver begins the act of such a button.
const turnOver = "desk_"
