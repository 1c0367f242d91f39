package login_test

import (
	"strings"
	"testing"

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
	if len(asked) != 1 || asked[0] != (flows.LogIn{Phone: "+8615012341234", Plain: flowtest.Password}) || len(gone) != 1 {
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
	p.Sticker().Is("login/password").Says("kit.unexpected").Tap("other_phone").Is("login/phone")
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
