package flowtest

import (
	"time"

	"guiwei/flows"
)

// What the crawl and the fuzz test say to a conversation: every kind of input, and every answer that an effect may have.

// Noon is when everything of a crawl happens: a Monday, in Shanghai.
func Noon() time.Time { return time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) }

// commands are all known words, and one that is not.
func commands() []string {
	return []string{"start", "help", "cancel", "back", "later", "keep", "language", "register", "login", "status", "evidence",
		"record", "export", "erase", "security", "devices", "logout", "forgot", "find_username", "whoami", "review", "invite", "claim", "grant", "nonsense"}
}

// typed are texts that are the right answer somewhere, and ones that are nowhere.
func typed() []string {
	return []string{Phone, "123456", Password, Name, ID, "zhou@qq.con", "确认", "啥？", ""}
}

func photo(name string, document bool) *flows.File {
	f := File(name)
	f.Document = document
	return &f
}

// part is one picture of an album.
func part(name, album string) *flows.File {
	f := File(name)
	f.Album = album
	return &f
}

// people are the inputs of a person that any state may meet.
func people() []flows.Input {
	list := []flows.Input{
		{Kind: flows.Picture, Picture: photo("a", false)}, {Kind: flows.Picture, Picture: photo("b", true)},
		{Kind: flows.Picture, Picture: part("c", "m")}, {Kind: flows.Picture, Picture: part("d", "m")},
		{Kind: flows.Contact, Contact: &flows.Phone{Number: "8615012341234", Own: true}}, {Kind: flows.Contact, Contact: &flows.Phone{Number: "1"}},
		{Kind: flows.Other}, {Kind: flows.Edited, Text: "改过的"},
		{Kind: flows.Tap, Act: "back", Frame: 9999, Turn: 1, Query: "q"}, // of a frame that is no more
		{Kind: flows.Tap, Frame: -1, Query: "q"},                         // forged
		{Kind: flows.Tap, Act: "claim", Subject: No, Group: -100, Sender: "李老师", Query: "q"},
		{Kind: flows.Tap, Act: "grant", Subject: "7", Query: "q"},
		{Kind: flows.Tap, Act: "not_me", Subject: No, Query: "q"},
		{Kind: flows.Tap, Act: "not_my_login", Subject: "a1", Query: "q"},
		{Kind: flows.Tap, Act: "countersign", Subject: No, Group: -100, Query: "q"},
		{Kind: flows.Tap, Act: "unheard", Query: "q"},
		{Kind: flows.Tap, Act: "disown", Subject: "a1", Query: "q"},
		{Kind: flows.Called, Subject: No, Act: "refused"}, {Kind: flows.Called, Subject: No, Act: "approved"},
		{Kind: flows.Called, Subject: "a1", Act: flows.Erased, Text: "E-0"}, {Kind: flows.Called, Subject: "a2", Act: flows.Erased, Text: "E-0"},
	}
	for _, text := range typed() {
		list = append(list, flows.Input{Kind: flows.Text, Text: text, Digest: digest(text)})
	}
	for _, word := range commands() {
		list = append(list, flows.Input{Kind: flows.Command, Word: word})
	}
	list = append(list, flows.Input{Kind: flows.Command, Word: "restore", Text: No + " 本人到校核实"})
	return list
}

func digest(text string) string {
	if text == "123456" {
		return text
	}
	return ""
}

