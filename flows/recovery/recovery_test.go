package recovery_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/recovery"
	"guiwei/flows/rules"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, recovery.Flow(rules.Passphrase))
	flowtest.Laws(t, recovery.Username)
}

var mine = flowtest.Opened("a1", false)

// sent is a play at the code.
func sent(t *testing.T) *flowtest.Play {
	t.Helper()
	p := flowtest.Story(t).Tap("forgot").Is("recover/handle").Type(flowtest.Phone).Is("recover/way").Tap("by_sms").Is("recover/sending")
	return p.Answer(flows.ProofSent{Outcome: flows.OK, Digest: "123456", Accounts: []flows.AccountRef{mine.Account}}).Is("recover/code")
}

// opened is a play behind the right code.
func opened(t *testing.T, accounts ...flows.Recoverable) *flowtest.Play {
	t.Helper()
	return sent(t).Type("123456").Is("recover/opening").Answer(flows.ProofOpened{Accounts: accounts})
}

// Rows: S22
func TestTheGuidesWayToANewPassword(t *testing.T) {
	t.Parallel()
	p := opened(t, mine).Is("recover/password").Says("recover.proven")
	p.Type("123456").Is("recover/password").Type(flowtest.ID[12:]).Is("recover/password")
	p.Type(flowtest.Password).Answer(flows.Hashed{PHC: "new", Like: -1}).Is("recover/confirm")
	p.Type(flowtest.Password).Answer(flows.Hashed{PHC: "again", Like: 0}).Is("recover/changing")
	want := []flows.ChangePassword{{Account: mine.Account, PHC: "new"}}
	if diff := cmp.Diff(want, flowtest.Asked[flows.ChangePassword](p)); diff != "" {
		t.Error(diff)
	}
	p.Answer(flows.PasswordChanged{Outcome: flows.OK}).Is("login/password").Says("recover.done")
	if !strings.Contains(p.Ask(), "150****1234") {
		t.Errorf("asks %s", p.Ask())
	}
}

// Rows: S15
func TestTheDraftThatWasInterruptedGoesOn(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Walk("register/name").Command("forgot").Is("recover/handle").Tap("back").Is("register/name")
	p.Command("forgot").Type(flowtest.Phone).Tap("by_sms").Answer(flows.ProofSent{Outcome: flows.OK, Digest: "123456", Accounts: []flows.AccountRef{mine.Account}})
	p.Type("123456").Answer(flows.ProofOpened{Accounts: []flows.Recoverable{mine}}).Type(flowtest.Password).Answer(flows.Hashed{PHC: "n", Like: -1})
	p.Type(flowtest.Password).Answer(flows.Hashed{PHC: "n2", Like: 0}).Answer(flows.PasswordChanged{Outcome: flows.OK}).Is("login/password")
	p.Tap("other_account").Tap("back").Is("register/name")
}

// Rows: S55
func TestTheLoginPageLeadsWhereTheGuidesDoes(t *testing.T) {
	t.Parallel()
	for act, at := range map[string]string{"register": "register/consent", "find_password": "recover/handle", "find_username": "username/name"} {
		p := flowtest.Story(t).Tap("login").Is("login/phone").Tap(act)
		if p.At() != at {
			t.Errorf("%s leads to %s", act, p.At())
		}
		if p.Command("back"); p.At() != "login/phone" && at != "register/consent" {
			t.Errorf("back from %s is %s", at, p.At())
		}
	}
}

func TestWhatTheLoginKnowsIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Tap("status").Is("login/phone").Type(flowtest.Phone).Is("login/password").Tap("find_password").Is("recover/way")
	p.Tap("by_mail").Answer(flows.ProofSent{Outcome: flows.OK, Digest: "123456", Accounts: []flows.AccountRef{mine.Account}}).Is("recover/code")
	p.Type("123456").Answer(flows.ProofOpened{Accounts: []flows.Recoverable{mine}}).Type(flowtest.Password).Answer(flows.Hashed{PHC: "n", Like: -1})
	p.Type(flowtest.Password).Answer(flows.Hashed{Like: 0}).Answer(flows.PasswordChanged{Outcome: flows.OK}).Is("login/password")
	if n := len(p.C.Frames); n != 2 {
		t.Errorf("%d frames: the login that was interrupted still waits below", n)
	}
	p.Type(flowtest.Password).Answer(flows.LoggedIn{Outcome: flows.OK, Proofed: true, Login: flowtest.Login(true)}).Is("status/loading")
}

// Rows: U6
func TestTheCodeCountsDownAndRunsOut(t *testing.T) {
	t.Parallel()
	p := sent(t).Put(flows.Input{Kind: flows.Text, Text: "12"}).Says("recover.code.not_six").Type("111111").Says("recover.code.wrong")
	p.Tap("again").Says("recover.code.patience").Wake("resend").Says("recover.code.wrong")
	for range 4 {
		p.Type("111111")
	}
	p.Says("recover.code.used_up").Type("123456").Is("recover/code").Wait(time.Minute).Command("help").Tap("again").Is("recover/sending")
	p.Answer(flows.ProofSent{Outcome: flows.OK, Digest: "222222"}).Is("recover/code").Says("recover.code.again_sms").Wait(10 * time.Minute)
	p.Type("222222").Is("recover/code").Says("recover.code.expired").Tap("other_way").Is("recover/way")
}

