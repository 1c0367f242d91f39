package flows_test

import (
	"time"

	"guiwei/flows"
	"guiwei/flows/flowtest"
)

// What the crawl and the fuzz test say to a conversation: every kind of input, and every answer that an effect may have.

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// commands are all known words, and one that is not.
var commands = []string{"start", "help", "cancel", "back", "later", "keep", "language", "register", "login", "status", "evidence",
	"record", "logout", "whoami", "review", "invite", "claim", "grant", "nonsense"}

// typed are texts that are the right answer somewhere, and ones that are nowhere.
var typed = []string{flowtest.Phone, "123456", flowtest.Password, flowtest.Name, flowtest.ID, "zhou@qq.con", "确认", "啥？", ""}

func file(name string, document bool) *flows.File {
	f := flowtest.File(name)
	f.Document = document
	return &f
}

// people are the inputs of a person that any state may meet.
func people() []flows.Input {
	list := []flows.Input{
		{Kind: flows.Picture, Picture: file("a", false)}, {Kind: flows.Picture, Picture: file("b", true)},
		{Kind: flows.Contact, Contact: &flows.Phone{Number: "8615012341234", Own: true}}, {Kind: flows.Contact, Contact: &flows.Phone{Number: "1"}},
		{Kind: flows.Other}, {Kind: flows.Edited, Text: "改过的"},
		{Kind: flows.Tap, Act: "back", Frame: 9999, Turn: 1, Query: "q"}, // of a frame that is no more
		{Kind: flows.Tap, Frame: -1, Query: "q"},                         // forged
		{Kind: flows.Tap, Act: "claim", Subject: flowtest.No, Group: -100, Sender: "李老师", Query: "q"},
		{Kind: flows.Tap, Act: "grant", Subject: "7", Query: "q"},
		{Kind: flows.Tap, Act: "unheard", Query: "q"},
	}
	for _, text := range typed {
		list = append(list, flows.Input{Kind: flows.Text, Text: text, Digest: digest(text)})
	}
	for _, word := range commands {
		list = append(list, flows.Input{Kind: flows.Command, Word: word})
	}
	return list
}

func digest(text string) string {
	if text == "123456" {
		return text
	}
	return ""
}

// answers are all that an effect may find.
func answers(e flows.Effect) []flows.Answer {
	proofed, used, frozen := flowtest.Standing(true), flowtest.Standing(false), flowtest.Standing(false)
	used.Quota, used.Old = flows.Quota{Today: 3, Total: 3}, []flows.OldAccount{{Uses: []string{"image", "record", "conscription"}}}
	frozen.Current = 2
	under, waits, spent, uses := flowtest.Standing(false), flowtest.Standing(false), flowtest.Standing(false), flowtest.Standing(false)
	under.Open, under.Due = &flows.LogRow{Case: flowtest.No, At: noon, State: flows.CaseQueued}, flowtest.Due()
	under.Log = []flows.LogRow{*under.Open, {Case: "203-16", At: noon, State: flows.CaseRefused, Reasons: flows.Reasons}, {Case: "1-1", At: noon, State: flows.CaseApproved}}
	waits.Waiting, spent.Quota.Total, uses.Old = true, 5, used.Old
	switch e := e.(type) {
	case flows.SendCode:
		return list(flows.CodeSent{Outcome: flows.OK, Digest: "123456"}, flows.CodeSent{Outcome: flows.Blocked, Until: noon}, flows.CodeSent{Outcome: flows.Failed})
	case flows.Hash:
		return list(flows.Hashed{PHC: "h", Like: -1}, flows.Hashed{PHC: "h", Like: 0})
	case flows.Register:
		return list(flows.Registered{Outcome: flows.OK, State: flows.AccountActive}, flows.Registered{Outcome: flows.Taken},
			flows.Registered{Outcome: flows.Full}, flows.Registered{Outcome: flows.Queued}, flows.Registered{Outcome: flows.Failed})
	case flows.LookUp:
		return list(flowtest.Standing(false), proofed, used, frozen, under, waits, spent, uses)
	case flows.Examine:
		return list(flowtest.Seen(e.Side, e.Side), flowtest.Seen(e.Side, "same"),
			flows.Examined{Side: e.Side, Verdict: "reject", Reasons: []string{"unsupported_type"}, Kind: "heic"})
	case flows.Submit:
		return list(flows.Submitted{Outcome: flows.OK, No: flowtest.No, Deadline: flowtest.Due()}, flows.Submitted{Outcome: flows.DayUsed, Quota: used.Quota},
			flows.Submitted{Outcome: flows.AllUsed, Quota: spent.Quota}, flows.Submitted{Outcome: flows.Failed},
			flows.Submitted{Outcome: flows.Open, No: flowtest.No, Deadline: flowtest.Due()}, flows.Submitted{Outcome: flows.Ended})
	case flows.LogIn:
		return list(flows.LoggedIn{Outcome: flows.OK, Login: flowtest.Login(false)}, flows.LoggedIn{Outcome: flows.OK, Login: flowtest.Login(true), Proofed: true},
			flows.LoggedIn{Outcome: flows.Wrong, Left: 2}, flows.LoggedIn{Outcome: flows.Blocked, Until: noon}, flows.LoggedIn{Outcome: flows.Ended})
	case flows.ReadRecords:
		return list(flows.RecordsRead{Outcome: flows.OK, Records: []flows.Record{{Level: "本科", School: "某大学"}, {}}}, flows.RecordsRead{Outcome: flows.OK},
			flows.RecordsRead{Outcome: flows.Refused}, flows.RecordsRead{Outcome: flows.Ended})
	case flows.MoveCase:
		return moves(e)
	case flows.AskRole, flows.GrantRole:
		return list(flows.RoleAsked{Outcome: flows.OK, Name: "李老师"}, flows.RoleAsked{Outcome: flows.Taken}, flows.RoleAsked{Outcome: flows.Refused})
	case flows.Invite:
		return list(flows.Invited{Outcome: flows.OK, Group: "reviewers", Code: "K7", Link: "l"}, flows.Invited{Outcome: flows.Refused})
	}
	return nil
}

