package courier

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// tencent is Tencent Cloud's SMS, API 2021-01-11. It has no idempotency key,
// so nothing is repeated here.
type tencent struct {
	wire
	account
	templates
	sign, app, region string
	now               func() time.Time
}

const tencentForm = "tencent://ID:KEY@sms.tencentcloudapi.com?app=1400…&sign=NAME&template.code=…"

func openTencent(raw string, o options) (tencent, error) {
	acc, err := openAccount(raw, tencentForm)
	if err != nil {
		return tencent{}, err
	}
	t := tencent{newWire("tencent", acc.root, o), acc, templates{}, acc.query.Get("sign"), acc.query.Get("app"), acc.query.Get("region"), o.now}
	if t.region == "" {
		t.region = "ap-guangzhou"
	}
	switch {
	case t.sign == "":
		return t, errors.New("sign= is missing, the approved signature; want " + tencentForm)
	case t.app == "":
		return t, errors.New("app= is missing, the SdkAppId; want " + tencentForm)
	}
	t.templates, err = openTemplates(acc.query)
	return t, err
}

// tencentReply is the answer to both actions; an error takes the place of all else.
type tencentReply struct {
	Response struct {
		Error         *struct{ Code string }
		SendStatusSet []struct{ Code string }
	}
}

// send is cloud.tencent.com/document/api/382/55981.
func (t tencent) send(ctx context.Context, m Message) error {
	template, _, values, err := t.fill(m)
	if err != nil {
		return err
	}
	answer, r, err := t.call(ctx, "SendSms", struct {
		PhoneNumberSet                    []string
		SmsSdkAppId, SignName, TemplateId string
		TemplateParamSet                  []string
	}{[]string{m.To}, t.app, t.sign, template, values})
	switch {
	case err != nil:
		return err
	case len(answer.Response.SendStatusSet) != 1 || answer.Response.SendStatusSet[0].Code == "":
		return t.failed(r)
	}
	return tencentError(answer.Response.SendStatusSet[0].Code)
}

// reach asks about the template for codes: keys, clock and product are right
// if it is answered. Private persons' accounts may not ask.
func (t tencent) reach(ctx context.Context) error {
	id, err := strconv.ParseUint(t.id(Code, "zh-Hans"), 10, 64)
	if err != nil {
		return fault{what: "template.code is not a number", kind: ErrMisconfigured}
	}
	_, _, err = t.call(ctx, "DescribeSmsTemplateList", struct {
		TemplateIdSet []uint64
		International int
	}{[]uint64{id}, 0})
	return untried(err)
}

func (t tencent) call(ctx context.Context, action string, args any) (tencentReply, reply, error) {
	var answer tencentReply
	body, err := json.Marshal(args)
	if err != nil {
		return answer, reply{}, fault{what: "write request", kind: ErrPermanent}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.base.String(), bytes.NewReader(body))
	if err != nil {
		return answer, reply{}, fault{what: "write request", kind: ErrMisconfigured}
	}
	req.Header.Set("X-TC-Version", "2021-01-11")
	req.Header.Set("X-TC-Region", t.region)
	signTC3(req, body, t.user, t.secret, tc3{"sms", action, t.now()})
	r, err := t.do(ctx, req)
	if err != nil {
		return answer, r, err
	}
	if json.Unmarshal(r.body, &answer) != nil || r.status != http.StatusOK {
		return answer, r, t.failed(r)
	}
	if answer.Response.Error != nil {
		return answer, r, tencentError(answer.Response.Error.Code)
	}
	return answer, r, nil
}

// tencentError sorts the codes of cloud.tencent.com/document/api/382/59177
// and 382/52075. What is not listed, the operator looks up.
func tencentError(code string) error {
	f := fault{what: coded("tencent", code), kind: ErrMisconfigured}
	switch code {
	case "Ok":
		return nil
	case "FailedOperation.PhoneNumberInBlacklist", "InvalidParameterValue.IncorrectPhoneNumber":
		f.kind = ErrPermanent
	case "LimitExceeded.PhoneNumberThirtySecondLimit":
		f.kind, f.wait = ErrPermanent, 30*time.Second
	case "LimitExceeded.PhoneNumberOneHourLimit":
		f.kind, f.wait = ErrPermanent, time.Hour
	case "LimitExceeded.PhoneNumberDailyLimit", "LimitExceeded.PhoneNumberSameContentDailyLimit":
		f.kind, f.wait = ErrPermanent, 24*time.Hour
	case "LimitExceeded.DeliveryFrequencyLimit": // the operator's own rule in the console, of one number
		f.kind, f.wait = ErrPermanent, time.Minute
	case "InternalError.Timeout":
		f.kind, f.unsure = ErrTemporary, true
	default:
		switch family, _, _ := strings.Cut(code, "."); family {
		case "RequestLimitExceeded":
			f.kind, f.wait = ErrTemporary, time.Second
		case "InternalError":
			f.kind = ErrTemporary
		case "UnauthorizedOperation":
			f.denied = true
		}
	}
	return f
}

// tc3 is what a signature of TC3-HMAC-SHA256 covers beside the request.
type tc3 struct {
	product, action string
	at              time.Time
}

// signTC3 signs a POST of JSON by cloud.tencent.com/document/api/382/52070:
// the key is derived from date, product and the word tc3_request, one HMAC
// after the other.
func signTC3(req *http.Request, body []byte, id, secret string, s tc3) {
	const kind, signed = "application/json; charset=utf-8", "content-type;host;x-tc-action"
	stamp, day := strconv.FormatInt(s.at.Unix(), 10), s.at.UTC().Format(time.DateOnly)
	req.Header.Set("Content-Type", kind)
	req.Header.Set("X-TC-Action", s.action)
	req.Header.Set("X-TC-Timestamp", stamp)
	headers := "content-type:" + kind + "\nhost:" + req.URL.Host + "\nx-tc-action:" + strings.ToLower(s.action) + "\n"
	canonical := strings.Join([]string{req.Method, "/", "", headers, signed, hexHash(string(body))}, "\n")
	scope := day + "/" + s.product + "/tc3_request"
	signature := hex.EncodeToString(tc3Signature(secret, day, s.product, strings.Join([]string{"TC3-HMAC-SHA256", stamp, scope, hexHash(canonical)}, "\n")))
	req.Header.Set("Authorization", "TC3-HMAC-SHA256 Credential="+id+"/"+scope+", SignedHeaders="+signed+", Signature="+signature)
}

func tc3Signature(secret, day, product, text string) []byte {
	return keyed(keyed(keyed(keyed([]byte("TC3"+secret), day), product), "tc3_request"), text)
}
