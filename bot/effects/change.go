package effects

import (
	"context"
	"errors"

	"guiwei/bot/courier"
	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/flows/rules"
	"guiwei/locales"
	"guiwei/storage"
)

// setPassword sets the new hash; whoever was logged in elsewhere is out, and hears of it.
func (r *Runner) setPassword(ctx context.Context, t engine.Task, e flows.SetPassword) (flows.Answer, error) {
	now := r.Clock.Now()
	return r.Store.ChangeAccount(ctx, t.Op, storage.Change{Account: e.Account, Generation: e.Generation, Chat: t.Owner.Chat, Now: now, Others: true,
		Apply: func(a *flows.Applicant) { a.Password = e.Password },
		Alarm: flows.Alarm{Account: e.Account, About: flows.AlarmPassword, Chat: t.Owner.Chat, At: now}})
}

// changePhone reserves the new phone, changes the account, confirms the phone and gives the old one back: each step may be
// repeated by its operation id.
func (r *Runner) changePhone(ctx context.Context, t engine.Task, e flows.ChangePhone) (flows.Answer, error) {
	now := r.Clock.Now()
	err := r.Store.ReservePhone(ctx, t.Op, e.Phone, e.Account, now)
	if errors.Is(err, storage.ErrPhoneFull) {
		return flows.Changed{Outcome: flows.Full}, nil
	}
	if err != nil {
		return nil, err
	}
	old, _, err := r.Store.Account(ctx, e.Account)
	if err != nil {
		return nil, err
	}
	alarm := flows.Alarm{Account: e.Account, About: flows.AlarmPhone, Chat: t.Owner.Chat, At: now}
	if old.Phone != e.Phone {
		alarm.Phone = old.Phone
	}
	changed, err := r.Store.ChangeAccount(ctx, t.Op, storage.Change{Account: e.Account, Generation: e.Generation, Chat: t.Owner.Chat, Now: now,
		Apply: func(a *flows.Applicant) { a.Phone, a.Proven, a.Relative, a.Relation = e.Phone, now, false, "" }, Alarm: alarm})
	if err != nil {
		return nil, err
	}
	if changed.Outcome != flows.OK {
		if old.Phone != e.Phone {
			err = r.Store.ReleasePhone(ctx, t.Op, e.Phone, e.Account)
		}
		return changed, err
	}
	if err := r.Store.ConfirmPhone(ctx, t.Op, e.Phone, e.Account, now); err != nil {
		return nil, err
	}
	return changed, r.Store.LeavePhone(ctx, t.Op, e.Account)
}

// tellPhone tells a phone that it serves an account no more.
func (r *Runner) tellPhone(ctx context.Context, t engine.Task, a flows.Account, phone string) error {
	lang := a.Lang
	if lang == "" {
		lang = r.house()
	}
	operator := locales.Own(r.Operator, lang)
	said := flows.Say("sms.phone_changed", "phone", rules.MaskPhone(phone), "operator", operator, "contact", locales.Own(r.Contact, lang))
	text := said.Plain(lang)
	return r.once(ctx, "alarm."+t.Op, "sms", func(bool) error {
		err := r.SMS.Send(ctx, courier.Message{ID: messageID(t.Op, "phone"), To: phone, Kind: courier.Notice, Lang: lang, Text: text,
			Params: map[string]string{"text": text, "operator": operator}})
		if errors.Is(err, courier.ErrUnsure) || errors.Is(err, courier.ErrPermanent) || errors.Is(err, courier.ErrMisconfigured) {
			return nil // once more could be twice, or helps nobody: the chats were told
		}
		return err
	})
}
