package courier

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"
)

// wire is HTTP to one provider: kept connections, no redirects (a signed
// request is for one host alone), one bounded exchange at a time.
type wire struct {
	name    string
	base    *url.URL // scheme, host, path
	client  *http.Client
	timeout time.Duration
}

// reply is an answer read to its end.
type reply struct {
	status int
	wait   time.Duration // Retry-After
	body   []byte
}

const largestReply = 64 << 10

func newWire(name string, base *url.URL, o options) wire {
	return wire{name, base, &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.roots},
			TLSHandshakeTimeout: 5 * time.Second,
			MaxIdleConnsPerHost: 16,
			IdleConnTimeout:     time.Minute,
			ForceAttemptHTTP2:   true,
		},
	}, o.timeout}
}

// do sends req and reads the answer. An error says whether the provider may
// have got the request: as soon as a byte of it was written, nobody knows.
func (w wire) do(ctx context.Context, req *http.Request) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }})
	res, err := w.client.Do(req.WithContext(ctx))
	if err != nil {
		what := "reach " + w.name
		if wrote.Load() {
			what = "wait for " + w.name
		}
		return reply{}, fault{what: what, kind: ErrTemporary, unsure: wrote.Load(), end: end(errors.Join(ctx.Err(), err))}
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, largestReply))
	if err != nil {
		return reply{}, fault{what: "read " + w.name + "'s answer", kind: ErrTemporary, unsure: true, end: end(errors.Join(ctx.Err(), err))}
	}
	return reply{res.StatusCode, retryAfter(res.Header.Get("Retry-After")), body}, nil
}

// retryAfter reads seconds, at most an hour of them (RFC 9110, 10.2.3; none of the providers sends a date).
func retryAfter(text string) time.Duration {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0
	}
	return min(time.Duration(n)*time.Second, time.Hour)
}

// failed judges an answer that holds nothing we can read: by its status.
// 429 and 503 say that nothing was done; after another 5xx, or an accepted
// request with a garbled answer, nobody knows.
func (w wire) failed(r reply) error {
	f := fault{what: w.name + " answers status " + strconv.Itoa(r.status), kind: ErrTemporary, wait: r.wait}
	switch {
	case r.status == http.StatusTooManyRequests, r.status == http.StatusServiceUnavailable:
		return f
	case r.status >= 500:
		f.unsure = true
	case r.status >= 200 && r.status < 300:
		f.what, f.unsure = w.name+" answers what cannot be read", true
	default:
		f.kind = ErrMisconfigured
	}
	return f
}

// account is what every provider's address holds: user, password, host and query.
type account struct {
	user, secret string
	root         *url.URL
	query        url.Values
}

// openAccount never wraps url.Parse's error, which repeats the address. Every
// provider is spoken to by HTTPS alone.
func openAccount(raw, form string) (account, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return account{}, errors.New("an address cannot be read: write special characters of keys and names as %XX; want " + form)
	}
	secret, _ := u.User.Password()
	if u.Hostname() == "" || u.User.Username() == "" || secret == "" {
		return account{}, errors.New("host, key or secret is missing; want " + form)
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return account{}, errors.New("what follows ? cannot be read; want " + form)
	}
	return account{u.User.Username(), secret, &url.URL{Scheme: "https", Host: u.Host, Path: "/"}, q}, nil
}
