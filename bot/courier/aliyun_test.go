package courier

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func aliyunAt(v *vendor) string {
	return v.address("aliyun", "?sign="+url.QueryEscape("示例大学")+"&template.code=SMS_100&template.code.en=SMS_101&template.frozen=SMS_102&params.code=code,minutes")
}

// aliyunSigned judges as the gateway does, from the request as it arrived:
// help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature.
func aliyunSigned(_ *testing.T, r *http.Request, body []byte) error {
	credential, rest, ok := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "ACS3-HMAC-SHA256 Credential="), ",SignedHeaders=")
	signed, signature, ok2 := strings.Cut(rest, ",Signature=")
	if !ok || !ok2 || credential != keyID {
		return errors.New("authorization has another shape or key")
	}
	hash := sha256.Sum256(body)
	var headers strings.Builder
	for _, name := range strings.Split(signed, ";") {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		fmt.Fprintf(&headers, "%s:%s\n", name, strings.TrimSpace(value))
	}
	for name := range r.Header {
		if lower := strings.ToLower(name); (strings.HasPrefix(lower, "x-acs-") || lower == "content-type") && !strings.Contains(signed, lower) {
			return fmt.Errorf("header %s is not signed", lower)
		}
	}
	pairs := strings.Split(r.URL.RawQuery, "&")
	sort.Strings(pairs)
	canonical := fmt.Sprintf("%s\n%s\n%s\n%s\n%s\n%s", r.Method, r.URL.Path, strings.Join(pairs, "&"), headers.String(), signed, hex.EncodeToString(hash[:]))
	sum := sha256.Sum256([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(secretKey))
	fmt.Fprintf(mac, "ACS3-HMAC-SHA256\n%x", sum)
	at, err := time.Parse("2006-01-02T15:04:05Z", r.Header.Get("X-Acs-Date"))
	switch {
	case hex.EncodeToString(mac.Sum(nil)) != signature:
		return errors.New("SignatureDoesNotMatch")
	case err != nil || time.Since(at).Abs() > 15*time.Minute:
		return errors.New("InvalidTimeStamp.Expired")
	case r.Header.Get("X-Acs-Content-Sha256") != hex.EncodeToString(hash[:]) || r.Header.Get("X-Acs-Version") != "2017-05-25":
		return errors.New("wrong hash or version")
	case len(r.Header.Get("X-Acs-Signature-Nonce")) < 16 || strings.ContainsAny(r.URL.RawQuery, "+*"):
		return errors.New("short nonce, or a query that is not RFC 3986's")
	}
	return nil
}

// The vendor's own example, with its fixed key, time and nonce.
func TestAliyunSignsItsPublishedExample(t *testing.T) {
	t.Parallel()
	q := url.Values{"ImageId": {"win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}, "RegionId": {"cn-shanghai"}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://ecs.cn-shanghai.aliyuncs.com/?"+canonicalQuery(q), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2023, 10, 26, 10, 22, 32, 0, time.UTC)
	signACS3(req, "YourAccessKeyId", "YourAccessKeySecret", acs3{"RunInstances", "2014-05-26", "3156853299f313e23d1673dc12e1703d", at})
	want := "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version," +
		"Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
	if diff := cmp.Diff(want, req.Header.Get("Authorization")); diff != "" {
		t.Error(diff)
	}
}

const aliyunOK = `{"Message":"OK","RequestId":"F655A8D5-B967-440B-8683-DAD6FF8DE990","Code":"OK","BizId":"900619746936498440^0"}`

func TestAliyunFillsTheTemplateOfKindAndLanguage(t *testing.T) {
	t.Parallel()
	english, frozen, abroad := code(), code(), code()
	english.Lang = "en"
	frozen.Kind, frozen.Params = Frozen, map[string]string{"contact": "学生处 010 & 1+1*~", "operator": "x"}
	abroad.To = "+85261234567"
	rows := []struct {
		message                 Message
		number, template, param string
	}{
		{code(), "13900000042", "SMS_100", `{"code":"739105","minutes":"10"}`},
		{english, "13900000042", "SMS_101", `{"code":"739105","minutes":"10"}`},
		{frozen, "13900000042", "SMS_102", `{"contact":"学生处 010 & 1+1*~"}`},
		{abroad, "85261234567", "SMS_100", `{"code":"739105","minutes":"10"}`},
	}
	v := newVendor(t, aliyunSigned, said{status: 200, body: aliyunOK})
	sms := v.open(aliyunAt(v))
	for _, row := range rows {
		if err := sms.Send(t.Context(), row.message); err != nil {
			t.Fatal(err)
		}
		r, _ := v.last()
		q := r.URL.Query()
		var got, want map[string]string
		if err := errors.Join(json.Unmarshal([]byte(q.Get("TemplateParam")), &got), json.Unmarshal([]byte(row.param), &want)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"SendSms", row.number, "示例大学", row.template},
			[]string{r.Header.Get("X-Acs-Action"), q.Get("PhoneNumbers"), q.Get("SignName"), q.Get("TemplateCode")}); diff != "" {
			t.Error(diff)
		}
	}
	if err := sms.Send(t.Context(), Message{To: number, Kind: Approved, Lang: "en", Text: "x"}); !errors.Is(err, ErrMisconfigured) || v.requests() != len(rows) {
		t.Errorf("a kind without a template: %v, %d requests", err, v.requests())
	}
}

