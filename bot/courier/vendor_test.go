package courier

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Keys of nobody.
const (
	keyID     = "LTAItestkeyid"
	secretKey = "sEcReT-of+nobody/0123456789abcdef"
	codeText  = "【归位】校验码 739105，10 分钟内有效。"
)

func code() Message {
	return Message{ID: "5f0c9a", To: number, Kind: Code, Lang: "zh-Hans", Text: codeText,
		Params: map[string]string{"code": "739105", "minutes": "10", "operator": "示例大学"}}
}

// said is one answer of a provider.
type said struct {
	status int
	body   string
	after  string        // Retry-After
	cut    bool          // the body ends early
	hold   chan struct{} // the answer waits for it
}

// vendor is a provider's server on this machine, over TLS. It keeps what it
// got and judges every signature by itself; its answers are taken in turn, the last for ever.
type vendor struct {
	t      *testing.T
	server *httptest.Server
	judge  func(t *testing.T, r *http.Request, body []byte) error

	mu      sync.Mutex
	answers []said
	got     []*http.Request
	bodies  []string
}

func newVendor(t *testing.T, judge func(*testing.T, *http.Request, []byte) error, answers ...said) *vendor {
	t.Helper()
	v := &vendor{t: t, judge: judge, answers: answers}
	v.server = httptest.NewTLSServer(v)
	t.Cleanup(v.server.Close)
	return v
}

// ServeHTTP is http.Handler.
func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if err := v.judge(v.t, r, body); err != nil {
		v.t.Errorf("request is not as the provider wants it: %v", err)
	}
	v.mu.Lock()
	v.got, v.bodies = append(v.got, r), append(v.bodies, string(body))
	a := v.answers[0]
	if len(v.answers) > 1 {
		v.answers = v.answers[1:]
	}
	v.mu.Unlock()
	if a.hold != nil {
		<-a.hold
	}
	if a.after != "" {
		w.Header().Set("Retry-After", a.after)
	}
	if a.cut {
		w.Header().Set("Content-Length", "1000")
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body)
}

func (v *vendor) requests() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.got)
}

func (v *vendor) last() (*http.Request, string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.got[len(v.got)-1], v.bodies[len(v.bodies)-1]
}

// address is scheme://user:password@host of the server with a tail.
func (v *vendor) address(scheme, tail string) string {
	host := strings.TrimPrefix(v.server.URL, "https://")
	return scheme + "://" + url.UserPassword(keyID, secretKey).String() + "@" + host + tail
}

// open trusts the server's certificate.
func (v *vendor) open(raw string, opts ...Option) SMS {
	v.t.Helper()
	sms, err := OpenSMS(raw, quiet(), append([]Option{v.trusted()}, opts...)...)
	if err != nil {
		v.t.Fatal(err)
	}
	return sms
}

func (v *vendor) trusted() Option {
	pool := x509.NewCertPool()
	pool.AddCert(v.server.Certificate())
	return func(o *options) { o.roots = pool }
}

// verdict is what a caller can branch on.
type verdict struct {
	Kind   string
	Unsure bool
	Wait   time.Duration
}

func judged(err error) verdict { return verdict{outcome(err), errors.Is(err, ErrUnsure), Wait(err)} }

// row is an answer and the error it has to become.
type row struct {
	name string
	said said
	want verdict
}

// table sends one message for each row to a server of its own.
func table(t *testing.T, address func(*vendor) string, judge func(*testing.T, *http.Request, []byte) error, rows []row) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			v := newVendor(t, judge, row.said)
			err := v.open(address(v)).Send(t.Context(), code())
			if diff := cmp.Diff(row.want, judged(err)); diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

// provider is one of the four as the common tests see it.
type provider struct {
	name    string
	address func(*vendor) string
	judge   func(*testing.T, *http.Request, []byte) error
	repeats int // requests for a message whose first answer is lost
	echo    string
}

func providers() []provider {
	echo := number + codeText + secretKey + keyID
	return []provider{
		{"aliyun", aliyunAt, aliyunSigned, 1, `{"Code":"` + echo + `","Message":"` + echo + `"}`},
		{"tencent", tencentAt, tencentSigned, 1, `{"Response":{"Error":{"Code":"` + echo + `","Message":"` + echo + `"}}}`},
		{"twilio", twilioAt, twilioSigned, 1, `{"code":8613900000042,"message":"` + echo + `","status":400}`},
		{"gateway", gatewayAt, gatewaySigned, 2, echo},
	}
}

