package reclaim_test

import (
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/reclaim"
	"guiwei/flows/rules"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, reclaim.Flow(rules.Passphrase))
}

func to(t *testing.T, at string) *flowtest.Play {
	t.Helper()
	return flowtest.Story(t).Walk("reclaim/" + at)
}

// Rows: S19
func TestTheWarningNeedsATapOfItsOwnBeforeTheWays(t *testing.T) {
	t.Parallel()
	p := to(t, "warning")
	if got := p.Ask(); got != "reclaim.warning.ask(id=990101********0014)" {
		t.Errorf("asks %s", got)
	}
	p.Type("好").Is("reclaim/warning").Says("kit.unexpected")
	if _, ok := p.Button("reclaim"); ok {
		t.Error("the ways are offered beside the warning")
	}
	p.Tap("understood").Is("reclaim/ways").Tap("back").Is("reclaim/warning")
}

// Rows: S20 S23
func TestOnlyThePasswordIsAskedAgain(t *testing.T) {
	t.Parallel()
	p := to(t, "ways").Type("?").Is("reclaim/ways").Says("kit.unexpected").Tap("reclaim").Is("reclaim/password")
	p.Type(flowtest.Password)
	if gone := flowtest.Asked[flows.Delete](p); len(gone) != 1 {
		t.Error("the password stays in the chat")
	}
	p.Answer(flows.Hashed{PHC: "new", Like: -1}).Is("reclaim/confirm").Type("another").Answer(flows.Hashed{Like: -1})
	p.Is("reclaim/password").Says("password.differs").Type(flowtest.Password).Answer(flows.Hashed{PHC: "newer", Like: -1})
	p.Type(flowtest.Password).Answer(flows.Hashed{Like: 0}).Is("reclaim/submit")
	if got := p.Ask(); got != "reclaim.submit.ask(phone=150****1234 name=林** id=990101********0014)" {
		t.Errorf("asks %s", got)
	}
	p.Tap("back").Is("reclaim/password").Type("990101200603150014").Is("reclaim/password")
}

// Rows: S24
func TestASecondRegistrationIsAClaim(t *testing.T) {
	t.Parallel()
	p := to(t, "submit")
	b, _ := p.Button("submit")
	asked := flowtest.Asked[flows.Register](p.TapOn(b))
	if len(asked) != 1 || !asked[0].Reclaim {
		t.Fatalf("asked %+v", asked)
	}
	a := asked[0].Applicant
	if a.Phone != "+8615012341234" || a.Name != flowtest.Name || a.IDNumber != flowtest.ID || len(a.Answers) != 3 || a.Consent == nil || a.Password != "h3" {
		t.Errorf("of what was told before, this is left: %+v", a)
	}
	if n := len(flowtest.Asked[flows.Register](p.TapOn(b))); n != 0 {
		t.Errorf("a double tap registers %d times more", n)
	}
	p.Type("?").Is("reclaim/registering").Answer(flows.Registered{Outcome: flows.OK, State: flows.AccountPending}).Is("login/password")
	if got := p.Note() + " " + p.Ask(); got != "reclaim.done(phone=150****1234) login.password.ask(user=150****1234)" {
		t.Errorf("says %s", got)
	}
}

func TestAClaimThatFailsCanBeSentAgain(t *testing.T) {
	t.Parallel()
	to(t, "registering").Answer(flows.Registered{Outcome: flows.Failed}).Is("reclaim/submit").Says("kit.failed").Tap("submit").Is("reclaim/registering")
	to(t, "registering").Answer(flows.Registered{Outcome: flows.Limited}).Is("reclaim/submit").Says("limits.numbers")
	p := to(t, "registering").Answer(flows.Registered{Outcome: flows.Full}).Is("register/phone").Says("register.phone_full")
	if !strings.Contains(p.Draft(), flowtest.ID) || strings.Contains(p.Draft(), flowtest.Phone) {
		t.Errorf("draft %s", p.Draft())
	}
}

func TestAClaimThatIsUnderReviewIsSaidToBe(t *testing.T) {
	t.Parallel()
	p := to(t, "registering").Answer(flows.Registered{Outcome: flows.Queued})
	if p.At() == "reclaim/submit" || strings.HasPrefix(p.Note(), "kit.failed") {
		t.Errorf("at %s, says %s", p.At(), p.Note())
	}
}

// Rows: S21
func TestWhoUsedTheOldAccountLogsInOrIsWarned(t *testing.T) {
	t.Parallel()
	for _, use := range []string{"use.image", "use.record", "use.conscription"} {
		p := to(t, "ways").Tap("login_old").Is("reclaim/uses").Type("?").Is("reclaim/uses").Tap(use).Is("login/phone").Tap("back").Is("reclaim/uses")
		p.Tap("reclaim").Is("reclaim/sure").Tap("back").Is("reclaim/ways").Tap("login_old").Is("reclaim/uses")
		p.Tap("back").Is("reclaim/ways").Tap("reclaim").Is("reclaim/sure")
		if got := p.Ask(); got != "reclaim.sure.ask(use="+use+")" {
			t.Errorf("asks %s", got)
		}
		p.Type("?").Is("reclaim/sure").Tap("understood").Is("reclaim/password")
	}
	to(t, "ways").Tap("login_old").Tap("use.image").Tap("back").Tap("used_none").Is("reclaim/ways").Tap("reclaim").Is("reclaim/password")
}

// Rows: S22
func TestOnlyTheWaysOfTheOldAccountAreOfferedMasked(t *testing.T) {
	t.Parallel()
	p := to(t, "ways").Tap("find_old").Is("reclaim/finding")
	asked := flowtest.Asked[flows.FindWays](p)
	if len(asked) != 1 || len(asked[0].Documents) != 1 || asked[0].Documents[0] != (flows.Document{Family: "resident", Number: flowtest.ID}) {
		t.Errorf("asked %+v", asked)
	}
	p.Answer(flows.WaysFound{Ways: []flows.FoundWay{{Way: flows.BySMS, Shown: "138****1234"}}}).Is("reclaim/found")
	if _, mail := p.Button("old_mail"); mail {
		t.Error("a way that the account has not is offered")
	}
	p.Tap("find_username").Is("username/name").Tap("back").Is("reclaim/found").Tap("old_sms").Is("recover/sending")
	sent := flowtest.Asked[flows.SendProof](p)
	if len(sent) != 1 || sent[0].Way != flows.BySMS || sent[0].Documents[0].Number != flowtest.ID {
		t.Errorf("sent %+v", sent)
	}
	p.Answer(flows.ProofSent{Outcome: flows.OK, Digest: "1"}).Is("recover/code")
	if !strings.Contains(p.Ask(), "138****1234") {
		t.Errorf("asks %s", p.Ask())
	}
	p.Tap("back").Is("recover/way").Tap("back").Tap("back").Is("reclaim/found").Tap("back").Tap("reclaim").Is("reclaim/password")
	to(t, "ways").Tap("find_old").Answer(flows.WaysFound{}).Is("reclaim/found").Says("reclaim.found.nothing").Tap("back").Is("reclaim/ways")
}
