package rules_test

import (
	"strings"
	"testing"

	"guiwei/flows/rules"
)

func TestANoteTellsNoNumberAndNoAddressOfAPerson(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"证件99010120061231018X看不清":            "id_number",
		"９９０１０１２００６０３１５００１４":                 "id_number",
		"990101 20060315 0014":               "id_number",
		"990101060315001":                    "id_number",
		"护照 e12345678":                       "id_number",
		"打15012341234":                       "phone",
		"+86 150 1234 1234":                  "phone",
		"call 5123-4567":                     "phone",
		"写信到Zhang.San@qq.com。":               "email",
		"ｚ＠ｑｑ．ｃｏｍ":                           "email",
		"案件 203-17 第 2 次":                    "",
		"请在 2026-11-23 18:00 前，或 20261124 前": "",
		"最好 @ 下午，300 KB 以内":                  "",
		"Take the photo by daylight.":        "",
	} {
		if want != "" {
			want = "rule.note." + want
		}
		got := ""
		if _, fault := rules.Note(text, 40); fault != nil {
			got = fault.Key
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got, fault := rules.Note("  请看 \n 样例  ", 40); got != "请看 样例" || fault != nil {
		t.Errorf("%q, %v", got, fault)
	}
	for _, text := range []string{" ", strings.Repeat("字", 41)} {
		if _, fault := rules.Note(text, 40); fault == nil || fault.Key != "rule.note.length" {
			t.Errorf("%q: %v", text, fault)
		}
	}
}
