package effects_test

import (
	"testing"

	"guiwei/flows"
)

// Rows: S14
func TestAWithdrawnConsentEndsTheCaseAndItsPictures(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref, no := s.claim()
	got := must(s.do(student, flows.GiveConsent{Account: ref, Kinds: []string{flows.ConsentPhoto}, Withdraw: true}))(t).(flows.Consented)
	if got.Case != no {
		t.Fatalf("ended case %q", got.Case)
	}
	if c := must(s.Store.Case(t.Context(), no))(t); c.State != flows.CaseRefused || len(c.Reasons) != 1 || c.Reasons[0] != "withdrawn" {
		t.Errorf("case %s for %v", c.State, c.Reasons)
	}
	if swept := must(s.Sweep(t.Context()))(t); swept.Deleted != 2 {
		t.Errorf("swept %+v", swept)
	}
	sent := must(s.do(student, flows.Submit{Account: ref, Generation: 1}))(t).(flows.Submitted)
	if sent.Outcome != flows.Refused {
		t.Errorf("another pair is %s", sent.Outcome)
	}
	must(s.do(student, flows.GiveConsent{Account: ref, Kinds: []string{flows.ConsentPhoto}, Lang: "en"}))(t)
	a, _, err := s.Store.Account(t.Context(), ref)
	if c, given := a.Consented(flows.ConsentPhoto); err != nil || !given || c.Lang != "en" || len(c.SHA256) != 64 {
		t.Errorf("given anew: %+v %v, %v", c, given, err)
	}
}

// Rows: S14
func TestAPairWithoutEveryConsentIsNotSubmitted(t *testing.T) {
	t.Parallel()
	s := setup(t)
	bare := s.applicant("+8613900000042", "")
	bare.Agreed = nil
	ref := must(s.do(student, flows.Register{Applicant: bare}))(t).(flows.Registered).Account
	if sent := must(s.do(student, flows.Submit{Account: ref, Generation: 1}))(t).(flows.Submitted); sent.Outcome != flows.Refused {
		t.Errorf("submitted: %s", sent.Outcome)
	}
}
