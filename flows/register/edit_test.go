package register_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/rules"
)

const (
	otherPhone = "13912341234"
	otherID    = "990101200603150030"
)

// edits are the card's buttons: where each leads, what is typed there, an answer that is refused, and what comes then.
var edits = []struct {
	act, at, refused string
	answers          []func(*flowtest.Play)
}{
	{"edit_phone", "phone", "12345", []func(*flowtest.Play){
		func(p *flowtest.Play) { p.Type(otherPhone).Is("register/sending") },
		func(p *flowtest.Play) {
			p.Answer(flows.CodeSent{Outcome: flows.OK, Digest: "654321"}).Is("register/code")
		},
		func(p *flowtest.Play) { p.Type("654321") }}},
	{"edit_name", "name", "林", []func(*flowtest.Play){func(p *flowtest.Play) { p.Type("林大树") }}},
	{"edit_id_number", "id_number", "99010120060315001", []func(*flowtest.Play){
		func(p *flowtest.Play) { p.Type(otherID).Is("register/own") },
		func(p *flowtest.Play) { p.Tap("mine").Answer(flows.Hashed{Like: -1}) }}},
	{"edit_email", "email", "zhou", []func(*flowtest.Play){
		func(p *flowtest.Play) { p.Type("zhou@qq.con").Is("register/email_typo") },
		func(p *flowtest.Play) { p.Tap("meant") }}},
	{"edit_password", "password", "123", []func(*flowtest.Play){
		func(p *flowtest.Play) {
			p.Type("shuijing-42-hu").Answer(flows.Hashed{PHC: "h9", Like: -1}).Is("register/confirm")
		},
		func(p *flowtest.Play) { p.Type("shuijing-42-hu").Answer(flows.Hashed{Like: 0}) }}},
	{"edit_mother", "mother", "x", []func(*flowtest.Play){
		func(p *flowtest.Play) {
			p.Type("周新雨").Answer(flows.Hashed{PHC: "b1", Like: -1}).Is("register/father")
		},
		func(p *flowtest.Play) {
			p.Type("林新山").Answer(flows.Hashed{PHC: "b2", Like: -1}).Is("register/teacher")
		},
		func(p *flowtest.Play) { p.Type("钱老师").Answer(flows.Hashed{PHC: "b3", Like: -1}) }}},
}

// told is the draft's own answers, by their names.
func told(t *testing.T, p *flowtest.Play) map[string]any {
	t.Helper()
	var d map[string]any
	if err := json.Unmarshal([]byte(p.Draft()), &d); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"code", "typo", "kind"} { // notes of the way
		delete(d, name)
	}
	return d
}

// Rows: P3 U12
func TestAnEditAsksOneAnswerAndComesBackToTheCard(t *testing.T) {
	t.Parallel()
	changes := map[string][]string{"edit_phone": {"phone"}, "edit_name": {"name"}, "edit_id_number": {"id_number"},
		"edit_email": {"email"}, "edit_password": {"password"}, "edit_mother": {"answers"}}
	for _, e := range edits {
		p := to(t, "check")
		before := told(t, p)
		p.Tap(e.act).Is("register/" + e.at)
		if p.Shown.Header == nil || p.Shown.Header.Key != "step.edit" {
			t.Errorf("%s: headed %v", e.act, p.Shown.Header)
		}
		p.Type(e.refused).Is("register/" + e.at)
		for _, answer := range e.answers {
			answer(p)
		}
		p.Is("register/check").Says("register.check.ask")
		after := told(t, p)
		for _, name := range append(changes[e.act], "proven") {
			if e.act != "edit_phone" && name == "proven" {
				continue
			}
			if name != "proven" && cmp.Equal(before[name], after[name]) {
				t.Errorf("%s: %s did not change", e.act, name)
			}
			delete(before, name)
			delete(after, name)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%s changes more than it should:\n%s", e.act, diff)
		}
		p.Tap("submit").Is("register/registering")
	}
}

// Rows: P3 P2
func TestAnEditThatIsGivenUpLeavesEveryAnswerAsItWas(t *testing.T) {
	t.Parallel()
	for _, e := range edits {
		for done := range len(e.answers) {
			p := to(t, "check")
			before := p.Draft()
			p.Tap(e.act)
			for _, answer := range e.answers[:done] {
				answer(p)
			}
			for backs := 0; p.At() != "register/check"; backs++ {
				if backs == 4 {
					t.Fatalf("%s after %d answers: back leads to %s, never to the card", e.act, done, p.At())
				}
				p.Command("back")
			}
			if p.Says("kit.unchanged"); p.Draft() != before {
				t.Errorf("%s given up after %d answers:\n%s", e.act, done, cmp.Diff(before, p.Draft()))
			}
			if p.Tap(e.act).Is("register/" + e.at); p.Shown.Header.Key != "step.edit" {
				t.Errorf("%s a second time: headed %v", e.act, p.Shown.Header)
			}
		}
	}
}

