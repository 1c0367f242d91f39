package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	newSecret = "new-secret_0123456789abcdefghijklmnop"
	oldSecret = "old-secret_0123456789abcdefghijklmnop"
)

func newHook(t *testing.T, receive Receiver) *Webhook {
	t.Helper()
	w, err := NewWebhook(WebhookOptions{Secrets: []string{newSecret, oldSecret}, Receive: receive})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func post(w http.Handler, method, secret string, body io.Reader) int {
	req := httptest.NewRequestWithContext(context.Background(), method, "/telegram", body)
	if secret != "" {
		req.Header.Set(secretHeader, secret)
	}
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, req)
	return rec.Code
}

func TestWebhookAnswers(t *testing.T) {
	t.Parallel()
	good := text(7, 42)
	big := `{"update_id":8,"message":{"text":"` + strings.Repeat("x", bodyCap) + `"}}`
	tests := []struct {
		name, method, secret, body string
		status, received           int
	}{
		{"an update", "POST", newSecret, good, 200, 1},
		{"the old secret while it is changed", "POST", oldSecret, good, 200, 1},
		{"no secret", "POST", "", good, 401, 0},
		{"another secret", "POST", strings.ToUpper(newSecret), good, 401, 0},
		{"a longer secret", "POST", newSecret + "x", good, 401, 0},
		{"not a post", "GET", newSecret, good, 405, 0},
		{"another method", "PUT", newSecret, good, 405, 0},
		{"over a mebibyte", "POST", newSecret, big, 413, 0},
		{"garbage", "POST", newSecret, "%%%", 400, 0},
		{"trailing garbage", "POST", newSecret, good + "{}", 400, 0},
		{"no number", "POST", newSecret, `{"message":{}}`, 400, 0},
		{"a kind without use", "POST", newSecret, `{"update_id":9,"poll":{"id":[]}}`, 200, 0},
		{"a bad shape", "POST", newSecret, `{"update_id":9,"message":{"chat":7}}`, 200, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := &inbox{}
			status := post(newHook(t, got.receive), tt.method, tt.secret, strings.NewReader(tt.body))
			if status != tt.status || len(got.got) != tt.received {
				t.Errorf("status %d and %d received, want %d and %d", status, len(got.got), tt.status, tt.received)
			}
		})
	}
}

func TestWebhookStopsReadingAtOneMebibyteOfUnknownLength(t *testing.T) {
	t.Parallel()
	body := &endless{}
	if status := post(newHook(t, (&inbox{}).receive), "POST", newSecret, body); status != 413 || body.read > 2*bodyCap {
		t.Errorf("status %d after %d bytes", status, body.read)
	}
}

type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return copy(p, bytes.Repeat([]byte(" "), len(p))), nil
}

func TestWebhookAcknowledgesOnlyTheCommitted(t *testing.T) {
	t.Parallel()
	doubt := func(context.Context, Update) error { return errors.New("storage is away") }
	if status := post(newHook(t, doubt), "POST", newSecret, strings.NewReader(text(1, 42))); status != 503 {
		t.Errorf("doubt was answered with %d", status)
	}
	burst := func(context.Context, Update) error { panic("no") }
	if status := post(newHook(t, burst), "POST", newSecret, strings.NewReader(text(1, 42))); status != 503 {
		t.Errorf("a panic was answered with %d", status)
	}
}

