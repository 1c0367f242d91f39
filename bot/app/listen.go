package app

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"guiwei/bot/effects"
	"guiwei/bot/metrics"
	"guiwei/bot/telegram"
	"guiwei/locales"
)

// introduce learns the bot's name. Telegram may be away: it is tried until it answers or ctx ends.
func (a *App) introduce(ctx context.Context) {
	for wait := time.Second; ctx.Err() == nil; wait = min(2*wait, time.Minute) {
		me, err := a.client.GetMe(ctx)
		if err == nil {
			a.username.Store(me.Username)
			return
		}
		a.log.LogAttrs(ctx, slog.LevelWarn, "telegram is away", slog.String("cause", err.Error()))
		_ = a.clock.Sleep(ctx, wait)
	}
}

// name is the bot's user name, "" until Telegram has told it.
func (a *App) name() string {
	name, _ := a.username.Load().(string)
	return name
}

// menus sets what the bot says of itself and the command menu per scope, in each language that Telegram has a code for;
// the owners' chats have menus of their own.
func (a *App) menus(ctx context.Context) {
	for _, lang := range locales.Languages {
		code, shown := locales.MenuCode(lang)
		if !shown {
			continue
		}
		err := errors.Join(a.describe(ctx, lang, code),
			a.client.SetMyCommands(ctx, effects.Commands(lang, effects.EverywhereWords()), telegram.CommandScope{}, code),
			a.client.SetMyCommands(ctx, effects.Commands(lang, effects.PrivateWords()), telegram.CommandScope{Kind: "all_private_chats"}, code),
			a.client.SetMyCommands(ctx, effects.Commands(lang, effects.GroupWords()), telegram.CommandScope{Kind: "all_group_chats"}, code))
		if err != nil {
			a.log.LogAttrs(ctx, slog.LevelWarn, "menus not set", slog.String("cause", err.Error()))
			return
		}
	}
	if err := a.effects.OwnerMenus(ctx); err != nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "owners' menus not set", slog.String("cause", err.Error()))
	}
}

// describe sets the words of an empty chat and of the profile.
func (a *App) describe(ctx context.Context, lang, code string) error {
	args := map[string]string{"operator": locales.Own(a.config.OperatorName, lang), "contact": locales.Own(a.config.SupportContact, lang)}
	if err := a.client.SetMyDescription(ctx, locales.Plain(lang, "bot.description", args), code); err != nil {
		return err
	}
	return a.client.SetMyShortDescription(ctx, locales.Plain(lang, "bot.short", args), code)
}

// pollLease is how long a replica that died keeps the others from polling.
const pollLease = 10 * time.Second

// poll asks for updates while this replica holds the lease; another takes over when it dies or stops.
func (a *App) poll(ctx context.Context) error {
	me := rand.Text()
	for ctx.Err() == nil {
		mine, err := a.hold(ctx, me)
		if err != nil && ctx.Err() == nil {
			a.log.LogAttrs(ctx, slog.LevelWarn, "lease not asked for", slog.String("cause", err.Error()))
		}
		if mine {
			a.pollHeld(ctx, me)
		}
		_ = a.clock.Sleep(ctx, pollLease/4)
	}
	return nil
}

// hold asks for the lease.
func (a *App) hold(ctx context.Context, me string) (bool, error) {
	mine, err := a.store.Hold(ctx, "poller", me, pollLease)
	if err == nil {
		a.entrance.heard()
	}
	return mine, err
}

// pollHeld polls until the lease is lost or ctx ends, and gives the lease back.
func (a *App) pollHeld(ctx context.Context, me string) {
	a.log.LogAttrs(ctx, slog.LevelInfo, "polling lease taken")
	polling, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go a.pollUntil(polling, done)
	for mine := true; mine; {
		if a.clock.Sleep(ctx, pollLease/4) != nil {
			break
		}
		mine, _ = a.hold(ctx, me)
	}
	stop()
	<-done
	a.log.LogAttrs(ctx, slog.LevelInfo, "polling lease left")
	if err := a.store.Drop(context.WithoutCancel(ctx), "poller", me); err != nil {
		a.log.LogAttrs(ctx, slog.LevelDebug, "lease not given back", slog.String("cause", err.Error()))
	}
}

func (a *App) pollUntil(ctx context.Context, done chan struct{}) {
	defer close(done)
	if err := a.client.DeleteWebhook(ctx); err != nil && ctx.Err() == nil {
		a.log.LogAttrs(ctx, slog.LevelWarn, "webhook not removed", slog.String("cause", err.Error()))
	}
	p := &telegram.Poller{Client: a.client, Receive: a.receive, SetAside: a.setAside, Log: a.log}
	a.entrance.poll(p)
	defer a.entrance.poll(nil)
	if err := p.Run(ctx); err != nil && ctx.Err() == nil {
		a.log.LogAttrs(ctx, slog.LevelError, "polling ended", slog.String("cause", err.Error()))
	}
}

// setAside keeps an update that cannot be read, sealed, so that it holds up nobody. Its sender is told, where that much of it
// reads.
func (a *App) setAside(ctx context.Context, id int64, raw []byte, why error) error {
	a.log.LogAttrs(ctx, slog.LevelError, "update set aside", slog.Int64("update", id), slog.String("cause", why.Error()))
	a.figures.Parked(metrics.ParkedUpdate)
	ctx, cancel := context.WithTimeout(ctx, receiveLimit)
	defer cancel()
	return a.engine.SetAside(ctx, telegram.PrivateSender(raw), "u"+formatID(id), raw)
}

// tidyEvery is how often unbound groups are looked for.
const tidyEvery = 30 * time.Second

// tidy leaves groups that nobody bound, until ctx ends.
func (a *App) tidy(ctx context.Context) {
	for a.clock.Sleep(ctx, tidyEvery) == nil {
		if err := a.effects.LeaveGuests(ctx); err != nil && ctx.Err() == nil {
			a.log.LogAttrs(ctx, slog.LevelWarn, "guest groups not left", slog.String("cause", err.Error()))
		}
	}
}

// A replica says that it lives, and counts for so long.
const (
	liveEvery = 3 * time.Second
	liveFor   = 10 * time.Second
)

// share divides the bot's pace at Telegram by the replicas that live, until ctx ends.
func (a *App) share(ctx context.Context) {
	me := rand.Text()
	for ctx.Err() == nil {
		n, err := a.store.Replica(ctx, me, a.clock.Now(), liveFor)
		switch {
		case err == nil:
			a.client.Pacer().Share(n)
		case ctx.Err() == nil:
			a.log.LogAttrs(ctx, slog.LevelWarn, "replicas not counted", slog.String("cause", err.Error()))
		}
		_ = a.clock.Sleep(ctx, liveEvery)
	}
	stop, release := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer release()
	_ = a.store.NoReplica(stop, me) // forgotten soon anyway
}
