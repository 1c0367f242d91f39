package app

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guiwei/bot/telegram"
)

func TestAReplicaIsReadyWhileUpdatesFindTheirWayToIt(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) int64 { return now.Add(-d).UnixMilli() }
	rows := map[string]struct {
		hook bool
		at   func(*entrance)
		want error
	}{
		"webhook not taken yet":         {true, func(*entrance) {}, errUnhooked},
		"webhook taken":                 {true, func(e *entrance) { e.hooked.Store(true) }, nil},
		"nobody said who polls":         {false, func(*entrance) {}, errNoLease},
		"another replica polls":         {false, func(e *entrance) { e.asked.Store(ago(time.Second)) }, nil},
		"no word on the lease for long": {false, func(e *entrance) { e.asked.Store(ago(31 * time.Second)) }, errNoLease},
		"polls since a minute, unanswered": {false, func(e *entrance) {
			e.asked.Store(ago(0))
			e.polling.Store(&telegram.Poller{})
			e.began.Store(ago(time.Minute))
		}, nil},
		"polls since long, unanswered": {false, func(e *entrance) {
			e.asked.Store(ago(0))
			e.polling.Store(&telegram.Poller{})
			e.began.Store(ago(4 * time.Minute))
		}, errNoPoll},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var e entrance
			row.at(&e)
			if got := e.closed(row.hook, now); !errors.Is(got, row.want) {
				t.Errorf("closed by %v, want %v", got, row.want)
			}
		})
	}
}

// Rows: R6
func TestReadyzSaysWhyNoUpdatesAreTaken(t *testing.T) {
	t.Parallel()
	a, handler := hookedTo(t, silentTelegram(t).URL, slog.DiscardHandler)
	ask := func(path string) (int, string) {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		return w.Code, strings.TrimSpace(w.Body.String())
	}
	want := func(step string, code int, reason string) {
		t.Helper()
		if c, text := ask("/readyz"); c != code || text != reason {
			t.Errorf("%s: %d %q, want %d %q", step, c, text, code, reason)
		}
	}
	want("begun", 503, errUnhooked.Error())
	a.entrance.hooked.Store(true)
	want("hooked", 200, "")
	a.entrance.stopping.Store(true)
	want("stopping", 503, errStopping.Error())
	a.entrance.stopping.Store(false)
	if err := a.store.Close(); err != nil {
		t.Fatal(err)
	}
	want("without redis", 503, errRedis.Error())
	if code, _ := ask("/healthz"); code != 200 {
		t.Errorf("healthz is %d: a process without Redis lives", code)
	}
}

// Rows: T6
func TestAPublicServerReadsNoEndlessBody(t *testing.T) {
	t.Parallel()
	_, handler := hookedTo(t, silentTelegram(t).URL, slog.DiscardHandler)
	s := httptest.NewServer(server(handler, true).Handler)
	t.Cleanup(s.Close)
	for _, row := range []struct {
		method, path string
		size, want   int
	}{
		{http.MethodPost, "/hook", 10, http.StatusUnauthorized},
		{http.MethodPost, "/hook", requestCap + 1, http.StatusUnauthorized},
		{http.MethodGet, "/hook", 0, http.StatusMethodNotAllowed},
		{http.MethodPut, "/hook", 10, http.StatusMethodNotAllowed},
		{http.MethodPost, "/readyz", 10, http.StatusMethodNotAllowed},
		{http.MethodGet, "/metrics", 0, http.StatusNotFound},
	} {
		req, err := http.NewRequestWithContext(t.Context(), row.method, s.URL+row.path, strings.NewReader(strings.Repeat("x", row.size)))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatalf("%s %s: %v", row.method, row.path, err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != row.want {
			t.Errorf("%s %s with %d bytes: %d, want %d", row.method, row.path, row.size, resp.StatusCode, row.want)
		}
	}
}
