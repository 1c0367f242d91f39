package rules_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"guiwei/flows/rules"
)

// Rows: S11 S12 S13
func TestAnswersThatMeanTheSameBecomeTheSame(t *testing.T) {
	t.Parallel()
	for want, typed := range map[string][]string{
		"王小花":      {"王小花", " 王 小 花 ", "王\u200b小花", "王小花\n", "王　小花"},
		"wangli":   {"Wang Li", "WANG LI", "ｗａｎｇ　ｌｉ", "wangli"},
		"买买提·艾力":   {"买买提·艾力", "买买提•艾力", "买买提・艾力"},
		"strasse1": {"Straße 1", "STRASSE 1"},
	} {
		for _, text := range typed {
			if got, fault := rules.Answer(text); got != want || fault != nil {
				t.Errorf("%q: got %q, %+v; want %q", text, got, fault, want)
			}
		}
	}
}

// Rows: S11
func TestAnswersThatSayNothingAreRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "rule.answer.short", "王": "rule.answer.short", "\u200b\u200b": "rule.answer.short", "不知道": "rule.answer.blank", "123456": "rule.answer.blank",
		strings.Repeat("王", 61): "rule.answer.long",
	} {
		if got, fault := rules.Answer(text); got != "" || fault == nil || fault.Key != want {
			t.Errorf("%q: got %q, %+v; want %s", text, got, fault, want)
		}
	}
}

func TestAnswerOfAnAnswerIsItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		once, fault := rules.Answer(rapid.String().Draw(t, "text"))
		if fault != nil {
			return
		}
		if twice, fault := rules.Answer(once); twice != once || fault != nil {
			t.Fatalf("%q became %q, %+v", once, twice, fault)
		}
	})
}
