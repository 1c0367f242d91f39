package engine

import (
	"context"
	"log/slog"
	"time"

	"guiwei/bot/crash"
	"guiwei/storage"
)

// sweepEvery is how often what is due is looked for; half a second keeps timers within a second of their time.
const sweepEvery = 500 * time.Millisecond

// Sweep wakes timers and takes up what a crash or a failure left in an outbox, until ctx ends.
func (e *Engine) Sweep(ctx context.Context) {
	for {
		if err := e.SweepOnce(ctx); err != nil && ctx.Err() == nil {
			e.Log.LogAttrs(ctx, slog.LevelWarn, "sweep", slog.String("cause", err.Error()))
		}
		if e.Clock.Sleep(ctx, sweepEvery) != nil {
			return
		}
	}
}

// SweepOnce takes all that is due now.
func (e *Engine) SweepOnce(ctx context.Context) error {
	const batch = 200
	e.mu.Lock()
	e.sweeping = true
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		e.sweeping = false
		e.mu.Unlock()
	}()
	owners, err := e.Due.Due(ctx, e.Clock.Now(), lease, batch, e.leftAlone())
	for _, o := range owners {
		e.Crash.At(crash.Swept)
		e.start(o, sweep)
	}
	return err
}

// grace is how long Stop lets the lanes go on; then they are cut short, and what is left stays stored.
const grace = 5 * time.Second

// Stop is called when no more inputs come and nobody sweeps. It lets the lanes run empty, for the grace at most, and leaves
// the rest to the other replicas at once.
func (e *Engine) Stop() {
	e.lasting()
	timer := time.AfterFunc(grace, e.end)
	e.running.Wait()
	timer.Stop()
	e.end()
	e.running.Wait()
}

// end takes no more entries and cuts the effects under way.
func (e *Engine) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stopped = true
	e.cut()
}

// release lets the next replica that sweeps do what is left of an owner's outbox here.
func (e *Engine) release(ctx context.Context, o storage.Owner) {
	if err := e.Outbox.Postpone(context.WithoutCancel(ctx), o, e.Clock.Now(), false); err != nil {
		e.Log.LogAttrs(ctx, slog.LevelWarn, "outbox not released", slog.String("cause", err.Error()))
	}
}

// lasting is the context of effects: it ends with the engine, not with the update that asked for them.
func (e *Engine) lasting() context.Context {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ending == nil {
		e.ending, e.cut = context.WithCancel(context.Background())
	}
	return e.ending
}

// Idle says whether no effect is under way, for tests that wait instead of sleeping.
func (e *Engine) Idle() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.lanes) == 0 && len(e.tails) == 0 && e.polite == 0 && !e.sweeping
}

// Busy counts the lanes that run here, and the entries that wait in them.
func (e *Engine) Busy() (lanes, waiting int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, l := range e.lanes {
		waiting += len(l.queue)
	}
	return len(e.lanes), waiting
}

// courtesyLimit is how long a courtesy waits for room.
const courtesyLimit = 30 * time.Second

// courtesy does what nobody waits for beside the lanes; it ends with the engine.
func (e *Engine) courtesy(do func(context.Context)) {
	ctx, cancel := context.WithTimeout(e.lasting(), courtesyLimit)
	e.mu.Lock()
	e.polite++
	e.mu.Unlock()
	e.running.Go(func() {
		defer cancel()
		do(ctx)
		e.mu.Lock()
		e.polite--
		e.mu.Unlock()
	})
}