// Answers are all that an effect may find.
func Answers(e flows.Effect) []flows.Answer {
	proofed, used, frozen := Standing(true), Standing(false), Standing(false)
	used.Quota, used.Old = flows.Quota{Today: 3, Total: 3}, []flows.OldAccount{{Uses: []string{"image", "record", "conscription"}}}
	frozen.Current = 2
	under, waits, spent, uses := Standing(false), Standing(false), Standing(false), Standing(false)
	under.Open, under.Due = &flows.LogRow{Case: No, At: Noon(), State: flows.CaseQueued}, Due()
	under.Log = []flows.LogRow{*under.Open, {Case: "203-16", At: Noon(), State: flows.CaseRefused, Reasons: flows.Reasons}, {Case: "1-1", At: Noon(), State: flows.CaseApproved}}
	waits.Waiting, spent.Quota.Total, uses.Old = true, 5, used.Old
	asked := Standing(false)
	asked.Account.Agreed = nil
	switch e := e.(type) {
	case flows.GiveConsent:
		return list(flows.Consented{Outcome: flows.OK}, flows.Consented{Outcome: flows.OK, Case: No})
	case flows.AskErasure:
		return list(flows.ErasureAsked{Outcome: flows.OK, Until: Noon()}, flows.ErasureAsked{Outcome: flows.Open, Case: No})
	case flows.Export:
		return list(flows.Exported{Outcome: flows.OK})
	case flows.SendCode:
		return list(flows.CodeSent{Outcome: flows.OK, Digest: "123456"}, flows.CodeSent{Outcome: flows.Blocked, Until: Noon()}, flows.CodeSent{Outcome: flows.Failed},
			flows.CodeSent{Outcome: flows.Refused}, flows.CodeSent{Outcome: flows.Unsure, Digest: "123456"})
	case flows.Hash:
		return list(flows.Hashed{PHC: "h", Like: -1}, flows.Hashed{PHC: "h", Like: 0})
	case flows.Register:
		return list(flows.Registered{Outcome: flows.OK, State: flows.AccountActive}, flows.Registered{Outcome: flows.Taken},
			flows.Registered{Outcome: flows.Full}, flows.Registered{Outcome: flows.Queued}, flows.Registered{Outcome: flows.Failed})
	case flows.LookUp:
		return list(Standing(false), proofed, used, frozen, under, waits, spent, uses, asked)
	case flows.Examine:
		return list(Seen(e.Side, e.Side), Seen(e.Side, "same"), Warned(e.Side, e.Side, "glare"),
			flows.Examined{Side: e.Side, Verdict: "reject", Reasons: []string{"unsupported_type"}, Kind: "heic"},
			flows.Examined{Side: e.Side, Verdict: "reject", Reasons: []string{"blur"}, Marks: []flows.Mark{{Reason: "blur"}}})
	case flows.Rehearse:
		return list(Seen("", "a"), flows.Examined{Verdict: "warn", Reasons: []string{"glare"}, Marks: []flows.Mark{{Reason: "glare"}}},
			flows.Examined{Verdict: "reject", Reasons: []string{"blur"}})
	case flows.Await:
		return list(flows.CaseOver{})
	case flows.Submit:
		return list(flows.Submitted{Outcome: flows.OK, No: No, Deadline: Due()}, flows.Submitted{Outcome: flows.DayUsed, Quota: used.Quota},
			flows.Submitted{Outcome: flows.AllUsed, Quota: spent.Quota}, flows.Submitted{Outcome: flows.Failed},
			flows.Submitted{Outcome: flows.Open, No: No, Deadline: Due()}, flows.Submitted{Outcome: flows.Ended})
	case flows.LogIn, flows.SetPassword, flows.ChangePhone, flows.ListDevices, flows.EndDevices, flows.ReadRecords:
		return logins(e)
	case flows.SendProof, flows.OpenProof, flows.CheckAnswer, flows.ChangePassword, flows.FindUsername, flows.FindWays:
		return recoveries(e)
	case flows.MoveCase:
		return moves(e)
	case flows.Object:
		return list(flows.Objected{Outcome: flows.OK, No: No}, flows.Objected{Outcome: flows.TooLate}, flows.Objected{Outcome: flows.Before},
			flows.Objected{Outcome: flows.Refused})
	case flows.ReadFrozen:
		one := flows.Restorable{Account: "a", User: "139****1111", Until: Noon()}
		return list(flows.Frozen{Outcome: flows.OK, List: []flows.Restorable{one}}, flows.Frozen{Outcome: flows.OK}, flows.Frozen{Outcome: flows.Refused})
	case flows.GiveOrder, flows.Countersign:
		return list(flows.Ordered{Outcome: flows.OK}, flows.Ordered{Outcome: flows.Refused}, flows.Ordered{Outcome: flows.Before},
			flows.Ordered{Outcome: flows.TooLate}, flows.Ordered{Outcome: flows.Open})
	case flows.AskRole, flows.GrantRole:
		return list(flows.RoleAsked{Outcome: flows.OK, Name: "李老师"}, flows.RoleAsked{Outcome: flows.Taken}, flows.RoleAsked{Outcome: flows.Refused})
	case flows.Invite:
		return list(flows.Invited{Outcome: flows.OK, Group: "reviewers", Code: "K7", Link: "l"}, flows.Invited{Outcome: flows.Refused})
	}
	return nil
}

