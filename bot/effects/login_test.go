package effects_test

import (
	"testing"
	"time"

	"guiwei/flows"
)

func (s *stage) logIn(chat int64, h flows.Handle, plain string) flows.LoggedIn {
	s.t.Helper()
	return must(s.do(chat, flows.LogIn{Handle: h, Plain: plain}))(s.t).(flows.LoggedIn)
}

func numbered(number string) flows.Handle {
	return flows.Handle{Documents: []flows.Document{{Family: "passport", Number: number}, {Family: "resident", Number: number}}}
}

// Rows: S25
func TestPhoneIDNumberAndEmailOpenTheSameAccount(t *testing.T) {
	t.Parallel()
	s := setup(t)
	mine := must(s.do(student, flows.Register{Applicant: s.applicant("+8613900000042", "a@example.test")}))(t).(flows.Registered).Account
	for _, h := range []flows.Handle{{Phone: "+8613900000042"}, {Email: "a@example.test"}, numbered(idNumber), {Account: &mine}} {
		if a := s.logIn(student, h, "correct horse"); a.Outcome != flows.OK || a.Login.Account != mine || a.Login.User != "139****0042" {
			t.Errorf("%+v: %+v", h, a)
		}
		if a := s.logIn(student, h, "wrong horse"); a.Outcome != flows.Wrong || a.Left != 4 {
			t.Errorf("%+v with a wrong password: %+v", h, a)
		}
	}
}

// Rows: T9
func TestALoginHashesAsOftenWhateverTheHandleIs(t *testing.T) {
	t.Parallel()
	s := setup(t)
	cost := func(h flows.Handle) (hashes, trips int64) {
		hashes, trips = s.Vault.Hashed(), s.Store.Trips()
		if a := s.logIn(counselor, h, "wrong horse"); a.Outcome != flows.Wrong {
			t.Errorf("%+v: %+v", h, a)
		}
		return s.Vault.Hashed() - hashes, s.Store.Trips() - trips
	}
	a := s.applicant("+8613900000042", "a@example.test")
	must(s.do(student, flows.Register{Applicant: a}))(t)
	for chat := range int64(4) { // a family on one phone and one address, and claims of one ID number
		must(s.do(700+chat, flows.Register{Applicant: a, Reclaim: true}))(t)
	}
	cost(flows.Handle{Phone: "+8613900000098"}) // scripts come along with their first call
	for _, pair := range [][2]flows.Handle{{{Phone: "+8613900000042"}, {Phone: "+8613900000099"}},
		{{Email: "a@example.test"}, {Email: "b@example.test"}}, {numbered(idNumber), numbered("990101200001011236")}} {
		hashes, trips := cost(pair[0])
		nobodys, without := cost(pair[1])
		if hashes != nobodys || trips != without || hashes != 5 {
			t.Errorf("%+v: %d hashes, %d trips; unknown: %d and %d", pair[0], hashes, trips, nobodys, without)
		}
	}
}

// Rows: T13
func TestTenWrongPasswordsOfAnotherLeaveTheOwnersLoginWorking(t *testing.T) {
	t.Parallel()
	s := setup(t)
	must(s.do(student, flows.Register{Applicant: s.applicant("+8613900000042", "")}))(t)
	h := flows.Handle{Phone: "+8613900000042"}
	var last flows.LoggedIn
	for range 10 {
		if wait := last.Until.Sub(s.Clock.Now()); wait > 0 {
			_ = s.Clock.Sleep(t.Context(), wait)
		}
		last = s.logIn(counselor, h, "wrong horse")
	}
	if a := s.logIn(counselor, h, "correct horse"); a.Outcome != flows.Blocked || !a.Until.Equal(last.Until) || last.Until.Sub(s.Clock.Now()) < 23*time.Hour {
		t.Errorf("the attacker, after %+v: %+v", last, a)
	}
	if a := s.logIn(student, h, "correct horse"); a.Outcome != flows.OK {
		t.Errorf("the owner's login: %+v", a)
	}
}
