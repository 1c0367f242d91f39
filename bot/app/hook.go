package app

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"guiwei/bot/telegram"
)

// hookEvery is how often Telegram is asked whether it still posts to us. Somebody else's address there means that the
// token has leaked (T7).
const hookEvery = time.Minute

// hook asks Telegram to post updates, and looks after it until ctx ends.
func (a *App) hook(ctx context.Context) error {
	ours := telegram.Hook{URL: a.config.WebhookURL, Secret: a.config.WebhookSecrets()[0]}
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		err := a.client.SetWebhook(ctx, ours)
		if err == nil {
			a.entrance.hooked.Store(true)
			break
		}
		if ctx.Err() != nil {
			return nil
		}
		a.log.LogAttrs(ctx, slog.LevelWarn, "webhook not set", slog.String("cause", err.Error()))
		_ = a.clock.Sleep(ctx, wait)
	}
	failed := time.Time{}
	for a.clock.Sleep(ctx, hookEvery) == nil {
		failed = a.watchHook(ctx, ours, failed)
	}
	return nil
}

// watchHook compares Telegram's webhook with ours, and sets ours again where they differ. It says when a post last failed,
// and answers that time. The foreign address stays out of the log: it may hold whatever somebody wrote there.
func (a *App) watchHook(ctx context.Context, ours telegram.Hook, known time.Time) time.Time {
	theirs, err := a.client.GetWebhookInfo(ctx)
	if err != nil {
		if ctx.Err() == nil {
			a.log.LogAttrs(ctx, slog.LevelWarn, "webhook not seen", slog.String("cause", err.Error()))
		}
		return known
	}
	same := postsTo(theirs, ours.URL)
	a.figures.Hook(theirs.Pending, same)
	if !same {
		a.log.LogAttrs(ctx, slog.LevelError, "telegram posts elsewhere: somebody else has the token, change it with BotFather /revoke")
		if err := a.client.SetWebhook(ctx, ours); err != nil && ctx.Err() == nil {
			a.log.LogAttrs(ctx, slog.LevelError, "webhook not set again", slog.String("cause", err.Error()))
		}
	}
	if last := time.Unix(theirs.LastErrorDate, 0); theirs.LastErrorDate != 0 && last.After(known) {
		a.log.LogAttrs(ctx, slog.LevelWarn, "telegram could not post", slog.Time("last", last), slog.Int("waiting", theirs.Pending))
		return last
	}
	return known
}

// postsTo says whether Telegram posts all that the bot reads to url.
func postsTo(theirs telegram.HookStatus, url string) bool {
	wanted := telegram.AllowedUpdates()
	missing := slices.ContainsFunc(wanted, func(kind string) bool { return !slices.Contains(theirs.AllowedUpdates, kind) })
	return theirs.URL == url && !missing
}
