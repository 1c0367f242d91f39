package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// leaky fails as a careless transport would: with the URL in its error.
type leaky struct{}

func (leaky) RoundTrip(req *http.Request) (*http.Response, error) {
	return nil, &url.Error{Op: "Post", URL: req.URL.String(), Err: errors.New("no route to " + req.URL.String())}
}

func noHost() *http.Client {
	dialer := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.DNSError{Err: "no such host", Name: "telegram.invalid", IsNotFound: true}
	}}
	return &http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{Resolver: dialer}).DialContext}}
}

// broken are servers that fail in their own way.
func broken(t *testing.T) map[string]string {
	t.Helper()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	servers := map[string]http.HandlerFunc{
		"limited": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTooManyRequests)
			fmt.Fprint(w, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}`)
		},
		"html": func(w http.ResponseWriter, req *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprintf(w, "<html>error at %s</html>", req.URL)
		},
		"echo": func(w http.ResponseWriter, req *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"ok":false,"error_code":400,"description":"Bad Request: %s"}`, req.URL)
		},
		"redirect": func(w http.ResponseWriter, req *http.Request) {
			http.Redirect(w, req, "http://elsewhere.invalid"+req.URL.Path, http.StatusTemporaryRedirect)
		},
		"reset mid body": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"ok":true,`)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
		"reset": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"slow": func(_ http.ResponseWriter, req *http.Request) {
			_, _ = io.Copy(io.Discard, req.Body) // only then the server notices a client that left
			<-req.Context().Done()
		},
	}
	out := map[string]string{"refused": closed.URL, "dns": "http://telegram.invalid", "leaky": "http://telegram.invalid"}
	for name, answer := range servers {
		s := httptest.NewUnstartedServer(answer)
		s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
		s.Start()
		t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
		out[name] = s.URL
	}
	return out
}

// TestTokenIsInNoErrorAndNoLog makes every kind of call fail in every way that
// a network knows, and looks for the token in all that comes out.
func TestTokenIsInNoErrorAndNoLog(t *testing.T) {
	t.Parallel()
	for name, at := range broken(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, lines := record()
			c, err := New(Options{Token: NewToken(testToken), APIURL: at, Log: log, HTTP: clientFor(name)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(c.http.CloseIdleConnections)
			ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
			defer cancel()
			for _, err := range failAll(ctx, c) {
				if err == nil {
					t.Fatal("a call worked")
				}
				if e := (*Error)(nil); !errors.As(err, &e) {
					t.Fatalf("%T is not our error", err)
				}
				mustHide(t, err.Error())
				showAll(t, err)
			}
			poller := &Poller{Client: c, Receive: func(context.Context, Update) error { return nil }, Log: log}
			if err := poller.Run(ctx); err != nil {
				t.Error(err)
			}
			log.Info("values", "client", c, "token", c.token, "options", Options{Token: c.token})
			showAll(t, c)
			showAll(t, reflect.ValueOf(c).Elem().Interface())
			mustHide(t, lines.String())
		})
	}
}

func clientFor(name string) *http.Client {
	switch name {
	case "dns":
		return noHost()
	case "leaky":
		return &http.Client{Transport: leaky{}}
	default:
		return nil
	}
}

// failAll makes a plain call, an upload and a download at the same time; each
// kind of request has its own way to an error.
func failAll(ctx context.Context, c *Client) []error {
	calls := []func() error{
		func() error { _, err := c.SendMessage(ctx, Outgoing{Chat: 1, Text: "x"}); return err },
		func() error {
			_, err := c.SendPhoto(ctx, Outgoing{Chat: 2}, Upload{Name: "a.jpg", Bytes: make([]byte, 1<<20)})
			return err
		},
		func() error { _, err := c.Download(ctx, "some-file", 1<<20); return err },
		func() error {
			if _, err := c.fetch(ctx, "photos/a.jpg", 1<<20); err != nil {
				return err
			}
			return nil
		},
	}
	errs := make([]error, len(calls))
	done := make(chan struct{})
	for i, call := range calls {
		go func() { errs[i] = call(); done <- struct{}{} }()
	}
	for range calls {
		<-done
	}
	return errs
}

func showAll(t *testing.T, v any) {
	t.Helper()
	type inside struct{ hidden any }
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		mustHide(t, fmt.Sprintf(verb, v))
		mustHide(t, fmt.Sprintf(verb, inside{v}))
	}
	if raw, err := json.Marshal(v); err == nil {
		mustHide(t, string(raw))
	}
}

func mustHide(t *testing.T, text string) {
	t.Helper()
	for _, needle := range []string{testToken, url.QueryEscape(testToken), strings.Split(testToken, ":")[1],
		fmt.Sprintf("%x", strings.Split(testToken, ":")[1])} {
		if strings.Contains(text, needle) {
			t.Fatalf("token in %q", strings.ReplaceAll(text, needle, "<HERE>"))
		}
	}
}

func TestTokenPrintsNowhere(t *testing.T) {
	t.Parallel()
	token := NewToken(testToken)
	showAll(t, token)
	showAll(t, &token)
	showAll(t, Options{Token: token})
	showAll(t, struct{ unexported Options }{Options{Token: token}})
}

func TestUnusableOptionsAreRefusedWithoutTheToken(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{
		{},
		{Token: NewToken("990000001")},
		{Token: NewToken("990000001:")},
		{Token: NewToken(testToken + "\n")},
		{Token: NewToken("a" + testToken)},
		{Token: NewToken(testToken), APIURL: "telegram"},
		{Token: NewToken(testToken), APIURL: "ftp://telegram.invalid/" + testToken},
		{Token: NewToken(testToken), APIURL: "http://telegram.invalid/?" + testToken},
	} {
		_, err := New(o)
		if err == nil {
			t.Errorf("%v was taken", o.APIURL)
			continue
		}
		mustHide(t, err.Error())
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	var visits atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		visits.Add(1)
		fmt.Fprint(w, `{"ok":true,"result":{"message_id":1}}`)
	}))
	t.Cleanup(elsewhere.Close)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, elsewhere.URL+req.URL.Path, http.StatusTemporaryRedirect)
	}))
	t.Cleanup(api.Close)
	c, err := New(Options{Token: NewToken(testToken), APIURL: api.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.http.CloseIdleConnections)
	for _, err := range failAll(t.Context(), c) {
		if !errors.Is(err, ErrRetry) {
			t.Errorf("got %v", err)
		}
	}
	if visits.Load() != 0 {
		t.Error("the token went elsewhere")
	}
}

func TestFailureSaysWhetherTheCallMayHaveWorked(t *testing.T) {
	t.Parallel()
	at := broken(t)
	for name, unsure := range map[string]bool{"refused": false, "dns": false, "limited": false, "html": true, "reset": true, "reset mid body": true, "slow": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := New(Options{Token: NewToken(testToken), APIURL: at[name], HTTP: clientFor(name)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(c.http.CloseIdleConnections)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			_, err = c.SendMessage(ctx, Outgoing{Chat: 1, Text: "x"})
			var failed *Error
			if !errors.As(err, &failed) || !errors.Is(err, ErrRetry) || failed.Unsure != unsure {
				t.Errorf("got %+v", failed)
			}
			if name == "slow" && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the deadline is lost in %v", err)
			}
		})
	}
}

func TestGatewaysRefusalIsNotTheChats(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 409} {
		_, c := newFake(t, func(int, asked) (int, string) { return status, "<html>gateway</html>" })
		_, err := c.SendMessage(t.Context(), Outgoing{Chat: 1, Text: "x"})
		if !errors.Is(err, ErrRetry) {
			t.Errorf("html %d: got %v", status, err)
		}
	}
}
