package register_test

import (
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/flows/flowtest"
)

// Rows: S3 U6
func TestANewCodeIsFreeAfterAMinute(t *testing.T) {
	t.Parallel()
	p := to(t, "code")
	button := func(want string) {
		t.Helper()
		again, _ := p.Button("again")
		if got := flowtest.Words(again.Label()); got != want {
			t.Errorf("button %s, want %s", got, want)
		}
	}
	button("button.again_in(seconds=60)")
	p.Wake("resend").Is("register/code")
	button("button.again_in(seconds=45)")
	p.Wait(3 * time.Second).Tap("again").Is("register/code")
	if got := p.Note(); got != "register.code.patience(seconds=42)" {
		t.Errorf("says %s", got)
	}
	button("button.again_in(seconds=42)")
	for _, left := range []string{"30", "15"} {
		if p.Wake("resend").Is("register/code"); p.Shown.Fresh {
			t.Error("the countdown is a new message")
		}
		button("button.again_in(seconds=" + left + ")")
	}
	p.Wake("resend").Is("register/code")
	button("button.again")
	if counting(p) {
		t.Errorf("still counting: %v", p.Timers)
	}
	p.Tap("again").Is("register/sending")
	if n := len(flowtest.Asked[flows.SendCode](p)); n != 1 {
		t.Errorf("sends %d codes", n)
	}
}

// Rows: U6
func TestWhomTwoCodesDidNotReachIsOfferedAnotherWay(t *testing.T) {
	t.Parallel()
	p := to(t, "code").Says("register.code.ask")
	p = codeAgain(p).Says("register.code.ask_again")
	own := flows.Input{Kind: flows.Contact, Contact: &flows.Phone{Number: "8615012341234", Own: true}}
	p.Put(own).Is("register/password").Says("register.phone.shared")
	p = codeAgain(to(t, "code")).Tap("other_phone").Type("13912341234").Answer(flows.CodeSent{Outcome: flows.OK, Digest: "2"})
	p.Is("register/code").Says("register.code.ask")
}

// counting says whether a countdown is under way.
func counting(p *flowtest.Play) bool {
	_, set := p.Timers["resend"]
	return set
}

// codeAgain waits for the countdown to end and gets a new code.
func codeAgain(p *flowtest.Play) *flowtest.Play {
	for counting(p) {
		p.Wake("resend")
	}
	return p.Tap("again").Answer(flows.CodeSent{Outcome: flows.OK, Digest: "654321"})
}

// Rows: S3 T12
func TestFiveWrongCodesNeedANewOne(t *testing.T) {
	t.Parallel()
	p := to(t, "code")
	for _, left := range []string{"4", "3", "2", "1"} {
		if got := p.Type("000000").Note(); got != "register.code.wrong(n="+left+" minutes=10)" {
			t.Errorf("says %s", got)
		}
	}
	p.Type("000000").Says("register.code.used_up").Type("123456").Is("register/code").Says("register.code.used_up")
	p.Wake("resend").Is("register/code").Says("register.code.used_up") // the countdown takes nothing away
	codeAgain(p).Type("123456")
	if got := p.Is("register/code").Note(); got != "register.code.wrong(n=4 minutes=10)" {
		t.Errorf("says %s", got)
	}
	p.Type("654321").Is("register/password").Says("register.code.right")
}

func TestTextWithoutSixDigitsIsNoTry(t *testing.T) {
	t.Parallel()
	p := to(t, "code")
	for range 7 {
		p.Put(flows.Input{Kind: flows.Text, Text: "12345"}).Is("register/code").Says("register.code.not_six")
	}
	p.Type("123456").Is("register/password")
}

// Rows: S4
func TestACodeDiesAfterTenMinutes(t *testing.T) {
	t.Parallel()
	p := to(t, "code").Wait(9*time.Minute + 30*time.Second)
	if got := p.Type("000000").Note(); got != "register.code.wrong(n=4 minutes=1)" {
		t.Errorf("half a minute before the end: %s", got)
	}
	to(t, "code").Wait(10*time.Minute - time.Millisecond).Type("123456").Is("register/password")
	to(t, "code").Wait(10 * time.Minute).Type("123456").Is("register/code").Says("register.code.expired")
}

func TestAnotherPhoneNeedsAnotherCode(t *testing.T) {
	t.Parallel()
	p := to(t, "code").Tap("other_phone").Is("register/phone")
	if _, ok := p.Button("keep"); ok {
		t.Error("the number that is to be changed is offered")
	}
	p.Type("13912341234").Is("register/sending")
	if asked := flowtest.Asked[flows.SendCode](p); len(asked) != 1 || asked[0].Phone != "+8613912341234" {
		t.Errorf("asked %+v", asked)
	}
	p.Answer(flows.CodeSent{Outcome: flows.OK, Digest: "2"}).Type("123456").Is("register/code")
}

func TestTheMinuteCannotBeSkippedByGoingBack(t *testing.T) {
	t.Parallel()
	p := to(t, "code").Tap("back").Is("register/phone").Says("kit.was").Tap("keep")
	if n := len(flowtest.Asked[flows.SendCode](p)); n != 0 {
		t.Error("a second code is sent at once")
	}
	p.Is("register/code").Type("123456").Is("register/password")
	p = to(t, "code").Tap("back").Type(flowtest.Phone)
	if n := len(flowtest.Asked[flows.SendCode](p)); n != 0 {
		t.Error("typing the same number again sends a second code at once")
	}
}

func TestAProvenPhoneThatIsKeptNeedsNoCode(t *testing.T) {
	t.Parallel()
	p := to(t, "password").Tap("back").Is("register/phone").Tap("keep")
	if n := len(flowtest.Asked[flows.SendCode](p)); n != 0 {
		t.Error("a phone that was proven gets another code")
	}
}

func TestTheTimerOfALeftStepIsStale(t *testing.T) {
	t.Parallel()
	p := to(t, "password").Wake("resend").Is("register/password").Silent()
	if len(p.Last.Effects) != 0 {
		t.Errorf("effects %+v", p.Last.Effects)
	}
	p = to(t, "code").Command("language").Wake("resend").Is("language/choice").Silent()
	p.Tap("en").Is("register/code")
}

func TestTheSameInputDrawsTheSameCode(t *testing.T) {
	t.Parallel()
	a, b := flowtest.Asked[flows.SendCode](to(t, "sending")), flowtest.Asked[flows.SendCode](to(t, "sending"))
	if a[0].Code != b[0].Code || len(a[0].Code) != 6 {
		t.Errorf("codes %s and %s", a[0].Code, b[0].Code)
	}
}

func TestWaitingForTheCodeCanBeLeft(t *testing.T) {
	t.Parallel()
	to(t, "sending").Type("?").Says("kit.wait").Command("back").Is("register/phone")
}
