package effects_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/bot/engine"
	"guiwei/bot/sim"
	"guiwei/flows"
)

// until does an effect until it is done, as the lane does; it answers how often it was begun.
func (s *stage) until(chat int64, e flows.Effect, most int) int {
	op := "until." + flows.EffectName(e)
	for try := 1; ; try++ {
		if _, err := s.again(op, chat, e); err == nil || errors.Is(err, engine.ErrNever) || try == most {
			return try
		}
	}
}

func TestTheStudentIsToldOnceThoughACounselorsGroupFails(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.groups(map[int64]string{reviewers: "reviewers", counselors: "counselors", others: "counselors"})
	_, no := s.claim()
	s.decide(no, flows.CaseApprove)
	if err := s.sim.Fault(sim.Fault{Method: "sendMessage", Kind: "500", Count: 3, Chat: counselors}); err != nil {
		t.Fatal(err)
	}
	s.until(0, flows.Announce{No: no}, 6)
	for what, n := range map[string]int{"messages to the student": s.says(student, no), "sms": len(s.sim.Inbox("+8613900000042")),
		"messages to the old owner": s.says(oldOwner, ""), "lines in the first group": s.says(others, ""), "lines in the last group": s.says(counselors, "")} {
		if n != 1 {
			t.Errorf("%d %s, want 1", n, what)
		}
	}
}

// Rows: F2 P31
func TestANoticeThatMayHaveBeenHeardSaysThatItComesOnceMore(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string][2]int{"lost": {2, 1}, "429": {1, 0}} {
		s := setup(t)
		s.groups(map[int64]string{reviewers: "reviewers"})
		_, no := s.claim()
		s.decide(no, flows.CaseApprove)
		if err := s.sim.Fault(sim.Fault{Method: "sendMessage", Kind: fault, Count: 1, Chat: student, RetryAfter: 1}); err != nil {
			t.Fatal(err)
		}
		s.until(0, flows.Announce{No: no}, 6)
		_ = s.Clock.Sleep(t.Context(), time.Minute)
		s.until(0, flows.Announce{No: no}, 6)
		if got := [2]int{s.says(student, no), s.says(student, "编号 "+no+" · 重复通知")}; got != want {
			t.Errorf("%s: told and told once more %v, want %v", fault, got, want)
		}
	}
}

// Rows: P19
func TestWhoeverWaitedForACaseIsCalledOnceByItsEnd(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref, no := s.claim()
	other := must(s.do(counselor, flows.Register{Applicant: s.applicant("+8613900000045", ""), Reclaim: true}))(t).(flows.Registered)
	if a := must(s.do(counselor, flows.Await{Account: other.Account}))(t); a != nil {
		t.Errorf("a case is under review, and awaiting it answers %+v", a)
	}
	if a := must(s.do(student, flows.Await{Account: ref}))(t); a != (flows.CaseOver{}) {
		t.Errorf("awaiting the own case answers %+v", a)
	}
	s.decide(no, flows.CaseRefuse)
	task := engine.Task{Op: "announced", Effect: flows.Announce{No: no}, At: s.Clock.Now()}
	for range 2 { // the second time after a crash: the same input, which its chat has seen
		out, err := s.Do(t.Context(), task)
		want := []flows.Input{{ID: "announced.call.20", Kind: flows.Called, Chat: counselor, Subject: no, Act: "refused"}}
		if diff := cmp.Diff(want, out.Inputs); err != nil || diff != "" {
			t.Errorf("%v, calls (-want +got):\n%s", err, diff)
		}
	}
}

func TestAMigratedGroupKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	s := setup(t)
	basic, err := s.sim.AddGroup(sim.Group{Title: "b", Kind: "counselors", Members: []int64{counselor}, Bot: true})
	if err != nil {
		t.Fatal(err)
	}
	s.groups(map[int64]string{basic: "counselors"})
	_, no := s.claim()
	s.decide(no, flows.CaseApprove)
	now, err := s.sim.Migrate(basic)
	if err != nil {
		t.Fatal(err)
	}
	s.until(0, flows.Announce{No: no}, 5)
	if n := s.says(student, no); n != 1 {
		t.Errorf("the student is told %d times", n)
	}
	if bound, err := s.Store.Counselors(t.Context()); err != nil || !slices.Equal(bound, []int64{now}) {
		t.Errorf("bound: %v %v, want the supergroup", bound, err)
	}
}

func TestAnOldOwnerWhoBlockedTheBotIsToldOutside(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	s.decide(no, flows.CaseApprove)
	if err := s.sim.Block(oldOwner, true); err != nil {
		t.Fatal(err)
	}
	s.until(0, flows.Announce{No: no}, 5)
	if n := len(s.sim.Inbox("+8613900000040")); n != 1 {
		t.Errorf("%d sms to the owner of the frozen account, want 1 (told by every means on record)", n)
	}
}

func TestTheCardFailsButTheReviewersGroupStillLearnsOfTheCase(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.groups(map[int64]string{reviewers: "reviewers"})
	_, no := s.claim()
	if err := s.sim.KickBot(reviewers, owner); err != nil {
		t.Fatal(err)
	}
	if _, err := s.do(0, flows.Card{No: no}); err == nil || errors.Is(err, engine.ErrNever) {
		t.Errorf("a queued case without card: %v, want to be tried later", err)
	}
}
