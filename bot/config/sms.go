package config

import (
	"net/url"
	"slices"
	"strings"

	"guiwei/locales"
)

// smsForms are the ways text messages can leave.
const smsForms = "aliyun://, tencent://, twilio:// or https:// as README's section on text messages shows, or sim:http://127.0.0.1:PORT or log:"

func (c Config) judgeSMS(ways []string) Fault {
	const name = "SMS_URL"
	switch len(ways) {
	case 0:
		return Fault{name, "is missing; it must be " + smsForms + " (or set SMS_URL_FILE)"}
	case 1, 2:
	default:
		return Fault{name, "holds more than two addresses; one, and one for when it fails"}
	}
	for _, raw := range ways {
		if f := c.judgeProvider(name, raw); f.Name != "" {
			return f
		}
	}
	return Fault{}
}

func (c Config) judgeProvider(name, raw string) Fault {
	scheme, _, _ := strings.Cut(raw, ":")
	form, known := map[string]string{
		"aliyun":  "aliyun://KEY:SECRET@dysmsapi.aliyuncs.com?sign=NAME&template.code=SMS_…",
		"tencent": "tencent://ID:KEY@sms.tencentcloudapi.com?app=1400…&sign=NAME&template.code=…",
		"twilio":  "twilio://SID:TOKEN@api.twilio.com?from=+1…",
		"https":   "https://HOST/PATH?key=AT-LEAST-32-CHARACTERS",
		"http":    "https://HOST/PATH?key=AT-LEAST-32-CHARACTERS",
	}[scheme]
	if !known {
		return c.judgeCourier(name, raw, smsForms)
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return Fault{name, "must be " + form + "; write special characters of keys and names as %XX"}
	}
	if scheme == "http" || scheme == "https" {
		return c.judgeGateway(name, u)
	}
	if missing := missingOf(scheme, u); len(missing) > 0 {
		return Fault{name, "lacks " + strings.Join(missing, ", ") + "; it must be " + form}
	}
	return Fault{}
}

func (c Config) judgeGateway(name string, u *url.URL) Fault {
	switch {
	case !c.mayTravel(u.String()):
		return Fault{name, "is http:, which sends codes in clear: https only (or ALLOW_INSECURE=true)"}
	case len(u.Query().Get("key")) < 32:
		return Fault{name, "lacks ?key= of 32 or more characters, which signs each request; openssl rand -hex 32 makes one"}
	}
	return Fault{}
}

// missingOf names the parts that a provider's address has to have and has not.
func missingOf(scheme string, u *url.URL) []string {
	var missing []string
	lacks := func(ok bool, what string) {
		if !ok {
			missing = append(missing, what)
		}
	}
	q := u.Query()
	secret, _ := u.User.Password()
	lacks(u.User.Username() != "", "the key before :")
	lacks(secret != "", "the secret before @")
	if scheme == "twilio" {
		lacks(q.Get("from") != "" || q.Get("service") != "", "from= or service=")
		return missing
	}
	lacks(scheme != "tencent" || q.Get("app") != "", "app=")
	lacks(q.Get("sign") != "", "sign=")
	for _, lang := range locales.Languages {
		lacks(q.Get("template.code") != "" || q.Get("template.code."+lang) != "", "template.code."+lang+"=")
	}
	return missing
}

// unsentNotices remarks that results will not go out by SMS for lack of a template.
func (c Config) unsentNotices() Fault {
	var kinds []string
	for raw := range strings.FieldsSeq(c.SMSURL.Reveal()) {
		u, err := url.Parse(raw)
		if err != nil || u.Scheme != "aliyun" && u.Scheme != "tencent" {
			continue
		}
		for _, kind := range []string{"verdict.approved", "verdict.refused", "frozen"} {
			var have bool
			for name := range u.Query() {
				have = have || name == "template."+kind || strings.HasPrefix(name, "template."+kind+".")
			}
			if !have && !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	return unless(len(kinds) == 0, "SMS_URL", "has no template."+strings.Join(kinds, ", template.")+": of these, whoever gave no e-mail hears in Telegram only")
}
