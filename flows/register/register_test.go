package register_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/register"
	"guiwei/flows/rules"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, register.Flow(register.Settings{}))
}

// to walks to a step of the registration.
func to(t *testing.T, at string) *flowtest.Play {
	t.Helper()
	return flowtest.Story(t).Walk("register/" + at)
}

// Rows: S14
func TestConsentIsStoredWithVersionHashAndTime(t *testing.T) {
	t.Parallel()
	p := to(t, "consent").Tap("terms").Is("register/consent").Says("terms.text").Tap("agree").Is("register/phone")
	for _, want := range []string{`"version":"2026-11-24"`, `"sha256":"` + flows.Agree(flows.ConsentTerms, "", "", "", time.Time{}).SHA256 + `"`, `"at":"2026-11-23T04:00:00Z"`} {
		if !strings.Contains(p.Draft(), want) {
			t.Errorf("draft %s lacks %s", p.Draft(), want)
		}
	}
}

// Rows: S14
func TestDecliningKeepsNothing(t *testing.T) {
	t.Parallel()
	p := to(t, "consent").Tap("decline").Is("home/menu").Says("register.declined")
	if len(p.C.Frames) != 1 {
		t.Errorf("frames %+v", p.C.Frames)
	}
}

func TestDecliningEndsOnlyTheRegistration(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Command("login").Type(flowtest.Phone).Command("register").Is("register/consent")
	p.Tap("decline").Is("login/password")
}

// Rows: S2
func TestAPhoneIsTakenInEveryWayOfWritingIt(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"15012341234", "150 1234 1234", "+86 150-1234-1234", "１５０１２３４１２３４", "0086 15012341234"} {
		p := to(t, "phone").Type(typed).Is("register/sending")
		if asked := flowtest.Asked[flows.SendCode](p); len(asked) != 1 || asked[0].Phone != "+8615012341234" {
			t.Errorf("%s: asked %+v", typed, asked)
		}
	}
	for _, typed := range []string{"12345", "abc", "+1 212 555 0100", ""} {
		p := to(t, "phone")
		before := p.Draft()
		if p.Type(typed).Is("register/phone"); p.Draft() != before {
			t.Errorf("%q changed the draft", typed)
		}
	}
}

// Rows: S1
func TestARelativesPhoneIsNamedInTheFinalCard(t *testing.T) {
	t.Parallel()
	p := to(t, "phone").Tap("relative").Is("register/relation").Tap("back").Is("register/phone").Tap("relative")
	p.Type("hello").Is("register/relation").Says("kit.unexpected").Tap("relation.parent").Is("register/phone")
	if got := p.Ask(); got != "register.phone.ask_relative(relation=relation.parent)" {
		t.Errorf("asks %s", got)
	}
	p.Type(flowtest.Phone).Answer(flows.CodeSent{Outcome: flows.OK, Digest: "1"}).Type("1").Type(flowtest.Password)
	p.Answer(flows.Hashed{PHC: "h", Like: -1}).Type(flowtest.Password).Answer(flows.Hashed{Like: 0}).Type(flowtest.Name)
	p.Type(flowtest.ID).Tap("mine").Answer(flows.Hashed{Like: -1}).Tap("skip")
	for range 3 {
		p.Type("周雨晴").Answer(flows.Hashed{PHC: "a", Like: -1})
	}
	if got := p.Is("register/check").Ask(); !strings.Contains(got, "phone=150****1234 whose=relation.parent") {
		t.Errorf("card %s", got)
	}
}

func TestChoosingARelativeCanBeTakenBack(t *testing.T) {
	t.Parallel()
	p := to(t, "phone").Tap("relative").Tap("relation.parent").Is("register/phone")
	if _, ok := p.Button("own_phone"); !ok && !p.Shown.Share {
		t.Errorf("no way back to the own phone: %+v", p.Shown.Buttons)
	}
}

