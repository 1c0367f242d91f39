package devices_test

import (
	"testing"

	"guiwei/flows"
	"guiwei/flows/devices"
	"guiwei/flows/flowtest"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, devices.Flow)
}

func open(t *testing.T) *flowtest.Play {
	t.Helper()
	p := flowtest.Story(t).LogIn(true).Tap("security").Answer(flowtest.Standing(true)).Tap("devices").Is("devices/loading")
	if asked := flowtest.Asked[flows.ListDevices](p); len(asked) != 1 || asked[0].Account != flowtest.Login(true).Account || asked[0].Generation != 1 {
		t.Fatalf("asks %+v", asked)
	}
	return p
}

func TestOneOrAllOthersAreSentAway(t *testing.T) {
	t.Parallel()
	p := open(t).Answer(flowtest.Devices(7, 8)).Is("devices/list")
	if _, own := p.Button("end0"); own {
		t.Error("offers to end this login by a number: that is what 退出 is for")
	}
	p.Tap("end2")
	if asked := flowtest.Asked[flows.EndDevices](p); len(asked) != 1 || asked[0].Chat != 8 {
		t.Errorf("asks %+v", asked)
	}
	left := flowtest.Devices(7)
	left.Out = 1
	p.Answer(left).Is("devices/list").Says("devices.ended").Tap("end_others")
	if asked := flowtest.Asked[flows.EndDevices](p); len(asked) != 1 || asked[0].Chat != 0 {
		t.Errorf("asks %+v", asked)
	}
	alone := flowtest.Devices()
	alone.Out, alone.Login.Generation = 1, 2
	p.Answer(alone).Is("devices/list").Says("devices.ended")
	if p.C.Login == nil || p.C.Login.Generation != 2 || p.C.Login.User != "150****1234" {
		t.Errorf("goes on with %+v", p.C.Login)
	}
	if _, more := p.Button("end_others"); more {
		t.Error("offers to end others where there are none")
	}
	p.Tap("back").Is("home/menu")
}

func TestALoginThatWasEndedElsewhereSeesNoDevices(t *testing.T) {
	t.Parallel()
	p := open(t).Answer(flows.DevicesListed{Outcome: flows.Ended}).Is("login/password").Says("login.ended")
	if p.C.Login != nil {
		t.Errorf("login %+v", p.C.Login)
	}
	p.Type(flowtest.Password).Answer(flows.LoggedIn{Outcome: flows.OK, Proofed: true, Login: flowtest.Login(true)}).Is("devices/loading")
}

func TestThisIsNotMeLeadsToTheDevicesOfThatAccount(t *testing.T) {
	t.Parallel()
	tap := flows.Input{Kind: flows.Tap, Act: "not_my_login", Subject: flowtest.Login(true).Account.ID, Query: "q"}
	p := flowtest.Story(t).LogIn(true).Put(tap).Is("devices/loading").Answer(flowtest.Devices(7)).Says("devices.alarm.ask")
	if _, ok := p.Button("change_password"); !ok {
		t.Error("no way to a new password")
	}
	for name, p := range map[string]*flowtest.Play{"logged out": flowtest.Story(t), "in to another account": flowtest.Story(t).LogIn(true)} {
		other := tap
		if name != "logged out" {
			other.Subject = "b2"
		}
		p.Put(other).Is("login/phone").Says("login.first").Type(flowtest.Phone).Type(flowtest.Password)
		p.Answer(flows.LoggedIn{Outcome: flows.OK, Proofed: true, Login: flowtest.Login(true)}).Is("devices/loading")
	}
}

func TestLeavingIsNotedWhereTheAccountIs(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).LogIn(true).Tap("logout").Says("logout.done")
	if asked := flowtest.Asked[flows.LeaveDevice](p); len(asked) != 1 || asked[0].Account != flowtest.Login(true).Account {
		t.Errorf("notes %+v", asked)
	}
}
