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
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func tencentAt(v *vendor) string {
	return v.address("tencent", "?app=1400000000&sign="+url.QueryEscape("示例大学")+"&template.code=100&template.code.en=101&template.frozen=102&params.code=code,minutes")
}

// tencentSigned judges as the gateway does, from the request as it arrived: cloud.tencent.com/document/api/382/52070.
func tencentSigned(_ *testing.T, r *http.Request, body []byte) error {
	var credential, signed, signature string
	for _, part := range strings.Split(strings.TrimPrefix(r.Header.Get("Authorization"), "TC3-HMAC-SHA256 "), ", ") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "Credential":
			credential = value
		case "SignedHeaders":
			signed = value
		case "Signature":
			signature = value
		}
	}
	stamp, err := strconv.ParseInt(r.Header.Get("X-Tc-Timestamp"), 10, 64)
	if err != nil || time.Since(time.Unix(stamp, 0)).Abs() > 5*time.Minute {
		return errors.New("AuthFailure.SignatureExpire")
	}
	day := time.Unix(stamp, 0).UTC().Format("2006-01-02")
	if credential != keyID+"/"+day+"/sms/tc3_request" || !strings.HasPrefix(signed, "content-type;host") {
		return errors.New("AuthFailure.InvalidAuthorization")
	}
	var headers string
	for _, name := range strings.Split(signed, ";") {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		headers += name + ":" + strings.ToLower(strings.TrimSpace(value)) + "\n"
	}
	sum := func(b string) string { h := sha256.Sum256([]byte(b)); return hex.EncodeToString(h[:]) }
	key := []byte("TC3" + secretKey)
	for _, text := range []string{day, "sms", "tc3_request",
		fmt.Sprintf("TC3-HMAC-SHA256\n%d\n%s/sms/tc3_request\n%s", stamp, day, sum("POST\n/\n\n"+headers+"\n"+signed+"\n"+sum(string(body))))} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(text))
		key = mac.Sum(nil)
	}
	switch {
	case hex.EncodeToString(key) != signature:
		return errors.New("AuthFailure.SignatureFailure")
	case r.Header.Get("X-Tc-Version") != "2021-01-11" || r.Header.Get("X-Tc-Region") != "ap-guangzhou":
		return errors.New("NoSuchVersion or UnsupportedRegion")
	}
	return nil
}

