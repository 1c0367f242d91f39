package effects_test

import (
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/storage"
)

// Rows: T3
//
// A verdict on pictures that were not both shown is refused, and so is the 61st case that a reviewer opens within an hour; the
// owners hear of both.
func TestNobodyDecidesUnseenAndNobodyLooksAtEverything(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	s.role(reviewer)
	if a := s.move(no, flows.CaseClaim); a.Outcome != flows.OK {
		t.Fatalf("claimed %v", a.Outcome)
	}
	if a := s.move(no, flows.CaseApprove); a.Outcome != flows.Unseen {
		t.Errorf("approved unseen: %v", a.Outcome)
	}
	s.looks(no)
	if a := s.move(no, flows.CaseApprove); a.Outcome != flows.OK {
		t.Errorf("approved after both were shown: %v", a.Outcome)
	}
	for range storage.LooksAnHour - 1 {
		if a := s.move(no, flows.CaseClaim); a.Outcome == flows.Capped {
			t.Fatal("stopped too early")
		}
	}
	for range 2 {
		if a := s.move(no, flows.CaseClaim); a.Outcome != flows.Capped {
			t.Errorf("look no. 61 in an hour: %v", a.Outcome)
		}
	}
	if n := s.says(owner, "超过 60 件"); n != 1 {
		t.Errorf("the owner heard %d times of too many looks", n)
	}
	if n := s.says(owner, "决定案件 "+no); n != 1 {
		t.Errorf("the owner heard %d times of a verdict unseen", n)
	}
	if err := s.Clock.Sleep(t.Context(), time.Hour+time.Second); err != nil {
		t.Fatal(err)
	}
	if a := s.move(no, flows.CaseClaim); a.Outcome == flows.Capped {
		t.Error("stopped in the next hour too")
	}
}

// An order to restore takes an owner and somebody else; both sides are told.
func TestRestoringTakesAnOwnerAndASecondPerson(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref, no := s.claim()
	s.decide(no, flows.CaseApprove)
	if a := must(s.do(student, flows.ReadFrozen{No: no}))(t).(flows.Frozen); a.Outcome != flows.Refused || a.List != nil {
		t.Fatalf("a student reads %+v", a)
	}
	list := must(s.do(owner, flows.ReadFrozen{No: no}))(t).(flows.Frozen).List
	if len(list) != 1 {
		t.Fatalf("frozen %+v", list)
	}
	order := flows.Order{No: no, Account: list[0].Account, User: list[0].User, Reason: "本人到校核实", By: flows.Reviewer{Name: "戊"}}
	if a := must(s.do(reviewer, flows.GiveOrder{Order: order}))(t).(flows.Ordered); a.Outcome != flows.Refused {
		t.Errorf("a reviewer orders: %v", a.Outcome)
	}
	if a := must(s.do(reviewer, flows.Countersign{No: no}))(t).(flows.Ordered); a.Outcome != flows.Refused {
		t.Errorf("countersigned before it was ordered: %v", a.Outcome)
	}
	if a := must(s.do(owner, flows.GiveOrder{Order: order}))(t).(flows.Ordered); a.Outcome != flows.OK {
		t.Fatalf("ordered %v", a.Outcome)
	}
	for user, want := range map[int64]flows.Outcome{owner: flows.Before, student: flows.Refused} {
		if a := must(s.do(user, flows.Countersign{No: no}))(t).(flows.Ordered); a.Outcome != want {
			t.Errorf("%d countersigns: %v, want %v", user, a.Outcome, want)
		}
	}
	if a, _, err := s.Store.Account(t.Context(), ref); err != nil || a.State != flows.AccountActive {
		t.Fatalf("the claim is %v, %v", a.State, err)
	}
	for range 2 { // the same tap twice
		if a := must(s.again("sign", reviewer, flows.Countersign{No: no}))(t).(flows.Ordered); a.Outcome != flows.OK {
			t.Fatalf("countersigned %v", a.Outcome)
		}
	}
	for range 2 {
		if _, err := s.again("told", 0, flows.Restored{No: no, Account: list[0].Account}); err != nil {
			t.Fatal(err)
		}
	}
	if n, m := s.says(oldOwner, "已经恢复"), s.says(student, "停用了"); n != 1 || m != 1 {
		t.Errorf("told the old owner %d times, the other %d times", n, m)
	}
}
