package effects_test

import (
	"errors"
	"strings"
	"testing"

	"guiwei/bot/engine"
	"guiwei/bot/sim"
	"guiwei/flows"
)

// pictures counts the photos that stand in a chat.
func (s *stage) pictures(chat int64) (n int) {
	v, err := s.sim.Chat(chat, false)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, m := range v.Messages {
		if m.Photo != nil {
			n++
		}
	}
	return n
}

func TestNobodyReviewsTheOwnCaseThoughLoggedInElsewhereSince(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	s.groups(map[int64]string{reviewers: "reviewers"})
	s.role(student)
	if err := s.sim.Join(reviewers, student); err != nil {
		t.Fatal(err)
	}
	claim := flows.MoveCase{No: no, Event: flows.CaseClaim}
	if a := must(s.do(student, claim))(t).(flows.CaseMoved); a.Outcome != flows.Refused {
		t.Errorf("own case: %v, want refused", a.Outcome)
	}
	login := flows.LogIn{Handle: flows.Handle{Phone: "+8613900000042"}, Plain: "correct horse"}
	if a := must(s.do(counselor, login))(t).(flows.LoggedIn); a.Outcome != flows.OK {
		t.Fatalf("login %v", a.Outcome)
	}
	if a := must(s.do(student, claim))(t).(flows.CaseMoved); a.Outcome != flows.Refused {
		t.Errorf("own case after a login in another chat: %v, want refused", a.Outcome)
	}
}

func TestAMemberWithoutTheRoleMovesNothing(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	for _, e := range []flows.Event{flows.CaseClaim, flows.CaseApprove, flows.CaseRefuse, flows.CaseUndo, flows.CaseRelease, flows.CaseEffect} {
		a := must(s.do(counselor, flows.MoveCase{No: no, Event: e}))(t).(flows.CaseMoved)
		if a.Outcome != flows.Refused || a.View.IDNumber != "" || a.View.Name != "" {
			t.Errorf("%s: %+v", e, a)
		}
	}
	if a := must(s.do(student, flows.GrantRole{User: "42"}))(t).(flows.RoleAsked); a.Outcome != flows.Refused {
		t.Errorf("grant by a student: %v", a.Outcome)
	}
	if a := must(s.do(student, flows.Invite{Group: "reviewers"}))(t).(flows.Invited); a.Outcome != flows.Refused || a.Code != "" {
		t.Errorf("invite by a student: %+v", a)
	}
}

// Rows: T4
func TestAReviewerTakenOutOfTheGroupMovesNothingASecondLater(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	s.role(reviewer)
	s.role(counselor) // confirmed, but never in the group
	if a := must(s.do(counselor, flows.MoveCase{No: no, Event: flows.CaseClaim}))(t).(flows.CaseMoved); a.Outcome != flows.Outside {
		t.Errorf("who is not in the group claims: %v", a.Outcome)
	}
	if a := s.move(no, flows.CaseClaim); a.Outcome != flows.OK {
		t.Fatalf("claimed %v", a.Outcome)
	}
	if err := s.sim.Leave(reviewers, reviewer, owner); err != nil {
		t.Fatal(err)
	}
	for _, e := range []flows.Event{flows.CaseApprove, flows.CaseRefuse, flows.CaseRelease} {
		if a := s.move(no, e); a.Outcome != flows.Outside || a.View.Name != "" {
			t.Errorf("%s: %+v", e, a)
		}
	}
	if c := must(s.Store.Case(t.Context(), no))(t); c.State != flows.CaseClaimed || !strings.Contains(s.log.String(), "move of a case refused") {
		t.Errorf("the case is %s; the log says %s", c.State, s.log)
	}
	if err := s.sim.Join(reviewers, reviewer); err != nil {
		t.Fatal(err)
	}
	s.looks(no)
	if a := s.move(no, flows.CaseApprove); a.Outcome != flows.OK {
		t.Errorf("back in the group: %v", a.Outcome)
	}
}

