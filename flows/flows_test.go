package flows_test

import (
	"encoding/json"
	"errors"
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/rules"
)

func book(t testing.TB) flows.Book { return flowtest.Book(t, rules.Passphrase) }

// toPhone walks to the phone question.
func toPhone(t *testing.T) *flowtest.Play {
	t.Helper()
	return flowtest.Start(t, book(t)).Is("home/menu").Tap("register").Is("register/consent").Tap("agree").Is("register/phone")
}

// toName walks to the name question.
func toName(t *testing.T) *flowtest.Play {
	t.Helper()
	p := toPhone(t).Type("150 1234 1234").Is("register/sending")
	code := flowtest.Asked[flows.SendCode](p)[0].Code
	p.Answer(flows.CodeSent{Outcome: flows.OK, Digest: code}).Is("register/code").Type(code).Is("register/password")
	p.Type("qingshan-lvshui-42").Answer(flows.Hashed{PHC: "h1", Like: -1}).Is("register/confirm")
	return p.Type("qingshan-lvshui-42").Answer(flows.Hashed{PHC: "h2", Like: 0}).Is("register/name")
}

// toCheck walks to the last question.
func toCheck(t *testing.T) *flowtest.Play {
	t.Helper()
	p := toName(t).Type("林小树").Is("register/id_number").Type("990101200603150014").Is("register/own")
	p.Tap("mine").Answer(flows.Hashed{PHC: "tail", Like: -1}).Is("register/email").Tap("skip").Is("register/mother")
	for _, answer := range []string{"周雨晴", "林远山", "赵老师"} {
		p.Type(answer).Answer(flows.Hashed{PHC: "a", Like: -1})
	}
	return p.Is("register/check")
}

func TestRegistrationLeadsToReclaimWhereTheNumberIsTaken(t *testing.T) {
	t.Parallel()
	p := toCheck(t).Tap("submit").Is("register/registering")
	asked := flowtest.Asked[flows.Register](p)
	if len(asked) != 1 || asked[0].Reclaim || asked[0].Applicant.IDNumber != "990101200603150014" {
		t.Fatalf("asked %+v", asked)
	}
	p.Answer(flows.Registered{Outcome: flows.Taken}).Is("reclaim/warning").Says("reclaim.warning.ask")
	p.Tap("understood").Tap("reclaim").Is("reclaim/password")
	p.Type("qingshan-lvshui-42").Answer(flows.Hashed{PHC: "h", Like: -1}).Type("x").Answer(flows.Hashed{Like: 0}).Is("reclaim/submit")
	p.Tap("submit").Answer(flows.Registered{Outcome: flows.OK, State: flows.AccountPending}).Is("login/password")
}

// Rows: S17
func TestSecondPressOfRegisterIsStale(t *testing.T) {
	t.Parallel()
	p := toCheck(t)
	b, _ := p.Button("submit")
	first := len(flowtest.Asked[flows.Register](p.TapOn(b)))
	second := len(flowtest.Asked[flows.Register](p.TapOn(b)))
	if first != 1 || second != 0 {
		t.Errorf("asked %d times, then %d times, want 1 and 0", first, second)
	}
	if toasts := flowtest.Asked[flows.AnswerTap](p); len(toasts) != 1 || toasts[0].Toast.Key != "kit.stale" {
		t.Errorf("the second tap is answered by %+v", toasts)
	}
}

// Rows: P2
func TestBackShowsTheOldAnswerAndKeepsIt(t *testing.T) {
	t.Parallel()
	p := toName(t).Type("林小树").Is("register/id_number").Tap("back").Is("register/name").Says("kit.was")
	if was := p.Shown.Note.Args[0].Text; was != "林**" {
		t.Errorf("was %q, want it masked", was)
	}
	p.Tap("keep").Is("register/id_number").Command("back").Is("register/name")
	p.Command("back").Is("register/password")
	if was := p.Shown.Note.Args[0].Text; was != "••••••" {
		t.Errorf("of a password %q was shown", was)
	}
}

func TestAnInterruptionReturnsToTheQuestion(t *testing.T) {
	t.Parallel()
	p := toName(t).Command("language").Is("language/choice").Tap("en").Is("register/name").Says("register.name.ask")
	if p.C.Language != "en" || !p.C.Chosen {
		t.Errorf("language %q", p.C.Language)
	}
	p.Command("cancel").Is("cancel/sure").Tap("go_on").Is("register/name").Command("cancel").Tap("stop").Is("home/menu")
}

