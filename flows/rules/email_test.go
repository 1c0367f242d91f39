package rules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows/rules"
)

// Rows: S10
func TestEmailHintsAtSlips(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string][2]string{
		"a@qq.com":               {"a@qq.com", ""},
		" Zhang.San@QQ.com ":     {"zhang.san@qq.com", ""},
		"ａ＠ｑｑ．ｃｏｍ":               {"a@qq.com", ""},
		"a@qq。com":               {"a@qq.com", ""},
		"a @qq.com":              {"a@qq.com", ""},
		"mailto:a@qq.com":        {"a@qq.com", ""},
		"<a@qq.com>":             {"a@qq.com", ""},
		"a+b_c-d@stu.pku.edu.cn": {"a+b_c-d@stu.pku.edu.cn", ""},
		"a@example.org":          {"a@example.org", ""},
		"a@139.com":              {"a@139.com", ""},
		"a@188.com":              {"a@188.com", ""},
		"a@mail.com":             {"a@mail.com", ""},
		"a@qq.con":               {"a@qq.con", "a@qq.com"},
		"a@qq.cn":                {"a@qq.cn", "a@qq.com"},
		"a@qq.comm":              {"a@qq.comm", "a@qq.com"},
		"a@136.com":              {"a@136.com", "a@163.com"},
		"a@163.cmo":              {"a@163.cmo", "a@163.com"},
		"a@gmial.com":            {"a@gmial.com", "a@gmail.com"},
		"a@gamil.com":            {"a@gamil.com", "a@gmail.com"},
		"a@gmai.com":             {"a@gmai.com", "a@gmail.com"},
		"a@gmail.co":             {"a@gmail.co", "a@gmail.com"},
		"a@gmial.con":            {"a@gmial.con", "a@gmail.com"},
		"a@hotmial.com":          {"a@hotmial.com", "a@hotmail.com"},
		"a@outlok.com":           {"a@outlok.com", "a@outlook.com"},
		"a@foxmial.com":          {"a@foxmial.com", "a@foxmail.com"},
		"a@pku.edu.cm":           {"a@pku.edu.cm", "a@pku.edu.cn"},
		"a@school.con":           {"a@school.con", "a@school.com"},
	} {
		address, suggestion, fault := rules.Email(typed)
		if d := cmp.Diff(want, [2]string{address, suggestion}); d != "" || fault != nil {
			t.Errorf("%q: %+v %s", typed, fault, d)
		}
	}
}

// Rows: S10
func TestEmailFaultNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"":                                       "rule.email.at",
		"12345678":                               "rule.email.at",
		"a@":                                     "rule.email.at",
		"a@b@qq.com":                             "rule.email.two",
		"@qq.com":                                "rule.email.local",
		"张三@qq.com":                              "rule.email.local",
		"a,b@qq.com":                             "rule.email.local",
		"a\"b@qq.com":                            "rule.email.local",
		"a..b@qq.com":                            "rule.email.domain",
		"a@-qq.com":                              "rule.email.domain",
		"a@school":                               "rule.email.domain",
		"a@[127.0.0.1]":                          "rule.email.domain",
		"a@学校.cn":                                "rule.email.domain",
		"a@qq.com\r\nBcc: b":                     "rule.email.domain",
		"a@qqcom":                                "rule.email.host",
		"a@qq":                                   "rule.email.host",
		"a@163":                                  "rule.email.host",
		strings.Repeat("a", 65) + "@qq.com":      "rule.email.long",
		"a@" + strings.Repeat("b.", 130) + "com": "rule.email.long",
	} {
		address, suggestion, fault := rules.Email(typed)
		if fault == nil || fault.Key != want || address+suggestion != "" {
			t.Errorf("%q: got %q, %q, %+v; want %s", typed, address, suggestion, fault, want)
		}
	}
}
