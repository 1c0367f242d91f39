package app

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"guiwei/bot/telegram"
)

// web is all that the program answers: health, the webhook, and the pages given.
func (a *App) web(pages http.Handler) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /readyz", a.ready)
	if a.config.TestClock != "" {
		mux.HandleFunc("GET /idle", a.idle)
	}
	if a.config.WebhookURL != "" {
		hook, err := telegram.NewWebhook(telegram.WebhookOptions{Secrets: a.config.WebhookSecrets(),
			Receive: a.receive, SetAside: a.setAside, Log: a.log})
		if err != nil {
			return nil, err
		}
		where, err := url.Parse(a.config.WebhookURL)
		if err != nil {
			return nil, err
		}
		mux.Handle("POST "+max(where.Path, "/"), hook)
	}
	if pages != nil {
		mux.Handle("/", pages)
	}
	return mux, nil
}

// requestCap bounds a request's body; Telegram's updates are far below.
const requestCap = 1 << 20

// server bounds what a stranger's request may cost. A Receiver has 30 s, after the body was read. The demo's pages keep
// polls and event streams open and take pictures in, so only a public server is strict.
func server(h http.Handler, public bool) *http.Server {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 3 * time.Minute, MaxHeaderBytes: 16 << 10}
	if public {
		s.Handler = http.MaxBytesHandler(h, requestCap)
		s.ReadTimeout, s.WriteTimeout = time.Minute, time.Minute
	}
	return s
}

// idle answers a story once nothing is under way here, and tells in how many ms the next thing is due, null for nothing, and
// how often each crash point was passed.
func (a *App) idle(w http.ResponseWriter, r *http.Request) {
	for !a.engine.Idle() {
		if (wall{}).Sleep(r.Context(), 2*time.Millisecond) != nil {
			return
		}
	}
	next, waits, err := a.store.NextDue(r.Context())
	if err != nil {
		http.Error(w, "redis does not answer", http.StatusServiceUnavailable)
		return
	}
	var wait *int64 // nothing waits
	if waits {
		left := max(0, next.Sub(a.clock.Now()).Milliseconds())
		wait = &left
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"next_ms": wait, "passed": a.engine.Crash.Passed()})
}

func formatID(id int64) string { return strconv.FormatInt(id, 10) }
