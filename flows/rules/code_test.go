package rules_test

import (
	"testing"

	"pgregory.net/rapid"

	"guiwei/flows/rules"
)

func TestCodeIsFoundInWhatStudentsSend(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"123456":       "123456",
		" 123456\n":    "123456",
		"１２３４５６":       "123456",
		"123 456":      "123456",
		"123-456":      "123456",
		"12 34 56":     "123456",
		"1 2 3 4 5 6":  "123456",
		"123\u200b456": "123456",
		"【归位】校验码 123456，10 分钟内有效。":                                             "123456",
		"【归位】校验码123456，10分钟内有效，请勿告诉他人。":                                        "123456",
		"【归位】您尾号1234的手机 校验码：123456，有效期10分钟":                                    "123456",
		"2026-11-23 17:07 【归位】校验码 123456":                                      "123456",
		"10690000 12:30 校验码为 123456 请于600秒内输入":                                 "123456",
		"编号 654321 的申请，校验码 123456":                                             "123456",
		"123456 是你的校验码":                                                        "123456",
		"123456 是你的校验码，订单 20261123":                                            "123456",
		"[Guiwei] code: 123456. Valid for 10 minutes. https://t.me/abc/654321": "123456",
		"校验码 123 456，10 分钟内有效":                                                 "123456",
		"12345":                                                                "",
		"1234567":                                                              "",
		"15012341234":                                                          "",
		"a123456":                                                              "",
		"123456789012345678":                                                   "",
		"没收到":                                                                  "",
		"":                                                                     "",
		"26-11-23":                                                             "",
		"金额 123456.78 元":                                                       "",
		"12345 6":                                                              "",
		"+123456":                                                              "",
	} {
		if got := rules.Code(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestCodeIsFoundAmongOtherNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.StringMatching(`[0-9]{6}`).Draw(t, "code")
		other := rapid.StringMatching(`[0-9]{1,5}|[0-9]{7,11}`).Draw(t, "other")
		for _, text := range []string{code, "尾号" + other + "，校验码 " + code + "，有效", code + "（" + other + "）"} {
			if got := rules.Code(text); got != code {
				t.Fatalf("%q: got %q", text, got)
			}
		}
	})
}
