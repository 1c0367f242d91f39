package effects_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/storage"
)

// lane does what waits in a person's outbox, and says how many effects that were.
func (s *stage) lane(p flows.Person) (n int) {
	s.t.Helper()
	o := storage.Owner{Person: p}
	entries := must(s.Store.Pending(s.t.Context(), o))(s.t)
	for _, e := range entries {
		for i, f := range e.Effects {
			must(s.Do(s.t.Context(), engine.Task{Owner: o, Op: fmt.Sprintf("%s.%d", e.ID, i), Effect: f, At: e.At}))(s.t)
			n++
		}
		must(s.Store.Done(s.t.Context(), o, e.ID, 0))(s.t)
	}
	return n
}

// inbox is what came to a phone or an address, newest last.
func (s *stage) inbox(to string) (texts []string) {
	for _, l := range s.sim.Inbox(to) {
		texts = append(texts, l.Text)
	}
	return texts
}

// family opens an account with three answers in the owner's chat.
func (s *stage) family(phone, email string) flows.AccountRef {
	s.t.Helper()
	a := s.applicant(phone, email)
	for _, answer := range []string{"周雨晴", "林远山", "赵老师"} {
		a.Answers = append(a.Answers, must(s.Vault.HashSecret(answer, true))(s.t))
	}
	return must(s.do(oldOwner, flows.Register{Applicant: a}))(s.t).(flows.Registered).Account
}

func (s *stage) proof(chat int64, h flows.Handle, w flows.Way) flows.ProofSent {
	s.t.Helper()
	return must(s.do(chat, flows.SendProof{Handle: h, Way: w, Code: "739105", Lang: "zh-Hans"}))(s.t).(flows.ProofSent)
}

const ownPhone, ownMail = "+8613900000040", "owner@example.test"

// Rows: S22 U6
func TestACodeGoesToWhatIsOnRecordWhateverWasTyped(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref := s.family(ownPhone, ownMail)
	for i, h := range []flows.Handle{{Phone: ownPhone}, {Email: ownMail}, numbered(idNumber)} {
		for j, w := range []flows.Way{flows.BySMS, flows.ByMail} {
			_ = s.Clock.Sleep(t.Context(), 61*time.Second)
			a := s.proof(int64(500+i), h, w)
			if diff := cmp.Diff([]flows.AccountRef{ref}, a.Accounts); diff != "" || a.Outcome != flows.OK {
				t.Errorf("%v by %s: %+v %s", h, w, a, diff)
			}
			if n := s.lane(ref.Person); n != 1 {
				t.Errorf("%d effects", n)
			}
			to := []string{ownPhone, ownMail}[j]
			if got := s.inbox(to); len(got) != i+1 || !strings.Contains(got[i], "739105") {
				t.Errorf("%s got %d letters", to, len(got))
			}
		}
	}
}

// Rows: T9 T10 S16
//
// 50 accounts and 50 that nobody has: the same answer, as many calls to the store and no hash, whatever was typed and by which
// way; nothing goes out before the answer.
func TestFindingAnAccountCostsTheSameWhetherThereIsOne(t *testing.T) {
	t.Parallel()
	s := setup(t)
	cost := func(e flows.Effect, chat int64) string {
		hashes, trips := s.Vault.Hashed(), s.Store.Trips()
		a := must(s.do(chat, e))(t)
		said := fmt.Sprintf("%+v", a)
		if sent, ok := a.(flows.ProofSent); ok {
			said = fmt.Sprint(sent.Outcome, sent.Digest != "", sent.Until)
		}
		return fmt.Sprint(said, " ", s.Vault.Hashed()-hashes, " hashes ", s.Store.Trips()-trips, " trips")
	}
	number := func(i int) string { return fmt.Sprintf("99010120000101%04d", i) }
	for i := range 50 {
		a := s.applicant(fmt.Sprintf("+86139000010%02d", i), fmt.Sprintf("a%d@example.test", i))
		a.IDNumber = number(i)
		must(s.do(int64(5000+i), flows.Register{Applicant: a}))(t)
	}
	ask := func(i int, way flows.Way) []flows.Effect {
		return []flows.Effect{flows.SendProof{Handle: flows.Handle{Phone: fmt.Sprintf("+86139000010%02d", i)}, Way: way, Code: "739105"},
			flows.SendProof{Handle: flows.Handle{Email: fmt.Sprintf("a%d@example.test", i)}, Way: way, Code: "739105"},
			flows.SendProof{Handle: numbered(number(i)), Way: way, Code: "739105"},
			flows.FindUsername{Documents: numbered(number(i)).Documents, Name: "张<b>三"}}
	}
	for j, e := range ask(98, flows.BySMS) {
		cost(e, int64(8000+j)) // scripts come along with their first call
	}
	_ = s.Clock.Sleep(t.Context(), time.Hour)
	for i := range 50 {
		way := []flows.Way{flows.BySMS, flows.ByMail}[i%2]
		known, unknown := ask(i, way), ask(i+5000, way)
		for j := range known {
			chat := int64(10000 + 100*i + j)
			if a, b := cost(known[j], chat), cost(unknown[j], chat+50); a != b {
				t.Fatalf("%d, %T: %s; where there is none: %s", i, known[j], a, b)
			}
			_ = s.Clock.Sleep(t.Context(), 61*time.Second)
		}
	}
	if n := len(s.sim.Inbox("")); n != 0 {
		t.Errorf("%d letters went out before the answers", n)
	}
}

