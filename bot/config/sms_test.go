package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	aliyun  = "aliyun://hunter2:hunter2@dysmsapi.aliyuncs.com?sign=%E7%A4%BA%E4%BE%8B&template.code=SMS_1"
	gateway = "https://sms.example.edu/send?key=hunter2hunter2hunter2hunter2hunter2"
)

func TestEverySMSProviderIsKnown(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		aliyun, gateway, aliyun + "\n" + gateway, aliyun + " " + aliyun,
		"aliyun://k:s@dysmsapi.aliyuncs.com?sign=x&template.code.zh-Hans=1&template.code.zh-Hant=2&template.code.en=3",
		"tencent://k:s@sms.tencentcloudapi.com?app=1400000000&sign=x&template.code=1",
		"twilio://AC1:s@api.twilio.com?from=+15005550006", "twilio://SK1:s@api.twilio.com?account=AC1&service=MG1",
		"http://127.0.0.1:8000/sms?key=" + strings.Repeat("k", 32),
	} {
		if _, err := Load(serving(map[string]string{"SMS_URL": raw})); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestAnSMSAddressIsToldWhatItLacks(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"":                               "is missing",
		"aliyun://hunter2@h.example.edu": "lacks the secret before @, sign=, template.code.zh-Hans=, template.code.zh-Hant=, template.code.en=;",
		"tencent://hunter2:hunter2@h.example.edu?sign=x&template.code=1&template.code.en=2": "lacks app=;",
		"aliyun://hunter2:hunter2@h.example.edu?sign=x&template.code.zh-Hans=1":             "lacks template.code.zh-Hant=, template.code.en=;",
		"twilio://hunter2:hunter2@h.example.edu":                                            "lacks from= or service=;",
		"https://h.example.edu/sms?key=hunter2":                                             "lacks ?key= of 32",
		aliyun + " https://h.example.edu/sms":                                               "lacks ?key= of 32",
	} {
		_, err := Load(serving(map[string]string{"SMS_URL": raw}))
		faults := Faults(err)
		if len(faults) != 1 || faults[0].Name != "SMS_URL" || !strings.Contains(faults[0].Text, want) || strings.Contains(faults[0].Text, "hunter2") {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestMissingTemplatesOfNoticesAreRemarked(t *testing.T) {
	t.Parallel()
	const all = "&template.verdict.approved=SMS_2&template.verdict.refused.en=SMS_3&template.frozen=SMS_4"
	for raw, want := range map[string]string{
		aliyun:                       "has no template.verdict.approved, template.verdict.refused, template.frozen: of these, whoever gave no e-mail hears in Telegram only",
		aliyun + all:                 "",
		gateway:                      "",
		aliyun + all + "\n" + aliyun: "has no template.verdict.approved, template.verdict.refused, template.frozen: of these, whoever gave no e-mail hears in Telegram only",
	} {
		c, err := Load(serving(map[string]string{"SMS_URL": raw}))
		if err != nil {
			t.Fatal(err)
		}
		var got string
		for _, f := range c.Remarks() {
			if f.Name == "SMS_URL" {
				got = f.Text
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}
