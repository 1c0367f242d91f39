package desk_test

import (
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/flows/desk"
	"guiwei/flows/flowtest"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	for _, f := range []flows.Flow{desk.Invite, desk.Role, desk.Granting} {
		flowtest.Laws(t, f)
	}
}

func TestAnInviteNamesItsGroup(t *testing.T) {
	t.Parallel()
	asking := func() *flowtest.Play { return flowtest.Story(t).Command("invite").Is("invite/owner") }
	if p := asking().Answer(flows.Invited{Outcome: flows.Refused}).Is("home/menu").Says("desk.owners_only"); p.Ask() != "" {
		t.Errorf("whoever may not invite is asked %s", p.Ask())
	}
	p := asking().Answer(flows.Invited{Outcome: flows.OK}).Is("invite/kind").Type("?").Says("kit.unexpected").Tap("reviewers").Is("invite/making")
	if asked := flowtest.Asked[flows.Invite](p); len(asked) != 1 || asked[0].Group != "reviewers" {
		t.Errorf("asked %+v", asked)
	}
	p.Answer(flows.Invited{Outcome: flows.OK, Group: "reviewers", Code: "K7", Link: "https://t.me/b?startgroup=K7"}).Is("home/menu")
	if got := p.Note(); got != "invite.made(group=group.reviewers code=K7 link=https://t.me/b?startgroup=K7)" {
		t.Errorf("says %s", got)
	}
	p.Put(flows.Input{Kind: flows.Command, Word: "invite", Text: " counselors "}).Is("invite/making")
	p.Answer(flows.Invited{Outcome: flows.Refused}).Is("home/menu").Says("desk.owners_only")
	asking().Answer(flows.Invited{Outcome: flows.OK}).Tap("back").Is("home/menu")
}

func TestARoleIsAskedForAndGivenByAnOwner(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[flows.Outcome]string{flows.OK: "role.asked", flows.Taken: "role.already", flows.Refused: "role.no_owner"} {
		p := flowtest.Story(t).Put(flows.Input{Kind: flows.Command, Word: "review", Sender: "李老师"}).Is("role/asking")
		if asked := flowtest.Asked[flows.AskRole](p); len(asked) != 1 || asked[0].Name != "李老师" {
			t.Errorf("asked %+v", asked)
		}
		p.Answer(flows.RoleAsked{Outcome: outcome}).Is("home/menu").Says(want)
	}
	grant := func() *flowtest.Play {
		return flowtest.Story(t).TapOn(flows.About("grant", "7")).Is("grant/granting")
	}
	if asked := flowtest.Asked[flows.GrantRole](grant()); len(asked) != 1 || asked[0].User != "7" {
		t.Errorf("asked %+v", asked)
	}
	if got := grant().Answer(flows.RoleAsked{Outcome: flows.OK, Name: "李老师"}).Is("home/menu").Note(); got != "role.granted(name=李老师)" {
		t.Errorf("says %s", got)
	}
	grant().Answer(flows.RoleAsked{Outcome: flows.Refused}).Is("home/menu").Says("desk.owners_only")
}

func TestTwoRequestsAreGrantedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).TapOn(flows.About("grant", "7")).TapOn(flows.About("grant", "8"))
	if n := strings.Count(p.Transcript(), "does GrantRole"); n != 2 {
		t.Errorf("%d of 2 granted", n)
	}
}
