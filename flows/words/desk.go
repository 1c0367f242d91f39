package words

import (
	"cmp"
	"strconv"
	"strings"

	"guiwei/flows"
)

// asked turns a command, or a button under a list, into a question to the desk. The conversation under way stays as it is.
func asked(c flows.Conversation, in flows.Input, word string) (flows.Verdict, bool) {
	q := flows.AskDesk{Word: word, Text: strings.TrimSpace(in.Text), Chat: cmp.Or(in.Group, in.Chat), Thread: in.Thread}
	if in.Group == 0 {
		q.Lang = c.Language
	}
	turned, over := strings.CutPrefix(word, "desk_")
	switch {
	case over && in.Kind == flows.Tap && (turned == "queue" || turned == "mine" || turned == "overdue"):
		page, err := strconv.Atoi(in.Subject)
		if err != nil || page < 0 {
			return flows.Verdict{}, false
		}
		q.Word, q.Page, q.Message = turned, page, in.Message
		return flows.Silent(q), true
	case !in.AsksDesk():
		return flows.Verdict{}, false
	case in.Anonymous:
		return flows.Silent(flows.Tell{Chat: in.Group, Thread: in.Thread, Phrase: flows.Say("bind.anonymous")}), true
	}
	return flows.Silent(q), true
}
