package status_test

import (
	"strings"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/status"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, status.Flow)
}

func shown(t *testing.T, log ...flows.LogRow) *flowtest.Play {
	t.Helper()
	s := flowtest.Standing(true)
	s.Log, s.Quota = log, flows.Quota{Today: 1, Total: len(log)}
	return flowtest.Story(t).LogIn(true).Tap("status").Is("status/loading").Answer(s).Is("status/shown")
}

// Rows: S41 S42
func TestTheLogTableHasItsFourColumnsInShanghaiTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 16, 30, 0, 0, time.UTC)
	p := shown(t, flows.LogRow{Case: "203-19", At: at, State: flows.CaseQueued},
		flows.LogRow{Case: "203-18", At: at.Add(-time.Hour), State: flows.CaseRefused, Reasons: []string{"blurred", "arm_cut"}},
		flows.LogRow{Case: "203-17", At: at.Add(-48 * time.Hour), State: flows.CaseApproved})
	want := "status.table(rows={" +
		"status.row.waiting(id=990101********0014 at=2026-11-24 00:30 case=203-19); " +
		"status.row.refused(id=990101********0014 at=2026-11-23 23:30 case=203-18 reasons={reason.blurred; reason.arm_cut}); " +
		"status.row.approved(id=990101********0014 at=2026-11-22 00:30 case=203-17)} " +
		"state=account.active today=2 total=2)"
	if got := p.Ask(); got != want {
		t.Errorf("shows\n%s\nwant\n%s", got, want)
	}
	text := p.Shown.Ask.Words("zh-Hans")
	for _, said := range []string{"待审核", "三个工作日", "审核失败原因", "990101********0014", "2026-11-24 00:30"} {
		if !strings.Contains(text, said) {
			t.Errorf("no word of %s:\n%s", said, text)
		}
	}
}

func TestAVerdictInItsUndoWindowIsNotToldYet(t *testing.T) {
	t.Parallel()
	for _, state := range []flows.CaseState{flows.CaseClaimed, flows.CaseApproving, flows.CaseRefusing} {
		if got := shown(t, flows.LogRow{State: state, Reasons: []string{"blurred"}}).Ask(); got[:len("status.table(rows={status.row.waiting(")] != "status.table(rows={status.row.waiting(" {
			t.Errorf("%s shows %s", state, got)
		}
	}
}

// Rows: S57
func TestTheStatusIsReadAnewEachTime(t *testing.T) {
	t.Parallel()
	p := shown(t).Says("status.empty").Tap("refresh").Is("status/loading")
	if n := len(flowtest.Asked[flows.LookUp](p)); n != 1 {
		t.Errorf("looks up %d times", n)
	}
	p.Answer(flowtest.Standing(true)).Is("status/shown").Command("status").Is("status/loading").Type("?").Is("status/loading").Says("kit.wait")
	p.Answer(flowtest.Standing(true)).Type("?").Is("status/shown").Says("kit.unexpected").Tap("back").Is("home/menu")
}

func TestALoginThatEndedElsewhereShowsNothing(t *testing.T) {
	t.Parallel()
	s := flowtest.Standing(true)
	s.Current = 2
	p := flowtest.Story(t).LogIn(true).Tap("status").Answer(s).Is("login/password").Says("login.ended")
	if p.C.Login != nil {
		t.Errorf("login %+v", p.C.Login)
	}
}

func TestTheStatusIsForWhoIsLoggedIn(t *testing.T) {
	t.Parallel()
	flowtest.Story(t).Tap("status").Is("login/phone").Says("login.first")
}
