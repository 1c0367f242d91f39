package effects

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"guiwei/bot/courier"
	"guiwei/bot/crash"
	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/flows/rules"
	"guiwei/locales"
	"guiwei/storage"
)

// What goes out in a person's lane, to the phone and the address on record: codes, user names, warnings.

// carryProof brings a code to its owner. One that cannot go out within a minute is let go: nobody is told why, another may be
// asked for.
func (r *Runner) carryProof(ctx context.Context, t engine.Task, e flows.CarryProof) error {
	if r.late(t) {
		return nil
	}
	a, _, err := r.Store.Account(ctx, e.Account)
	if err != nil {
		return err
	}
	if e.Way == flows.BySMS {
		until, err := r.breaker(ctx, t, flows.SendCode{Phone: a.Phone})
		if err != nil || !until.IsZero() {
			return err
		}
	}
	const minutes = 10
	lang := r.spoken(e.Lang)
	operator := locales.Own(r.Operator, lang)
	send := func() error {
		if e.Way == flows.ByMail {
			subject := flows.Say("mail.recover.subject", "operator", operator)
			body := flows.Say("mail.recover.code", "code", e.Code, "minutes", minutes, "operator", operator)
			return r.Mail.Send(ctx, a.Email, subject.Plain(lang), body.Plain(lang))
		}
		text := flows.Say("sms.recover.code", "code", e.Code, "minutes", minutes, "operator", operator)
		return r.SMS.Send(ctx, courier.Message{ID: messageID(t.Op), To: a.Phone, Kind: courier.Code, Lang: lang, Text: text.Plain(lang),
			Params: map[string]string{"code": e.Code, "minutes": strconv.Itoa(minutes), "operator": operator}})
	}
	err = r.carried(ctx, t, "proof", secretLife, send)
	r.Crash.At(crash.ProofCarried)
	return err
}

// carryUsername tells the user name as it is shown everywhere, masked.
func (r *Runner) carryUsername(ctx context.Context, t engine.Task, e flows.CarryUsername) error {
	a, _, err := r.Store.Account(ctx, e.Account)
	if err != nil {
		return err
	}
	if e.Chat != 0 {
		found := flows.Tell{Chat: e.Chat, Phrase: flows.Say("username.found", "user", rules.MaskPhone(a.Phone)),
			Buttons: [][]flows.Button{{flows.Everywhere("login"), flows.Everywhere("find_password")}}}
		if err := r.pushOnce(ctx, "username."+t.Op, "chat", found); err != nil {
			return err
		}
	}
	return r.everywhere(ctx, t, a, e.Lang, "username")
}

// warn tells an owner that the password was changed: in every chat that the account was used from, with 这不是我, and outside.
func (r *Runner) warn(ctx context.Context, t engine.Task, e flows.Warn) error {
	a, _, err := r.Store.Account(ctx, e.Account)
	if err != nil {
		return err
	}
	chats, err := r.Store.ChatsOf(ctx, e.Account)
	if err != nil {
		return err
	}
	name := storage.AccountID(t.Op)
	for _, chat := range chats {
		alarm := storage.Alarm{Account: e.Account, By: e.By, At: t.At}
		if err := r.Store.Raise(ctx, chat, name, alarm); err != nil {
			return err
		}
		warning := flows.Tell{Chat: chat, Phrase: flows.Say("recover.warning", "user", rules.MaskPhone(a.Phone), "at", flows.Minute(t.At)),
			Buttons: [][]flows.Button{{{Act: "disown", Key: "button.not_me", About: name}}}}
		if err := r.pushOnce(ctx, "changed."+t.Op, strconv.FormatInt(chat, 10), warning); err != nil {
			return err
		}
	}
	err = r.everywhere(ctx, t, a, a.Lang, "changed")
	r.Crash.At(crash.OwnerWarned)
	return err
}

// everywhere sends a notice to the phone and, if there is one, to the address on record.
func (r *Runner) everywhere(ctx context.Context, t engine.Task, a flows.Account, lang, what string) error {
	lang = r.spoken(lang)
	args := []any{"user", rules.MaskPhone(a.Phone), "operator", locales.Own(r.Operator, lang), "contact", locales.Own(r.Contact, lang)}
	text := flows.Say("sms.recover."+what, args...)
	words := text.Plain(lang)
	err := r.carried(ctx, t, what+".sms", outsidePatience, func() error {
		return r.SMS.Send(ctx, courier.Message{ID: messageID(t.Op, what), To: a.Phone, Kind: courier.Notice, Lang: lang, Text: words,
			Params: map[string]string{"text": words, "operator": locales.Own(r.Operator, lang)}})
	})
	if err != nil || a.Email == "" {
		return err
	}
	subject, body := flows.Say("mail.recover.subject", args...), flows.Say("mail.recover."+what, args...)
	return r.carried(ctx, t, what+".mail", outsidePatience, func() error {
		return r.Mail.Send(ctx, a.Email, subject.Plain(lang), body.Plain(lang))
	})
}

// carried sends once, again while a provider is away and patience lasts; then it is let go, and the log says so.
func (r *Runner) carried(ctx context.Context, t engine.Task, what string, patience time.Duration, send func() error) error {
	about := "carry." + t.Op
	err := r.once(ctx, about, what, func(bool) error { return send() })
	if err == nil {
		return nil
	}
	if errors.Is(err, courier.ErrUnsure) {
		return r.Store.NoteTold(ctx, about, what) // once more could be twice
	}
	hopeless := errors.Is(err, courier.ErrPermanent) || errors.Is(err, courier.ErrMisconfigured)
	if !hopeless && r.Clock.Now().Sub(t.At) < patience-10*time.Second {
		return &engine.Later{Wait: max(5*time.Second, min(courier.Wait(err), 30*time.Second)), Err: err}
	}
	r.Log.LogAttrs(ctx, alarm(err), "not carried outside", slog.String("what", what), slog.String("op", t.Op), slog.String("cause", err.Error()))
	return nil
}

func (r *Runner) spoken(lang string) string {
	if lang == "" {
		return r.house()
	}
	return lang
}