// Rows: T11 U5
func TestTheOwnContactNeedsNoCode(t *testing.T) {
	t.Parallel()
	own := flows.Input{Kind: flows.Contact, Contact: &flows.Phone{Number: "8615012341234", Own: true}}
	p := to(t, "phone")
	if !p.Shown.Share {
		t.Error("the own number is not asked for")
	}
	p.Put(own).Is("register/password").Says("register.phone.shared")
	if len(flowtest.Asked[flows.Unshare](p)) != 1 {
		t.Error("the reply keyboard stays")
	}
	for _, c := range []flows.Phone{{Number: "8615012341234"}, {Number: "12125550100", Own: true}, {Own: true}} {
		to(t, "phone").Put(flows.Input{Kind: flows.Contact, Contact: &c}).Is("register/phone").Says("register.phone.foreign_contact")
	}
	for written, number := range map[string]string{"+86 150 1234 1234": "+8615012341234", "86015012341234": "+8615012341234", "85261234567": "+85261234567"} {
		p := to(t, "phone").Put(flows.Input{Kind: flows.Contact, Contact: &flows.Phone{Number: written, Own: true}}).Is("register/sending")
		if asked := flowtest.Asked[flows.SendCode](p); len(asked) != 1 || asked[0].Phone != number {
			t.Errorf("%s: asked %+v", written, asked)
		}
	}
}

func TestAPhoneThatGetsNoCodeIsAskedAgain(t *testing.T) {
	t.Parallel()
	p := to(t, "sending")
	p.Answer(flows.CodeSent{Outcome: flows.Blocked, Until: p.Now}).Is("register/phone")
	if got := p.Note(); got != "register.code.blocked(phone=150****1234 until=2026-11-23 12:00)" {
		t.Errorf("says %s", got)
	}
	p = to(t, "sending")
	p.Answer(flows.CodeSent{Outcome: flows.Failed, Until: p.Now.Add(5 * time.Minute)}).Is("register/phone")
	if got := p.Note(); got != "register.code.not_sent(n=5)" {
		t.Errorf("says %s", got)
	}
	to(t, "sending").Answer(flows.CodeSent{Outcome: flows.Failed}).Is("register/phone").Says("register.code.not_sent")
	to(t, "sending").Answer(flows.CodeSent{Outcome: flows.Refused}).Is("register/phone").Says("register.code.refused")
}

func TestACodeThatMayHaveGoneOutCountsWhenItComes(t *testing.T) {
	t.Parallel()
	p := to(t, "sending").Answer(flows.CodeSent{Outcome: flows.Unsure, Digest: "123456"}).Is("register/code").Says("register.code.unsure")
	p.Tap("again").Is("register/code").Says("register.code.patience")
	p.Type("123456").Is("register/password")
}

func TestNothingIsKeptBeforeThereIsAnAnswer(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"phone", "name", "id_number", "email"} {
		p := to(t, at)
		if _, ok := p.Button("keep"); ok {
			t.Errorf("%s: offers to keep what was never told", at)
		}
		p.Command("keep")
		if p.At() != "register/"+at {
			t.Errorf("%s: /keep leads to %s", at, p.At())
		}
	}
}

// Rows: S7
func TestARareNameIsTakenWhole(t *testing.T) {
	t.Parallel()
	p := to(t, "name").Tap("rare").Is("register/name").Says("register.name.rare")
	p.Type("林").Is("register/name").Type("阿依古丽·买买提").Is("register/id_number").Tap("back")
	if got := p.Note(); got != "kit.was(was=阿**)" {
		t.Errorf("says %s", got)
	}
	if p.Type("𠮷田𬤇").Is("register/id_number"); !strings.Contains(p.Draft(), "𠮷田𬤇") {
		t.Errorf("draft %s", p.Draft())
	}
}

func TestEveryKindOfDocumentHasItsJudge(t *testing.T) {
	t.Parallel()
	p := to(t, "id_number").Tap("other_kind").Is("register/id_kind").Type("什么").Is("register/id_kind").Says("kit.unexpected")
	if first := p.Shown.Buttons[0][0].Act; first != "resident" {
		t.Errorf("%s comes first", first)
	}
	p.Tap("passport").Is("register/id_number").Type(flowtest.ID).Is("register/id_number").Type("E12345678").Is("register/own")
	if got := p.Ask(); got != "register.own.ask(id=E******78)" {
		t.Errorf("asks %s", got)
	}
	p.Tap("mine").Answer(flows.Hashed{Like: -1}).Is("register/email")
	if !strings.Contains(p.Draft(), `"id_kind":"passport","id_number":"E12345678"`) {
		t.Errorf("draft %s", p.Draft())
	}
}