// Rows: T10
func TestCodesForOnePhoneAreCountedWhicheverHandleWasTyped(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref := s.family(ownPhone, "")
	if a := s.proof(700, flows.Handle{Phone: ownPhone}, flows.BySMS); a.Outcome != flows.OK {
		t.Fatalf("%+v", a)
	}
	if a := s.proof(701, flows.Handle{Phone: ownPhone}, flows.BySMS); a.Outcome != flows.Blocked {
		t.Errorf("the same handle within a minute: %+v", a)
	}
	if a := s.proof(702, numbered(idNumber), flows.BySMS); a.Outcome != flows.OK { // nobody learns that it is that phone's
		t.Errorf("another handle of the account: %+v", a)
	}
	s.lane(ref.Person)
	if got := s.inbox(ownPhone); len(got) != 1 {
		t.Errorf("%d letters within a minute", len(got))
	}
	if a := must(s.do(703, flows.SendCode{Phone: ownPhone, Code: "739105"}))(t).(flows.CodeSent); a.Outcome != flows.Blocked {
		t.Errorf("the registration's code within that minute: %+v", a)
	}
}

// Rows: S13 T14
func TestAChatThatIsNewToAnAccountAnswersAQuestionFiveTimesADay(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref := s.family(ownPhone, "")
	open := func(chat int64) flows.Recoverable {
		return must(s.do(chat, flows.OpenProof{Accounts: []flows.AccountRef{ref}}))(t).(flows.ProofOpened).Accounts[0]
	}
	if mine, new := open(oldOwner), open(student); mine.Asks || !new.Asks || new.Who.Password != "" || len(new.Who.Answers) != 0 {
		t.Errorf("the owner's chat %+v, a new one %+v", mine, new)
	}
	check := func(i int, plain string) flows.AnswerChecked {
		return must(s.do(student, flows.CheckAnswer{Account: ref, Question: i, Plain: plain}))(t).(flows.AnswerChecked)
	}
	if a := check(1, "林远山"); a.Outcome != flows.OK {
		t.Errorf("%+v", a)
	}
	for i := range 4 {
		a := check(i%3, "不对的名字")
		if want := (flows.AnswerChecked{Outcome: flows.Wrong, Left: 3 - i}); i < 3 && a != want || i == 3 && a.Outcome != flows.Blocked {
			t.Errorf("try %d: %+v", i, a)
		}
	}
	if a := check(1, "林远山"); a.Outcome != flows.Blocked {
		t.Errorf("the right answer after five tries: %+v", a)
	}
	_ = s.Clock.Sleep(t.Context(), 25*time.Hour)
	if a := check(1, "林远山"); a.Outcome != flows.OK {
		t.Errorf("a day later: %+v", a)
	}
}

// change sets a password from a chat, and does what follows.
func (s *stage) change(chat int64, ref flows.AccountRef, password string) {
	s.t.Helper()
	phc := must(s.Vault.HashSecret(password, true))(s.t)
	if a := must(s.do(chat, flows.ChangePassword{Account: ref, PHC: phc}))(s.t).(flows.PasswordChanged); a.Outcome != flows.OK {
		s.t.Fatalf("changed %+v", a)
	}
	s.lane(ref.Person)
}

// Rows: S15 S22
func TestANewPasswordEndsEveryLoginAndWarnsTheOwnerEverywhere(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref := s.family(ownPhone, ownMail)
	before := s.logIn(oldOwner, flows.Handle{Phone: ownPhone}, "correct horse").Login
	s.logIn(reviewer, flows.Handle{Phone: ownPhone}, "correct horse")
	s.change(student, ref, "another horse")
	if read := must(s.do(oldOwner, flows.ReadRecords{Account: ref, Generation: before.Generation}))(t).(flows.RecordsRead); read.Outcome != flows.Ended {
		t.Errorf("an old login still reads: %+v", read)
	}
	if a := s.logIn(oldOwner, flows.Handle{Phone: ownPhone}, "correct horse"); a.Outcome != flows.Wrong {
		t.Errorf("the old password: %+v", a)
	}
	if a := s.logIn(oldOwner, flows.Handle{Phone: ownPhone}, "another horse"); a.Outcome != flows.OK || a.Login.Generation <= before.Generation {
		t.Errorf("the new password: %+v", a)
	}
	for _, chat := range []int64{oldOwner, reviewer} {
		if n := s.says(chat, "改了密码"); n != 1 {
			t.Errorf("chat %d was told %d times", chat, n)
		}
	}
	for _, to := range []string{ownPhone, ownMail} {
		if got := s.inbox(to); len(got) != 1 || !strings.Contains(got[0], "改了密码") || !strings.Contains(got[0], "办公室") {
			t.Errorf("%s got %v", to, got)
		}
	}
}

