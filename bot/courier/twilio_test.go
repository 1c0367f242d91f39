package courier

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const twilioOwner = "AC00000000000000000000000000000000"

func twilioAt(v *vendor) string {
	return v.address("twilio", "?from=+15005550006&account="+twilioOwner)
}

// twilioSigned is www.twilio.com/docs/usage/requests-to-twilio.
func twilioSigned(_ *testing.T, r *http.Request, body []byte) error {
	user, password, ok := r.BasicAuth()
	form, err := url.ParseQuery(string(body))
	switch {
	case !ok || user != keyID || password != secretKey:
		return errors.New("20003: authentication")
	case r.Method == http.MethodGet && r.URL.Path == "/2010-04-01/Accounts/"+twilioOwner+".json":
		return nil
	case r.Method != http.MethodPost || r.URL.Path != "/2010-04-01/Accounts/"+twilioOwner+"/Messages.json" || r.URL.RawQuery != "":
		return errors.New("20404: not found")
	case err != nil || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || form.Get("To") == "" || form.Get("Body") == "":
		return errors.New("no form")
	}
	return nil
}

const twilioQueued = `{"sid":"SM00000000000000000000000000000000","status":"queued","to":"+8613900000042","from":"+15005550006","error_code":null,"error_message":null,"num_segments":"1"}`

func TestTwilioGetsTheTextAndASender(t *testing.T) {
	t.Parallel()
	for tail, want := range map[string]url.Values{
		"?account=" + twilioOwner + "&from=%2B15005550006": {"To": {number}, "Body": {codeText}, "From": {"+15005550006"}},
		"?account=" + twilioOwner + "&from=+15005550006":   {"To": {number}, "Body": {codeText}, "From": {"+15005550006"}},
		"?account=" + twilioOwner + "&service=MG0":         {"To": {number}, "Body": {codeText}, "MessagingServiceSid": {"MG0"}},
	} {
		v := newVendor(t, twilioSigned, said{status: 201, body: twilioQueued})
		if err := v.open(v.address("twilio", tail)).Send(t.Context(), code()); err != nil {
			t.Fatal(err)
		}
		_, body := v.last()
		got, err := url.ParseQuery(body)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
}

func TestTwilioAnswersBecomeKinds(t *testing.T) {
	t.Parallel()
	refusal := func(status, code int) said {
		return said{status: status, body: fmt.Sprintf(`{"code":%d,"message":"The 'To' number +8613900000042 …","more_info":"https://www.twilio.com/docs/errors/%d","status":%d}`, code, code, status)}
	}
	slow := refusal(429, 20429)
	slow.after = "5"
	table(t, twilioAt, twilioSigned, []row{
		{"queued", said{status: 201, body: twilioQueued}, verdict{"sent", false, 0}},
		{"no number", refusal(400, 21211), verdict{"permanent", false, 0}},
		{"opted out", refusal(400, 21610), verdict{"permanent", false, 0}},
		{"no mobile", refusal(400, 21614), verdict{"permanent", false, 0}},
		{"country not enabled", refusal(400, 21408), verdict{"misconfigured", false, 0}},
		{"trial account", refusal(400, 21608), verdict{"misconfigured", false, 0}},
		{"sender", refusal(400, 21606), verdict{"misconfigured", false, 0}},
		{"token", refusal(401, 20003), verdict{"misconfigured", false, 0}},
		{"suspended", refusal(403, 20005), verdict{"misconfigured", false, 0}},
		{"throttled", slow, verdict{"temporary", false, 5 * time.Second}},
		{"queue full", refusal(400, 21611), verdict{"temporary", false, 0}},
		{"broken", refusal(500, 20500), verdict{"temporary", true, 0}},
		{"away", refusal(503, 20503), verdict{"temporary", false, 0}},
		{"a page", said{status: 201, body: "<html>"}, verdict{"temporary", true, 0}},
		{"a page that refuses", said{status: 403, body: "<html>"}, verdict{"misconfigured", false, 0}},
	})
}

func TestTwilioIsReachedByItsAccount(t *testing.T) {
	t.Parallel()
	for answer, want := range map[said]error{
		{status: 200, body: `{"sid":"` + twilioOwner + `","status":"active"}`}:    nil,
		{status: 200, body: `{"sid":"` + twilioOwner + `","status":"suspended"}`}: ErrMisconfigured,
		{status: 401, body: `{"code":20003,"message":"Authenticate"}`}:            ErrMisconfigured,
		{status: 503}: ErrTemporary,
	} {
		v := newVendor(t, twilioSigned, answer)
		if err := v.open(twilioAt(v)).(Reacher).Reach(t.Context()); !errors.Is(err, want) {
			t.Errorf("%+v: %v", answer, err)
		}
	}
}