// Rows: S9
func TestAnIDNumberIsConfirmedAsTheStudentsOwn(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{"99010120060315001", "990101200613150014", "990101200603150015", "abc"} {
		to(t, "id_number").Type(typed).Is("register/id_number")
	}
	p := to(t, "own")
	if got := p.Ask(); got != "register.own.ask(id=990101********0014)" {
		t.Errorf("asks %s", got)
	}
	p.Tap("retype").Is("register/id_number").Type("990101 20060315 0014").Is("register/own").Tap("mine").Tap("mine")
	p.Answer(flows.Hashed{Like: -1}).Is("register/email").Tap("back").Is("register/id_number").Says("kit.was")
	p.Tap("keep").Is("register/email")
}

// Rows: S5
func TestAPasswordThatEndsTheIDNumberIsRefusedOrWarnedOf(t *testing.T) {
	t.Parallel()
	p := to(t, "own").Tap("mine")
	if asked := flowtest.Asked[flows.Hash](p); len(asked) != 1 || cmp.Diff([]string{"150014", "h1"}, append([]string{asked[0].Plain}, asked[0].Against...)) != "" {
		t.Errorf("compares %+v", asked)
	}
	p.Answer(flows.Hashed{Like: 0}).Is("register/password").Says("register.own.suffix_refused")
	p.Type("150014").Is("register/password").Says("rule.password.id_suffix").Type(flowtest.Password)
	p.Answer(flows.Hashed{PHC: "h", Like: -1}).Type(flowtest.Password).Answer(flows.Hashed{Like: 0}).Is("register/name").Tap("keep")
	p.Is("register/id_number").Tap("keep").Is("register/email")

	allowed := flowtest.Start(t, flowtest.Book(t, rules.IDSuffix)).Walk("register/own").Tap("mine").Answer(flows.Hashed{Like: 0})
	allowed.Is("register/email").Says("register.own.suffix_warning")
}

// Rows: S10
func TestASlipInTheEmailIsAskedAbout(t *testing.T) {
	t.Parallel()
	typed := func() *flowtest.Play { return to(t, "email").Type("zhou@qq.con").Is("register/email_typo") }
	if got := typed().Ask(); got != "register.email_typo.ask(typed=zhou@qq.con meant=zhou@qq.com)" {
		t.Errorf("asks %s", got)
	}
	for act, want := range map[string]string{"meant": `"email":"zhou@qq.com"`, "as_typed": `"email":"zhou@qq.con"`} {
		if p := typed().Tap(act).Is("register/mother"); !strings.Contains(p.Draft(), want) {
			t.Errorf("%s: draft %s", act, p.Draft())
		}
	}
	typed().Tap("back").Is("register/email").Type("zhou@qq.com").Is("register/mother")
	typed().Type("?").Is("register/email_typo").Says("rule.email.at")
	typed().Type("zhou@qq.com").Is("register/mother")
	p := to(t, "email").Type("no mail").Is("register/email").Type("zhou@qq.com").Is("register/mother").Tap("back").Is("register/email")
	if got := p.Note(); got != "kit.was(was=z***@qq.com)" {
		t.Errorf("says %s", got)
	}
	if p.Tap("skip").Is("register/mother"); strings.Contains(p.Draft(), "qq.com") {
		t.Errorf("skipped, draft %s", p.Draft())
	}
}

// Rows: S11 S12 S13
func TestAnswersAreHashedAndLeaveTheChat(t *testing.T) {
	t.Parallel()
	p := to(t, "mother")
	for i, step := range []string{"mother", "father", "teacher"} {
		p.Is("register/" + step).Type(" 周 雨晴 ")
		hash, gone := flowtest.Asked[flows.Hash](p), flowtest.Asked[flows.Delete](p)
		if len(hash) != 1 || hash[0].Plain != "周雨晴" || len(hash[0].Against) != i || len(gone) != 1 {
			t.Fatalf("%s: hashes %+v, deletes %+v", step, hash, gone)
		}
		if strings.Contains(p.Draft(), "雨晴") {
			t.Errorf("%s: draft %s", step, p.Draft())
		}
		p.Answer(flows.Hashed{PHC: "a", Like: i - 1})
		if i > 0 && !strings.Contains(p.Note(), "register.answer.alike") {
			t.Errorf("%s: no warning, but %s", step, p.Note())
		}
	}
	p.Is("register/check").Command("back").Is("register/mother").Type("x").Is("register/mother")
}

