package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"guiwei/flows/rules"
)

var now = time.Date(2026, 11, 23, 9, 7, 0, 0, time.UTC)

// sealed appends the check character, by the weights as GB 11643 prints them.
func sealed(first17 string) string {
	weights := []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(first17[i]-'0')
	}
	return first17 + string("10X98765432"[sum%11])
}

// fictitious draws the first 17 digits of a number of a region that no office gives out.
func fictitious(t *rapid.T) string {
	day := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 46_000).Draw(t, "day"))
	return fmt.Sprintf("99%04d%s%03d", rapid.IntRange(0, 9999).Draw(t, "region"), day.Format("20060102"), rapid.IntRange(0, 999).Draw(t, "sequence"))
}

// Rows: S9
func TestIDNumberIsReadAsTyped(t *testing.T) {
	t.Parallel()
	withX := "99010120061231018X"
	if sealed(withX[:17]) != withX {
		t.Fatalf("the fixture's check character is %s", sealed(withX[:17]))
	}
	want := rules.ID{Kind: "resident", Number: withX, Born: time.Date(2006, 12, 31, 0, 0, 0, 0, time.UTC)}
	for _, typed := range []string{
		withX, "99010120061231018x", " 990101 20061231 018X ", "990101-20061231-018x", "９９０１０１２００６１２３１０１８Ｘ",
		"99010120061231018Х", "99010120061231018×", "990101\u200b20061231018X\n",
	} {
		got, fault := rules.IDNumber("resident", typed, true, now)
		if fault != nil {
			t.Errorf("%q: %+v", typed, fault)
		} else if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: %s", typed, d)
		}
	}
}

// Rows: S9
func TestIDNumberFaultNamesThePart(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]rules.Fault{
		"99010120061231018":                        {Key: "rule.id.short", Args: []any{"digits", 17, "missing", 1}},
		"9901012006123104X":                        {Key: "rule.id.short", Args: []any{"digits", 17, "missing", 1}},
		"99010106123100X":                          {Key: "rule.id.short", Args: []any{"digits", 15, "missing", 3}},
		"":                                         {Key: "rule.id.short", Args: []any{"digits", 0, "missing", 18}},
		"990101200612310180X":                      {Key: "rule.id.long", Args: []any{"digits", 19, "extra", 1}},
		"9901012006123100X4":                       {Key: "rule.id.x_place", Args: []any{"at", 17}},
		"99010120O61231018X":                       {Key: "rule.id.char", Args: []any{"at", 9}},
		"我不想说":                                     {Key: "rule.id.words"},
		sealed("99010120061331018"):                {Key: "rule.id.birth", Args: []any{"from", 7, "to", 14}},
		sealed("99010120050229004"):                {Key: "rule.id.birth", Args: []any{"from", 7, "to", 14}},
		"990101061331018":                          {Key: "rule.id.birth", Args: []any{"from", 7, "to", 12}},
		sealed("99010120261124004"):                {Key: "rule.id.born_future", Args: []any{"from", 7, "to", 14}},
		sealed("99010118991231018"):                {Key: "rule.id.born_old", Args: []any{"from", 7, "to", 14}},
		"990101200612310180":                       {Key: "rule.id.check"},
		sealed("81000019000101000"):                {Key: "rule.id.other_kind"}, // sequence 000 is never given
		sealed("83000019000101000"):                {Key: "rule.id.other_kind"},
		strings.Repeat("9", 18) + "99010120061231": {Key: "rule.id.long", Args: []any{"digits", 32, "extra", 14}},
	} {
		got, fault := rules.IDNumber("resident", typed, true, now)
		if fault == nil {
			t.Errorf("%q: passed", typed)
			continue
		}
		if d := cmp.Diff(want, *fault); d != "" || got.Number != "" {
			t.Errorf("%q: %q %s", typed, got.Number, d)
		}
	}
}

