package effects_test

import (
	"errors"
	"strings"
	"testing"

	"guiwei/bot/engine"
	"guiwei/bot/sim"
	"guiwei/flows"
)

func TestATextThatIsTooLongIsStillSaidSomehow(t *testing.T) {
	t.Parallel()
	s := setup(t, func(o *sim.Options) { o.Auditor = nil }) // the call over the limit is the point
	rows := make([]flows.Phrase, 19)
	for i := range rows {
		rows[i] = flows.Say("record.line", "heading", flows.Say("record.empty"), "value", strings.Repeat("长", 300))
	}
	ask := flows.Say("record.record.ask", "rows", rows)
	_, err := s.do(student, flows.Show{Ask: &ask, Buttons: [][]flows.Button{{flows.Everywhere("logout")}}})
	if n := s.says(student, ""); n != 1 {
		t.Errorf("%d messages, %v: the student tapped and sees nothing", n, err)
	}
}

func TestANameIsSaidAsItIsWritten(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for _, name := range []string{"<b>x</b>", "&lt;a", "</b>", `"'<a href="tg://user?id=1">`, "a\u202eb", "&amp;#x41;", "<", "&"} {
		if _, err := s.do(student, flows.AskRole{Name: name}); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		if s.says(owner, name) == 0 {
			t.Errorf("%q is not said literally", name)
		}
	}
}

func TestASecretThatCannotBeDeletedIsSpokenOfOnce(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ids := must(s.sim.Say(student, student, "correct horse", sim.Extras{}))(t)
	if _, err := s.do(student, flows.Delete{Message: ids[0]}); err != nil {
		t.Fatal(err)
	}
	if n := s.says(student, "correct horse"); n != 0 {
		t.Error("the secret is still there")
	}
	if _, err := s.do(student, flows.Delete{Message: ids[0]}); err != nil || s.says(student, "") != 0 {
		t.Errorf("deleted again: %v, %d messages", err, s.says(student, ""))
	}
}

// secrets are what no log line and no error may hold.
var secrets = []string{"correct horse", "839201", idNumber, "13900000042", "student@example.com", "张<b>三", token, "AgACfile"}

func TestNoLogLineNorErrorHoldsASecretWhateverFails(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref, no := s.claim()
	s.role(reviewer)
	faulty := []flows.Effect{
		flows.SendCode{Phone: "+8613900000042", Code: "839201"}, flows.Hash{Plain: "correct horse", Against: []string{"$bad$correct horse"}},
		flows.LogIn{Handle: flows.Handle{Phone: "+8613900000042"}, Plain: "correct horse"}, flows.Register{Applicant: s.applicant("+8613900000042", "student@example.com")},
		flows.Examine{File: flows.File{ID: "AgACfile"}, Side: "front", Person: ref.Person}, flows.Submit{Account: ref, Generation: 1},
		flows.GrantRole{User: "x" + idNumber}, flows.Show{Note: &flows.Phrase{Key: "whoami", Args: flows.Say("", "id", idNumber).Args}},
		flows.Tell{Chat: student, Phrase: flows.Say("whoami", "id", idNumber)}, flows.Announce{No: no}, flows.ShowPhotos{No: no},
		flows.Delete{Message: 1}, flows.AnswerTap{Query: "1", Toast: &flows.Phrase{Key: "whoami"}}, flows.AskRole{Name: "张<b>三"},
		flows.ReadRecords{Account: ref}, flows.LookUp{Account: ref}, flows.Bind{Group: reviewers, Code: "correct horse"},
	}
	var errs []string
	run := func() {
		for _, e := range faulty {
			if _, err := s.do(student, e); err != nil {
				errs = append(errs, err.Error())
			}
		}
	}
	for _, kind := range []string{"reset", "500", "429"} {
		s.sim.ClearFaults()
		if err := s.sim.Fault(sim.Fault{Method: "*", Kind: kind}); err != nil {
			t.Fatal(err)
		}
		run()
	}
	_ = s.Store.Close()
	run()
	all := s.log.String() + strings.Join(errs, "\n")
	for _, secret := range secrets {
		if strings.Contains(all, secret) {
			t.Errorf("%q is in a log line or an error", secret[:3]+"…")
		}
	}
	if len(errs) < 30 {
		t.Errorf("only %d errors: the faults did not strike", len(errs))
	}
}

func TestARevokedTokenLosesNothing(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.revoke()
	_, err := s.do(student, flows.Tell{Chat: student, Phrase: flows.Say("help.text")})
	var later *engine.Later
	if !errors.As(err, &later) {
		t.Errorf("%v: counted as a fault of ours, parked for good after 31 s", err)
	}
}