// logins are the answers to what an account does, and what is done while it is logged in.
func logins(e flows.Effect) []flows.Answer {
	switch e.(type) {
	case flows.LogIn:
		return list(flows.LoggedIn{Outcome: flows.OK, Login: Login(false)}, flows.LoggedIn{Outcome: flows.OK, Login: Login(true), Proofed: true},
			flows.LoggedIn{Outcome: flows.Wrong, Left: 2}, flows.LoggedIn{Outcome: flows.Blocked, Until: Noon()}, flows.LoggedIn{Outcome: flows.Ended}, flows.LoggedIn{Outcome: flows.Ended, Case: No})
	case flows.SetPassword:
		return list(flows.Changed{Outcome: flows.OK, Generation: 2}, flows.Changed{Outcome: flows.Ended})
	case flows.ChangePhone:
		return list(flows.Changed{Outcome: flows.OK, Generation: 1}, flows.Changed{Outcome: flows.Full}, flows.Changed{Outcome: flows.Ended})
	case flows.ListDevices:
		return list(Devices(1, 2), Devices(1), flows.DevicesListed{Outcome: flows.Ended})
	case flows.EndDevices:
		left := Devices(1)
		left.Out, left.Login.Generation = 1, 2
		return list(left, Devices(1), flows.DevicesListed{Outcome: flows.Ended})
	case flows.ReadRecords:
		return list(flows.RecordsRead{Outcome: flows.OK, Records: []flows.Record{{Level: "本科", School: "某大学"}, {}}}, flows.RecordsRead{Outcome: flows.OK},
			flows.RecordsRead{Outcome: flows.Refused}, flows.RecordsRead{Outcome: flows.Ended})
	}
	return nil
}

func list(a ...flows.Answer) []flows.Answer { return a }

func moves(e flows.MoveCase) []flows.Answer {
	next := map[flows.Event]flows.CaseState{flows.CaseClaim: flows.CaseClaimed, flows.CaseApprove: flows.CaseApproving,
		flows.CaseRefuse: flows.CaseRefusing, flows.CaseUndo: flows.CaseClaimed, flows.CaseRelease: flows.CaseQueued}[e.Event]
	moved := func(o flows.Outcome, s flows.CaseState) flows.CaseMoved {
		v := CaseSeen(s, e.Version+1)
		v.Record = &flows.Record{Name: Name, School: "某大学"}
		return flows.CaseMoved{Outcome: o, Event: e.Event, View: v, By: "王老师", Query: e.Query, Until: Noon().Add(time.Minute)}
	}
	return list(moved(flows.OK, next), moved(flows.Taken, flows.CaseClaimed), moved(flows.Taken, flows.CaseApproved),
		moved(flows.Stale, flows.CaseClaimed), moved(flows.Refused, flows.CaseQueued), moved(flows.Before, flows.CaseQueued),
		moved(flows.Capped, flows.CaseQueued), moved(flows.Unseen, flows.CaseClaimed))
}
