package restore_test

import (
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/restore"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, restore.Flow)
	flowtest.Laws(t, restore.Countersigning)
}

func frozen(users ...string) flows.Frozen {
	a := flows.Frozen{Outcome: flows.OK}
	for _, u := range users {
		a.List = append(a.List, flows.Restorable{Account: "id " + u, User: u, Until: flowtest.Noon()})
	}
	return a
}

func begun(t *testing.T, reason string) *flowtest.Play {
	t.Helper()
	return flowtest.Story(t).Put(flows.Input{Kind: flows.Command, Word: "restore", Text: flowtest.No + " " + reason, Sender: "管理员"}).Is("restore/reading")
}

// An order has a reason of 4 to 200 characters, and says what it does before it is given.
func TestAnOrderHasAReasonAndIsPreviewed(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{"", "短", strings.Repeat("长", 201)} {
		begun(t, reason).Answer(frozen("139****2222")).Is("home/menu").Says("restore.reason")
	}
	p := begun(t, "本人持证到校核实").Answer(frozen("139****2222")).Is("restore/sure")
	if ask := p.Ask(); !strings.Contains(ask, "139****2222") || !strings.Contains(ask, "本人持证到校核实") {
		t.Errorf("asks %s", ask)
	}
	p.Tap("order").Is("restore/ordering")
	asked := flowtest.Asked[flows.GiveOrder](p)
	if len(asked) != 1 || asked[0].Order.Account != "id 139****2222" || asked[0].Order.By.User == 0 {
		t.Fatalf("asked %+v", asked)
	}
	p.Answer(flows.Ordered{Outcome: flows.OK}).Is("home/menu").Says("restore.ordered")
}

func TestOnlyAnOwnerIsToldWhatACaseFroze(t *testing.T) {
	t.Parallel()
	begun(t, "本人持证到校核实").Answer(flows.Frozen{Outcome: flows.Refused}).Is("home/menu").Says("desk.owners_only")
	begun(t, "本人持证到校核实").Answer(frozen()).Is("home/menu").Says("restore.nothing")
}
