package review_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/review"
	"guiwei/locales"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, review.Flow)
}

func moved(e flows.Event, state flows.CaseState, version int) flows.CaseMoved {
	return flows.CaseMoved{Outcome: flows.OK, Event: e, View: flowtest.CaseSeen(state, version)}
}

func looking(t *testing.T) *flowtest.Play {
	t.Helper()
	p := flowtest.Story(t).Claim(flowtest.No).Is("review/claiming")
	a := moved(flows.CaseClaim, flows.CaseClaimed, 2)
	a.Query = "claim 203-17"
	return p.Answer(a).Is("review/looking")
}

// decided approves, with a minute to undo it.
func decided(t *testing.T) *flowtest.Play {
	t.Helper()
	p := looking(t).Tap("approve").Is("review/approving")
	a := moved(flows.CaseApprove, flows.CaseApproving, 3)
	a.Until = p.Now.Add(time.Minute)
	return p.Answer(a).Is("review/decided")
}

// Rows: P21
func TestOneClaimsTheOtherIsToldWho(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Claim(flowtest.No)
	want := []flows.MoveCase{{No: flowtest.No, Event: flows.CaseClaim, Name: "李老师", Query: "claim 203-17"}}
	if diff := cmp.Diff(want, flowtest.Asked[flows.MoveCase](p)); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if taps := flowtest.Asked[flows.AnswerTap](p); len(taps) != 0 {
		t.Errorf("the tap is answered before it is known who won: %+v", taps)
	}
	lost := flows.CaseMoved{Outcome: flows.Taken, Event: flows.CaseClaim, View: flowtest.CaseSeen(flows.CaseClaimed, 2), By: "王老师", Query: "claim 203-17"}
	p.Answer(lost).Is("home/menu")
	if got := p.Note(); got != "review.taken_by(case=203-17 by=王老师)" {
		t.Errorf("says %s", got)
	}
	taps := flowtest.Asked[flows.AnswerTap](p)
	if len(taps) != 1 || taps[0].Query != "claim 203-17" || flowtest.Words(*taps[0].Toast) != p.Note() {
		t.Errorf("taps %+v", taps)
	}
}

func TestWhyACaseCannotBeClaimed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		outcome flows.Outcome
		state   flows.CaseState
		want    string
	}{
		{flows.Taken, flows.CaseClaimed, "review.taken_by"},
		{flows.Taken, flows.CaseApproving, "review.decided_by"},
		{flows.Refused, flows.CaseQueued, "review.no_role"},
		{flows.Failed, flows.CaseQueued, "review.gone"},
	} {
		a := flows.CaseMoved{Outcome: c.outcome, Event: flows.CaseClaim, View: flowtest.CaseSeen(c.state, 2)}
		flowtest.Story(t).Claim(flowtest.No).Answer(a).Is("home/menu").Says(c.want)
	}
}

// Rows: P20
func TestPicturesAndFieldsComeToTheClaimerOnly(t *testing.T) {
	t.Parallel()
	p := looking(t)
	if asked := flowtest.Asked[flows.ShowPhotos](p); len(asked) != 1 || asked[0].No != flowtest.No {
		t.Errorf("photos %+v", asked)
	}
	if !strings.Contains(p.Ask(), "id="+flowtest.ID) || !strings.Contains(p.Ask(), "roster=review.no_roster") {
		t.Errorf("asks %s", p.Ask())
	}
	lost := flowtest.Story(t).Claim(flowtest.No)
	lost.Answer(flows.CaseMoved{Outcome: flows.Taken, View: flowtest.CaseSeen(flows.CaseClaimed, 2)})
	if strings.Contains(lost.Transcript(), flowtest.ID) || len(flowtest.Asked[flows.ShowPhotos](lost)) != 0 {
		t.Errorf("who lost the race sees:\n%s", lost.Transcript())
	}
}

