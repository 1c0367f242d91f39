package words_test

import (
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
)

func TestStartNeverStartsOver(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Walk("register/name").Command("start").Is("register/name").Says("kit.welcome_back").Says("register.name.ask")
	p.Type(flowtest.Name).Is("register/id_number").Put(flows.Input{Kind: flows.Command, Word: "start", Text: "payload"}).Is("register/id_number")
}

func TestHelpAndWhoamiStandAboveTheQuestion(t *testing.T) {
	t.Parallel()
	for word, note := range map[string]string{"help": "help.text", "whoami": "whoami(id=42)"} {
		p := flowtest.Story(t).Walk("register/name").Command(word).Is("register/name").Says("register.name.ask")
		if p.Note() != note {
			t.Errorf("/%s says %s", word, p.Note())
		}
	}
}

func TestLaterKeepsWhatWasTold(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Walk("register/id_number").Tap("later").Is("register/id_number").Says("kit.saved")
	p.Command("later").Is("register/id_number").Says("kit.saved").Command("start").Is("register/id_number")
}

func TestAFlowUnderWayIsGoneBackTo(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Walk("register/name").Command("language").Command("register").Is("register/name").Says("register.name.ask")
	if n := len(p.C.Frames); n != 2 {
		t.Errorf("%d frames", n)
	}
	p.Command("login").Command("language").Command("cancel").Is("cancel/sure").Command("cancel").Is("cancel/sure").Tap("go_on")
	p.Is("language/choice").Tap("back").Is("login/phone").Tap("back").Is("register/name")
}

// Rows: P5
func TestGoingBackToAFlowBelowKeepsWhatWasToldAbove(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Command("login").Type(flowtest.Phone).Is("login/password").Command("register").Tap("agree").Type("15012345678")
	p.Is("register/sending").Command("status").Is("login/password").Says("login.first").Tap("back").Is("login/phone").Tap("back")
	if p.Is("register/sending"); !strings.Contains(p.Draft(), "15012345678") {
		t.Errorf("the draft is %s", p.Draft())
	}
	p.Command("language").Is("language/choice").Command("login").Command("language").Tap("back").Is("login/phone").Tap("back").Is("register/sending")
}

func TestAStaleButtonOfAFrameThatEndedSaysSo(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Walk("register/name").Command("language")
	b, _ := p.Button("en")
	p.Tap("back").Is("register/name").TapOn(b).Is("register/name")
	if toasts := flowtest.Asked[flows.AnswerTap](p); len(toasts) != 1 || toasts[0].Toast.Key != "kit.stale" || p.C.Language == "en" {
		t.Errorf("toasts %+v, language %s", toasts, p.C.Language)
	}
}

func TestAForgedButtonIsAnsweredAndDoesNothing(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Walk("register/name")
	draft := p.Draft()
	p.Put(flows.Input{Kind: flows.Tap, Frame: -1, Query: "q"}).Is("register/name")
	if toasts := flowtest.Asked[flows.AnswerTap](p); len(toasts) != 1 || toasts[0].Toast.Key != "kit.stale" || p.Draft() != draft {
		t.Errorf("toasts %+v, draft %s", toasts, p.Draft())
	}
}

func TestGroupsAreLeftInPeace(t *testing.T) {
	t.Parallel()
	const group = -100
	say := func(in flows.Input) *flowtest.Play {
		in.Group = group
		return flowtest.Story(t).Walk("register/password").Put(in).Is("register/password").Silent()
	}
	for _, in := range []flows.Input{
		{Kind: flows.Text, Text: "hello"}, {Kind: flows.Command, Word: "register"}, {Kind: flows.Command, Word: "start"},
		{Kind: flows.Command, Word: "cancel"}, {Kind: flows.Tap, Act: "register", Query: "q"}, {Kind: flows.Tap, Frame: -1, Query: "q"},
	} {
		p := say(in)
		for _, e := range p.Last.Effects {
			if _, ok := e.(flows.AnswerTap); !ok {
				t.Errorf("%+v: does %T", in, e)
			}
		}
	}
	if asked := flowtest.Asked[flows.Shut](say(flows.Input{Kind: flows.Joined, Act: "left", Title: "审核群"})); len(asked) != 1 || asked[0] != (flows.Shut{Chat: group, Title: "审核群"}) {
		t.Errorf("taken out: %+v", asked)
	}
	for _, word := range []string{"bind", "start"} {
		p := say(flows.Input{Kind: flows.Command, Word: word, Text: " K7 "})
		if asked := flowtest.Asked[flows.Bind](p); len(asked) != 1 || asked[0] != (flows.Bind{Group: group, Code: "K7"}) {
			t.Errorf("/%s binds %+v", word, asked)
		}
	}
	if asked := flowtest.Asked[flows.Bind](say(flows.Input{Kind: flows.Command, Word: "bind"})); len(asked) != 1 || asked[0].Code != "" {
		t.Errorf("/bind without a code: %+v", asked) // it is told that the code is wrong
	}
	p := say(flows.Input{Kind: flows.Joined})
	if asked := flowtest.Asked[flows.Welcome](p); len(asked) != 1 || asked[0].Group != group {
		t.Errorf("joined: asks %+v", asked)
	}
}

