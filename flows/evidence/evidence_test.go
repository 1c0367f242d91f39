package evidence_test

import (
	"strings"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/flows/evidence"
	"guiwei/flows/flowtest"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, evidence.Flow)
}

// begin logs in and answers how the account stands.
func begin(t *testing.T, s flows.Standing) *flowtest.Play {
	t.Helper()
	return flowtest.Story(t).LogIn(false).Is("evidence/loading").Answer(s)
}

func front(t *testing.T) *flowtest.Play {
	t.Helper()
	return begin(t, flowtest.Standing(false)).Is("evidence/front")
}

func back(t *testing.T) *flowtest.Play {
	t.Helper()
	return front(t).Photo("a").Is("evidence/front_check").Answer(flowtest.Seen("front", "a")).Is("evidence/back")
}

func confirm(t *testing.T) *flowtest.Play {
	t.Helper()
	return back(t).Photo("b").Is("evidence/back_check").Answer(flowtest.Seen("back", "b")).Is("evidence/confirm")
}

func TestHowTheAccountStandsSaysWhatItMayDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		edit func(*flows.Standing)
		want string
		says string
	}{
		{"nothing yet", func(*flows.Standing) {}, "evidence/front", "evidence.front.ask"},
		{"approved", func(s *flows.Standing) { s.Account.Proofed = true }, "home/menu", "evidence.proofed"},
		{"under review", func(s *flows.Standing) { s.Open = &flows.LogRow{Case: flowtest.No}; s.Due = flowtest.Due() },
			"evidence/waiting", "evidence.waiting.ask"},
		{"another claim", func(s *flows.Standing) { s.Waiting = true }, "evidence/behind", "evidence.behind.ask"},
		{"three today", func(s *flows.Standing) { s.Quota = flows.Quota{Today: 3, Total: 3} }, "evidence/tomorrow", "evidence.tomorrow.ask"},
		{"five in all", func(s *flows.Standing) { s.Quota = flows.Quota{Total: 5} }, "evidence/used_up", "evidence.used_up.ask"},
		{"nothing agreed to", func(s *flows.Standing) { s.Account.Agreed = nil }, "evidence/consent", "evidence.consent.ask"},
		{"frozen", func(s *flows.Standing) { s.Account.State = flows.AccountFrozen }, "login/password", "login.ended"},
		{"ended elsewhere", func(s *flows.Standing) { s.Current = 2 }, "login/password", "login.ended"},
	} {
		s := flowtest.Standing(false)
		c.edit(&s)
		p := begin(t, s)
		if p.At() != c.want {
			t.Errorf("%s: at %s, want %s", c.name, p.At(), c.want)
			continue
		}
		p.Says(c.says)
		if (p.C.Login == nil) != (c.says == "login.ended") {
			t.Errorf("%s: login %+v", c.name, p.C.Login)
		}
	}
}

// Rows: P19
func TestASecondClaimantWaitsUntilTheFirstCaseEnds(t *testing.T) {
	t.Parallel()
	waiting := flowtest.Standing(false)
	waiting.Waiting = true
	p := begin(t, waiting).Is("evidence/behind")
	if asked := flowtest.Asked[flows.Await](p); len(asked) != 1 || asked[0].Account != flowtest.Login(false).Account {
		t.Errorf("awaits %+v", asked)
	}
	p.Photo("a").Is("evidence/loading")
	if n := len(flowtest.Asked[flows.Examine](p)); n != 0 {
		t.Error("a picture is taken")
	}
	p.Answer(waiting).Is("evidence/behind").Tap("refresh").Answer(waiting).Is("evidence/behind")
	p.Put(flows.Input{Kind: flows.Called, Subject: flowtest.No, Act: "refused"}).Is("evidence/loading")
	p.Answer(flowtest.Standing(false)).Is("evidence/front").Says("evidence.your_turn")
	if !p.Shown.Fresh {
		t.Error("the message that waits is edited: nobody notices")
	}
	begin(t, waiting).Answer(flows.CaseOver{}).Is("evidence/loading").Answer(flowtest.Standing(false)).Is("evidence/front")

	frozen := flowtest.Standing(false)
	frozen.Account.State = flows.AccountFrozen
	begin(t, waiting).Put(flows.Input{Kind: flows.Called, Subject: flowtest.No, Act: "approved"}).Answer(frozen).Says("login.ended")
}

