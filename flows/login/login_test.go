package login_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/login"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, login.Flow)
}

func password(t *testing.T) *flowtest.Play {
	t.Helper()
	return flowtest.Story(t).Tap("login").Is("login/phone").Type("12345").Is("login/phone").Type(flowtest.Phone).Is("login/password")
}

// Rows: S25
func TestAPendingAccountIsLedToItsEvidence(t *testing.T) {
	t.Parallel()
	p := password(t).Type(flowtest.Password)
	asked, gone := flowtest.Asked[flows.LogIn](p), flowtest.Asked[flows.Delete](p)
	if len(asked) != 1 || asked[0].Phone != "+8615012341234" || asked[0].Plain != flowtest.Password || len(gone) != 1 {
		t.Errorf("asked %+v, deleted %+v", asked, gone)
	}
	if strings.Contains(p.Draft(), flowtest.Password) {
		t.Errorf("draft %s", p.Draft())
	}
	p.Answer(flows.LoggedIn{Outcome: flows.OK, Login: flowtest.Login(false)}).Is("evidence/loading")
	p.Answer(flowtest.Standing(false)).Tap("back").Is("home/menu").Says("home.unproven")
	if _, ok := p.Button("record"); ok {
		t.Error("the record is offered before an approval")
	}
}

func TestAnApprovedAccountIsInAtOnce(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).LogIn(true).Is("home/menu")
	if got := p.Note() + " " + p.Ask(); got != "login.done(user=150****1234) home.member(user=150****1234)" {
		t.Errorf("says %s", got)
	}
}

func TestWrongAndBlockedLoginsStay(t *testing.T) {
	t.Parallel()
	p := password(t).Type("wrong")
	if got := p.Answer(flows.LoggedIn{Outcome: flows.Wrong, Left: 2}).Is("login/password").Note(); got != "login.wrong(n=2)" {
		t.Errorf("says %s", got)
	}
	p.Type("wrong")
	if got := p.Answer(flows.LoggedIn{Outcome: flows.Blocked, Until: p.Now}).Is("login/password").Note(); got != "login.blocked(until=11-23 12:00)" {
		t.Errorf("says %s", got)
	}
	p.Type("right").Answer(flows.LoggedIn{Outcome: flows.Failed}).Is("login/password").Says("kit.failed")
	p.Sticker().Is("login/password").Says("kit.unexpected").Tap("other_account").Is("login/phone")
	password(t).Tap("back").Is("login/phone").Tap("back").Is("home/menu")
	if p.C.Login != nil {
		t.Errorf("login %+v", p.C.Login)
	}
}

func TestAFrozenAccountIsNotCalledAFaultOfOurs(t *testing.T) {
	t.Parallel()
	p := password(t).Type("right").Answer(flows.LoggedIn{Outcome: flows.Ended}).Is("login/password")
	if p.Note() == "kit.failed" {
		t.Error("whoever's account is frozen is told to try again later")
	}
}

func TestAWrongPasswordIsToldAfterAnInterruption(t *testing.T) {
	t.Parallel()
	p := password(t).Type("wrong").Command("language").Is("language/choice")
	flowtest.Reply[flows.LogIn](p, flows.LoggedIn{Outcome: flows.Wrong, Left: 2}).Is("language/choice")
	p.Tap("back").Is("login/password").Says("login.wrong")
}

func TestALoginUnderAnInterruptionLeavesItAlone(t *testing.T) {
	t.Parallel()
	p := password(t).Type("right").Command("language").Is("language/choice")
	flowtest.Reply[flows.LogIn](p, flows.LoggedIn{Outcome: flows.OK, Proofed: true, Login: flowtest.Login(true)})
	if p.C.Login == nil || p.At() != "language/choice" {
		t.Errorf("at %s, login %+v", p.At(), p.C.Login)
	}
}

func TestWhatTheLoginWasForGoesOnAfterIt(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Tap("status").Is("login/phone").Says("login.first").Type(flowtest.Phone).Type("right")
	p.Answer(flows.LoggedIn{Outcome: flows.OK, Proofed: true, Login: flowtest.Login(true)})
	if p.At() != "status/loading" {
		t.Errorf("asked for the status, logged in, and is at %s", p.At())
	}
}

// Rows: S25
func TestPhoneIDNumberOrEmailLeadToOnePasswordAndLeaveTheChat(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]struct {
		handle flows.Handle
		user   string
	}{
		flowtest.Phone: {flows.Handle{Phone: "+86" + flowtest.Phone}, "150****1234"},
		flowtest.ID:    {flows.Handle{Documents: []flows.Document{{Family: "resident", Number: flowtest.ID}}}, "990101********0014"},
		"E12345678": {flows.Handle{Documents: []flows.Document{{Family: "passport", Number: "E12345678"}, {Family: "other", Number: "E12345678"}}},
			"E******78"},
		"zhou@qq.com": {flows.Handle{Email: "zhou@qq.com"}, "z***@qq.com"},
	} {
		p := flowtest.Story(t).Tap("login").Is("login/phone").Type(typed).Is("login/password")
		if gone := flowtest.Asked[flows.Delete](p); len(gone) != 1 {
			t.Errorf("%d of what was typed leaves the chat", len(gone))
		}
		if got := p.Ask(); got != "login.password.ask(user="+want.user+")" {
			t.Errorf("asks %s", got)
		}
		asked := flowtest.Asked[flows.LogIn](p.Type("qingshan"))
		if diff := cmp.Diff([]flows.LogIn{{Handle: want.handle, Plain: "qingshan"}}, asked); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

// Rows: S44
func TestWhoeverTheChatKnowsTypesThePasswordAlone(t *testing.T) {
	t.Parallel()
	ref := flowtest.Login(true).Account
	for name, p := range map[string]*flowtest.Play{
		"registered":  flowtest.Story(t).Walk("register/registering").Answer(flows.Registered{Outcome: flows.OK, Account: ref}),
		"approved":    flowtest.Story(t).LogIn(true).Command("login"),
		"ended":       flowtest.Story(t).LogIn(true).Tap("record").Answer(flows.RecordsRead{Outcome: flows.Ended}),
		"status":      flowtest.Story(t).LogIn(true).Tap("status").Answer(flows.Standing{Current: 9}),
		"reregisters": flowtest.Story(t).Walk("reclaim/registering").Answer(flows.Registered{Outcome: flows.OK, Account: ref, State: flows.AccountPending}),
	} {
		p.Is("login/password").Says("login.password.ask")
		asked := flowtest.Asked[flows.LogIn](p.Type(flowtest.Password))
		if diff := cmp.Diff([]flows.LogIn{{Handle: flows.Handle{Account: &ref}, Plain: flowtest.Password}}, asked); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		p.Tap("other_account").Is("login/phone").Type("13812345678").Is("login/password")
		if asked := flowtest.Asked[flows.LogIn](p.Type("x")); asked[0].Account != nil || asked[0].Phone != "+8613812345678" {
			t.Errorf("%s: asked %+v", name, asked)
		}
	}
}

func TestALoginThatEndedLeadsBackToWhatWasWanted(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).LogIn(true).Tap("record").Answer(flows.RecordsRead{Outcome: flows.Ended}).Is("login/password").Type(flowtest.Password)
	p.Answer(flows.LoggedIn{Outcome: flows.OK, Proofed: true, Login: flowtest.Login(true)}).Is("record/loading")
}
