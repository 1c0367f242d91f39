package effects

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"guiwei/flows"
)

// Hook tells a school's own system how cases ended.
type Hook interface {
	Post(ctx context.Context, id string, body []byte) error
	Subject(number string) string
}

// hookNotice is all that leaves: no name, number or reason.
type hookNotice struct {
	ID      string    `json:"id"`
	Case    string    `json:"case"`
	Outcome string    `json:"outcome"` // approved, refused
	At      time.Time `json:"at"`
	Subject string    `json:"subject"` // of the ID number, under the key of the hook
}

// How a notice is tried again: after a minute, then twice as long each time, an hour at most, for three days.
const (
	hookFirst = time.Minute
	hookMost  = time.Hour
	hookTerm  = 72 * time.Hour
	hookBatch = 20
)

// noteHook keeps a notice of an ended case, where a hook is set.
func (r *Runner) noteHook(ctx context.Context, c flows.CaseView) error {
	if r.Hook == nil {
		return nil
	}
	id := fmt.Sprintf("%s.%d", c.No, c.Version)
	body, err := json.Marshal(hookNotice{ID: id, Case: c.No, Outcome: string(c.State), At: c.Decided, Subject: r.Hook.Subject(c.IDNumber)})
	if err != nil {
		return fmt.Errorf("write notice: %w", err)
	}
	return r.Store.AddNotice(ctx, id, body, r.Clock.Now())
}

// Notify tries the notices that are due. One that fails waits longer each time and keeps no other waiting.
func (r *Runner) Notify(ctx context.Context) error {
	if r.Hook == nil {
		return nil
	}
	due, err := r.Store.NoticesDue(ctx, r.Clock.Now(), hookBatch)
	if err != nil {
		return err
	}
	for _, n := range due {
		err := r.Hook.Post(ctx, n.ID, n.Body)
		now := r.Clock.Now()
		switch {
		case err == nil:
			err = r.Store.NoticeDone(ctx, n.ID)
		case now.Sub(n.Since) > hookTerm:
			r.Log.LogAttrs(ctx, slog.LevelError, "notice to the hook given up", slog.String("id", n.ID), slog.String("cause", err.Error()))
			err = r.Store.NoticeDone(ctx, n.ID)
		default:
			r.Log.LogAttrs(ctx, slog.LevelWarn, "notice to the hook put off", slog.String("id", n.ID), slog.String("cause", err.Error()))
			err = r.Store.NoticeLater(ctx, n, now.Add(min(hookMost, hookFirst<<min(n.Tries, 10))))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