func list(a ...flows.Answer) []flows.Answer { return a }

func moves(e flows.MoveCase) []flows.Answer {
	next := map[flows.Event]flows.CaseState{flows.CaseClaim: flows.CaseClaimed, flows.CaseApprove: flows.CaseApproving,
		flows.CaseRefuse: flows.CaseRefusing, flows.CaseUndo: flows.CaseClaimed, flows.CaseRelease: flows.CaseQueued}[e.Event]
	moved := func(o flows.Outcome, s flows.CaseState) flows.CaseMoved {
		v := flowtest.CaseSeen(s, e.Version+1)
		v.Record = &flows.Record{Name: flowtest.Name, School: "某大学"}
		return flows.CaseMoved{Outcome: o, Event: e.Event, View: v, By: "王老师", Query: e.Query, Until: noon.Add(time.Minute)}
	}
	return list(moved(flows.OK, next), moved(flows.Taken, flows.CaseClaimed), moved(flows.Taken, flows.CaseApproved),
		moved(flows.Stale, flows.CaseClaimed), moved(flows.Refused, flows.CaseQueued))
}

// node is a conversation on its way, with what the engine knows of it.
type node struct {
	c      flows.Conversation
	shown  flows.Show
	asked  []flows.Asked
	timers []flows.Timer
}

// inputs are all that can happen to a node.
func (n node) inputs() []flows.Input {
	all := people()
	for _, row := range n.shown.Buttons {
		for _, b := range row {
			all = append(all, flows.Input{Kind: flows.Tap, Act: b.Act, Frame: b.Frame, Turn: b.Turn, Subject: b.About, Query: "q"})
		}
	}
	for _, a := range n.asked {
		for _, found := range answers(a.Effect.Effect) {
			all = append(all, flows.Input{Kind: flows.Answered, Frame: a.Frame, Turn: a.Turn, Answer: found})
		}
	}
	for _, timer := range n.timers {
		all = append(all, flows.Input{Kind: flows.Waked, Act: timer.Name, Frame: timer.Frame, Turn: timer.Turn})
	}
	return all
}

// step decides one input.
func (n node) step(b flows.Book, in flows.Input) (node, flows.Decision, error) {
	in.Chat, in.At, in.Message = 42, noon, 7
	d, err := b.Decide(n.c, in)
	if err != nil {
		return n, d, err
	}
	next := node{c: d.Conversation, shown: n.shown, timers: d.Timers}
	for _, a := range n.asked {
		if i := d.Conversation.Find(a.Frame); i >= 0 && d.Conversation.Frames[i].Turn == a.Turn {
			next.asked = append(next.asked, a)
		}
	}
	for _, timer := range n.timers {
		if i := d.Conversation.Find(timer.Frame); i >= 0 && d.Conversation.Frames[i].Turn == timer.Turn {
			next.timers = append(next.timers, timer)
		}
	}
	for _, e := range d.Effects {
		switch e := e.(type) {
		case flows.Show:
			next.shown = e
		case flows.Asked:
			next.asked = append(next.asked, e)
		}
	}
	return next, d, nil
}