// Rows: P22
func TestAVerdictIsBoundToTheVersionSeen(t *testing.T) {
	t.Parallel()
	p := looking(t)
	b, _ := p.Button("approve")
	p.TapOn(b).Is("review/approving")
	want := []flows.MoveCase{{No: flowtest.No, Version: 2, Event: flows.CaseApprove, Name: "李老师"}}
	if diff := cmp.Diff(want, flowtest.Asked[flows.MoveCase](p)); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if n := len(flowtest.Asked[flows.MoveCase](p.TapOn(b))); n != 0 {
		t.Errorf("a double tap decides %d times more", n)
	}
	stale := flows.CaseMoved{Outcome: flows.Stale, Event: flows.CaseApprove, View: flowtest.CaseSeen(flows.CaseClaimed, 5)}
	p.Answer(stale).Is("review/looking").Says("review.changed").Tap("approve")
	if asked := flowtest.Asked[flows.MoveCase](p); len(asked) != 1 || asked[0].Version != 5 {
		t.Errorf("asked %+v", asked)
	}
	p.Answer(flows.CaseMoved{Outcome: flows.Taken, View: flowtest.CaseSeen(flows.CaseRefusing, 6), By: "王老师"}).Is("home/menu")
	if got := p.Note(); got != "review.decided_by(case=203-17 by=王老师)" {
		t.Errorf("says %s", got)
	}
}

// Rows: S43
func TestARefusalNeedsAReasonAndIsPreviewed(t *testing.T) {
	t.Parallel()
	p := looking(t).Tap("refuse").Is("review/reasons")
	if _, ok := p.Button("send"); ok {
		t.Error("it can be sent without a reason")
	}
	p.Tap("arm_cut").Tap("more_reasons").Tap("blurred").Tap("first_reasons").Tap("arm_cut").Tap("face_covered").Tap("more_reasons").Is("review/reasons")
	if got := p.Ask(); got != "review.reasons.preview(case=203-17 reasons={reason.blurred; reason.face_covered} internal=)" {
		t.Errorf("preview %s", got)
	}
	b, _ := p.Button("blurred")
	if got := flowtest.Words(b.Label()); got != "button.ticked(what=reason.short.blurred)" {
		t.Errorf("button %s", got)
	}
	p.Tap("send").Is("review/refusing")
	if asked := flowtest.Asked[flows.MoveCase](p); len(asked) != 1 || cmp.Diff([]string{"blurred", "face_covered"}, asked[0].Reasons) != "" || asked[0].Event != flows.CaseRefuse {
		t.Errorf("asked %+v", asked)
	}
	a := moved(flows.CaseRefuse, flows.CaseRefusing, 3)
	a.Until = p.Now.Add(time.Minute)
	if got := p.Answer(a).Is("review/decided").Ask(); got != "review.decided.refused(case=203-17 seconds=60)" {
		t.Errorf("asks %s", got)
	}
	p = looking(t).Tap("refuse").Tap("more_reasons").Tap("blurred").Tap("back").Is("review/looking").Tap("refuse")
	if got := p.Ask(); got != "review.reasons.ask(case=203-17)" {
		t.Errorf("a second time it asks %s", got)
	}
}

// Rows: S30
func TestEveryReasonOfTheGuideCanBeTickedAndIsPutIntoWords(t *testing.T) {
	t.Parallel()
	p := looking(t).Tap("refuse")
	for _, code := range []string{"arm_cut", "face_covered", "id_unreadable", "finger_over", "id_cut"} {
		p.Tap(code)
		for _, lang := range locales.Languages {
			if !locales.Has(lang, "reason."+code) || !strings.Contains(p.Shown.Ask.Words(lang), locales.Plain(lang, "reason."+code, nil)) {
				t.Errorf("%s: the %s preview lacks %s", code, lang, "reason."+code)
			}
		}
	}
}

func TestGoingBackFromTheReasonsSendsNoPicturesAgain(t *testing.T) {
	t.Parallel()
	p := looking(t).Tap("refuse").Tap("back").Is("review/looking")
	if n := len(flowtest.Asked[flows.ShowPhotos](p)); n != 0 {
		t.Errorf("the pictures come %d times more", n)
	}
}

// Rows: P24
func TestAVerdictCanBeUndoneWithinTheWindow(t *testing.T) {
	t.Parallel()
	p := decided(t)
	if got := p.Ask(); got != "review.decided.approved(case=203-17 seconds=60)" {
		t.Errorf("asks %s", got)
	}
	p.Wait(20 * time.Second).Type("?")
	if got := p.Is("review/decided").Ask(); got != "review.decided.approved(case=203-17 seconds=40)" {
		t.Errorf("asks %s", got)
	}
	p.Tap("undo").Is("review/undoing")
	want := []flows.MoveCase{{No: flowtest.No, Version: 3, Event: flows.CaseUndo, Name: "李老师"}}
	if diff := cmp.Diff(want, flowtest.Asked[flows.MoveCase](p)); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	p.Answer(moved(flows.CaseUndo, flows.CaseClaimed, 4)).Is("review/looking").Says("review.undone")
	if n := len(flowtest.Asked[flows.ShowPhotos](p)); n != 1 {
		t.Errorf("pictures come %d times", n)
	}
	p.Wake("over").Is("review/looking").Silent()
}

