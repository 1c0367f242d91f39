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
		hook, err := telegram.NewWebhook(telegram.WebhookOptions{Secrets: []string{a.config.WebhookSecret.Reveal()},
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

// ready says whether this replica can take updates.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	if err := a.store.Ping(r.Context()); err != nil {
		http.Error(w, "redis does not answer", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
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
