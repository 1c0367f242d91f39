package courier

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// twilio is Twilio's Messages resource. It has no idempotency key, so nothing
// is repeated here. Texts are free: no templates.
type twilio struct {
	wire
	account
	owner         string // AC…: whose messages they are
	from, service string // a number, or MG…
}

const twilioForm = "twilio://SID:TOKEN@api.twilio.com?from=+1… (or service=MG…)"

func openTwilio(raw string, o options) (twilio, error) {
	acc, err := openAccount(raw, twilioForm)
	if err != nil {
		return twilio{}, err
	}
	// a number's own + is a blank in a query
	from := acc.query.Get("from")
	if digits, ok := strings.CutPrefix(from, " "); ok {
		from = "+" + digits
	}
	t := twilio{newWire("twilio", acc.root, o), acc, acc.user, from, acc.query.Get("service")}
	if owner := acc.query.Get("account"); owner != "" {
		t.owner = owner
	}
	switch {
	case !strings.HasPrefix(t.owner, "AC"):
		return t, errors.New("the account's SID begins with AC: with an API key (SK…), add account=AC…; want " + twilioForm)
	case (t.from == "") == (t.service == ""):
		return t, errors.New("want either from= or service=; " + twilioForm)
	}
	return t, nil
}

func (t twilio) send(ctx context.Context, m Message) error {
	form := url.Values{"To": {m.To}, "Body": {m.Text}}
	if t.service != "" {
		form.Set("MessagingServiceSid", t.service)
	} else {
		form.Set("From", t.from)
	}
	return t.call(ctx, http.MethodPost, "/Messages.json", form.Encode())
}

// reach reads the account.
func (t twilio) reach(ctx context.Context) error { return t.call(ctx, http.MethodGet, ".json", "") }

// call is www.twilio.com/docs/usage/requests-to-twilio: Basic authentication
// with the account's SID and token, or an API key and its secret.
func (t twilio) call(ctx context.Context, method, resource, form string) error {
	u := t.base.JoinPath("2010-04-01", "Accounts", t.owner)
	u.Path += resource
	req, err := http.NewRequestWithContext(ctx, method, u.String(), strings.NewReader(form))
	if err != nil {
		return fault{what: "write request", kind: ErrMisconfigured}
	}
	req.SetBasicAuth(t.user, t.secret)
	if form != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r, err := t.do(ctx, req)
	if err != nil {
		return err
	}
	var answer struct {
		SID       string
		Status    any // a word; of a refusal, HTTP's number
		Code      int
		ErrorCode int `json:"error_code"`
	}
	switch bad := json.Unmarshal(r.body, &answer) != nil; {
	case !bad && r.status >= 400 && answer.Code != 0:
		return t.refused(answer.Code, r)
	case bad || r.status >= 300 || answer.SID == "":
		return t.failed(r)
	case answer.ErrorCode != 0:
		return t.refused(answer.ErrorCode, r)
	case method == http.MethodGet && answer.Status != "active":
		return fault{what: "twilio's account is not active", kind: ErrMisconfigured}
	}
	return nil
}

// refused sorts the codes of www.twilio.com/docs/api/errors. What is not
// listed, the operator looks up.
func (t twilio) refused(code int, r reply) error {
	if code < 10000 || code > 99999 {
		return t.failed(r)
	}
	f := fault{what: "twilio answers " + strconv.Itoa(code), kind: ErrMisconfigured}
	switch {
	case slices.Contains([]int{21211, 21217, 21610, 21614, 30003, 30005, 30006}, code): // not a number, opted out, no mobile
		f.kind = ErrPermanent
	case slices.Contains([]int{14107, 20429, 21611}, code), r.status == http.StatusTooManyRequests:
		f.kind, f.wait = ErrTemporary, r.wait
	case r.status >= 500:
		f.kind, f.wait, f.unsure = ErrTemporary, r.wait, r.status != http.StatusServiceUnavailable
	}
	return f
}