// Rows: T4
func TestAnAnonymousAdministratorIsRefusedWithAHint(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Put(flows.Input{Kind: flows.Command, Word: "bind", Text: "K7", Group: -100, Anonymous: true})
	if asked := flowtest.Asked[flows.Tell](p); len(asked) != 1 || asked[0].Chat != -100 || asked[0].Phrase.Key != "bind.anonymous" {
		t.Errorf("tells %+v", asked)
	}
	if n := len(flowtest.Asked[flows.Bind](p)); n != 0 {
		t.Errorf("binds %d times", n)
	}
}

func TestLoggingOutSaysWhetherThereWasALogin(t *testing.T) {
	t.Parallel()
	flowtest.Story(t).Command("logout").Is("home/menu").Says("logout.not_in")
	p := flowtest.Story(t).LogIn(true).Command("logout").Is("home/menu").Says("logout.done")
	if p.C.Login != nil {
		t.Errorf("login %+v", p.C.Login)
	}
	p.Type("hello").Is("home/menu").Says("home.guest")
}

func TestLoggingOutKeepsARegistrationUnderWay(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).LogIn(true).Command("register").Tap("agree").Is("register/phone").Command("logout")
	if len(p.C.Frames) == 1 {
		t.Error("the registration under way is gone without a question")
	}
}

func TestAnUnknownWordIsNamedAndTheQuestionAskedAgain(t *testing.T) {
	t.Parallel()
	flowtest.Story(t).Walk("register/name").Command("nonsense").Is("register/name").Says("kit.unknown_command").Says("register.name.ask")
	flowtest.Story(t).Command("nonsense").Is("home/menu").Says("kit.unknown_command")
}

func TestWordsOfACaseNeedACase(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"claim", "grant"} {
		p := flowtest.Story(t).Command(word)
		if p.At() != "home/menu" {
			t.Errorf("/%s without a subject leads to %s", word, p.At())
		}
	}
}

func TestNothingToCancelIsSaid(t *testing.T) {
	t.Parallel()
	if p := flowtest.Story(t).Command("cancel"); p.At() != "home/menu" {
		t.Errorf("with nothing under way it asks %s", p.Ask())
	}
}

func TestComingBackToAWaitingStepSaysThatItWaits(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Walk("register/sending").Command("cancel").Tap("go_on").Is("register/sending")
	if len(flowtest.Asked[flows.Show](p)) == 0 {
		t.Error("silence: the question of /cancel stays, with buttons that are stale")
	}
}

func TestAfterLoggingOutNothingOfTheAccountIsLeft(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).LogIn(true).Tap("record").Answer(flows.RecordsRead{Outcome: flows.OK, Records: []flows.Record{{School: "某大学"}}})
	p.Tap("open0").Answer(flows.RecordsRead{Outcome: flows.OK, Records: []flows.Record{{School: "某大学"}}})
	p.Command("register").Is("register/consent").Command("logout")
	for _, f := range p.C.Frames {
		if strings.Contains(string(f.Draft), "某大学") {
			t.Errorf("%s is kept", f.Flow)
		}
	}
	if p.At() == "register/consent" {
		p.Command("back")
	}
	if strings.HasPrefix(p.At(), "record/") {
		t.Errorf("logged out, and back leads to %s", p.At())
	}
}

func TestALoginLeavesWhatItInterrupted(t *testing.T) {
	t.Parallel()
	for _, proofed := range []bool{true, false} {
		p := flowtest.Story(t).Walk("register/name").LogIn(proofed)
		if p.C.Running("register") < 0 {
			t.Errorf("proofed=%v: the registration under way is gone", proofed)
		}
	}
}

func TestStartShowsHowThingsStandNow(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).LogIn(false).Is("evidence/loading")
	s := flowtest.Standing(false)
	s.Open = &flows.LogRow{Case: flowtest.No}
	p.Answer(s).Is("evidence/waiting").Command("start").Is("evidence/loading")
	if p.Note() == "kit.wait()" || p.Note() == "kit.wait" {
		t.Error("whoever asks how things stand is told to wait")
	}
}
