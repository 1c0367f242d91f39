package app

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"
)

// How often pictures past their term are looked for, and pictures that no register knows.
const (
	sweepEvery   = time.Minute
	orphansEvery = time.Hour
)

// sweepLease is how long a replica that died keeps the others from sweeping; a pass renews it. Two at once are slow, not
// wrong.
const sweepLease = 10 * time.Second

// sweep takes stored pictures away at their terms, until ctx ends: one replica at a time.
func (a *App) sweep(ctx context.Context) {
	me, orphans := rand.Text(), a.clock.Now().Add(orphansEvery)
	for a.clock.Sleep(ctx, sweepEvery) == nil {
		mine, err := a.store.Hold(ctx, "sweeper", me, sweepLease)
		if err != nil || !mine {
			continue
		}
		stop := a.holdOn(ctx, me)
		a.sweepOnce(ctx)
		a.checkAudit(ctx)
		a.remind(ctx)
		if now := a.clock.Now(); !now.Before(orphans) {
			a.sweepOrphans(ctx)
			orphans = now.Add(orphansEvery)
		}
		stop()
		_ = a.store.Drop(context.WithoutCancel(ctx), "sweeper", me) // it ends by itself
	}
}

// holdOn renews the lease for as long as a pass takes.
func (a *App) holdOn(ctx context.Context, me string) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for (wall{}).Sleep(ctx, sweepLease/3) == nil {
			_, _ = a.store.Hold(ctx, "sweeper", me, sweepLease)
		}
	}()
	return func() { cancel(); <-done }
}

func (a *App) sweepOnce(ctx context.Context) {
	s, err := a.effects.Sweep(ctx)
	if err != nil && ctx.Err() == nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "pictures past their term stay", slog.String("cause", err.Error()))
	}
	if s.Deleted+s.Cleared+s.Forgotten > 0 {
		a.log.LogAttrs(ctx, slog.LevelInfo, "pictures swept", slog.Int("looked", s.Looked), slog.Int("deleted", s.Deleted),
			slog.Int("cleared", s.Cleared), slog.Int("hashes", s.Forgotten))
	}
}

func (a *App) sweepOrphans(ctx context.Context) {
	n, err := a.effects.SweepOrphans(ctx)
	if err != nil && ctx.Err() == nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "pictures of nobody stay", slog.String("cause", err.Error()))
	}
	if n > 0 {
		a.log.LogAttrs(ctx, slog.LevelWarn, "pictures of nobody deleted", slog.Int("deleted", n))
	}
}

// remind looks for open cases whose term runs out, and tells the reviewers of their day.
func (a *App) remind(ctx context.Context) {
	n, err := a.effects.Remind(ctx)
	if err != nil && ctx.Err() == nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "terms of open cases not looked at", slog.String("cause", err.Error()))
	}
	if n > 0 {
		a.log.LogAttrs(ctx, slog.LevelInfo, "terms of open cases told", slog.Int("cases", n))
	}
	if err := a.effects.Notify(ctx); err != nil && ctx.Err() == nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "hook not told", slog.String("cause", err.Error()))
	}
	if err := a.effects.Digest(ctx); err != nil && ctx.Err() == nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "figures of the day not told", slog.String("cause", err.Error()))
	}
}