func TestAnAnswerThatComesDuringAnInterruptionIsNotLost(t *testing.T) {
	t.Parallel()
	p := toPhone(t).Type("15012341234").Is("register/sending")
	asked := p.Last.Effects[0].(flows.Asked)
	p.Command("language").Is("language/choice")
	p.Put(flows.Input{Kind: flows.Answered, Frame: asked.Frame, Turn: asked.Turn, Answer: flows.CodeSent{Outcome: flows.OK, Digest: "123456"}})
	p.Is("language/choice").Tap("zh-Hans").Is("register/code")
}

func TestAStaleAnswerChangesNothing(t *testing.T) {
	t.Parallel()
	p := toPhone(t).Type("15012341234").Is("register/sending")
	asked := p.Last.Effects[0].(flows.Asked)
	p.Answer(flows.CodeSent{Outcome: flows.OK, Digest: "1"}).Is("register/code")
	p.Put(flows.Input{Kind: flows.Answered, Frame: asked.Frame, Turn: asked.Turn, Answer: flows.CodeSent{Outcome: flows.Blocked}})
	p.Is("register/code")
	if len(p.Last.Effects) != 0 {
		t.Errorf("effects %+v", p.Last.Effects)
	}
}

// Rows: P37
func TestEverySecretTypedLeavesTheChat(t *testing.T) {
	t.Parallel()
	p := toPhone(t).Type("15012341234")
	p.Answer(flows.CodeSent{Outcome: flows.OK, Digest: "123456"})
	for _, at := range []string{"register/code", "register/password"} {
		p.Is(at).Put(flows.Input{Kind: flows.Text, Text: "000000", Digest: "000000", Message: 7})
		if gone := flowtest.Asked[flows.Delete](p); len(gone) != 1 || gone[0].Message != 7 {
			t.Errorf("%s: deleted %+v", at, gone)
		}
		p.Put(flows.Input{Kind: flows.Text, Text: "123456", Digest: "123456"})
	}
	if toasts, asks := flowtest.Asked[flows.Delete](p), flowtest.Asked[flows.Hash](p); len(toasts) != 1 || len(asks) != 0 {
		t.Errorf("a refused password: deleted %d, hashed %d", len(toasts), len(asks))
	}
}

func TestTypingAButtonsTextIsTappingIt(t *testing.T) {
	t.Parallel()
	b, _ := flowtest.Start(t, book(t)).Button("register")
	label := b.Label()
	flowtest.Start(t, book(t)).Type(label.Plain("zh-Hans")).Is("register/consent")
}

func TestACardThatAnOlderVersionStoredIsEditable(t *testing.T) {
	t.Parallel()
	p := flowtest.Start(t, book(t))
	p.C = read(t, "testdata/stored/v2.json")["register/check"].Conversation
	if v := p.C.Top().Version; v != 2 {
		t.Fatalf("version %d", v)
	}
	p.Command("start").Is("register/check").Tap("edit_name").Is("register/name").Tap("keep").Is("register/check").Tap("submit")
	p.Is("register/registering")
}

// Rows: P4
func TestAnUnknownStateGoesOnWithTheAnswersKept(t *testing.T) {
	t.Parallel()
	p := toName(t)
	p.C.Frames[1].State = "a state of long ago"
	p.Type("hello").Is("register/name").Says("kit.continue")
}

func TestANewerDraftIsForANewerReplica(t *testing.T) {
	t.Parallel()
	p := toName(t)
	p.C.Frames[1].Version = 99
	_, err := book(t).Decide(p.C, flows.Input{Kind: flows.Text, Text: "hello"})
	if !errors.Is(err, flows.ErrNewer) {
		t.Errorf("error %v, want ErrNewer", err)
	}
}

func TestEffectsSurviveStorage(t *testing.T) {
	t.Parallel()
	p := toCheck(t).Tap("submit")
	for _, e := range p.Last.Effects {
		raw, err := json.Marshal(flows.Named{Effect: e})
		if err != nil {
			t.Fatal(err)
		}
		var back flows.Named
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(raw) {
			t.Errorf("%s became %s (%v)", raw, again, err)
		}
	}
	var n flows.Named
	if err := json.Unmarshal([]byte(`{"do":"Future","with":{}}`), &n); !errors.Is(err, flows.ErrNewer) {
		t.Errorf("an effect of a newer version: %v", err)
	}
}

func BenchmarkDecide(b *testing.B) {
	bk := book(b)
	d, err := bk.Decide(flows.Conversation{Chat: 42}, flows.Input{Kind: flows.Command, Word: "start"})
	if err != nil {
		b.Fatal(err)
	}
	home := d.Conversation
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bk.Decide(home, flows.Input{Kind: flows.Tap, Act: "register", Query: "q"}); err != nil {
			b.Fatal(err)
		}
	}
}
