package effects_test

import (
	"errors"
	"testing"
	"time"

	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/storage"
)

// registered opens an account on a free ID number.
func (s *stage) registered(chat int64, phone, email string) flows.AccountRef {
	return must(s.do(chat, flows.Register{Applicant: s.applicant(phone, email)}))(s.t).(flows.Registered).Account
}

// Rows: P35 D3
func TestAnErasureIsToldEverywhereAndTakenBackByATap(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref := s.registered(student, "+8613900000042", "student@example.com")
	got := must(s.do(student, flows.AskErasure{Account: ref}))(t).(flows.ErasureAsked)
	if got.Outcome != flows.OK || !got.Until.Equal(s.Clock.Now().Add(72*time.Hour)) {
		t.Fatalf("asked: %+v", got)
	}
	if n := s.says(student, "有人要求删除你的账号资料"); n != 1 {
		t.Errorf("told %d times in the chat", n)
	}
	for _, to := range []string{"+8613900000042", "student@example.com"} {
		if n := len(s.sim.Inbox(to)); n != 1 {
			t.Errorf("%d letters outside", n)
		}
	}
	must(s.do(student, flows.KeepAccount{}))(t)
	if a, _, err := s.Store.Account(t.Context(), ref); err != nil || !a.Erase.IsZero() {
		t.Errorf("still planned: %v, %v", a.Erase, err)
	}
	out, err := s.Do(t.Context(), engine.Task{Op: "late", Owner: storage.Owner{Person: ref.Person}, Effect: flows.BeginErasure{Account: ref, At: got.Until}, At: s.Clock.Now()})
	if err != nil || len(out.Inputs) != 0 {
		t.Errorf("erased after it was taken back: %v, %v", out.Inputs, err)
	}
	must(s.do(student, flows.KeepAccount{}))(t)
	if n := s.says(student, "没有要删除的账号"); n != 1 {
		t.Error("nothing to keep, and nothing said")
	}
}

// Rows: P35 D3
func TestAnErasedAccountLeavesAProofAndFreesItsPhone(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref := s.registered(student, "+8613900000042", "")
	asked := must(s.do(student, flows.AskErasure{Account: ref}))(t).(flows.ErasureAsked)
	person := storage.Owner{Person: ref.Person}
	begin := engine.Task{Op: "begin", Owner: person, Effect: flows.BeginErasure{Account: ref, At: asked.Until}, At: s.Clock.Now()}
	for range 2 { // a crash does it once more
		out, err := s.Do(t.Context(), begin)
		if err != nil || len(out.Inputs) != 1 || out.Inputs[0].Act != flows.Erased || out.Inputs[0].Text != storage.Proof(ref) {
			t.Fatalf("begun: %+v, %v", out.Inputs, err)
		}
		if _, err := s.Do(t.Context(), engine.Task{Op: "kept", Owner: storage.Owner{Chat: student}, Effect: flows.KeepAccount{}}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if _, err := s.Do(t.Context(), engine.Task{Op: "end", Owner: person, Effect: flows.EndErasure{Account: ref}}); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.Store.Account(t.Context(), ref); !errors.Is(err, storage.ErrNone) {
		t.Errorf("account: %v", err)
	}
	if refs := must(s.Store.AccountsOf(t.Context(), "+8613900000042"))(t); len(refs) != 0 {
		t.Errorf("phone still serves %v", refs)
	}
	kept := must(s.Store.Receipt(t.Context(), ref.Person, storage.Proof(ref)))(t)
	if len(kept) != 3 || kept[flows.ConsentPhoto].Ended.IsZero() {
		t.Errorf("receipt %+v", kept)
	}
	if out, err := s.Do(t.Context(), begin); err != nil || len(out.Inputs) != 0 {
		t.Errorf("once more: %v, %v", out.Inputs, err)
	}
}

// Rows: P35
func TestAnOpenCaseIsInTheWayOfAnErasure(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref, no := s.claim()
	if got := must(s.do(student, flows.AskErasure{Account: ref}))(t).(flows.ErasureAsked); got.Outcome != flows.Open || got.Case != no {
		t.Errorf("asked: %+v", got)
	}
}
