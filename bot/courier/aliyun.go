package courier

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// aliyun is Alibaba Cloud's SMS, dysmsapi 2017-05-25. It has no idempotency
// key (help.aliyun.com/document_detail/55284.html says so), so nothing is
// repeated here.
type aliyun struct {
	wire
	account
	templates
	sign string // the approved signature, 签名
	now  func() time.Time
}

const aliyunForm = "aliyun://KEY:SECRET@dysmsapi.aliyuncs.com?sign=NAME&template.code=SMS_…"

func openAliyun(raw string, o options) (aliyun, error) {
	acc, err := openAccount(raw, aliyunForm)
	if err != nil {
		return aliyun{}, err
	}
	a := aliyun{newWire("aliyun", acc.root, o), acc, templates{}, acc.query.Get("sign"), o.now}
	if a.sign == "" {
		return a, errors.New("sign= is missing, the approved signature; want " + aliyunForm)
	}
	a.templates, err = openTemplates(acc.query)
	return a, err
}

func (a aliyun) send(ctx context.Context, m Message) error {
	template, names, values, err := a.fill(m)
	if err != nil {
		return err
	}
	params := make(map[string]string, len(names))
	for i, name := range names {
		params[name] = values[i]
	}
	filled, err := json.Marshal(params)
	if err != nil {
		return fault{what: "write parameters", kind: ErrPermanent}
	}
	return a.call(ctx, "SendSms", url.Values{
		"PhoneNumbers": {aliyunNumber(m.To)}, "SignName": {a.sign}, "TemplateCode": {template}, "TemplateParam": {string(filled)},
	})
}

// aliyunNumber is 11 digits for the mainland, country and number for others.
func aliyunNumber(to string) string {
	if domestic, ok := strings.CutPrefix(to, "+86"); ok {
		return domestic
	}
	return strings.TrimPrefix(to, "+")
}

// reach asks for the list of templates: keys, clock and product are right if it comes. Keys with no right but to send cannot be tried.
func (a aliyun) reach(ctx context.Context) error {
	err := a.call(ctx, "QuerySmsTemplateList", url.Values{"PageIndex": {"1"}, "PageSize": {"1"}})
	return untried(err)
}

// call is one signed request of the RPC style: parameters in the query, no body.
func (a aliyun) call(ctx context.Context, action string, q url.Values) error {
	u := *a.base
	u.RawQuery = canonicalQuery(q)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), http.NoBody)
	if err != nil {
		return fault{what: "write request", kind: ErrMisconfigured}
	}
	signACS3(req, a.user, a.secret, acs3{action, "2017-05-25", rand.Text(), a.now()})
	r, err := a.do(ctx, req)
	if err != nil {
		return err
	}
	var answer struct{ Code, Message string }
	if json.Unmarshal(r.body, &answer) != nil || answer.Code == "" {
		return a.failed(r)
	}
	return aliyunError(answer.Code, answer.Message, r)
}

// aliyunError sorts the codes of help.aliyun.com/document_detail/101346.html
// and the gateway's own. What is not listed, the operator looks up.
func aliyunError(code, message string, r reply) error {
	f := fault{what: coded("aliyun", code), kind: ErrMisconfigured}
	switch {
	case code == "OK":
		return nil
	case code == "isv.BUSINESS_LIMIT_CONTROL": // of one number: 1 a minute, 5 an hour, 10 a day
		f.kind, f.wait = ErrPermanent, limitOf(message)
	case code == "isv.MOBILE_NUMBER_ILLEGAL", code == "isv.DOMESTIC_NUMBER_NOT_SUPPORTED":
		f.kind = ErrPermanent
	case strings.HasPrefix(code, "Throttling"):
		f.kind, f.wait = ErrTemporary, max(r.wait, time.Second)
	case code == "ServiceUnavailable", code == "SignatureNonceUsed":
		f.kind, f.wait = ErrTemporary, r.wait
	case code == "isp.SYSTEM_ERROR", code == "InternalError", r.status >= 500:
		f.kind, f.unsure = ErrTemporary, true
	case code == "isp.RAM_PERMISSION_DENY", code == "NoPermission", strings.HasPrefix(code, "Forbidden"):
		f.denied = true
	}
	return f
}

// limitOf reads 触发分钟级流控Permits:1, 小时级 and 天级.
func limitOf(message string) time.Duration {
	switch {
	case strings.Contains(message, "天级"):
		return 24 * time.Hour
	case strings.Contains(message, "小时级"):
		return time.Hour
	}
	return time.Minute
}

// acs3 is what a signature of ACS3-HMAC-SHA256 covers beside the request.
type acs3 struct {
	action, version, nonce string
	at                     time.Time
}

// signACS3 signs a request without a body by
// help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature:
// HMAC-SHA-256 of the algorithm's name and the hash of method, path, sorted
// query, sorted headers, their names, and the body's hash, one a line.
func signACS3(req *http.Request, id, secret string, s acs3) {
	empty := hexHash("")
	for name, value := range map[string]string{"x-acs-action": s.action, "x-acs-version": s.version, "x-acs-signature-nonce": s.nonce,
		"x-acs-date": s.at.UTC().Format("2006-01-02T15:04:05Z"), "x-acs-content-sha256": empty} {
		req.Header.Set(name, value)
	}
	names := []string{"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"}
	var headers strings.Builder
	for _, name := range names {
		value := req.Header.Get(name)
		if name == "host" {
			value = req.URL.Host
		}
		headers.WriteString(name + ":" + value + "\n")
	}
	signed := strings.Join(names, ";")
	canonical := strings.Join([]string{req.Method, "/", req.URL.RawQuery, headers.String(), signed, empty}, "\n")
	signature := hex.EncodeToString(keyed([]byte(secret), "ACS3-HMAC-SHA256\n"+hexHash(canonical)))
	req.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+id+",SignedHeaders="+signed+",Signature="+signature)
}

// canonicalQuery sorts by name and escapes by RFC 3986.
func canonicalQuery(q url.Values) string {
	var parts []string
	for name, values := range q {
		parts = append(parts, escaped(name)+"="+escaped(values[0]))
	}
	slices.Sort(parts)
	return strings.Join(parts, "&")
}

func escaped(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func hexHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func keyed(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