// Rows: T1
func TestWhoSaysThisIsNotMeLocksTheAccountAgainstTheChatThatDidIt(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref := s.family(ownPhone, "")
	s.change(student, ref, "another horse")
	alarm := s.alarm(oldOwner)
	must(s.do(student, flows.Disown{Alarm: alarm}))(t) // of another chat: nobody's
	if a := s.logIn(student, flows.Handle{Phone: ownPhone}, "another horse"); a.Outcome != flows.OK {
		t.Errorf("a stranger's 这不是我 locked the account: %+v", a)
	}
	must(s.do(oldOwner, flows.Disown{Alarm: alarm}))(t)
	if a := s.logIn(student, flows.Handle{Phone: ownPhone}, "another horse"); a.Outcome != flows.Wrong {
		t.Errorf("the intruder's password: %+v", a)
	}
	if a := s.proof(student, flows.Handle{Phone: ownPhone}, flows.BySMS); a.Outcome != flows.OK || len(a.Accounts) != 0 {
		t.Errorf("the intruder finds it again: %+v", a)
	}
	_ = s.Clock.Sleep(t.Context(), 61*time.Second)
	if a := s.proof(oldOwner, flows.Handle{Phone: ownPhone}, flows.BySMS); len(a.Accounts) != 1 {
		t.Errorf("the owner does not: %+v", a)
	}
	if s.says(oldOwner, "账号锁住了") != 1 || s.says(owner, "改密码的不是本人") != 1 {
		t.Error("owner or office do not hear of it")
	}
	_ = s.Clock.Sleep(t.Context(), time.Minute)
	must(s.do(oldOwner, flows.Disown{Alarm: "0123456789abcdef"}))(t)
	if s.says(oldOwner, "已经过期") != 1 {
		t.Error("an unknown notice is answered by silence")
	}
}

// alarm is what the button 这不是我 of a chat's warning is about.
func (s *stage) alarm(chat int64) string {
	s.t.Helper()
	v := must(s.sim.Chat(chat, false))(s.t)
	for _, m := range v.Messages {
		for _, row := range m.Keyboard {
			for _, b := range row {
				if subject, ok := strings.CutPrefix(b.Data, "v1.s"); ok && strings.Contains(b.Data, ".disown.") {
					name, _, _ := strings.Cut(subject, ".")
					return name
				}
			}
		}
	}
	s.t.Fatal("no button 这不是我")
	return ""
}

// Rows: S16
func TestAUserNameGoesToWhatIsOnRecordAndToTheOwnersChatAlone(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref := s.family(ownPhone, ownMail)
	find := func(chat int64, name string) {
		t.Helper()
		_ = s.Clock.Sleep(t.Context(), 61*time.Second)
		a := must(s.do(chat, flows.FindUsername{Documents: numbered(idNumber).Documents, Name: name, Lang: "zh-Hans"}))(t)
		if diff := cmp.Diff(flows.UsernameTold{Outcome: flows.OK}, a); diff != "" {
			t.Error(diff)
		}
		s.lane(ref.Person)
	}
	find(student, "李四")
	if n := len(s.sim.Inbox("")); n != 0 {
		t.Errorf("another name: %d letters", n)
	}
	find(student, "张<b>三")
	find(oldOwner, "张<b>三")
	for _, to := range []string{ownPhone, ownMail} {
		if got := s.inbox(to); len(got) != 2 || !strings.Contains(got[0], "139****0040") {
			t.Errorf("%s got %v", to, got)
		}
	}
	if s.says(student, "139****0040") != 0 || s.says(oldOwner, "139****0040") != 1 {
		t.Error("the chat of the owner alone is told")
	}
}

// Rows: S22
func TestTheOldAccountsWaysAreToldMasked(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.family(ownPhone, ownMail)
	must(s.do(student, flows.Register{Applicant: s.applicant("+8613900000042", "b@example.test"), Reclaim: true}))(t)
	got := must(s.do(student, flows.FindWays{Documents: numbered(idNumber).Documents}))(t)
	want := flows.WaysFound{Ways: []flows.FoundWay{{Way: flows.BySMS, Shown: "139****0040"}, {Way: flows.ByMail, Shown: "o***@example.test"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff) // a claim's own phone and address are not the old account's
	}
}
