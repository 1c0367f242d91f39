package rules

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
)

// Limits of RFC 5321, 4.5.3.1: 254 characters of an address, 64 before the @.
const (
	maxAddress = 254
	maxLocal   = 64
)

var (
	emailLocal  = regexp.MustCompile(`^[a-z0-9!#$%&'*+/=?^_{|}~.-]+$`)
	emailDomain = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}$`)
	emailPoints = strings.NewReplacer("。", ".", "｡", ".", "，", ",", " ", "")

	// mailHosts are what students have; one slip away from them is taken for a slip.
	mailHosts = strings.Fields(`qq.com vip.qq.com foxmail.com 163.com vip.163.com 126.com yeah.net 139.com 189.cn wo.cn
		sina.com sina.cn vip.sina.com sohu.com tom.com 21cn.com aliyun.com gmail.com outlook.com hotmail.com live.com live.cn
		msn.com yahoo.com icloud.com me.com mac.com mail.com aol.com proton.me protonmail.com 188.com 263.net 88.com`)
	// mailEndings are slips in the last part, for any host.
	mailEndings = map[string]string{
		".con": ".com", ".cmo": ".com", ".ocm": ".com", ".comm": ".com", ".coom": ".com", ".vom": ".com", ".xom": ".com",
		".cpm": ".com", ".cim": ".com", ".clm": ".com", ".om": ".com", ".con.cn": ".com.cn", ".cmo.cn": ".com.cn",
		".ent": ".net", ".ner": ".net", ".nte": ".net", ".edu.cm": ".edu.cn", ".edu.com": ".edu.cn", ".edu.c": ".edu.cn",
		".edu.cnn": ".edu.cn",
	}
	// mailSlips are slips farther away than one letter, and hosts that exist but hold no student's mail.
	mailSlips = map[string]string{
		"qq.cn": "qq.com", "qq.co": "qq.com", "qq.cm": "qq.com", "qq.com.cn": "qq.com", "qqcom": "qq.com", "qq": "qq.com",
		"163": "163.com", "126": "126.com", "163com": "163.com", "126com": "126.com", "163.cn": "163.com", "126.cn": "126.com",
		"gmail": "gmail.com", "gmail.cn": "gmail.com", "gmail.co": "gmail.com", "gmailcom": "gmail.com", "fox.com": "foxmail.com",
		"icloud": "icloud.com", "outlook.cn": "outlook.com", "hotmail.cn": "hotmail.com", "foxmail": "foxmail.com",
		"139.cn": "139.com", "189.com": "189.cn",
	}
)

// Email reads an e-mail address, in lower case. Where the part behind the @ looks like a slip of a well-known one,
// suggestion is the address probably meant; the typed one may still be right, so the student decides.
func Email(text string) (address, suggestion string, fault *Fault) {
	typed := strings.ToLower(emailPoints.Replace(narrow(text)))
	typed = strings.Trim(strings.TrimPrefix(typed, "mailto:"), "<>,;")
	local, host, ok := strings.Cut(typed, "@")
	switch {
	case !ok, host == "":
		return "", "", refuse("rule.email.at")
	case strings.Contains(host, "@"):
		return "", "", refuse("rule.email.two")
	case len(typed) > maxAddress, len(local) > maxLocal:
		return "", "", refuse("rule.email.long")
	case !emailLocal.MatchString(local):
		return "", "", refuse("rule.email.local")
	}
	meant := hostMeant(host)
	if meant != "" && plain(local+"@"+meant) {
		suggestion = local + "@" + meant
	}
	if !emailDomain.MatchString(host) || !plain(typed) {
		if suggestion == "" {
			return "", "", refuse("rule.email.domain")
		}
		return "", "", refuse("rule.email.host", "host", meant)
	}
	return typed, suggestion, nil
}

// plain says that the address is one and no more, by RFC 5322.
func plain(address string) bool {
	parsed, err := mail.ParseAddress(address)
	return err == nil && parsed.Address == address && parsed.Name == ""
}

// hostMeant is the host that a slip was probably meant to be; "" when there is no slip.
func hostMeant(host string) string {
	if slices.Contains(mailHosts, host) {
		return ""
	}
	if meant, ok := mailSlips[host]; ok {
		return meant
	}
	for n := range strings.Count(host, ".") {
		head, tail := cutLast(host, n+1)
		if right, ok := mailEndings[tail]; ok {
			if meant := hostMeant(head + right); meant != "" {
				return meant
			}
			return head + right
		}
	}
	for _, known := range mailHosts {
		if len(known) >= len("163.com") && oneSlip(host, known) {
			return known
		}
	}
	return ""
}

// cutLast cuts a host before its n-th dot from the end.
func cutLast(host string, n int) (head, tail string) {
	at := len(host)
	for range n {
		at = strings.LastIndexByte(host[:at], '.')
	}
	return host[:at], host[at:]
}

// oneSlip says that a and b differ by one letter changed, missing or too many, or by two neighbours swapped. Digits
// count as swapped only: 163.com, 139.com and 188.com are different hosts.
func oneSlip(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	x, y := a[i:], b[i:]
	switch {
	case len(x) == len(y)+1:
		return x[1:] == y
	case len(y) == len(x)+1:
		return y[1:] == x
	case len(x) != len(y) || x == "":
		return false
	case len(x) > 1 && x[0] == y[1] && x[1] == y[0] && x[2:] == y[2:]:
		return true
	}
	return x[1:] == y[1:] && !isDigit(rune(x[0]))
}