func TestIDNumberBornTodayInChinaIsNoFuture(t *testing.T) {
	t.Parallel()
	number := sealed("99010120261124004")
	if _, fault := rules.IDNumber("resident", number, true, time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)); fault != nil {
		t.Errorf("midnight in China: %+v", fault)
	}
	if _, fault := rules.IDNumber("resident", number, true, time.Date(2026, 11, 23, 15, 59, 59, 0, time.UTC)); fault == nil {
		t.Error("a second before midnight in China: passed")
	}
}

// Rows: S9
func TestIDNumberOldFormIsUpgraded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		new17 := fictitious(t)
		if new17[6:8] != "19" {
			new17 = new17[:6] + "19" + "80" + new17[10:]
		}
		if new17[6:14] == "19800229" {
			return
		}
		got, fault := rules.IDNumber("resident", new17[:6]+new17[8:], true, now)
		if _, err := time.Parse("20060102", new17[6:14]); err != nil {
			return
		}
		if fault != nil || got.Number != sealed(new17) {
			t.Fatalf("%s became %s, %+v", new17, got.Number, fault)
		}
	})
}

// Rows: S9
func TestIDNumberFindsOneChangedDigitAndSwappedNeighbours(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		right := sealed(fictitious(t))
		if _, fault := rules.IDNumber("resident", right, true, now); fault != nil {
			t.Fatalf("%s: %+v", right, fault)
		}
		at := rapid.IntRange(2, 16).Draw(t, "at")
		changed := []byte(right)
		changed[at] = '0' + (changed[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if _, fault := rules.IDNumber("resident", string(changed), true, now); fault == nil {
			t.Fatalf("%s instead of %s passed", changed, right)
		}
		swapped := []byte(right)
		swapped[at], swapped[at+1] = swapped[at+1], swapped[at]
		if _, fault := rules.IDNumber("resident", string(swapped), true, now); fault == nil && string(swapped) != right {
			t.Fatalf("%s instead of %s passed", swapped, right)
		}
	})
}

func TestIDNumberFictitiousRegionNeedsPermission(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"resident", "hk_macau_permit", "taiwan_permit"} {
		_, fault := rules.IDNumber(kind, "99010120061231018X", false, now)
		if fault == nil || fault.Key != "rule.id.fictitious" {
			t.Errorf("%s: %+v", kind, fault)
		}
	}
}

func TestIDNumberUnknownRegionPasses(t *testing.T) {
	t.Parallel()
	number := sealed("00000019000101000")
	got, fault := rules.IDNumber("resident", number, false, now)
	if fault != nil || got.RegionKnown || got.Number != number {
		t.Errorf("got %+v, %+v", got, fault)
	}
}

func TestIDNumberTellsTheRegion(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"622628": "甘肃省陇南地区礼县", "110105": "北京市朝阳区", "110103": "北京市崇文区", "310119": "上海市南汇区", "330113": "浙江省杭州市临平区",
		"441900": "广东省东莞市", "460400": "海南省儋州市", "659001": "新疆维吾尔自治区石河子市", "440000": "广东省",
	} {
		got, fault := rules.IDNumber("resident", sealed(region+"19000101000"), false, now)
		if fault != nil || got.Region != want || !got.RegionKnown {
			t.Errorf("%s: got %q, %v, %+v; want %q", region, got.Region, got.RegionKnown, fault, want)
		}
	}
	got, _ := rules.IDNumber("resident", sealed("44999919000101000"), false, now)
	if got.Region != "广东省" || got.RegionKnown {
		t.Errorf("a county that is not in the table: %q, %v", got.Region, got.RegionKnown)
	}
}