func TestAliyunAnswersBecomeKinds(t *testing.T) {
	t.Parallel()
	business := func(code, message string) said {
		return said{status: 200, body: fmt.Sprintf(`{"Message":%q,"RequestId":"A0000000-3CC1-4000-8000-E00000000000","Code":%q}`, message, code)}
	}
	gateway := func(status int, code string) said {
		return said{status: status, body: fmt.Sprintf(`{"RequestId":"A0","HostId":"dysmsapi.aliyuncs.com","Code":%q,"Message":"…","Recommend":"https://api.aliyun.com/troubleshoot"}`, code)}
	}
	table(t, aliyunAt, aliyunSigned, []row{
		{"sent", said{status: 200, body: aliyunOK}, verdict{"sent", false, 0}},
		{"limit of a minute", business("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1"), verdict{"permanent", false, time.Minute}},
		{"limit of an hour", business("isv.BUSINESS_LIMIT_CONTROL", "触发小时级流控Permits:5"), verdict{"permanent", false, time.Hour}},
		{"limit of a day", business("isv.BUSINESS_LIMIT_CONTROL", "触发天级流控Permits:10"), verdict{"permanent", false, 24 * time.Hour}},
		{"no number", business("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号"), verdict{"permanent", false, 0}},
		{"arrears", business("isv.AMOUNT_NOT_ENOUGH", "账户余额不足"), verdict{"misconfigured", false, 0}},
		{"stopped", business("isv.OUT_OF_SERVICE", "业务停机"), verdict{"misconfigured", false, 0}},
		{"signature", business("isv.SMS_SIGNATURE_ILLEGAL", "短信签名不合法"), verdict{"misconfigured", false, 0}},
		{"template's parameters", business("isv.TEMPLATE_MISSING_PARAMETERS", "模板缺少变量"), verdict{"misconfigured", false, 0}},
		{"day's limit of the account", business("isv.DAY_LIMIT_CONTROL", "触发日发送限额"), verdict{"misconfigured", false, 0}},
		{"rights", business("isp.RAM_PERMISSION_DENY", "RAM权限DENY"), verdict{"misconfigured", false, 0}},
		{"their fault", business("isp.SYSTEM_ERROR", "系统错误"), verdict{"temporary", true, 0}},
		{"unheard of", business("isv.SOMETHING_NEW", "…"), verdict{"misconfigured", false, 0}},
		{"throttled", gateway(400, "Throttling.User"), verdict{"temporary", false, time.Second}},
		{"throttled, with a time", said{status: 429, body: `{"Code":"Throttling"}`, after: "7"}, verdict{"temporary", false, 7 * time.Second}},
		{"key", gateway(404, "InvalidAccessKeyId.NotFound"), verdict{"misconfigured", false, 0}},
		{"wrong secret", gateway(400, "SignatureDoesNotMatch"), verdict{"misconfigured", false, 0}},
		{"clock", gateway(400, "InvalidTimeStamp.Expired"), verdict{"misconfigured", false, 0}},
		{"away", gateway(503, "ServiceUnavailable"), verdict{"temporary", false, 0}},
		{"broken", gateway(500, "InternalError"), verdict{"temporary", true, 0}},
		{"a front's page", said{status: 403, body: "<html>"}, verdict{"misconfigured", false, 0}},
		{"a front's limit", said{status: 429, body: "<html>", after: "90"}, verdict{"temporary", false, 90 * time.Second}},
	})
}

func TestAliyunIsReachedByItsListOfTemplates(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]error{
		`{"Code":"OK","SmsTemplateList":[],"TotalCount":0}`: nil,
		`{"Code":"isp.RAM_PERMISSION_DENY"}`:                ErrUntried,
		`{"Code":"SignatureDoesNotMatch"}`:                  ErrMisconfigured,
	} {
		v := newVendor(t, aliyunSigned, said{status: 200, body: body})
		err := v.open(aliyunAt(v)).(Reacher).Reach(t.Context())
		r, _ := v.last()
		if !errors.Is(err, want) || r.Header.Get("X-Acs-Action") != "QuerySmsTemplateList" {
			t.Errorf("%s: %v", body, err)
		}
	}
}
