package erase_test

import (
	"strings"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/flows/erase"
	"guiwei/flows/flowtest"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, erase.Flow)
}

// begin asks for the erasure of a logged-in account.
func begin(t *testing.T) *flowtest.Play {
	t.Helper()
	return flowtest.Story(t).LogIn(true).Command("erase").Is("erase/choice").Says("erase.ask")
}

// Rows: P35
func TestAnErasureNeedsThePasswordAndSaysWhenItIsDone(t *testing.T) {
	t.Parallel()
	p := begin(t).Tap("erase_all").Is("erase/password").Type(flowtest.Password)
	asked := flowtest.Asked[flows.LogIn](p)
	if len(asked) != 1 || asked[0].Account == nil || *asked[0].Account != flowtest.Login(true).Account {
		t.Fatalf("asks %+v", asked)
	}
	if n := len(flowtest.Asked[flows.Delete](p)); n != 1 {
		t.Error("the password stays in the chat")
	}
	p.Answer(flows.LoggedIn{Outcome: flows.Wrong, Left: 3}).Is("erase/password").Says("login.wrong")
	if n := len(flowtest.Asked[flows.AskErasure](p)); n != 0 {
		t.Fatal("erased without the password")
	}
	p.Type(flowtest.Password).Answer(flows.LoggedIn{Outcome: flows.OK, Login: flowtest.Login(true)}).Is("erase/asking")
	p.Answer(flows.ErasureAsked{Outcome: flows.OK, Until: p.Now.Add(flows.Cooling)}).Is("home/menu").Says("erase.planned")
	if got := p.Note(); !strings.Contains(got, flows.Minute(p.Now.Add(72*time.Hour))) {
		t.Errorf("says %s", got)
	}
}

// Rows: P35
func TestACaseUnderReviewIsInTheWayAndSaysSo(t *testing.T) {
	t.Parallel()
	p := begin(t).Tap("erase_all").Type(flowtest.Password).Answer(flows.LoggedIn{Outcome: flows.OK, Login: flowtest.Login(true)})
	p.Answer(flows.ErasureAsked{Outcome: flows.Open, Case: flowtest.No}).Is("home/menu").Says("erase.open")
}

// Rows: S14
func TestTheConsentToPhotosAloneIsTakenBack(t *testing.T) {
	t.Parallel()
	p := begin(t).Tap("stop_photos").Type(flowtest.Password).Answer(flows.LoggedIn{Outcome: flows.OK, Login: flowtest.Login(true)}).Is("erase/stopping")
	gave := flowtest.Asked[flows.GiveConsent](p)
	if len(gave) != 1 || !gave[0].Withdraw || strings.Join(gave[0].Kinds, "") != flows.ConsentPhoto {
		t.Fatalf("asks %+v", gave)
	}
	p.Answer(flows.Consented{Outcome: flows.OK, Case: flowtest.No}).Is("home/menu").Says("erase.stopped_case")
}

// Rows: P35
func TestAnErasedAccountIsLoggedOutOfItsChatsOnly(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).LogIn(true).Put(flows.Input{Kind: flows.Called, Act: flows.Erased, Subject: "another", Text: "E-1"})
	if p.C.Login == nil {
		t.Error("another account's erasure logs out")
	}
	p.Put(flows.Input{Kind: flows.Called, Act: flows.Erased, Subject: flowtest.Login(true).Account.ID, Text: "E-1"}).Is("home/menu").Says("erase.done")
	if p.C.Login != nil || !strings.Contains(p.Note(), "E-1") {
		t.Errorf("login %v, says %s", p.C.Login, p.Note())
	}
}
