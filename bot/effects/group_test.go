package effects_test

import (
	"errors"
	"testing"
	"time"

	"guiwei/bot/engine"
	"guiwei/bot/sim"
	"guiwei/flows"
)

// left says whether the bot is out of a group.
func (s *stage) left(group int64) bool {
	v, err := s.sim.Chat(group, false)
	if err != nil {
		s.t.Fatal(err)
	}
	return v.Bot != "member" && v.Bot != "administrator"
}

func TestABoundGroupIsNotLeftWhenTheBotComesBack(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.groups(map[int64]string{reviewers: "reviewers", counselors: "counselors"})
	if _, err := s.do(owner, flows.Welcome{Group: reviewers}); err != nil {
		t.Fatal(err)
	}
	_ = s.Clock.Sleep(t.Context(), 11*time.Minute)
	if err := s.LeaveGuests(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.left(reviewers) {
		t.Error("brought back by an owner, the bot leaves the reviewers' group after ten minutes")
	}
	if _, err := s.do(counselor, flows.Welcome{Group: counselors}); err != nil {
		t.Fatal(err)
	}
	if s.left(counselors) {
		t.Error("the counselors' group became a supergroup, and the bot leaves it")
	}
}

func TestAForeignGroupIsLeftWithOneLine(t *testing.T) {
	t.Parallel()
	s := setup(t)
	if _, err := s.do(student, flows.Welcome{Group: others}); err != nil {
		t.Fatal(err)
	}
	if n := s.says(others, ""); !s.left(others) || n > 2 {
		t.Errorf("left %v after %d lines", s.left(others), n)
	}
}

func TestAGroupThatShutsTheBotOutMarksNobodyAsBlocked(t *testing.T) {
	t.Parallel()
	s := setup(t)
	if err := s.sim.KickBot(others, counselor); err != nil {
		t.Fatal(err)
	}
	if _, err := s.do(student, flows.Welcome{Group: others}); err != nil && !errors.Is(err, engine.ErrNever) {
		t.Fatal(err)
	}
	if since := must(s.Store.ShutSince(t.Context(), student))(t); !since.IsZero() {
		t.Error("whoever put the bot into a group that it was thrown out of is marked as one who blocked it")
	}
}

func TestACodeBindsOneGroupOnce(t *testing.T) {
	t.Parallel()
	s := setup(t)
	a := must(s.do(owner, flows.Invite{Group: "counselors"}))(t).(flows.Invited)
	for _, group := range []int64{counselors, others} {
		if _, err := s.do(student, flows.Bind{Group: group, Code: a.Code}); err != nil {
			t.Fatal(err)
		}
	}
	if bound := must(s.Store.Counselors(t.Context()))(t); len(bound) != 1 || bound[0] != counselors {
		t.Errorf("bound %v, want the first alone", bound)
	}
}

func TestAWishIsBroughtToEachOwnerOnce(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.Owners = []int64{owner, oldOwner}
	if err := s.sim.Fault(sim.Fault{Method: "sendMessage", Kind: "500", Count: 3, Chat: oldOwner}); err != nil {
		t.Fatal(err)
	}
	s.until(student, flows.AskRole{Name: "甲"}, 6)
	for _, chat := range s.Owners {
		if n := s.says(chat, "甲"); n != 1 {
			t.Errorf("owner %d is asked %d times", chat, n)
		}
	}
}

func TestAnOwnerIsSpokenToInTheOwnLanguage(t *testing.T) {
	t.Parallel()
	s := setup(t)
	var c flows.Conversation
	c.Chat, c.Language, c.Chosen = owner, "en", true
	s.remember(c)
	if _, err := s.do(student, flows.AskRole{Name: "Ann"}); err != nil {
		t.Fatal(err)
	}
	if s.says(owner, "asks to become a reviewer") == 0 {
		t.Error("an owner who chose English is asked in Chinese (Tell.Lang \"\": the chat's own)")
	}
}