// Rows: P24
func TestAfterTheWindowAVerdictStands(t *testing.T) {
	t.Parallel()
	p := decided(t).Wake("over").Is("home/menu").Says("review.over")
	if p.Shown.Ask != nil {
		t.Errorf("asks %s", p.Ask())
	}
	late := decided(t).Wait(61 * time.Second).Tap("undo").Answer(flows.CaseMoved{Outcome: flows.Stale, Event: flows.CaseUndo})
	late.Is("home/menu").Says("review.too_late")
	shown := decided(t).Wait(5 * time.Minute).Type("?")
	if strings.Contains(shown.Ask(), "-") && strings.Contains(shown.Ask(), "seconds=-") {
		t.Errorf("asks %s", shown.Ask())
	}
}

// Rows: P21
func TestACaseCanBeGivenBack(t *testing.T) {
	t.Parallel()
	for _, do := range []func(*flowtest.Play) *flowtest.Play{
		func(p *flowtest.Play) *flowtest.Play { return p.Tap("release") },
		func(p *flowtest.Play) *flowtest.Play { return p.Command("back") },
	} {
		p := do(looking(t)).Is("review/releasing")
		if asked := flowtest.Asked[flows.MoveCase](p); len(asked) != 1 || asked[0].Event != flows.CaseRelease || asked[0].Version != 2 {
			t.Errorf("asked %+v", asked)
		}
		p.Answer(moved(flows.CaseRelease, flows.CaseQueued, 3)).Is("home/menu").Says("review.released")
	}
	p := looking(t).Tap("release").Answer(flows.CaseMoved{Outcome: flows.Stale, Event: flows.CaseRelease, View: flowtest.CaseSeen(flows.CaseClaimed, 9)})
	if strings.HasPrefix(p.Note(), "review.released") {
		t.Error("a case that is still the reviewer's own is called released")
	}
}

func TestASecondCaseOutlivesTheFirstOnesWindow(t *testing.T) {
	t.Parallel()
	p := decided(t).Claim("203-18").Is("review/claiming")
	second := moved(flows.CaseClaim, flows.CaseClaimed, 2)
	second.View.No = "203-18"
	p.Answer(second).Is("review/looking").Wake("over")
	if p.At() != "review/looking" || !strings.Contains(p.Draft(), "203-18") {
		t.Errorf("the first case's window took the second case away: at %s", p.At())
	}
}

func TestEachCaseHasItsOwnWindow(t *testing.T) {
	t.Parallel()
	p := decided(t).Wait(10 * time.Second).Claim("203-18")
	second := moved(flows.CaseClaim, flows.CaseClaimed, 2)
	second.View.No = "203-18"
	p.Answer(second).Tap("approve")
	a := moved(flows.CaseApprove, flows.CaseApproving, 3)
	a.Until = p.Now.Add(time.Minute)
	first := p.Timers["over"]
	p.Answer(a).Is("review/decided")
	if second := p.Timers["over"]; first.Frame == second.Frame {
		t.Errorf("both windows are of frame %d, and storage keeps one timer of a name and a frame", first.Frame)
	}
	p.Put(flows.Input{Kind: flows.Waked, Act: "over", Frame: first.Frame, Turn: first.Turn}).Is("review/decided")
	p.Wake("over").Is("home/menu")
}

func TestADoubleTapOnClaimLeavesTheCaseInHand(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Claim(flowtest.No).Claim(flowtest.No)
	flowtest.Reply[flows.MoveCase](p, flows.CaseMoved{Outcome: flows.Stale, Event: flows.CaseClaim, View: flowtest.CaseSeen(flows.CaseClaimed, 2)})
	flowtest.Reply[flows.MoveCase](p, moved(flows.CaseClaim, flows.CaseClaimed, 2)).Is("review/looking")
	q := looking(t).Claim(flowtest.No)
	q.Answer(flows.CaseMoved{Outcome: flows.Stale, Event: flows.CaseClaim, View: flowtest.CaseSeen(flows.CaseClaimed, 2), Query: "claim 203-17"})
	q.Is("review/looking")
	if _, ok := q.Button("approve"); !ok {
		t.Errorf("the live message has no buttons any more: says %s, asks %s", q.Note(), q.Ask())
	}
	if strings.HasPrefix(q.Note(), "review.gone") {
		t.Error("the reviewer's own case is called gone")
	}
}

