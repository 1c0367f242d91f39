package effects

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/storage"
)

// sweepSent takes a student's own pictures, and ours of them, out of the chat: when the pair was submitted, and says so
// beforehand; otherwise after a day, and says so then.
func (r *Runner) sweepSent(ctx context.Context, l storage.Look, now time.Time) error {
	s := l.Sent
	messages, err := r.Store.SentIn(ctx, s)
	if err != nil {
		return err
	}
	stay, err := r.deleteAll(ctx, s.Chat, messages)
	if err != nil && now.Sub(l.Due) < hardStop-24*time.Hour {
		return err
	}
	if err != nil || stay > 0 {
		r.Log.LogAttrs(ctx, slog.LevelError, "pictures stay in a student's chat: Telegram deletes nothing older than 48 h",
			slog.Int("messages", stay), slog.Any("cause", err))
	}
	if err := r.tellCleared(ctx, s, now, len(messages) > 0 && err == nil, stay > 0); err != nil {
		return err
	}
	return errors.Join(err, r.Store.ForgetSent(ctx, s, messages))
}

// tellCleared says once a day at most that pictures were taken out of a chat, and whenever some stay, what the student can do.
func (r *Runner) tellCleared(ctx context.Context, s storage.Sent, now time.Time, cleared, stay bool) error {
	about, key := fmt.Sprintf("cleared.%d.%s", s.Chat, flows.Day(now)), "evidence.cleared"
	switch {
	case stay:
		about, key = "stay."+about, "evidence.uncleared"
	case !cleared || s.Submitted:
		return nil
	}
	told := flows.Tell{Chat: s.Chat, Silent: true, Phrase: flows.Say(key)}
	return r.pushOnce(ctx, about, strconv.FormatInt(s.Chat, 10), told)
}

// deleteAll deletes messages, and says how many stay because Telegram does not delete them any more. Those that are gone
// already go once more, which is no fault; nor is a chat that is shut.
func (r *Runner) deleteAll(ctx context.Context, chat int64, messages []int) (stay int, err error) {
	for _, id := range messages {
		err := r.Messages.DeleteMessage(ctx, chat, id)
		switch {
		case errors.Is(err, telegram.ErrGone):
			stay++
		case err != nil && !errors.Is(err, telegram.ErrRejected) && !errors.Is(err, telegram.ErrBlocked):
			return stay, err
		}
	}
	return stay, nil
}
