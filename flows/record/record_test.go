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

// open opens a record of the list; it is read again.
func open(p *flowtest.Play, i int, records ...flows.Record) *flowtest.Play {
	p.Tap(fmt.Sprintf("open%d", i)).Is("record/opening")
	return p.Answer(flows.RecordsRead{Outcome: flows.OK, Records: records}).Is("record/record")
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
	ended := loading(t).Answer(flows.RecordsRead{Outcome: flows.Ended}).Is("login/password").Says("login.ended")
	if ended.C.Login != nil {
		t.Errorf("login %+v", ended.C.Login)
	}
	flowtest.Story(t).Command("record").Is("login/phone").Says("login.first")
}

// Rows: S47
func TestEveryRecordIsListedByLevelAndSchool(t *testing.T) {
	t.Parallel()
	records := []flows.Record{{Level: "专科", School: "某职业学院"}, {Level: "本科", School: "某大学"}}
	p := list(t, records...)
	for i, want := range []string{"button.open_record(level=专科 school=某职业学院)", "button.open_record(level=本科 school=某大学)"} {
		label := p.Shown.Buttons[i][0].Label()
		if got := flowtest.Words(label); got != want {
			t.Errorf("button %s", got)
		}
	}
	if open(p, 1, records...); !strings.Contains(p.Ask(), "某大学") || strings.Contains(p.Ask(), "某职业学院") {
		t.Errorf("asks %s", p.Ask())
	}
	read := flows.RecordsRead{Outcome: flows.OK, Records: records}
	p.Tap("back").Is("record/loading").Answer(read).Is("record/list").Type("open7").Says("kit.unexpected").Is("record/loading")
	p.Answer(read).Is("record/list").Tap("back").Is("home/menu")
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
	p := open(list(t, r), 0, r)
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
	p := open(list(t, flows.Record{}), 0, flows.Record{})
	text := p.Shown.Ask.Words("zh-Hans")
	if n := strings.Count(text, "空"); n != 21 {
		t.Errorf("%d empty places, want 19 and 录取照片, 毕业照片:\n%s", n, text)
	}
}

// Rows: S50
func TestLeavingStampsAndAsksNothingMore(t *testing.T) {
	t.Parallel()
	p := open(list(t, flows.Record{Name: "林"}), 0, flows.Record{Name: "林"}).Tap("right").Is("record/checked")
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
	read := flows.RecordsRead{Outcome: flows.OK, Records: []flows.Record{{Name: "林"}}}
	p := open(list(t, flows.Record{}), 0, flows.Record{}).Type("?").Says("kit.unexpected").Is("record/opening").Answer(read).Is("record/record")
	p.Tap("wrong").Is("record/fault").Says("record.fault.ask").Type("?").Is("record/fault")
	p.Tap("back").Is("record/opening").Answer(read).Is("record/record").Tap("right").Tap("back").Is("record/opening")
}

// Rows: S48
func TestARecordIsReadAnewEachTimeItIsShown(t *testing.T) {
	t.Parallel()
	one := flows.Record{Name: "林小树", School: "某大学", IDNumber: flowtest.ID}
	for name, again := range map[string]func(*flowtest.Play){
		"help":            func(p *flowtest.Play) { p.Command("help") },
		"start":           func(p *flowtest.Play) { p.Command("start").Tap("record") },
		"an interruption": func(p *flowtest.Play) { p.Command("language").Tap("back") },
		"a stale button":  func(p *flowtest.Play) { p.TapOn(flows.Button{Act: "right", Frame: p.C.Top().ID, Turn: 1}) },
		"a sticker":       func(p *flowtest.Play) { p.Sticker() },
		"an edited text":  func(p *flowtest.Play) { p.Put(flows.Input{Kind: flows.Edited, Text: "x"}) },
		"back":            func(p *flowtest.Play) { p.Tap("wrong").Tap("back") },
	} {
		p := open(list(t, one), 0, one)
		if again(p); len(flowtest.Asked[flows.ReadRecords](p)) != 1 {
			t.Errorf("%s: at %s, not read anew", name, p.At())
			continue
		}
		if strings.Contains(p.Draft(), one.Name) || strings.Contains(p.Draft(), one.IDNumber) {
			t.Errorf("%s: the record is still in the draft", name)
		}
		p.Answer(flows.RecordsRead{Outcome: flows.Ended}).Is("login/password").Says("login.ended")
		if p.C.Login != nil {
			t.Errorf("%s: login %+v", name, p.C.Login)
		}
	}
	if p := list(t, one); strings.Contains(p.Draft(), one.IDNumber) {
		t.Errorf("the list keeps %s", p.Draft())
	}
	if p := open(list(t, one), 0, one).Tap("right"); strings.Contains(p.Draft(), one.IDNumber) {
		t.Errorf("after 核对无误 it keeps %s", p.Draft())
	}
}
