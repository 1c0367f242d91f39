package security_test

import (
	"strings"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/rules"
	"guiwei/flows/security"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, security.Flow(rules.Passphrase))
}

func open(t *testing.T) *flowtest.Play {
	t.Helper()
	return flowtest.Story(t).LogIn(true).Tap("security").Is("security/loading")
}

func TestThePageShowsMaskedValuesAlone(t *testing.T) {
	t.Parallel()
	s := flowtest.Standing(true)
	s.Account.Email, s.Account.Password = "zhou@qq.com", "$argon2id$"
	p := open(t).Answer(s).Is("security/page").Says("security.page.ask")
	for _, secret := range []string{flowtest.Phone, flowtest.ID, flowtest.Name, "zhou@qq.com", "argon2id"} {
		if strings.Contains(p.Draft()+p.Ask(), secret) {
			t.Errorf("%s is shown or kept", secret)
		}
	}
	p.Tap("back").Is("home/menu")
}

func TestALoginThatEndedSeesNothing(t *testing.T) {
	t.Parallel()
	p := open(t).Answer(flows.Standing{}).Is("login/password").Says("login.ended")
	p.Type(flowtest.Password).Answer(flows.LoggedIn{Outcome: flows.OK, Proofed: true, Login: flowtest.Login(true)}).Is("security/loading")
}

func old(t *testing.T, act, at string) *flowtest.Play {
	t.Helper()
	p := open(t).Answer(flowtest.Standing(true)).Tap(act).Is(at).Type("wrong")
	asked := flowtest.Asked[flows.LogIn](p)
	if len(asked) != 1 || *asked[0].Account != flowtest.Login(true).Account || len(flowtest.Asked[flows.Delete](p)) != 1 {
		t.Fatalf("asks %+v", asked)
	}
	p.Answer(flows.LoggedIn{Outcome: flows.Wrong, Left: 4}).Is(at).Says("security.old.wrong").Type(flowtest.Password)
	return p.Answer(flows.LoggedIn{Outcome: flows.OK, Login: flowtest.Login(true)})
}

// Rows: S55
func TestANewPasswordComesAfterTheOldOneAndLogsOthersOut(t *testing.T) {
	t.Parallel()
	p := old(t, "change_password", "security/old").Is("security/facts").Answer(flowtest.Standing(true)).Is("security/password").Type(flowtest.Phone)
	p.Is("security/password").Type("another-quiet-river").Answer(flows.Hashed{PHC: "h1", Like: -1}).Is("security/confirm")
	p.Type("another-quiet-river").Answer(flows.Hashed{PHC: "h2", Like: 0}).Is("security/changing")
	if asked := flowtest.Asked[flows.SetPassword](p); len(asked) != 1 || asked[0].Password != "h1" || asked[0].Generation != 1 {
		t.Errorf("asks %+v", asked)
	}
	p.Answer(flows.Changed{Outcome: flows.OK, Generation: 2}).Is("security/loading")
	if p.C.Login == nil || p.C.Login.Generation != 2 {
		t.Errorf("goes on with %+v", p.C.Login)
	}
	s := flowtest.Standing(true)
	s.Current = 2
	p.Answer(s).Is("security/page")
	if strings.Contains(p.Draft(), "h1") || strings.Contains(p.Draft(), flowtest.ID) {
		t.Errorf("keeps %s", p.Draft())
	}
}

// Rows: S55
func TestANewPhoneIsProvenByItsCode(t *testing.T) {
	t.Parallel()
	p := old(t, "change_phone", "security/old for phone").Is("security/phone").Type("123").Is("security/phone").Type("13812345678").Is("security/sending")
	if asked := flowtest.Asked[flows.SendCode](p); len(asked) != 1 || asked[0].Phone != "+8613812345678" {
		t.Errorf("sends %+v", asked)
	}
	p.Answer(flows.CodeSent{Outcome: flows.OK, Digest: "123456"}).Is("security/code")
	for range 5 {
		p.Type("654321").Is("security/code")
	}
	p.Type("123456").Is("security/code").Says("register.code.used_up").Wait(time.Minute).Tap("again").Is("security/sending")
	p.Answer(flows.CodeSent{Outcome: flows.OK, Digest: "222222"}).Type("222222").Is("security/changing")
	if asked := flowtest.Asked[flows.ChangePhone](p); len(asked) != 1 || asked[0].Phone != "+8613812345678" {
		t.Errorf("asks %+v", asked)
	}
	p.Answer(flows.Changed{Outcome: flows.Full}).Is("security/phone").Says("register.phone_full")
	p.Type("13812345679").Answer(flows.CodeSent{Outcome: flows.OK, Digest: "333333"}).Type("333333")
	p.Answer(flows.Changed{Outcome: flows.OK, Generation: 1}).Is("security/loading")
	if p.C.Login.User != "138****5679" {
		t.Errorf("shown as %s", p.C.Login.User)
	}
}