func TestTheLastCardIsMasked(t *testing.T) {
	t.Parallel()
	want := "register.check.ask(phone=150****1234 whose=register.check.own name=林** id=990101********0014 email=register.check.no_email)"
	if got := to(t, "check").Ask(); got != want {
		t.Errorf("asks %s", got)
	}
}

func TestRegisteringLeadsByItsOutcome(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[flows.Outcome]string{
		flows.OK: "login/password", flows.Taken: "reclaim/warning", flows.Full: "register/phone", flows.Failed: "register/check",
	} {
		p := to(t, "registering").Type("快点").Is("register/registering")
		p.Answer(flows.Registered{Outcome: outcome, State: flows.AccountActive}).Is(want)
		if outcome == flows.Full && p.Note() != "register.phone_full(phone=150****1234)" {
			t.Errorf("says %s", p.Note())
		}
	}
}

// Rows: S18
func TestNothingTellsThatANumberIsTakenBeforeTheCodeWasRight(t *testing.T) {
	t.Parallel()
	p := to(t, "registering")
	transcript := p.Transcript()
	if proven := strings.Index(transcript, "register.code.right"); proven < 0 || strings.Contains(transcript[:proven], "does Register") {
		t.Errorf("the number is looked up before the phone is proven:\n%s", transcript)
	}
	if n := strings.Count(transcript, "does Register"); n != 1 {
		t.Errorf("looked up %d times", n)
	}
}

func TestSecretsTypedOnTheWayLeaveTheChatAtOnce(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"code", "password", "confirm", "id_number", "own", "mother", "father", "teacher"} {
		p := to(t, at)
		p.Put(flows.Input{Kind: flows.Edited, Text: flowtest.ID, Message: 9})
		if gone := flowtest.Asked[flows.Delete](p); len(gone) != 1 || gone[0].Message != 9 {
			t.Errorf("%s: what is typed there stays in the chat", at)
		}
	}
}

func TestANumberTypedAfterTheConfirmationIsConfirmedToo(t *testing.T) {
	t.Parallel()
	const other = "990101200603150030"
	p := to(t, "own").Tap("mine").Type(other)
	flowtest.Reply[flows.Hash](p, flows.Hashed{Like: -1})
	if p.At() != "register/own" && strings.Contains(p.Draft(), other) {
		t.Error("是本人的 was said of one number, and another was taken, its end never held against the password")
	}
}

// Rows: T9
func TestTooManyNumbersLoseNothingThatWasFilledIn(t *testing.T) {
	t.Parallel()
	p := to(t, "check")
	before := p.Draft()
	p.Tap("submit").Is("register/registering").Answer(flows.Registered{Outcome: flows.Limited}).Is("register/check").Says("limits.numbers")
	if p.Draft() != before {
		t.Errorf("draft %s, was %s", p.Draft(), before)
	}
	p.Tap("edit_id_number").Is("register/id_number")
}

// Rows: S14
func TestEachConsentIsARecordOfItsOwn(t *testing.T) {
	t.Parallel()
	p := to(t, "consent").Tap("agree_photo").Says("consent.given").Is("register/consent")
	if _, ok := p.Button("agree_photo"); ok {
		t.Error("the same consent is asked for twice")
	}
	p.Tap("agree_abroad").Tap("withdraw_abroad").Says("consent.not_given").Wait(time.Minute).Tap("agree").Is("register/phone")
	var d register.Draft
	if err := json.Unmarshal([]byte(p.Draft()), &d); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{flows.ConsentAbroad}, d.Unconsented()); diff != "" {
		t.Errorf("missing %s", diff)
	}
	terms, _ := d.Consented(flows.ConsentTerms)
	photo, _ := d.Consented(flows.ConsentPhoto)
	if terms.SHA256 == photo.SHA256 || len(photo.SHA256) != 64 || photo.Version == "" || photo.Lang == "" || !photo.At.Before(terms.At) {
		t.Errorf("records %+v and %+v", terms, photo)
	}
}
