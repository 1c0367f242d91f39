package effects

import (
	"context"
	"slices"
	"strconv"

	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/flows/rules"
)

// lookUp reads how an account stands, for a chat whose login was not ended from another one: there no generation is its own.
func (r *Runner) lookUp(ctx context.Context, t engine.Task, e flows.LookUp) (flows.Answer, error) {
	s, err := r.standing(ctx, e.Account)
	if slices.Contains(s.Account.Ended, t.Owner.Chat) {
		s.Current = 0
	}
	return s, err
}

// alarm tells the chats that know an account of what concerns its safety, each once.
func (r *Runner) alarm(ctx context.Context, t engine.Task, e flows.Alarm) error {
	a, chats, err := r.Store.Told(ctx, e.Account)
	if err != nil {
		return err
	}
	for _, chat := range chats {
		if chat == e.Chat {
			continue
		}
		told := flows.Tell{Chat: chat, Phrase: alarming(e, rules.MaskPhone(a.Phone)),
			Buttons: [][]flows.Button{{flows.About("not_my_login", e.Account.ID)}}}
		if err := r.pushOnce(ctx, "alarm."+t.Op, strconv.FormatInt(chat, 10), told); err != nil {
			return err
		}
	}
	if e.Phone == "" {
		return nil
	}
	return r.tellPhone(ctx, t, a, e.Phone)
}

func alarming(e flows.Alarm, user string) flows.Phrase {
	at := flows.Soon(e.At)
	switch e.About {
	case flows.AlarmTries:
		return flows.Say("alarm.tries", "user", user, "at", at)
	case flows.AlarmPassword:
		return flows.Say("alarm.password", "user", user, "at", at)
	case flows.AlarmPhone:
		return flows.Say("alarm.phone", "user", user, "at", at)
	case flows.AlarmDevice:
	}
	return flows.Say("alarm.device", "user", user, "at", at)
}

// endDevices ends logins, and says so where they were.
func (r *Runner) endDevices(ctx context.Context, t engine.Task, e flows.EndDevices) (flows.Answer, error) {
	l, gone, err := r.Store.EndDevices(ctx, t.Op, e.Account, e.Generation, t.Owner.Chat, e.Chat)
	if err != nil {
		return nil, err
	}
	return l, r.sentAway(ctx, t, e.Account, gone)
}

// sentAway tells chats that their login was ended from another one.
func (r *Runner) sentAway(ctx context.Context, t engine.Task, ref flows.AccountRef, chats []int64) error {
	if len(chats) == 0 {
		return nil
	}
	a, _, err := r.Store.Account(ctx, ref)
	if err != nil {
		return err
	}
	for _, chat := range chats {
		told := flows.Tell{Chat: chat, Phrase: flows.Say("devices.sent_away", "user", rules.MaskPhone(a.Phone)), Buttons: [][]flows.Button{{flows.Everywhere("login")}}}
		if err := r.pushOnce(ctx, "ended."+t.Op, strconv.FormatInt(chat, 10), told); err != nil {
			return err
		}
	}
	return nil
}