// Rows: P19
func TestWhoeverLeftThePageIsCalledByAMessage(t *testing.T) {
	t.Parallel()
	waiting := flowtest.Standing(false)
	waiting.Waiting = true
	for name, leave := range map[string]func(*flowtest.Play) string{
		"home":       func(p *flowtest.Play) string { p.Tap("back"); return "home/menu" },
		"a question": func(p *flowtest.Play) string { p.Command("language"); return "language/choice" },
		"logged out": func(p *flowtest.Play) string { p.Command("logout"); return "home/menu" },
	} {
		p := begin(t, waiting)
		at := leave(p)
		p.Put(flows.Input{Kind: flows.Called, Subject: flowtest.No, Act: "refused"}).Is(at).Silent()
		told := flowtest.Asked[flows.Tell](p)
		if len(told) != 1 || told[0].Chat != flowtest.Chat || told[0].Phrase.Key != "evidence.called" || len(told[0].Buttons) != 1 {
			t.Errorf("%s: tells %+v", name, told)
		}
		if p.Put(flows.Input{Kind: flows.Called, Subject: flowtest.No, Act: "approved"}).Is(at); len(p.Last.Effects) != 0 {
			t.Errorf("%s: told twice of an approval: %+v", name, p.Last.Effects)
		}
	}
}

// Rows: S26
func TestUserAndNumberAreMasked(t *testing.T) {
	t.Parallel()
	if got := front(t).Ask(); got != "evidence.front.ask(today=3 total=5 user=150****1234 id=990101********0014)" {
		t.Errorf("asks %s", got)
	}
}

// Rows: S27 S28
func TestOneSideAfterTheOther(t *testing.T) {
	t.Parallel()
	p := front(t).Photo("a")
	if asked := flowtest.Asked[flows.Examine](p); len(asked) != 1 || asked[0].Side != "front" || asked[0].File.Unique != "a" || asked[0].Person != "203.9f" {
		t.Errorf("examines %+v", asked)
	}
	p.Is("evidence/front_check").Answer(flowtest.Seen("front", "a")).Is("evidence/back")
	if got := p.Note(); got != "evidence.good(from=4.2 MB to=287 KB)" {
		t.Errorf("says %s", got)
	}
	gif := flowtest.Seen("back", "b")
	gif.Notes = []string{"apng_first_frame"}
	p.Photo("b").Answer(gif).Is("evidence/confirm").Says("evidence.good_gif")
	p.Tap("submit_photos").Is("evidence/submitting")
	asked := flowtest.Asked[flows.Submit](p)
	if len(asked) != 1 || asked[0].Front.Blob != "blob a" || asked[0].Back.Blob != "blob b" || asked[0].Account.ID != "a1" {
		t.Errorf("submits %+v", asked)
	}
}

// Rows: S28
func TestTheFrontOnceMoreIsNoBack(t *testing.T) {
	t.Parallel()
	alike := flowtest.Seen("back", "a")
	alike.Photo.SHA256, alike.Photo.Blob = "other bytes", "other blob"
	alike.Photo.DHash[0] ^= 0xff
	for _, a := range []flows.Examined{flowtest.Seen("back", "a"), alike} {
		p := back(t).Photo("a again").Answer(a).Is("evidence/back").Says("evidence.same_as_front")
		if !strings.Contains(p.Ask(), "today=3 total=5") {
			t.Errorf("it was counted: %s", p.Ask())
		}
	}
}

func TestARefusedPictureNamesItsCauseAndTheSideIsAskedAgain(t *testing.T) {
	t.Parallel()
	bad := flows.Examined{Side: "front", Verdict: "reject", Reasons: []string{"unsupported_type", "dark"}, Kind: "heic"}
	p := front(t).Photo("a").Answer(bad).Is("evidence/front")
	if got := p.Note(); got != "photo.unsupported_type(kind=HEIC)" {
		t.Errorf("says %s", got)
	}
	back(t).Photo("b").Answer(bad).Is("evidence/back").Says("photo.unsupported_type")
}

