package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"guiwei/bot/engine"
	"guiwei/bot/metrics"
	"guiwei/bot/telegram"
	"guiwei/storage"
)

// openFigures makes the operator's figures; they are kept whether anybody reads them or not.
func (a *App) openFigures(context.Context) error {
	book, err := Book(a.config)
	if err != nil {
		return err
	}
	a.book, a.figures = book, metrics.New(book.Flows())
	a.figures.Sampled(a.sample)
	return nil
}

// sample looks up what is asked for at each scrape.
func (a *App) sample(ctx context.Context) metrics.Sample {
	s := metrics.Sample{Now: a.clock.Now(), Ready: a.unready(ctx) == nil, Polling: a.entrance.polling.Load() != nil}
	s.Lanes, s.Waiting = a.engine.Busy()
	for _, c := range a.client.Counts() {
		s.Calls = append(s.Calls, metrics.Call{Method: c.Method, Outcome: c.Outcome, Code: c.Code, Calls: c.Calls})
	}
	var err error
	s.Backlog, err = a.store.Backlog(ctx, s.Now)
	s.Known = err == nil
	if s.Known {
		s.Look, err = a.store.OldestLook(ctx)
		s.Known = err == nil
	}
	return s
}

// showFigures serves /metrics on METRICS_LISTEN until ctx ends.
func (a *App) showFigures(ctx context.Context) error {
	if a.config.MetricsListen == "" {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.config.MetricsListen)
	if err != nil {
		return fmt.Errorf("METRICS_LISTEN: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.figures)
	server := server(mux, true)
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("METRICS_LISTEN: %w", err)
	}
	return nil
}

// receive is what the poller and the webhook call: it returns once the update is committed.
func (a *App) receive(ctx context.Context, u telegram.Update) error {
	start := time.Now()
	kind, err := a.admit(ctx, u)
	a.figures.Took(kind, err, time.Since(start))
	return err
}

// timed is the engine's store with a watch on it.
type timed struct {
	engine.Conversations
	figures *metrics.Metrics
}

// Commit stores a decision.
func (t timed) Commit(ctx context.Context, c storage.Commit) (storage.Committed, error) {
	start := time.Now()
	done, err := t.Conversations.Commit(ctx, c)
	t.figures.Committed(time.Since(start))
	return done, err
}

// tallied does effects and counts what came of them.
type tallied struct {
	engine.Doer
	figures *metrics.Metrics
}

// Do does one effect.
func (c tallied) Do(ctx context.Context, t engine.Task) (engine.Outcome, error) {
	start := time.Now()
	out, err := c.Doer.Do(ctx, t)
	result := metrics.OK
	switch {
	case errors.Is(err, engine.ErrNever):
		result = metrics.Never
	case err != nil:
		result = metrics.Later
	}
	c.figures.Did(t.Effect, out.Answer, result, time.Since(start))
	return out, err
}
