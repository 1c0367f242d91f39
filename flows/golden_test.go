package flows_test

import (
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/flows/flowtest"
)

// The stories as they sound, in keys: what the student says, what the bot says, with which buttons. -update writes them.

func TestTheRegistrationAsItIsTold(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Tap("register").Tap("terms").Tap("agree").Remark("a phone, mistyped at first, of a relative")
	p.Type("12345").Tap("relative").Tap("relation.parent").Type("150 1234 1234")
	p.Answer(flows.CodeSent{Outcome: flows.OK, Digest: "123456"}).Remark("the code: one miss, a new one")
	p.Type("654321").Wake(timer(p, "resend")).Wait(3 * time.Second).Tap("again")
	p.Wake(timer(p, "resend")).Wake(timer(p, "resend")).Wake(timer(p, "resend")).Tap("again")
	p.Answer(flows.CodeSent{Outcome: flows.OK, Digest: "234567"}).Type("234567").Remark("a password that everybody guesses, then two that differ")
	p.Type("123456").Type(flowtest.Password).Answer(flows.Hashed{PHC: "h1", Like: -1}).Type("qingshan-lvshui-43")
	p.Answer(flows.Hashed{Like: -1}).Type(flowtest.Password).Answer(flows.Hashed{PHC: "h2", Like: -1})
	p.Type(flowtest.Password).Answer(flows.Hashed{Like: 0}).Remark("name, ID number with a digit too few, one step back")
	p.Type(flowtest.Name).Type("99010120060315001").Tap("back").Tap("keep").Type(flowtest.ID).Tap("mine").Answer(flows.Hashed{Like: -1})
	p.Remark("e-mail with a slip, an interruption").Type("zhou@qq.con").Command("language").Tap("zh-Hans").Tap("meant")
	for i, answer := range []string{"周雨晴", "林远山", "赵老师"} {
		p.Type(answer).Answer(flows.Hashed{PHC: "a", Like: min(i, 1) - 1})
	}
	p.Remark("the card: the name is mended, another phone is thought of and left again").Tap("edit_name").Type("林").Type("林大树")
	p.Tap("edit_phone").Type("13912341234").Answer(flows.CodeSent{Outcome: flows.OK, Digest: "345678"}).Tap("back").Tap("back")
	p.Remark("the number is taken").Tap("submit").Answer(flows.Registered{Outcome: flows.Taken})
	p.Tap("understood").Tap("reclaim").Type(flowtest.Password).Answer(flows.Hashed{PHC: "h3", Like: -1}).Type(flowtest.Password)
	p.Answer(flows.Hashed{Like: 0}).Tap("submit").Answer(flows.Registered{Outcome: flows.OK, State: flows.AccountPending}).Is("login/password")
	flowtest.Golden(t, "registration.golden", p.Transcript())
}

func TestTheEvidenceAsItIsTold(t *testing.T) {
	t.Parallel()
	s := flowtest.Standing(false)
	s.Old = []flows.OldAccount{{Uses: []string{"image", "record"}}}
	p := flowtest.Story(t).LogIn(false).Answer(s).Remark("a front that is refused, then an album of two")
	p.Photo("a").Answer(flows.Examined{Side: "front", Verdict: "reject", Reasons: []string{"unsupported_type"}, Kind: "heic"})
	p.Photo("a").Photo("b").Answer(flowtest.Seen("front", "a")).Answer(flowtest.Seen("back", "b")).Remark("the front is sent as the back")
	p.Tap("new_back").Photo("a").Answer(flowtest.Seen("back", "a")).Photo("c").Answer(flowtest.Seen("back", "c"))
	p.Type("好").Type("确认").Answer(flows.Submitted{Outcome: flows.OK, No: flowtest.No, Deadline: flowtest.Due(), Quota: flows.Quota{Today: 1, Total: 1}})
	s.Quota, s.Log = flows.Quota{Today: 1, Total: 1}, []flows.LogRow{{Case: flowtest.No, At: p.Now, State: flows.CaseQueued}}
	p.Tap("status").Answer(s)
	flowtest.Golden(t, "evidence.golden", p.Transcript())
}

func TestTheReviewAsItIsTold(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Claim(flowtest.No)
	move := func(e flows.Event, s flows.CaseState, version int) {
		v := flowtest.CaseSeen(s, version)
		v.Record = &flows.Record{Name: flowtest.Name, IDNumber: flowtest.ID, School: "某大学", Class: "物流2401"}
		p.Answer(flows.CaseMoved{Outcome: flows.OK, Event: e, View: v, Query: "claim " + flowtest.No, Until: p.Now.Add(time.Minute)})
	}
	move(flows.CaseClaim, flows.CaseClaimed, 2)
	p.Remark("reasons are ticked, one is taken back").Tap("refuse").Tap("more_reasons").Tap("blurred").Tap("first_reasons").Tap("id_cut").
		Tap("more_reasons").Tap("blurred").Tap("send")
	move(flows.CaseRefuse, flows.CaseRefusing, 3)
	p.Remark("undone, then approved").Wait(10 * time.Second).Tap("undo")
	move(flows.CaseUndo, flows.CaseClaimed, 4)
	p.Tap("approve")
	move(flows.CaseApprove, flows.CaseApproving, 5)
	p.Wake(timer(p, "over"))
	flowtest.Golden(t, "review.golden", p.Transcript())
}

func TestTheRecordAsItIsTold(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).LogIn(true).Tap("record")
	read := flows.RecordsRead{Outcome: flows.OK, Records: []flows.Record{{Name: flowtest.Name, Level: "本科", School: "某大学"}, {Level: "专科", School: "某职业学院"}}}
	p.Answer(read).Tap("open0").Answer(read).Tap("wrong").Tap("back").Answer(read).Tap("right").Tap("logout").Type("谢谢")
	flowtest.Golden(t, "record.golden", p.Transcript())
}

// timer is the full name of the timer that a step called so.
func timer(p *flowtest.Play, called string) string {
	for name := range p.Timers {
		if name == called || len(name) > len(called) && name[:len(called)] == called {
			return name
		}
	}
	return called
}