func TestARefusalWithoutReasonIsNoPanic(t *testing.T) {
	t.Parallel()
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("panic: %v", r)
		}
	}()
	front(t).Photo("a").Answer(flows.Examined{Side: "front", Verdict: "reject"}).Is("evidence/front")
}

// Rows: P12
func TestTheSecondPictureOfAnAlbumIsTheBack(t *testing.T) {
	t.Parallel()
	p := front(t).Photo("a").Photo("b").Is("evidence/front_check").Silent()
	p.Answer(flowtest.Seen("front", "a")).Is("evidence/back_check")
	if asked := flowtest.Asked[flows.Examine](p); len(asked) != 1 || asked[0].Side != "back" || asked[0].File.Unique != "b" {
		t.Errorf("examines %+v", asked)
	}
	p.Answer(flowtest.Seen("back", "b")).Is("evidence/confirm")
}

// Rows: P12
func TestTheThirdPictureOfAnAlbumIsLeftOutAndSaidSo(t *testing.T) {
	t.Parallel()
	p := front(t).Photo("a").Photo("b").Photo("c").Is("evidence/front_check").Says("evidence.two")
	p.Answer(flowtest.Seen("front", "a")).Is("evidence/back_check")
	if asked := flowtest.Asked[flows.Examine](p); len(asked) != 1 || asked[0].File.Unique != "b" {
		t.Errorf("examines %+v", asked)
	}
}

// Rows: P12
func TestADocumentAForwardAndAnEditHaveTheirWays(t *testing.T) {
	t.Parallel()
	f := flowtest.File("a")
	f.Document, f.Name, f.Forward = true, "IMG_1.jpg", true
	front(t).Put(flows.Input{Kind: flows.Picture, Picture: &f}).Is("evidence/front_check")
	p := front(t).Put(flows.Input{Kind: flows.Edited, Picture: &f}).Is("evidence/front").Says("kit.edited")
	if n := len(flowtest.Asked[flows.Examine](p)); n != 0 {
		t.Errorf("an edited caption examines %d pictures", n)
	}
}

func TestWhileAPictureIsLookedAtTheBotSaysSo(t *testing.T) {
	t.Parallel()
	for _, do := range []func(*flowtest.Play) *flowtest.Play{
		func(p *flowtest.Play) *flowtest.Play { return p.Type("好了吗") },
		func(p *flowtest.Play) *flowtest.Play { return p.Sticker() },
		func(p *flowtest.Play) *flowtest.Play { return p.Photo("c") },
	} {
		for _, p := range []*flowtest.Play{front(t).Photo("a"), back(t).Photo("b"), confirm(t).Tap("submit_photos")} {
			at := p.At()
			if do(p); p.At() != at || p.Note() == "kit.unexpected" {
				t.Errorf("%s: at %s, says %s", at, p.At(), p.Note())
			}
		}
	}
}

// Rows: S36
func TestWhereSomethingIsLostTheStudentTypesIt(t *testing.T) {
	t.Parallel()
	s := flowtest.Standing(false)
	s.Old = []flows.OldAccount{{Uses: []string{"image", "record"}}, {Uses: []string{"record"}}}
	at := func() *flowtest.Play {
		return begin(t, s).Photo("a").Answer(flowtest.Seen("front", "a")).Photo("b").Answer(flowtest.Seen("back", "b")).Is("evidence/confirm")
	}
	if got := at().Ask(); got != "evidence.confirm.ask_uses(today=3 total=5 uses={use.image; use.record})" {
		t.Errorf("asks %s", got)
	}
	if _, ok := at().Button("submit_photos"); ok {
		t.Error("a button would do")
	}
	for _, typed := range []string{"好", "不确认", "submit_photos", "/确认"} {
		at().Type(typed).Is("evidence/confirm").Says("kit.unexpected")
	}
	for _, typed := range []string{"确认", " 确认 ", "Confirm", "「确认」", "确认。"} {
		if p := at().Type(typed); p.At() != "evidence/submitting" {
			t.Errorf("%q: at %s", typed, p.At())
		}
	}
	confirm(t).Type("确认").Is("evidence/confirm")
}

