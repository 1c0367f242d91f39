package effects_test

import (
	"testing"

	"guiwei/flows"
	"guiwei/storage"
)

// alarmed does what the person's outbox asks for, and says how often.
func (s *stage) alarmed(ref flows.AccountRef) (n int) {
	s.t.Helper()
	owner := storage.Owner{Person: ref.Person}
	for _, e := range must(s.Store.Pending(s.t.Context(), owner))(s.t) {
		for _, f := range e.Effects {
			n++
			must(s.do(0, f))(s.t)
		}
		must(s.Store.Done(s.t.Context(), owner, e.ID, 0))(s.t)
	}
	return n
}

// Rows: S25
func TestANewDeviceIsAnnouncedToTheEarlierOnesAndSentAwayByThem(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref := must(s.do(student, flows.Register{Applicant: s.applicant("+8613900000042", "")}))(t).(flows.Registered).Account
	h := flows.Handle{Phone: "+8613900000042"}
	own := s.logIn(student, h, "correct horse").Login
	if n := s.alarmed(ref); n != 0 {
		t.Errorf("the owner's own login alarms %d times", n)
	}
	s.logIn(oldOwner, h, "correct horse")
	if n := s.alarmed(ref); n != 1 || s.says(student, "另一个 Telegram 账号上登录了") != 1 || s.says(oldOwner, "") != 0 {
		t.Errorf("%d alarms, the owner hears %d, the other %d", n, s.says(student, "另一个"), s.says(oldOwner, ""))
	}
	l := must(s.do(student, flows.EndDevices{Account: ref, Generation: own.Generation, Chat: oldOwner}))(t).(flows.DevicesListed)
	if l.Outcome != flows.OK || l.Out != 1 || len(l.List) != 1 || s.says(oldOwner, "请重新登录") != 1 {
		t.Errorf("%+v, said %d", l, s.says(oldOwner, ""))
	}
	for chat, holds := range map[int64]bool{student: true, oldOwner: false} {
		standing := must(s.do(chat, flows.LookUp{Account: ref}))(t).(flows.Standing)
		records := must(s.do(chat, flows.ReadRecords{Account: ref, Generation: own.Generation}))(t).(flows.RecordsRead)
		sent := must(s.do(chat, flows.Submit{Account: ref, Generation: own.Generation}))(t).(flows.Submitted)
		if (sent.Outcome != flows.Ended) != holds {
			t.Errorf("chat %d submits: %s", chat, sent.Outcome)
		}
		if (standing.Current == own.Generation) != holds || (records.Outcome != flows.Ended) != holds {
			t.Errorf("chat %d: generation %d, records %s", chat, standing.Current, records.Outcome)
		}
	}
	if a := s.logIn(oldOwner, h, "correct horse"); a.Outcome != flows.OK || s.alarmed(ref) != 1 {
		t.Errorf("comes in again by the password, and that is told: %+v", a)
	}
}

// Rows: S25
func TestAFamilyOnOneTelegramAccountLogsInToEachOfItsAccounts(t *testing.T) {
	t.Parallel()
	s := setup(t)
	first := s.applicant("+8613900000042", "")
	second := first
	second.IDNumber = "990101200001011250"
	second.Password = must(s.Vault.HashSecret("battery staple", true))(t)
	a := must(s.do(student, flows.Register{Applicant: first}))(t).(flows.Registered).Account
	b := must(s.do(student, flows.Register{Applicant: second}))(t).(flows.Registered).Account
	h := flows.Handle{Phone: "+8613900000042"}
	for _, want := range []struct {
		plain string
		ref   flows.AccountRef
	}{{"correct horse", a}, {"battery staple", b}, {"correct horse", a}} {
		in := s.logIn(student, h, want.plain)
		if in.Outcome != flows.OK || in.Login.Account != want.ref {
			t.Errorf("%q: %+v", want.plain, in)
		}
	}
	must(s.do(student, flows.EndDevices{Account: a, Generation: 1}))(t)
	if st := must(s.do(student, flows.LookUp{Account: b}))(t).(flows.Standing); st.Current != 1 {
		t.Errorf("the sister's login ended with the brother's others: %d", st.Current)
	}
	if n := s.alarmed(a) + s.alarmed(b); n != 0 {
		t.Errorf("%d alarms about one chat", n)
	}
}
