package courier

import (
	"strings"
	"testing"
)

func TestAnAddressSaysWhatIsMissingWithoutRepeatingIt(t *testing.T) {
	t.Parallel()
	const user = "aliyun://hunter2:hunter2@h.example"
	for raw, want := range map[string]string{
		"aliyun://hunter2@h.example?sign=x&template.code=1":                   "secret is missing",
		user + "?template.code=1":                                             "sign= is missing",
		user + "?sign=x":                                                      "template.code=ID is missing",
		user + "?sign=x&template.code.en=1&template.code.zh-Hans=1":           "template.code.zh-Hant",
		user + "?sign=x&template.code=1&params.codes=a":                       "params.",
		"aliyun://hunter2:%zzhunter2@h.example?sign=x":                        "cannot be read",
		"tencent://hunter2:hunter2@h.example?sign=x&template.code=1":          "app= is missing",
		"tencent://hunter2:hunter2@h.example?app=1&template.code=1":           "sign= is missing",
		"twilio://SKhunter2:hunter2@h.example?from=%2B1":                      "account=AC",
		"twilio://AChunter2:hunter2@h.example":                                "either from= or service=",
		"twilio://AChunter2:hunter2@h.example?from=1&service=MG":              "either from= or service=",
		"https://h.example/sms?key=hunter2":                                   "shorter than 32",
		"https://h.example/sms":                                               "key= is missing",
		"http://h.example/sms?key=hunter2" + strings.Repeat("k", 32):          "ALLOW_INSECURE",
		"https://h.example/a?key=hunter2 https://h.example/b https://h.ex/c?": "one address, or two",
		"gsm://hunter2": "must be aliyun://",
	} {
		_, err := OpenSMS(raw, quiet())
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestEveryKindHasItsUsualParameters(t *testing.T) {
	t.Parallel()
	for _, k := range []Kind{Code, Approved, Refused, Frozen, Notice} {
		if len(usual(k)) == 0 {
			t.Errorf("%s has none", k)
		}
	}
}
