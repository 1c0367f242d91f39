package rules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"guiwei/flows/rules"
)

// Rows: S2
func TestPhoneIsReadAsStudentsTypeIt(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"15012341234":       "+8615012341234",
		" 150 1234 1234 ":   "+8615012341234",
		"150-1234-1234":     "+8615012341234",
		"150—1234—1234":     "+8615012341234",
		"(150) 1234.1234":   "+8615012341234",
		"+8615012341234":    "+8615012341234",
		"＋86 150 1234 1234": "+8615012341234",
		"＋８６１５０１２３４１２３４":             "+8615012341234",
		"0086 15012341234":           "+8615012341234",
		"8615012341234":              "+8615012341234",
		"015012341234":               "+8615012341234",
		"１５０１２３４１２３４":                "+8615012341234",
		"\u202a+8615012341234\u202c": "+8615012341234",
		"150\u00a01234\u200b1234":    "+8615012341234",
		"19912341234":                "+8619912341234",
		"+852 5123 4567":             "+85251234567",
		"00852-51234567":             "+85251234567",
		"+853 6612 3456":             "+85366123456",
		"+886 912 345 678":           "+886912345678",
		"+886 0912 345 678":          "+886912345678",
	} {
		got, fault := rules.Phone(typed)
		if fault != nil || got != want {
			t.Errorf("%q: got %q, %+v; want %q", typed, got, fault, want)
		}
	}
}

// Rows: S2
func TestPhoneFaultNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]rules.Fault{
		"12345":                   {Key: "rule.phone.short", Args: []any{"digits", 5, "missing", 6}},
		"1501234123":              {Key: "rule.phone.short", Args: []any{"digits", 10, "missing", 1}},
		"+86 1501234123":          {Key: "rule.phone.short", Args: []any{"digits", 10, "missing", 1}},
		"150123412345":            {Key: "rule.phone.long", Args: []any{"digits", 12, "extra", 1}},
		"010-12345678":            {Key: "rule.phone.not_mobile"},
		"0755 1234 5678":          {Key: "rule.phone.not_mobile"},
		"+86 21 12345678":         {Key: "rule.phone.not_mobile"},
		"400-812-3123":            {Key: "rule.phone.not_mobile"},
		"11012341234":             {Key: "rule.phone.not_mobile"},
		"1501234123a":             {Key: "rule.phone.letters"},
		"手机15012341234":           {Key: "rule.phone.letters"},
		"15012341234?":            {Key: "rule.phone.signs"},
		"150+12341234":            {Key: "rule.phone.signs"},
		"+1 202 555 0143":         {Key: "rule.phone.country"},
		"+44 7700 900123":         {Key: "rule.phone.country"},
		"+999 123456789":          {Key: "rule.phone.not_mobile"},
		"51234567":                {Key: "rule.phone.add_code", Args: []any{"digits", 8}},
		"0912345678":              {Key: "rule.phone.add_code", Args: []any{"digits", 10}},
		"+886 912 345":            {Key: "rule.phone.abroad", Args: []any{"code", 886}},
		"+852 2123 4567":          {Key: "rule.phone.not_mobile"},
		"你好":                      {Key: "rule.phone.empty"},
		"":                        {Key: "rule.phone.empty"},
		strings.Repeat("1", 5000): {Key: "rule.phone.long", Args: []any{"digits", 5000, "extra", 4989}},
	} {
		got, fault := rules.Phone(typed)
		if got != "" || fault == nil {
			t.Errorf("%q: got %q without a fault", typed, got)
			continue
		}
		if d := cmp.Diff(want, *fault); d != "" {
			t.Errorf("%q: %s", typed, d)
		}
	}
}

func TestPhoneReadsItsOwnWriting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		number, fault := rules.Phone(rapid.StringMatching(`(\+86|0086)? ?1[3-9][0-9] ?[0-9]{4} ?[0-9]{4}`).Draw(t, "typed"))
		if fault != nil {
			return // a range that nobody uses
		}
		if again, fault := rules.Phone(number); again != number || fault != nil {
			t.Fatalf("%q became %q, %+v", number, again, fault)
		}
		if own, ok := rules.OwnContact(number); !ok || own != number {
			t.Fatalf("own contact %q became %q", number, own)
		}
	})
}

// Rows: T11
func TestOwnContactIsOnlyTelegramsOwnWriting(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"+8615012341234":      "+8615012341234",
		"8615012341234":       "+8615012341234",
		"+86 15012341234":     "",
		"+86015012341234":     "",
		"008615012341234":     "",
		"15012341234":         "",
		"+8612012341234":      "",
		"+86150123412345":     "",
		"+861501234123":       "",
		"+８615012341234":      "",
		"+8615012341234\n":    "",
		"+12025550143":        "",
		"+85251234567":        "",
		"":                    "",
		"+86+8615012341234":   "",
		"\u202a8615012341234": "",
	} {
		got, ok := rules.OwnContact(number)
		if got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", number, got, ok, want)
		}
	}
}