func TestALostAnswerIsUnsureAndOnlyAnIdempotentRequestIsRepeated(t *testing.T) {
	t.Parallel()
	for _, p := range providers() {
		for _, loss := range []said{{status: 200, body: `{"Co`, cut: true}, {status: 502, body: "<html>bad gateway</html>"}, {status: 500}, {status: 504}} {
			v := newVendor(t, p.judge, loss)
			err := v.open(p.address(v)).Send(t.Context(), code())
			if diff := cmp.Diff(verdict{"temporary", true, 0}, judged(err)); diff != "" {
				t.Errorf("%s, status %d: %v\n%s", p.name, loss.status, err, diff)
			}
			if v.requests() != p.repeats {
				t.Errorf("%s: %d requests, want %d", p.name, v.requests(), p.repeats)
			}
		}
	}
}

func TestEveryProviderEndsWithItsTimeoutAndWithTheContext(t *testing.T) {
	t.Parallel()
	for _, p := range providers() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			hold := make(chan struct{})
			v := newVendor(t, p.judge, said{status: 200, hold: hold})
			t.Cleanup(func() { close(hold) })
			err := v.open(p.address(v), Timeout(300*time.Millisecond)).Send(t.Context(), code())
			if !errors.Is(err, ErrTemporary) || !errors.Is(err, ErrUnsure) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("timeout: %v", err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			if err := v.open(p.address(v)).Send(ctx, code()); !errors.Is(err, ErrTemporary) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("context: %v", err)
			}
		})
	}
}

func TestWhoCannotBeReachedGotNothing(t *testing.T) {
	t.Parallel()
	for _, p := range providers() {
		v := newVendor(t, p.judge, said{status: 200})
		raw := p.address(v)
		untrusted, err := OpenSMS(raw, quiet())
		if err != nil {
			t.Fatal(err)
		}
		v.server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // of the handshake that fails
		if err := untrusted.Send(t.Context(), code()); judged(err) != (verdict{"temporary", false, 0}) {
			t.Errorf("%s with a certificate of nobody: %v", p.name, err)
		}
		gone := v.open(raw)
		v.server.Close()
		if err := gone.Send(t.Context(), code()); judged(err) != (verdict{"temporary", false, 0}) {
			t.Errorf("%s with nobody there: %v", p.name, err)
		}
		if v.requests() != 0 {
			t.Errorf("%s: %d requests", p.name, v.requests())
		}
	}
}

func TestSignedRequestsFollowNoRedirect(t *testing.T) {
	t.Parallel()
	var elsewhere int
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
	t.Cleanup(thief.Close)
	for _, p := range providers() {
		server := httptest.NewTLSServer(http.RedirectHandler(thief.URL, http.StatusTemporaryRedirect))
		t.Cleanup(server.Close)
		v := &vendor{t: t, server: server}
		if err := v.open(p.address(v)).Send(t.Context(), code()); !errors.Is(err, ErrMisconfigured) {
			t.Errorf("%s: %v", p.name, err)
		}
	}
	if elsewhere != 0 {
		t.Errorf("%d requests went to another host", elsewhere)
	}
}

// Rows: T23
func TestNoErrorAndNoLineOfALogHoldsNumberTextOrKey(t *testing.T) {
	t.Parallel()
	for _, p := range providers() {
		var log bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		for _, a := range []said{{status: 200, body: p.echo}, {status: 400, body: p.echo}, {status: 403, body: p.echo}, {status: 500, body: p.echo}, {status: 200, body: p.echo, cut: true}} {
			v := newVendor(t, p.judge, a)
			second := newVendor(t, p.judge, said{status: 400, body: p.echo})
			both := func(o *options) {
				o.roots = x509.NewCertPool()
				o.roots.AddCert(v.server.Certificate())
				o.roots.AddCert(second.server.Certificate())
			}
			sms, err := OpenSMS(p.address(v)+"\n"+p.address(second), logger, both)
			if err != nil {
				t.Fatal(err)
			}
			sent := sms.Send(t.Context(), code())
			reached := sms.(Reacher).Reach(t.Context())
			if sent == nil && p.name != "gateway" || p.name == "gateway" && a.status >= 300 && sent == nil {
				t.Fatalf("%s, status %d: sent", p.name, a.status)
			}
			for _, err := range []error{sent, reached} {
				if err != nil {
					log.WriteString(err.Error())
				}
			}
			v.server.Close()
			if err := v.open(p.address(v)).Send(t.Context(), code()); err != nil {
				log.WriteString(err.Error())
			}
		}
		for _, canary := range []string{number[1:], number[3:], "739105", "校验码", secretKey, url.QueryEscape(secretKey), keyID, "127.0.0.1", "SMS_1"} {
			if strings.Contains(log.String(), canary) {
				t.Errorf("%s: %s stands in %s", p.name, canary, log.String())
			}
		}
	}
}

func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	opened := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"Code":"OK"}`)
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		if s == http.StateNew {
			opened++
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	v := &vendor{t: t, server: server}
	sms := v.open(aliyunAt(v))
	for range 5 {
		if err := sms.Send(t.Context(), code()); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if opened != 1 {
		t.Errorf("%d connections for 5 messages", opened)
	}
}
