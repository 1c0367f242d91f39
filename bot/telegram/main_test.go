package telegram

import (
	"bytes"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

const testToken = "990000001:AAcanary-Token_ForTestsOnly0123456789"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// asked is one call as Telegram saw it.
type asked struct {
	method string
	fields url.Values
	files  map[string]string // field -> file name and bytes
}

// fake answers like the Bot API, by a func of the test's own.
type fake struct {
	server *httptest.Server
	answer func(n int, a asked) (status int, body string)

	mu    sync.Mutex
	calls []asked
}

// newFake starts a fake and a client for it; a nil answer is {"ok":true} to all.
func newFake(t *testing.T, answer func(n int, a asked) (int, string)) (*fake, *Client) {
	t.Helper()
	if answer == nil {
		answer = func(int, asked) (int, string) { return 200, `{"ok":true,"result":true}` }
	}
	f := &fake{answer: answer}
	f.server = httptest.NewServer(f)
	c, err := New(Options{Token: NewToken(testToken), APIURL: f.server.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		f.server.CloseClientConnections()
		f.server.Close()
		c.http.CloseIdleConnections()
	})
	return f, c
}

func (f *fake) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	method, ok := strings.CutPrefix(req.URL.Path, "/bot"+testToken+"/")
	if !ok {
		http.Error(w, `{"ok":false,"error_code":404,"description":"Not Found"}`, http.StatusNotFound)
		return
	}
	a := readAsked(method, req)
	f.mu.Lock()
	f.calls = append(f.calls, a)
	n := len(f.calls)
	f.mu.Unlock()
	status, body := f.answer(n, a)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func (f *fake) seen() []asked {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]asked(nil), f.calls...)
}

func readAsked(method string, req *http.Request) asked {
	a := asked{method: method, fields: url.Values{}, files: map[string]string{}}
	kind, attrs, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		raw, _ := io.ReadAll(req.Body)
		a.fields, _ = url.ParseQuery(string(raw))
		return a
	}
	reader := multipart.NewReader(req.Body, attrs["boundary"])
	for {
		part, err := reader.NextPart()
		if err != nil {
			return a
		}
		raw, _ := io.ReadAll(part)
		if part.FileName() != "" {
			a.files[part.FormName()] = part.FileName() + " " + string(raw)
			continue
		}
		a.fields.Set(part.FormName(), string(raw))
	}
}

// record is a logger whose lines a test reads back.
func record() (*slog.Logger, *lockedBuffer) {
	out := &lockedBuffer{}
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug})), out
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