// Rows: S34 S35
func TestUsedUpSubmissionsHaveTheirPages(t *testing.T) {
	t.Parallel()
	p := confirm(t).Tap("submit_photos").Answer(flows.Submitted{Outcome: flows.DayUsed, Quota: flows.Quota{Today: 3, Total: 4}})
	if got := p.Is("evidence/tomorrow").Ask(); got != "evidence.tomorrow.ask(today=0 total=1 reset=2026-11-24 00:00)" {
		t.Errorf("asks %s", got)
	}
	p.Photo("c").Is("evidence/loading").Answer(flowtest.Standing(false)).Is("evidence/front")
	p = confirm(t).Tap("submit_photos").Answer(flows.Submitted{Outcome: flows.AllUsed, Quota: flows.Quota{Total: 5}})
	p.Is("evidence/used_up").Says("evidence.used_up.ask").Tap("back").Is("home/menu")
}

// Rows: S39
func TestASubmissionIsReceiptedWithNumberAndDeadline(t *testing.T) {
	t.Parallel()
	p := confirm(t).Tap("submit_photos")
	p.Answer(flows.Submitted{Outcome: flows.OK, No: flowtest.No, Deadline: flowtest.Due(), Quota: flows.Quota{Today: 1, Total: 1}})
	if got := p.Is("evidence/waiting").Ask(); got != "evidence.waiting.ask(no=203-17 due=11-26 18:00)" {
		t.Errorf("asks %s", got)
	}
	if strings.Contains(p.Draft(), "blob") {
		t.Errorf("pictures stay in the draft: %s", p.Draft())
	}
	p.Tap("status").Is("status/loading")
}

func TestSubmittingTwiceIsOnce(t *testing.T) {
	t.Parallel()
	p := confirm(t)
	b, _ := p.Button("submit_photos")
	if n := len(flowtest.Asked[flows.Submit](p.TapOn(b))); n != 1 {
		t.Errorf("submits %d", n)
	}
	if n := len(flowtest.Asked[flows.Submit](p.TapOn(b))); n != 0 {
		t.Errorf("submits %d more", n)
	}
}

func TestAFaultOfOursKeepsThePictures(t *testing.T) {
	t.Parallel()
	p := confirm(t).Tap("submit_photos").Answer(flows.Submitted{Outcome: flows.Failed}).Is("evidence/confirm").Says("kit.failed")
	p.Tap("submit_photos")
	if asked := flowtest.Asked[flows.Submit](p); len(asked) != 1 || asked[0].Back.Blob != "blob b" {
		t.Errorf("submits %+v", asked)
	}
}

func TestWhatStorageSaysOfASubmissionIsToldAsItIs(t *testing.T) {
	t.Parallel()
	for _, outcome := range []flows.Outcome{flows.Open, flows.Refused, flows.Ended} {
		p := confirm(t).Tap("submit_photos").Answer(flows.Submitted{Outcome: outcome, No: "203-99"})
		if p.At() != "evidence/loading" {
			t.Errorf("%s leads to %s, which says %s %s", outcome, p.At(), p.Note(), p.Ask())
		}
	}
}

func TestChangingOneSideKeepsTheOther(t *testing.T) {
	t.Parallel()
	confirm(t).Tap("new_back").Is("evidence/back").Photo("c").Answer(flowtest.Seen("back", "c")).Is("evidence/confirm")
	p := confirm(t).Tap("new_front").Is("evidence/front").Photo("c").Answer(flowtest.Seen("front", "c"))
	if p.At() != "evidence/confirm" {
		t.Errorf("a new front leads to %s, though the back is there", p.At())
	}
}

func TestBackLeadsStepByStep(t *testing.T) {
	t.Parallel()
	p := confirm(t).Command("back").Is("evidence/back").Tap("new_front").Is("evidence/front").Tap("rules").Says("evidence.rules")
	p.Tap("no_photo").Says("evidence.no_photo").Tap("back").Is("home/menu")
	back(t).Tap("back").Is("evidence/front")
}

func TestAskingForEvidenceAgainKeepsThePictures(t *testing.T) {
	t.Parallel()
	p := back(t).Command("evidence")
	if p.Is("evidence/back"); !strings.Contains(p.Draft(), "blob a") {
		t.Errorf("draft %s", p.Draft())
	}
}