// Rows: T4
func TestWhileTelegramDoesNotSayWhoIsThereACaseWaits(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	s.role(reviewer)
	if err := s.sim.Fault(sim.Fault{Kind: "500", Method: "getChatMember", Count: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.do(reviewer, flows.MoveCase{No: no, Event: flows.CaseClaim}); !errors.Is(err, engine.ErrLater) {
		t.Errorf("%v, want to be tried later", err)
	}
	if a := s.move(no, flows.CaseClaim); a.Outcome != flows.OK {
		t.Errorf("then %v", a.Outcome)
	}
}

func TestPhotosAreShownToTheClaimerAloneAndGoWithTheCase(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	s.role(reviewer)
	s.move(no, flows.CaseClaim)
	for _, chat := range []int64{counselor, reviewer} {
		if _, err := s.do(chat, flows.ShowPhotos{No: no}); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := s.pictures(counselor), s.pictures(reviewer); a != 0 || b != 2 {
		t.Errorf("%d pictures for a stranger, %d for the claimer", a, b)
	}
	s.move(no, flows.CaseRelease)
	if _, err := s.do(0, flows.ClearPhotos{No: no}); err != nil {
		t.Fatal(err)
	}
	if n := s.pictures(reviewer); n != 0 {
		t.Errorf("%d pictures left after the release", n)
	}
	if _, err := s.do(reviewer, flows.ShowPhotos{No: no}); err != nil || s.pictures(reviewer) != 0 {
		t.Errorf("a released reviewer sees %d pictures, %v", s.pictures(reviewer), err)
	}
}

func TestAClearingThatComesLateLeavesThePhotosOfACaseInHand(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	s.role(reviewer)
	s.move(no, flows.CaseClaim)
	s.move(no, flows.CaseRefuse) // its ClearPhotos waits behind the card, for the group's pace
	s.move(no, flows.CaseUndo)
	if _, err := s.do(reviewer, flows.ShowPhotos{No: no}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.do(0, flows.ClearPhotos{No: no}); err != nil {
		t.Fatal(err)
	}
	if n := s.pictures(reviewer); n != 2 {
		t.Errorf("%d pictures before the reviewer who has the case in hand, want 2", n)
	}
}

func TestAnOlderCardNeverOverwritesANewerOne(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.groups(map[int64]string{reviewers: "reviewers"})
	_, no := s.claim()
	s.role(reviewer)
	for _, e := range []flows.Event{"", flows.CaseClaim, flows.CaseApprove} {
		if e != "" {
			s.move(no, e)
		}
		if _, err := s.do(0, flows.Card{No: no}); err != nil {
			t.Fatal(err)
		}
	}
	v := must(s.sim.Chat(reviewers, false))(t)
	var cards int
	for _, m := range v.Messages {
		if strings.Contains(m.Plain, no) {
			cards++
			if len(m.Keyboard) != 0 || strings.Contains(m.Plain, idNumber) {
				t.Errorf("card %q with buttons %v", m.Plain, m.Keyboard)
			}
		}
	}
	if cards != 1 {
		t.Errorf("%d cards, want 1", cards)
	}
}

func TestAPictureThatCannotBeFetchedIsAnswered(t *testing.T) {
	t.Parallel()
	s := setup(t)
	a, err := s.do(student, flows.Examine{Side: "front", File: flows.File{ID: "gone"}, Person: s.Vault.Person("resident", idNumber)})
	if _, answered := a.(flows.Examined); !answered || err != nil {
		t.Errorf("answer %v, %v: the student waits for ever at 'looking at it'", a, err)
	}
}

func TestAPhotoOutageIsToldToTheReviewer(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	s.role(reviewer)
	s.move(no, flows.CaseClaim)
	if err := s.sim.Fault(sim.Fault{Method: "sendPhoto", Kind: "reset", Count: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.do(reviewer, flows.ShowPhotos{No: no}); !errors.Is(err, engine.ErrLater) {
		t.Errorf("%v, want to be tried later", err)
	}
	if _, err := s.do(reviewer, flows.ShowPhotos{No: no}); err != nil || s.pictures(reviewer) != 2 {
		t.Errorf("%d pictures, %v", s.pictures(reviewer), err)
	}
}