func TestCancellingAReviewGivesTheCaseBack(t *testing.T) {
	t.Parallel()
	for _, p := range []*flowtest.Play{looking(t), looking(t).Tap("refuse")} {
		p.Command("cancel").Is("review/releasing")
		if asked := flowtest.Asked[flows.MoveCase](p); len(asked) != 1 || asked[0].Event != flows.CaseRelease {
			t.Errorf("asked %+v", asked)
		}
	}
}

func TestACaseTakenUpTwiceIsLeftOnce(t *testing.T) {
	t.Parallel()
	p := looking(t).Claim(flowtest.No)
	p.Answer(flows.CaseMoved{Outcome: flows.Stale, Event: flows.CaseClaim, View: flowtest.CaseSeen(flows.CaseClaimed, 2)}).Is("review/looking")
	a := moved(flows.CaseApprove, flows.CaseApproving, 3)
	a.Until = p.Now.Add(time.Minute)
	p.Tap("approve").Answer(a).Is("review/decided").Wake("over")
	if p.At() == "home/menu" {
		return
	}
	for _, act := range []string{"approve", "release"} { // an old frame of the decided case: storage says stale for ever
		p.Is("review/looking").Tap(act).Answer(flows.CaseMoved{Outcome: flows.Stale, View: flowtest.CaseSeen(flows.CaseApproved, 4)})
		if p.At() == "home/menu" {
			return
		}
	}
	t.Errorf("at %s: the reviewer never gets out of a case that is decided", p.At())
}

func TestAReviewerInTheMiddleOfSomethingComesBackToIt(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Walk("register/name").Claim(flowtest.No).Answer(moved(flows.CaseClaim, flows.CaseClaimed, 2)).Is("review/looking")
	p.Tap("release").Answer(moved(flows.CaseRelease, flows.CaseQueued, 3)).Is("register/name").Says("review.released")
	if p.Ask() == "" || len(p.Shown.Buttons) == 0 {
		t.Error("the question under it is not asked again, and its buttons are gone")
	}
}

// Rows: V5 P15
//
// A note to the student stands in the preview as the student will read it, an internal one beside it; both go with the verdict.
// A refusal with two reasons takes five taps from the card.
func TestNotesAndTheSideGoWithTheVerdict(t *testing.T) {
	t.Parallel()
	p := looking(t).Tap("refuse").Tap("arm_cut").Tap("face_covered").Tap("more_reasons").Tap("extras").Is("review/extras")
	p.Tap("note").Is("review/note").Type(strings.Repeat("字", flows.NoteLength+1)).Says("rule.note.length").Type("袖子挡住了证件").Is("review/extras")
	p.Tap("internal").Is("review/internal").Type("和上次是同一张桌子").Is("review/extras").Tap("side").Tap("side")
	want := "review.reasons.preview(case=203-17 reasons={reason.arm_cut; reason.face_covered; verdict.note(note=袖子挡住了证件); verdict.only_back} internal=和上次是同一张桌子)"
	if got := p.Ask(); got != want {
		t.Errorf("preview %s", got)
	}
	p.Tap("send").Is("review/refusing")
	notes := flows.Notes{Student: "袖子挡住了证件", Internal: flows.Note("和上次是同一张桌子"), Side: "back"}
	if asked := flowtest.Asked[flows.MoveCase](p); len(asked) != 1 || asked[0].Notes != notes {
		t.Errorf("asked %+v", asked)
	}
	p = flowtest.Story(t).Claim(flowtest.No).Answer(moved(flows.CaseClaim, flows.CaseClaimed, 2))
	p.Tap("refuse").Tap("arm_cut").Tap("face_covered").Tap("send").Is("review/refusing")
}

// Numbers and addresses of people go into no note: it is asked for again, and the question stays.
func TestANoteTellsNoNumberAndNoAddress(t *testing.T) {
	t.Parallel()
	for _, act := range []string{"note", "internal"} {
		p := looking(t).Tap("refuse").Tap("arm_cut").Tap("more_reasons").Tap("extras").Tap(act)
		for text, want := range map[string]string{
			"证件 " + flowtest.ID + " 看不清": "rule.note.id_number",
			"请打 150-1234-1234":           "rule.note.phone",
			"发到 zhang@qq.com 吧":          "rule.note.email",
		} {
			p.Type(text).Is("review/" + act).Says(want)
		}
		if strings.Contains(p.Draft(), `"notes"`) {
			t.Errorf("%s: kept in %s", act, p.Draft())
		}
		p.Tap("back").Is("review/extras").Tap("back").Is("review/reasons")
	}
}
