package record_test

import (
	"fmt"
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/record"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, record.Flow)
}

func loading(t *testing.T) *flowtest.Play {
	t.Helper()
	return flowtest.Story(t).LogIn(true).Is("home/menu").Tap("record").Is("record/loading")
}

func list(t *testing.T, records ...flows.Record) *flowtest.Play {
	t.Helper()
	return loading(t).Answer(flows.RecordsRead{Outcome: flows.OK, Records: records}).Is("record/list")
}

// Rows: S46
func TestRecordsOpenOnlyAfterAnApproval(t *testing.T) {
	t.Parallel()
	p := loading(t)
	if asked := flowtest.Asked[flows.ReadRecords](p); len(asked) != 1 || asked[0].Generation != 1 || asked[0].Account.ID != "a1" {
		t.Errorf("asked %+v", asked)
	}
	p.Answer(flows.RecordsRead{Outcome: flows.Refused}).Is("home/menu").Says("record.closed")
	loading(t).Answer(flows.RecordsRead{Outcome: flows.OK}).Is("home/menu").Says("record.not_found")
	ended := loading(t).Answer(flows.RecordsRead{Outcome: flows.Ended}).Is("login/phone").Says("login.ended")
	if ended.C.Login != nil {
		t.Errorf("login %+v", ended.C.Login)
	}
	flowtest.Story(t).Command("record").Is("login/phone").Says("login.first")
}

// Rows: S47
func TestEveryRecordIsListedByLevelAndSchool(t *testing.T) {
	t.Parallel()
	p := list(t, flows.Record{Level: "专科", School: "某职业学院"}, flows.Record{Level: "本科", School: "某大学"})
	for i, want := range []string{"button.open_record(level=专科 school=某职业学院)", "button.open_record(level=本科 school=某大学)"} {
		label := p.Shown.Buttons[i][0].Label()
		if got := flowtest.Words(label); got != want {
			t.Errorf("button %s", got)
		}
	}
	if p.Tap("open1").Is("record/record"); !strings.Contains(p.Ask(), "某大学") || strings.Contains(p.Ask(), "某职业学院") {
		t.Errorf("asks %s", p.Ask())
	}
	p.Tap("back").Is("record/list").Type("open7").Is("record/list").Says("kit.unexpected").Tap("back").Is("home/menu")
}

// Rows: S48
func TestAllNineteenItemsAreShownEmptyOnesToo(t *testing.T) {
	t.Parallel()
	var r flows.Record
	for i, c := range flows.Columns {
		if i%3 != 0 {
			*c.Field(&r) = fmt.Sprintf("value%02d", i)
		}
	}
	p := list(t, r).Tap("open0").Is("record/record")
	rows := p.Shown.Ask.Args[0].List
	if len(rows) < 19 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, c := range flows.Columns {
		want := fmt.Sprintf("record.line(heading=%s value=value%02d)", c.Key, i)
		if i%3 == 0 {
			want = fmt.Sprintf("record.line(heading=%s value=record.empty)", c.Key)
		}
		if got := flowtest.Words(rows[i]); got != want {
			t.Errorf("row %d is %s, want %s", i, got, want)
		}
	}
}

// Rows: S48
func TestTheTwoPicturesHaveTheirPlace(t *testing.T) {
	t.Parallel()
	p := list(t, flows.Record{}).Tap("open0")
	text := p.Shown.Ask.Words("zh-Hans")
	if n := strings.Count(text, "空"); n != 21 {
		t.Errorf("%d empty places, want 19 and 录取照片, 毕业照片:\n%s", n, text)
	}
}

// Rows: S50
func TestLeavingStampsAndAsksNothingMore(t *testing.T) {
	t.Parallel()
	p := list(t, flows.Record{Name: "林"}).Tap("open0").Tap("right").Is("record/checked")
	if asked := flowtest.Asked[flows.MarkChecked](p); len(asked) != 1 || asked[0].Account.ID != "a1" {
		t.Errorf("stamps %+v", asked)
	}
	p.Tap("logout").Is("home/menu").Says("logout.done")
	if p.C.Login != nil || p.Shown.Ask != nil || len(p.Shown.Buttons) != 0 {
		t.Errorf("login %+v, asks %s, buttons %v", p.C.Login, p.Ask(), p.Shown.Buttons)
	}
	if strings.Contains(fmt.Sprint(p.C.Frames), "林") {
		t.Error("the record stays in the conversation")
	}
}

func TestAFaultInTheRecordHasAWayOut(t *testing.T) {
	t.Parallel()
	p := list(t, flows.Record{}).Tap("open0").Type("?").Is("record/record").Says("kit.unexpected").Tap("wrong").Is("record/fault").Says("record.fault.ask")
	p.Type("?").Is("record/fault").Tap("back").Is("record/record").Tap("right").Tap("back").Is("record/record")
}