// Rows: S8
func TestEachKindHasItsOwnForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, typed, number, fault string }{
		{"resident", "E12345678", "", "rule.id.char"},
		{"hk_macau_permit", sealed("81000019000101000"), sealed("81000019000101000"), ""},
		{"hk_macau_permit", sealed("82000019000101000"), sealed("82000019000101000"), ""},
		{"hk_macau_permit", sealed("83000019000101000"), "", "rule.id.other_kind"},
		{"hk_macau_permit", "H12345678", "", "rule.id.char"},
		{"taiwan_permit", sealed("83000019000101000"), sealed("83000019000101000"), ""},
		{"taiwan_permit", sealed("81000019000101000"), "", "rule.id.other_kind"},
		{"hmt_permit", sealed("83000019000101000"), sealed("83000019000101000"), ""},
		{"hmt_permit", sealed("82000019000101000"), sealed("82000019000101000"), ""},
		{"hmt_permit", sealed("62262819000101000"), "", "rule.id.other_kind"},
		{"foreign_permit", sealed("91115619900101000"), sealed("91115619900101000"), ""},
		{"foreign_permit", sealed("91115619901301000"), "", "rule.id.birth"},
		{"foreign_permit", "91115619900101000", "", "rule.id.short"},
		{"foreign_permit", "911156199001010", "", "rule.id.short"},
		{"foreign_permit", sealed("99010119900101000"), "", "rule.id.form"},
		{"foreign_permit", "usa 1234 5678 9012", "USA123456789012", ""},
		{"foreign_permit", "E12345678", "", "rule.id.form"},
		{"hk_macau_travel", "h 1234 5678", "H12345678", ""},
		{"hk_macau_travel", "M1234567801", "M12345678", ""},
		{"hk_macau_travel", "12345678", "", "rule.id.form"},
		{"taiwan_travel", "１２３４５６７８", "12345678", ""},
		{"taiwan_travel", "1234567890b", "1234567890B", ""},
		{"taiwan_travel", "123", "", "rule.id.form"},
		{"passport", "e12345678", "E12345678", ""},
		{"passport", "EA1234567", "EA1234567", ""},
		{"passport", "PASSPORT", "", "rule.id.form"},
		{"passport", "99010120061231018X", "", "rule.id.form"},
		{"other", "a-1234/5", "A-1234/5", ""},
		{"other", "<b>", "", "rule.id.form"},
		{"no such kind", "1", "", "rule.id.kind_unknown"},
	} {
		got, fault := rules.IDNumber(c.kind, c.typed, true, now)
		key := ""
		if fault != nil {
			key = fault.Key
		}
		if got.Number != c.number || key != c.fault {
			t.Errorf("%s %q: got %q, %q; want %q, %q", c.kind, c.typed, got.Number, key, c.number, c.fault)
		}
		if fault == nil && got.Kind != c.kind {
			t.Errorf("%s %q: kind %q", c.kind, c.typed, got.Kind)
		}
	}
}

// Rows: S8
func TestKindsBeginWithTheResidentCard(t *testing.T) {
	t.Parallel()
	var codes []string
	for _, k := range rules.IDKinds() {
		codes = append(codes, k.Code)
		if k.Key != "id_kind."+k.Code {
			t.Errorf("%s: key %q", k.Code, k.Key)
		}
	}
	want := []string{"resident", "hmt_permit", "hk_macau_travel", "taiwan_travel", "foreign_permit", "passport", "other"}
	if d := cmp.Diff(want, codes); d != "" {
		t.Error(d)
	}
}

// Rows: S8
func TestFormerKindsKeepTheirNamesAndFamily(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"hk_macau_permit", "taiwan_permit"} {
		if rules.KindKey(code) != "id_kind.hmt_permit" || rules.Family(code) != "resident" {
			t.Errorf("%s is %q of %q", code, rules.KindKey(code), rules.Family(code))
		}
	}
	if rules.KindKey("none") != "" {
		t.Error("a kind that is none has a name")
	}
}

// Rows: S9
func TestAnUnknownRegionIsDoubtedAndNeverRefused(t *testing.T) {
	t.Parallel()
	for typed, doubt := range map[string]bool{sealed("44999919000101000"): true, sealed("44010619000101000"): false, sealed("99010119000101000"): false} {
		got, fault := rules.IDNumber("resident", typed, true, now)
		if fault != nil || got.RegionDoubtful() != doubt {
			t.Errorf("%s: %+v, %v", typed, got, fault)
		}
	}
	if got, _ := rules.IDNumber("passport", "E12345678", true, now); got.RegionDoubtful() {
		t.Error("a passport has no region")
	}
}