func TestACodeOfTheRegistrationOpensNothingHere(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Walk("register/code").Command("forgot").Type(flowtest.Phone).Tap("by_sms")
	p.Answer(flows.ProofSent{Outcome: flows.OK, Digest: "654321"}).Type("123456").Is("recover/code").Says("recover.code.wrong")
}

// Rows: T14 S13
//
// No place of a new password is reached by answers alone: every way into it comes from a code that was right.
func TestAnswersAloneOpenNothing(t *testing.T) {
	t.Parallel()
	asks := flowtest.Opened("a1", true)
	p := opened(t, asks).Is("recover/question").Type("周雨晴")
	checked := flowtest.Asked[flows.CheckAnswer](p)
	if len(checked) != 1 || checked[0].Plain != "周雨晴" || len(flowtest.Asked[flows.Delete](p)) != 1 {
		t.Errorf("asked %+v", checked)
	}
	if strings.Contains(p.Draft(), "周雨晴") {
		t.Error("the answer stands in the draft")
	}
	p.Answer(flows.AnswerChecked{Outcome: flows.Wrong, Left: 3}).Is("recover/question").Says("recover.question.wrong")
	p.Type("周雨晴").Answer(flows.AnswerChecked{Outcome: flows.Blocked}).Is("recover/question").Says("recover.question.blocked")
	p.Type("周雨晴").Answer(flows.AnswerChecked{Outcome: flows.OK}).Is("recover/password")

	rows := recovery.Flow(rules.Passphrase).Rows()
	from := func(target string) (all []string) {
		for _, r := range rows {
			if r[2] == target && r[1] != "back" && r[1] != "given up" {
				all = append(all, r[0])
			}
		}
		return all
	}
	before := map[string][]string{"password": {"account", "confirm", "opening", "question"}, "question": {"account", "opening"},
		"account": {"opening"}, "opening": {"code"}}
	for place, want := range before {
		if diff := cmp.Diff(want, sorted(from(place))); diff != "" {
			t.Errorf("ways into %s: %s", place, diff)
		}
	}
}

func TestAFamilysPhoneChoosesTheAccount(t *testing.T) {
	t.Parallel()
	p := opened(t, mine, flowtest.Opened("a2", true)).Is("recover/account").Type("account7").Is("recover/account")
	p.Tap("account1").Is("recover/question")
	opened(t, mine, flowtest.Opened("a2", true)).Tap("account0").Is("recover/password")
}

// Rows: T9 T10
//
// Up to the code, what is said and asked for is made of what was typed: 50 handles that exist and 50 that do not.
func TestExistingAndAbsentHandlesAreToldTheSame(t *testing.T) {
	t.Parallel()
	told := func(accounts []flows.AccountRef) string {
		p := flowtest.Story(t)
		for i := range 50 {
			p.Tap("forgot").Type(flowtest.Phone).Tap([]string{"by_sms", "by_mail"}[i%2])
			p.Answer(flows.ProofSent{Outcome: flows.OK, Digest: "999999", Accounts: accounts}).Type("111111").Tap("other_way").Tap("back").Tap("back")
		}
		p.Tap("forgot").Tap("find_username").Type(flowtest.Name).Type(flowtest.ID).Answer(flows.UsernameTold{Outcome: flows.OK}).Is("username/told")
		return p.Transcript()
	}
	if diff := cmp.Diff(told([]flows.AccountRef{mine.Account}), told(nil)); diff != "" {
		t.Error(diff)
	}
}

func TestNobodysCodeLeadsBack(t *testing.T) {
	t.Parallel()
	sent(t).Type("123456").Answer(flows.ProofOpened{}).Is("recover/handle").Says("recover.none")
}

// Rows: S16
func TestTheUserNameIsNeverToldInTheChat(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Tap("forgot").Tap("find_username").Is("username/name").Type("1").Is("username/name").Type(flowtest.Name)
	p.Is("username/number").Type("zhou@qq.com").Is("username/number").Type("15012341234").Is("username/number").Says("username.number.other").Type(flowtest.ID)
	if asked := flowtest.Asked[flows.FindUsername](p); len(asked) != 1 || asked[0].Documents[0].Number != flowtest.ID || asked[0].Name != flowtest.Name {
		t.Errorf("asked %+v", asked)
	}
	if len(flowtest.Asked[flows.Delete](p)) != 1 {
		t.Error("the ID number stays in the chat")
	}
	p.Answer(flows.UsernameTold{Outcome: flows.Blocked, Until: p.Now}).Is("username/number").Says("username.blocked")
	p.Type(flowtest.ID).Answer(flows.UsernameTold{Outcome: flows.OK}).Is("username/told").Says("username.told.ask")
	if strings.Contains(p.Draft(), flowtest.ID) {
		t.Error("the number is kept")
	}
	p.Tap("look_again").Is("username/name").Tap("back").Is("recover/handle")
}

func sorted(all []string) []string { slices.Sort(all); return slices.Compact(all) }