// Rows: S33
func TestTheSampleIsShownBeforeEachSide(t *testing.T) {
	t.Parallel()
	for side, p := range map[string]*flowtest.Play{"front": front(t), "back": back(t)} {
		if p.Shown.Picture != side || !p.Shown.Fresh {
			t.Errorf("%s: picture %q, fresh %v: an edited message brings no picture", side, p.Shown.Picture, p.Shown.Fresh)
		}
	}
	if p := front(t).Type("?"); p.Shown.Picture != "" {
		t.Error("the sample comes again with every word")
	}
}

func TestARefusalThatComesDuringAnInterruptionIsTold(t *testing.T) {
	t.Parallel()
	p := front(t).Photo("a").Command("language").Is("language/choice")
	flowtest.Reply[flows.Examine](p, flows.Examined{Side: "front", Verdict: "reject", Reasons: []string{"dark"}})
	p.Is("language/choice").Tap("back").Is("evidence/front").Says("photo.dark")
}

func TestThePagesThatOnlyTellGoOnByThemselves(t *testing.T) {
	t.Parallel()
	s := flowtest.Standing(false)
	s.Quota = flows.Quota{Today: 3, Total: 3}
	p := begin(t, s).Is("evidence/tomorrow").Wait(24 * time.Hour).Command("evidence").Is("evidence/loading")
	p.Answer(flowtest.Standing(false)).Is("evidence/front")
}

func TestThePictureThatWaitedGoesWithTheFrontItCameWith(t *testing.T) {
	t.Parallel()
	p := front(t).Photo("a").Photo("b").Command("back").Is("evidence/front").Photo("c").Answer(flowtest.Seen("front", "c"))
	if p.At() != "evidence/back" {
		t.Errorf("after going back a picture of before is taken as the back: %s", p.At())
	}
}

// Rows: S32
func TestARefusalNamesAMendThatHelps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		reason, kind string
		document     bool
		want         string
	}{
		{"too_small", "jpeg", false, "photo.too_small(kind=)"},
		{"too_small", "jpeg", true, "photo.too_small_file"},
		{"unsupported_type", "heic", true, "photo.unsupported_type(kind=HEIC)"},
		{"unsupported_type", "webp", true, "photo.unsupported_type(kind=WEBP)"},
		{"unsupported_type", "text", true, "photo.unsupported_type(kind=)"},
		{"unsupported_type", "zip", true, "photo.unsupported_type(kind=)"},
		{"unsupported_type", "jpeg_arithmetic", true, "photo.unusual_jpeg"},
	} {
		p := front(t).Photo("a")
		p.Answer(flows.Examined{Side: "front", Verdict: "reject", Reasons: []string{c.reason}, Kind: c.kind, Document: c.document})
		if got := p.Is("evidence/front").Note(); got != c.want {
			t.Errorf("%s %s, document %v: says %s, want %s", c.reason, c.kind, c.document, got, c.want)
		}
	}
}

// Rows: S14
func TestNoPictureIsTakenWithoutEveryConsent(t *testing.T) {
	t.Parallel()
	s := flowtest.Standing(false)
	s.Account.Agreed = map[string]flows.Consent{flows.ConsentTerms: s.Account.Agreed[flows.ConsentTerms]}
	p := begin(t, s).Is("evidence/consent").Photo("a").Is("evidence/consent").Says("evidence.consent.first")
	if n := len(flowtest.Asked[flows.Examine](p)); n != 0 {
		t.Error("a picture is looked at that nobody agreed to")
	}
	p.Tap("agree_photo").Is("evidence/consent").Photo("a").Is("evidence/consent")
	p.Tap("agree_abroad").Is("evidence/consenting")
	gave := flowtest.Asked[flows.GiveConsent](p)
	if len(gave) != 1 || strings.Join(gave[0].Kinds, " ") != "photo abroad" {
		t.Fatalf("gives %+v", gave)
	}
	p.Answer(flows.Consented{Outcome: flows.OK}).Is("evidence/loading").Answer(flowtest.Standing(false)).Is("evidence/front")
}

// Rows: S14
func TestWhoDoesNotAgreeIsShownOtherWays(t *testing.T) {
	t.Parallel()
	s := flowtest.Standing(false)
	s.Account.Agreed = nil
	begin(t, s).Tap("agree_terms").Tap("decline_photo").Is("home/menu").Says("evidence.declined")
}