func TestWebhookSetsABadUpdateAsideBeforeItsAnswer(t *testing.T) {
	t.Parallel()
	full, aside := true, int64(0)
	w, err := NewWebhook(WebhookOptions{Secrets: []string{newSecret}, Receive: (&inbox{}).receive,
		SetAside: func(_ context.Context, id int64, _ []byte, _ error) error {
			if full {
				return errors.New("disk is full")
			}
			aside = id
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	const bad = `{"edited_message":[],"update_id":12}`
	if status := post(w, "POST", newSecret, strings.NewReader(bad)); status != 503 {
		t.Errorf("not set aside, yet answered with %d", status)
	}
	full = false
	if status := post(w, "POST", newSecret, strings.NewReader(bad)); status != 200 || aside != 12 {
		t.Errorf("status %d, set aside %d", status, aside)
	}
}

func TestWeakWebhookSecretsAreRefused(t *testing.T) {
	t.Parallel()
	for _, secrets := range [][]string{nil, {""}, {"short"}, {newSecret, ""}, {newSecret, oldSecret, newSecret}, {newSecret + " "}, {strings.Repeat("x", 257)}} {
		if _, err := NewWebhook(WebhookOptions{Secrets: secrets}); err == nil {
			t.Errorf("%d secrets were taken", len(secrets))
		} else if strings.Contains(err.Error(), newSecret) {
			t.Error("a secret is in the error")
		}
	}
}

// Rows: T6
func TestTenThousandForgedPostsReachNothing(t *testing.T) {
	t.Parallel()
	got := &inbox{}
	w := newHook(t, got.receive)
	took := make([]time.Duration, 10_000)
	body := []byte(text(1, 42))
	for i := range took {
		forged := newSecret[:i%len(newSecret)] + strings.Repeat("z", i%40)
		began := time.Now()
		if status := post(w, "POST", forged, bytes.NewReader(body)); status != 401 {
			t.Fatalf("forged post %d was answered with %d", i, status)
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	if p99 := took[len(took)*99/100]; len(got.got) != 0 || p99 > 5*time.Millisecond {
		t.Errorf("%d received, p99 %s", len(got.got), p99)
	}
}

// TestWebhookOverHTTPKeepsTheConnection posts through a real server.
func TestWebhookOverHTTPKeepsTheConnection(t *testing.T) {
	t.Parallel()
	got := &inbox{}
	s := httptest.NewServer(newHook(t, got.receive))
	defer s.Close()
	for i := range int64(3) {
		req, err := http.NewRequestWithContext(t.Context(), "POST", s.URL, strings.NewReader(text(i+1, 42)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(secretHeader, oldSecret)
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != 200 {
			t.Errorf("status %d", resp.StatusCode)
		}
	}
	if len(got.got) != 3 {
		t.Errorf("received %v", got.got)
	}
}

func TestWebhookCarriesOneCallInItsAnswer(t *testing.T) {
	t.Parallel()
	second := true
	var told Update
	hook := newHook(t, func(_ context.Context, u Update) error {
		told = u
		if !u.Reply.AnswerCallback("q1", "好") {
			t.Error("the first call is refused")
		}
		second = u.Reply.AnswerCallback("q2", "")
		return nil
	})
	req := httptest.NewRequestWithContext(t.Context(), "POST", "/telegram", strings.NewReader(text(7, 42)))
	req.Header.Set(secretHeader, newSecret)
	rec := httptest.NewRecorder()
	hook.ServeHTTP(rec, req)
	var said map[string]string
	if err := json.Unmarshal(rec.Body.Bytes(), &said); err != nil {
		t.Fatalf("%q: %v", rec.Body, err)
	}
	want := map[string]string{"method": "answerCallbackQuery", "callback_query_id": "q1", "text": "好"}
	if diff := cmp.Diff(want, said); diff != "" || rec.Header().Get("Content-Type") != "application/json" {
		t.Errorf("answer as %s: %s", rec.Header().Get("Content-Type"), diff)
	}
	if second || told.ID != 7 {
		t.Error("one answer carries two calls")
	}
}

func TestWebhookInDoubtCarriesNothing(t *testing.T) {
	t.Parallel()
	hook := newHook(t, func(_ context.Context, u Update) error {
		u.Reply.AnswerCallback("q1", "")
		return errors.New("not committed")
	})
	req := httptest.NewRequestWithContext(t.Context(), "POST", "/telegram", strings.NewReader(text(7, 42)))
	req.Header.Set(secretHeader, newSecret)
	rec := httptest.NewRecorder()
	hook.ServeHTTP(rec, req)
	if rec.Code != http.StatusServiceUnavailable || rec.Body.Len() != 0 {
		t.Errorf("status %d, body %q", rec.Code, rec.Body)
	}
}
