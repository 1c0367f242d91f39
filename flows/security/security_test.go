package security_test

import (
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/security"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, security.Flow)
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
