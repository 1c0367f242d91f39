package effects

import (
	"context"
	"log/slog"
	"strconv"

	"guiwei/flows"
	"guiwei/flows/rules"
)

// limited tells those who follow the students, once a day and chat, that it came with too many ID numbers: the counselors, and
// the owners where no group of theirs is bound.
func (r *Runner) limited(ctx context.Context, chat int64, phone string) error {
	about := "numbers." + strconv.FormatInt(chat, 10) + "." + flows.Day(r.Clock.Now())
	line := flows.Say("limits.counselor", "phone", rules.MaskPhone(phone))
	groups, err := r.Store.Counselors(ctx)
	if err != nil {
		return err
	}
	if len(groups) == 0 {
		return r.owners(ctx, about, line)
	}
	for _, group := range groups {
		err := r.pushOnce(ctx, about, "group."+strconv.FormatInt(group, 10), flows.Tell{Chat: group, Phrase: line, Silent: true})
		if err != nil {
			return err
		}
	}
	return nil
}

// attempted tells whoever holds the active account that somebody came to register its ID number, once a day. Nobody waits for it, and
// a chat that cannot be told now is told of the next attempt.
func (r *Runner) attempted(ctx context.Context, p flows.Person, by int64) {
	accounts, err := r.Store.AccountsOfPerson(ctx, p)
	if err != nil {
		r.Log.LogAttrs(ctx, slog.LevelWarn, "attempt not told", slog.String("cause", err.Error()))
		return
	}
	for _, a := range accounts {
		if a.State != flows.AccountActive || a.Chat == 0 || a.Chat == by {
			continue
		}
		about := "attempt." + a.Ref.ID + "." + flows.Day(r.Clock.Now())
		if err := r.pushOnce(ctx, about, "owner", flows.Tell{Chat: a.Chat, Phrase: flows.Say("limits.attempt")}); err != nil {
			r.Log.LogAttrs(ctx, slog.LevelWarn, "attempt not told", slog.String("cause", err.Error()))
		}
	}
}
