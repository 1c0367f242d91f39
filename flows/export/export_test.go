package export_test

import (
	"testing"

	"guiwei/flows"
	"guiwei/flows/export"
	"guiwei/flows/flowtest"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, export.Flow)
}

// Rows: U16
func TestACopyNeedsThePassword(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).LogIn(true).Command("export").Is("export/password").Type(flowtest.Password)
	p.Answer(flows.LoggedIn{Outcome: flows.Wrong, Left: 3}).Is("export/password").Says("login.wrong")
	if n := len(flowtest.Asked[flows.Export](p)); n != 0 {
		t.Fatal("a copy without the password")
	}
	p.Type(flowtest.Password).Answer(flows.LoggedIn{Outcome: flows.OK, Login: flowtest.Login(true)}).Is("export/writing")
	if asked := flowtest.Asked[flows.Export](p); len(asked) != 1 || asked[0].Account != flowtest.Login(true).Account {
		t.Fatalf("asks %+v", asked)
	}
	p.Answer(flows.Exported{Outcome: flows.OK}).Is("home/menu").Says("export.sent")
}

func TestWhoIsNotLoggedInLogsInFirst(t *testing.T) {
	t.Parallel()
	flowtest.Story(t).Command("export").Says("login.first")
}
