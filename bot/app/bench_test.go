package app

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"guiwei/storage/storagetest"
	"guiwei/storage/vault"
)

// silentTelegram takes every call and answers as Telegram would.
func silentTelegram(tb testing.TB) *httptest.Server {
	tb.Helper()
	return newCrowd(tb, 0, nil).api
}

// hookedTo is an app behind its webhook on a real Redis and a Telegram, with owner 1; its pace waits for nothing.
func hookedTo(tb testing.TB, url string, log slog.Handler) (*App, http.Handler) {
	tb.Helper()
	dir := tb.TempDir()
	if err := vault.CreateFile(filepath.Join(dir, "keys.json")); err != nil {
		tb.Fatal(err)
	}
	a, handler, err := hookUp(context.WithoutCancel(tb.Context()), stall{API: url, Redis: storagetest.Own(tb).URL, Dir: dir},
		slog.New(log), &hurry{base: wall{}})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { a.engine.Stop(); a.Close() })
	return a, handler
}

// BenchmarkUpdates has 64 people at a time talk to this bot in a process of its own, on a Redis that writes its log at
// every commit: the one to profile (PROFILE=folder). CPU is per update, effects included.
func BenchmarkUpdates(b *testing.B) {
	ours := lanes(b, b.N/inputs+1)[4]
	b.ResetTimer()
	ours.run(b, size{people: b.N/inputs + 1}, nil)
	b.StopTimer()
	l := ours.legs[0]
	for unit, figure := range map[string]float64{"updates/s": l.rate, "bot-µs": l.bot, "redis-µs": l.redis,
		"trips": l.trips, "http": l.http, "bot-allocs": l.allocs, "bot-KB": l.bytes / 1e3} {
		b.ReportMetric(figure, unit)
	}
}