// The vendor's own example: the text to sign as its page of today has it (its
// key is starred out there), and the key's derivation as its page had it with
// a whole key.
func TestTencentSignsItsPublishedExamples(t *testing.T) {
	t.Parallel()
	signature := func(hash string) string {
		return hex.EncodeToString(tc3Signature("Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "2019-02-25", "cvm", "TC3-HMAC-SHA256\n1551113065\n2019-02-25/cvm/tc3_request\n"+hash))
	}
	if got := signature("5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031"); got != "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168" {
		t.Errorf("derived signature %s", got)
	}
	body := []byte(`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://cvm.tencentcloudapi.com/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	signTC3(req, body, "AKID", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", tc3{"cvm", "DescribeInstances", time.Unix(1551113065, 0)})
	want := "TC3-HMAC-SHA256 Credential=AKID/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature=" +
		signature("7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84")
	if diff := cmp.Diff(want, req.Header.Get("Authorization")); diff != "" {
		t.Error(diff)
	}
}

func tencentStatus(code string) said {
	return said{status: 200, body: fmt.Sprintf(`{"Response":{"SendStatusSet":[{"SerialNo":"5000:1045710669157053657849499619","PhoneNumber":"+8613900000042",`+
		`"Fee":1,"SessionContext":"","Code":%q,"Message":"…","IsoCode":"CN"}],"RequestId":"a0aabda6-cf91-4f3e-a81f-9198114a2279"}}`, code)}
}

func tencentRefusal(code string) said {
	return said{status: 200, body: fmt.Sprintf(`{"Response":{"Error":{"Code":%q,"Message":"…"},"RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}}`, code)}
}

func TestTencentFillsTheTemplateOfKindAndLanguage(t *testing.T) {
	t.Parallel()
	v := newVendor(t, tencentSigned, tencentStatus("Ok"))
	sms := v.open(tencentAt(v))
	english := code()
	english.Lang = "en"
	for _, row := range []struct {
		message  Message
		template string
	}{{code(), "100"}, {english, "101"}} {
		if err := sms.Send(t.Context(), row.message); err != nil {
			t.Fatal(err)
		}
		r, body := v.last()
		var got any
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{"PhoneNumberSet": []any{number}, "SmsSdkAppId": "1400000000", "SignName": "示例大学",
			"TemplateId": row.template, "TemplateParamSet": []any{"739105", "10"}}
		if diff := cmp.Diff(any(want), got); diff != "" || r.Header.Get("X-Tc-Action") != "SendSms" {
			t.Error(diff)
		}
	}
}

func TestTencentAnswersBecomeKinds(t *testing.T) {
	t.Parallel()
	table(t, tencentAt, tencentSigned, []row{
		{"sent", tencentStatus("Ok"), verdict{"sent", false, 0}},
		{"no number", tencentStatus("InvalidParameterValue.IncorrectPhoneNumber"), verdict{"permanent", false, 0}},
		{"opted out", tencentStatus("FailedOperation.PhoneNumberInBlacklist"), verdict{"permanent", false, 0}},
		{"limit of 30 s", tencentStatus("LimitExceeded.PhoneNumberThirtySecondLimit"), verdict{"permanent", false, 30 * time.Second}},
		{"limit of an hour", tencentStatus("LimitExceeded.PhoneNumberOneHourLimit"), verdict{"permanent", false, time.Hour}},
		{"limit of a day", tencentStatus("LimitExceeded.PhoneNumberDailyLimit"), verdict{"permanent", false, 24 * time.Hour}},
		{"arrears", tencentStatus("FailedOperation.InsufficientBalanceInSmsPackage"), verdict{"misconfigured", false, 0}},
		{"template", tencentStatus("FailedOperation.TemplateIncorrectOrUnapproved"), verdict{"misconfigured", false, 0}},
		{"account's limit", tencentStatus("LimitExceeded.AppDailyLimit"), verdict{"misconfigured", false, 0}},
		{"their timeout", tencentStatus("InternalError.Timeout"), verdict{"temporary", true, 0}},
		{"their fault", tencentStatus("InternalError.OtherError"), verdict{"temporary", false, 0}},
		{"throttled", tencentRefusal("RequestLimitExceeded.UinLimitExceeded"), verdict{"temporary", false, time.Second}},
		{"wrong secret", tencentRefusal("AuthFailure.SignatureFailure"), verdict{"misconfigured", false, 0}},
		{"clock", tencentRefusal("AuthFailure.SignatureExpire"), verdict{"misconfigured", false, 0}},
		{"nothing said", said{status: 200, body: `{"Response":{}}`}, verdict{"temporary", true, 0}},
		{"a front's page", said{status: 403, body: "<html>"}, verdict{"misconfigured", false, 0}},
		{"a front's limit", said{status: 429, after: "3"}, verdict{"temporary", false, 3 * time.Second}},
		{"away", said{status: 503}, verdict{"temporary", false, 0}},
	})
}

func TestTencentIsReachedByItsTemplate(t *testing.T) {
	t.Parallel()
	for answer, want := range map[said]error{
		{status: 200, body: `{"Response":{"DescribeTemplateStatusSet":[{"TemplateId":100,"StatusCode":0}],"RequestId":"x"}}`}: nil,
		tencentRefusal("UnauthorizedOperation.IndividualUserMessagePermissionDeny"):                                           ErrUntried,
		tencentRefusal("AuthFailure.SecretIdNotFound"):                                                                        ErrMisconfigured,
	} {
		v := newVendor(t, tencentSigned, answer)
		err := v.open(tencentAt(v)).(Reacher).Reach(t.Context())
		r, body := v.last()
		if !errors.Is(err, want) || r.Header.Get("X-Tc-Action") != "DescribeSmsTemplateList" || body != `{"TemplateIdSet":[100],"International":0}` {
			t.Errorf("%s: %v", body, err)
		}
	}
}
