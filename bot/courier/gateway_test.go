package courier

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func gatewayAt(v *vendor) string {
	return v.server.URL + "/sms?school=7&key=" + url.QueryEscape(secretKey)
}

// gatewaySigned is what README tells the gateway's author.
func gatewaySigned(_ *testing.T, r *http.Request, body []byte) error {
	stamp := r.Header.Get("X-Guiwei-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	mac := hmac.New(sha256.New, []byte(secretKey))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	given, hexErr := hex.DecodeString(r.Header.Get("X-Guiwei-Signature"))
	var got struct{ ID string }
	switch {
	case err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute:
		return errors.New("old request")
	case hexErr != nil || !hmac.Equal(given, mac.Sum(nil)):
		return errors.New("wrong signature")
	case r.RequestURI != "/sms?school=7" || r.Method != http.MethodPost:
		return errors.New("another address: " + r.RequestURI)
	case json.Unmarshal(body, &got) != nil || got.ID == "" || got.ID != r.Header.Get("Idempotency-Key"):
		return errors.New("no id")
	}
	return nil
}

// README's author of a gateway has one worked example; it is what goes out.
func TestReadmesExampleOfASignatureHolds(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	const exampleKey, at = "0123456789abcdef0123456789abcdef", 1795478400
	var got string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header.Get("X-Guiwei-Signature") }))
	t.Cleanup(server.Close)
	clock := func(o *options) { o.now = func() time.Time { return time.Unix(at, 0) } }
	sms, err := OpenSMS(server.URL+"?key="+exampleKey, quiet(), Insecure(io.Discard), clock)
	if err != nil {
		t.Fatal(err)
	}
	if err := sms.(Reacher).Reach(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{exampleKey, strconv.Itoa(at), `{"id":"check","kind":"check"}`, got} {
		if !strings.Contains(string(readme), "`"+part+"`") {
			t.Errorf("README does not show %s", part)
		}
	}
}

func TestGatewayGetsTheWholeMessage(t *testing.T) {
	t.Parallel()
	v := newVendor(t, gatewaySigned, said{status: 204})
	if err := v.open(gatewayAt(v)).Send(t.Context(), code()); err != nil {
		t.Fatal(err)
	}
	_, body := v.last()
	want := `{"id":"5f0c9a","to":"+8613900000042","kind":"code","lang":"zh-Hans","text":"` + codeText + `","params":{"code":"739105","minutes":"10","operator":"示例大学"}}`
	if diff := cmp.Diff(want, body); diff != "" {
		t.Error(diff)
	}
}

func TestGatewayAnswersBecomeKinds(t *testing.T) {
	t.Parallel()
	table(t, gatewayAt, gatewaySigned, []row{
		{"sent", said{status: 200, body: "ok"}, verdict{"sent", false, 0}},
		{"this number takes none", said{status: 422, after: "60"}, verdict{"permanent", false, time.Minute}},
		{"later", said{status: 429, after: "9"}, verdict{"temporary", false, 9 * time.Second}},
		{"away", said{status: 503, after: "30"}, verdict{"temporary", false, 30 * time.Second}},
		{"signature", said{status: 401}, verdict{"misconfigured", false, 0}},
		{"no such page", said{status: 404}, verdict{"misconfigured", false, 0}},
		{"balance", said{status: 402}, verdict{"misconfigured", false, 0}},
	})
}

func TestGatewayIsAskedAgainUnderTheSameID(t *testing.T) {
	t.Parallel()
	v := newVendor(t, gatewaySigned, said{status: 200, body: "x", cut: true}, said{status: 200})
	cut := newVendor(t, gatewaySigned, said{status: 500}, said{status: 200})
	for _, v := range []*vendor{v, cut} {
		if err := v.open(gatewayAt(v)).Send(t.Context(), code()); err != nil {
			t.Error(err)
		}
	}
	if len(cut.bodies) != 2 || cut.bodies[0] != cut.bodies[1] {
		t.Errorf("asked %q", cut.bodies)
	}
}

func TestGatewayIsReachedByAnOrderThatSendsNothing(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]error{200: nil, 401: ErrMisconfigured, 422: ErrUntried, 503: ErrTemporary} {
		v := newVendor(t, gatewaySigned, said{status: status})
		err := v.open(gatewayAt(v)).(Reacher).Reach(t.Context())
		if _, body := v.last(); !errors.Is(err, want) || body != `{"id":"check","kind":"check"}` {
			t.Errorf("status %d: %v, %s", status, err, body)
		}
	}
}