// Rows: P3
func TestAnEditOffersTheOldAnswer(t *testing.T) {
	t.Parallel()
	was := map[string]string{"edit_phone": "150****1234", "edit_name": "林**", "edit_id_number": "990101********0014",
		"edit_password": "••••••", "edit_mother": "••••••", "edit_email": ""}
	for _, e := range edits {
		p := to(t, "check")
		before := p.Draft()
		p.Tap(e.act)
		if was[e.act] == "" {
			if _, ok := p.Button("keep"); ok {
				t.Errorf("%s: offers to keep what was never told", e.act)
			}
			continue
		}
		if got := p.Note(); got != "kit.was(was="+was[e.act]+")" {
			t.Errorf("%s says %s", e.act, got)
		}
		if p.Tap("keep").Is("register/check").Says("kit.unchanged"); p.Draft() != before {
			t.Errorf("%s: keeping changes %s", e.act, cmp.Diff(before, p.Draft()))
		}
	}
}

func TestAnOldAnswerIsStillOfferedAfterTheNewOneWasTakenBack(t *testing.T) {
	t.Parallel()
	p := to(t, "check").Tap("edit_phone").Type(otherPhone).Answer(flows.CodeSent{Outcome: flows.OK, Digest: "1"})
	p.Tap("other_phone").Is("register/phone").Tap("keep").Is("register/check")
	if got := p.Ask(); !strings.Contains(got, "phone=150****1234") {
		t.Errorf("card %s", got)
	}
	p.Tap("edit_password").Type("shuijing-42-hu").Answer(flows.Hashed{PHC: "h9", Like: -1}).Type("other").Answer(flows.Hashed{Like: -1})
	p.Is("register/password").Tap("keep").Is("register/check")
	if !strings.Contains(p.Draft(), `"password":"h1","confirmed":true`) {
		t.Errorf("draft %s", p.Draft())
	}
}

func TestAnEditIsInterruptedAndStored(t *testing.T) {
	t.Parallel()
	for _, e := range edits {
		p := to(t, "check").Tap(e.act)
		p.Command("language").Is("language/choice").Tap("zh-Hans").Is("register/" + e.at)
		p.Command("cancel").Is("cancel/sure").Tap("go_on").Is("register/" + e.at)
		p.Command("help").Is("register/" + e.at).Command("start").Is("register/" + e.at).Sticker().Is("register/" + e.at)
		p.Command("login").Is("login/phone").Command("back").Is("register/" + e.at)
		raw, err := json.Marshal(p.C)
		if err != nil {
			t.Fatal(err)
		}
		p.C = flows.Conversation{}
		if err := json.Unmarshal(raw, &p.C); err != nil {
			t.Fatal(err)
		}
		for _, answer := range e.answers {
			answer(p)
		}
		p.Is("register/check")
		to(t, "check").Tap(e.act).Command("cancel").Tap("stop").Is("home/menu")
	}
}

func TestTheCodeOfAnEditComesDuringAnInterruption(t *testing.T) {
	t.Parallel()
	p := to(t, "check").Tap("edit_phone").Type(otherPhone).Is("register/sending").Command("language")
	flowtest.Reply[flows.SendCode](p, flows.CodeSent{Outcome: flows.OK, Digest: "654321"})
	p.Is("language/choice").Tap("zh-Hans").Is("register/code").Type("111111").Is("register/code").Type("654321").Is("register/check")
}

func TestAPhoneThatGetsNoCodeStaysInTheEdit(t *testing.T) {
	t.Parallel()
	p := to(t, "check").Tap("edit_phone").Type(otherPhone).Answer(flows.CodeSent{Outcome: flows.Failed})
	p.Is("register/phone").Says("register.code.not_sent").Type(otherPhone).Answer(flows.CodeSent{Outcome: flows.OK, Digest: "2"})
	p.Type("2").Is("register/check")
	own := flows.Input{Kind: flows.Contact, Contact: &flows.Phone{Number: "86" + otherPhone, Own: true}}
	to(t, "check").Tap("edit_phone").Put(own).Is("register/check").Says("register.phone.shared")
}

func TestARelativeIsNamedInAnEdit(t *testing.T) {
	t.Parallel()
	p := to(t, "check").Tap("edit_phone").Tap("relative").Tap("relation.parent").Is("register/phone").Tap("keep").Is("register/check")
	if got := p.Ask(); !strings.Contains(got, "phone=150****1234 whose=relation.parent") {
		t.Errorf("card %s", got)
	}
}

