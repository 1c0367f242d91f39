package effects_test

import (
	"testing"

	"guiwei/flows"
)

// Rows: S55
func TestANewPasswordLogsOthersOutAndTellsThem(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref := must(s.do(student, flows.Register{Applicant: s.applicant("+8613900000042", "")}))(t).(flows.Registered).Account
	h := flows.Handle{Phone: "+8613900000042"}
	s.logIn(student, h, "correct horse")
	s.logIn(oldOwner, h, "correct horse")
	s.alarmed(ref)
	phc := must(s.Vault.HashSecret("battery staple", true))(t)
	a := must(s.do(student, flows.SetPassword{Account: ref, Generation: 1, Password: phc}))(t).(flows.Changed)
	if a.Outcome != flows.OK || a.Generation != 2 || s.alarmed(ref) != 1 || s.says(oldOwner, "的密码在") != 1 {
		t.Errorf("%+v, told %d", a, s.says(oldOwner, "的密码在"))
	}
	if a := s.logIn(oldOwner, h, "correct horse"); a.Outcome != flows.Wrong {
		t.Errorf("the old password: %+v", a)
	}
	if a := s.logIn(oldOwner, h, "battery staple"); a.Outcome != flows.OK || a.Login.Generation != 2 {
		t.Errorf("the new password: %+v", a)
	}
}

// Rows: S55
func TestANewPhoneOpensTheAccountAndTheOldOneIsTold(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref := must(s.do(student, flows.Register{Applicant: s.applicant("+8613900000042", "")}))(t).(flows.Registered).Account
	s.logIn(student, flows.Handle{Phone: "+8613900000042"}, "correct horse")
	change := flows.ChangePhone{Account: ref, Generation: 1, Phone: "+8613900000043"}
	for range 2 { // a crash may repeat it
		if a := must(s.again("change", student, change))(t).(flows.Changed); a.Outcome != flows.OK {
			t.Fatalf("%+v", a)
		}
	}
	s.alarmed(ref)
	if in := s.sim.Inbox("+8613900000042"); len(in) != 1 {
		t.Errorf("the old phone got %d messages", len(in))
	}
	if a := s.logIn(student, flows.Handle{Phone: "+8613900000043"}, "correct horse"); a.Outcome != flows.OK || a.Login.User != "139****0043" {
		t.Errorf("by the new phone: %+v", a)
	}
	if a := s.logIn(student, flows.Handle{Phone: "+8613900000042"}, "correct horse"); a.Outcome != flows.Wrong {
		t.Errorf("by the old phone: %+v", a)
	}
	if refs := must(s.Store.AccountsOf(t.Context(), "+8613900000042"))(t); len(refs) != 0 {
		t.Errorf("the old phone still has %d places taken", len(refs))
	}
	stale := flows.ChangePhone{Account: ref, Generation: 9, Phone: "+8613900000044"}
	if a := must(s.do(student, stale))(t).(flows.Changed); a.Outcome != flows.Ended {
		t.Errorf("with a login that ended: %+v", a)
	}
	if refs := must(s.Store.AccountsOf(t.Context(), "+8613900000044"))(t); len(refs) != 0 {
		t.Error("a place is taken for nothing")
	}
}

// Rows: T13
func TestTheOwnerIsToldOnceOfManyWrongPasswords(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref := must(s.do(student, flows.Register{Applicant: s.applicant("+8613900000042", "")}))(t).(flows.Registered).Account
	h := flows.Handle{Phone: "+8613900000042"}
	for chat := range int64(12) { // each from another chat: none of them waits
		s.logIn(900+chat, h, "wrong horse")
	}
	if n := s.alarmed(ref); n != 1 || s.says(student, "多次输错") != 1 {
		t.Errorf("%d alarms, the owner hears %d", n, s.says(student, "多次输错"))
	}
	if a := s.logIn(student, h, "correct horse"); a.Outcome != flows.OK {
		t.Errorf("the owner's login: %+v", a)
	}
}
