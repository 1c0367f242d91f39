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
	err = r.deleteAll(ctx, s.Chat, messages)
	if err != nil && now.Sub(l.Due) < hardStop-24*time.Hour {
		return err
	}
	if err != nil {
		r.Log.LogAttrs(ctx, slog.LevelError, "pictures stay in a student's chat: Telegram deletes nothing older than 48 h", slog.String("cause", err.Error()))
	}
	if len(messages) > 0 && !s.Submitted && err == nil {
		about := fmt.Sprintf("cleared.%d.%s", s.Chat, flows.Day(now)) // once a day at most
		cleared := flows.Tell{Chat: s.Chat, Silent: true, Phrase: flows.Say("evidence.cleared")}
		if told := r.pushOnce(ctx, about, strconv.FormatInt(s.Chat, 10), cleared); told != nil {
			return told
		}
	}
	return errors.Join(err, r.Store.ForgetSent(ctx, s, messages))
}

// deleteAll deletes messages. Those that are gone already go once more, which is no fault; nor is a chat that is shut.
func (r *Runner) deleteAll(ctx context.Context, chat int64, messages []int) error {
	for _, id := range messages {
		err := r.Messages.DeleteMessage(ctx, chat, id)
		if err != nil && !errors.Is(err, telegram.ErrGone) && !errors.Is(err, telegram.ErrRejected) && !errors.Is(err, telegram.ErrBlocked) {
			return err
		}
	}
	return nil
}