func TestAnotherKindOfDocumentIsTakenInAnEdit(t *testing.T) {
	t.Parallel()
	p := to(t, "check").Tap("edit_id_number").Tap("other_kind").Tap("passport").Type("E12345678").Tap("retype").Type("E12345679")
	p.Tap("mine").Answer(flows.Hashed{Like: -1}).Is("register/check")
	if !strings.Contains(p.Draft(), `"id_kind":"passport","id_number":"E12345679"`) {
		t.Errorf("draft %s", p.Draft())
	}
}

// Rows: P3 S5
func TestANewIDNumberHoldsThePasswordAgainstItself(t *testing.T) {
	t.Parallel()
	like := func() *flowtest.Play {
		p := to(t, "check").Tap("edit_id_number").Type(otherID).Tap("mine")
		if asked := flowtest.Asked[flows.Hash](p); len(asked) != 1 || asked[0].Plain != "150030" {
			t.Errorf("compares %+v", asked)
		}
		return p.Answer(flows.Hashed{Like: 0}).Is("register/password").Says("register.own.suffix_refused")
	}
	p := like().Type("150030").Is("register/password").Says("rule.password.id_suffix").Type("shuijing-42-hu")
	p.Answer(flows.Hashed{PHC: "h9", Like: -1}).Is("register/confirm").Tap("back").Is("register/password").Type("shuijing-42-hu")
	p.Answer(flows.Hashed{PHC: "h9", Like: -1}).Type("shuijing-42-hu").Answer(flows.Hashed{Like: 0}).Is("register/check")
	if !strings.Contains(p.Draft(), otherID) || !strings.Contains(p.Draft(), `"password":"h9","confirmed":true`) {
		t.Errorf("draft %s", p.Draft())
	}
	given := like().Tap("back").Is("register/check").Says("kit.unchanged")
	if !strings.Contains(given.Draft(), flowtest.ID) || !strings.Contains(given.Draft(), `"password":"h1","confirmed":true`) {
		t.Errorf("given up, draft %s", given.Draft())
	}
	allowed := flowtest.Start(t, flowtest.Book(t, rules.IDSuffix)).Walk("register/check").Tap("edit_id_number").Type(otherID)
	allowed.Tap("mine").Answer(flows.Hashed{Like: 0}).Is("register/check").Says("register.own.suffix_warning")
}

func TestAPhoneThatServesFiveIsChangedFromTheCard(t *testing.T) {
	t.Parallel()
	p := to(t, "registering").Answer(flows.Registered{Outcome: flows.Full}).Is("register/phone").Says("register.phone_full")
	p.Type(otherPhone).Answer(flows.CodeSent{Outcome: flows.OK, Digest: "2"}).Type("2").Is("register/check").Tap("submit")
	if asked := flowtest.Asked[flows.Register](p); len(asked) != 1 || asked[0].Applicant.Phone != "+86"+otherPhone {
		t.Errorf("asked %+v", asked)
	}
	p = to(t, "registering").Answer(flows.Registered{Outcome: flows.Taken}).Tap("understood").Tap("reclaim").Type(flowtest.Password)
	p.Answer(flows.Hashed{PHC: "h3", Like: -1}).Type(flowtest.Password).Answer(flows.Hashed{Like: 0}).Tap("submit")
	p.Answer(flows.Registered{Outcome: flows.Full}).Is("register/phone").Type(otherPhone)
	p.Answer(flows.CodeSent{Outcome: flows.OK, Digest: "2"}).Type("2").Is("register/check")
}

// Rows: U12
func TestTheCardHasATidyButtonForEveryAnswer(t *testing.T) {
	t.Parallel()
	p := to(t, "check")
	count := 0
	for _, row := range p.Shown.Buttons {
		if count += len(row); len(row) > 3 {
			t.Errorf("%d in a row", len(row))
		}
	}
	if count > 8 {
		t.Errorf("%d buttons", count)
	}
	for _, e := range edits {
		b, ok := p.Button(e.act)
		if !ok {
			t.Errorf("no %s", e.act)
			continue
		}
		for lang, verb := range map[string]string{"zh-Hans": "改", "zh-Hant": "改", "en": "Change "} {
			label := b.Label()
			if got := label.Plain(lang); !strings.HasPrefix(got, verb) || len([]rune(got)) > 20 {
				t.Errorf("%s reads %q", e.act, got)
			}
		}
	}
}

func TestTheButtonOfACardLeftIsStale(t *testing.T) {
	t.Parallel()
	p := to(t, "check")
	b, _ := p.Button("edit_name")
	p.Tap("edit_phone").TapOn(b).Is("register/phone")
	p.Command("edit_name").Is("register/phone").Says("kit.unknown_command")
	to(t, "check").Type("改手机号").Is("register/phone")
}
