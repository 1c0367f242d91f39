package effects

import (
	"context"
	"errors"
	"log/slog"
	"strconv"

	"guiwei/bot/courier"
	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/locales"
	"guiwei/storage"
)

// askErasure plans the erasure and tells the owner at once, by every means on record: somebody else may hold the phone.
func (r *Runner) askErasure(ctx context.Context, t engine.Task, e flows.AskErasure) (flows.Answer, error) {
	planned, err := r.Store.PlanErasure(ctx, t.Op, e.Account, r.Clock.Now().Add(flows.Cooling))
	if err != nil {
		return nil, err
	}
	answer := flows.ErasureAsked{Outcome: planned.Outcome, Until: planned.Until, Case: planned.Case}
	if planned.Outcome != flows.OK {
		return answer, nil
	}
	n := rightsNotice{about: "erase." + storage.Proof(e.Account) + "." + strconv.FormatInt(planned.Until.UnixMilli(), 10), key: "erase.notice",
		args: []any{"until", flows.Minute(planned.Until)}, buttons: [][]flows.Button{{flows.Everywhere("keep_account")}}}
	return answer, r.tellOwner(ctx, e.Account, n)
}

// rightsNotice is what an owner is told of the own account everywhere.
type rightsNotice struct {
	about   string // the matter, told once
	key     string // in chats; mail.KEY and sms.KEY outside
	args    []any
	buttons [][]flows.Button
}

// tellOwner tells the owner of an account in every chat that it was used from, and by e-mail and SMS. What cannot be told
// outside keeps nothing waiting.
func (r *Runner) tellOwner(ctx context.Context, ref flows.AccountRef, n rightsNotice) error {
	a, _, err := r.Store.Account(ctx, ref)
	if err != nil {
		return err
	}
	chats, err := r.Store.ChatsOf(ctx, ref)
	if err != nil {
		return err
	}
	for _, chat := range chats {
		if len(n.buttons) > 0 {
			if err := r.Store.NoteErasing(ctx, chat, ref); err != nil {
				return err
			}
		}
		tell := flows.Tell{Chat: chat, Phrase: flows.Say(n.key, n.args...), Buttons: n.buttons}
		if err := r.pushOnce(ctx, n.about, strconv.FormatInt(chat, 10), tell); err != nil {
			return err
		}
	}
	r.tellByPost(ctx, a, n)
	return nil
}

// tellByPost sends the notice to the phone, and to the e-mail address where there is one.
func (r *Runner) tellByPost(ctx context.Context, a flows.Account, n rightsNotice) {
	if a.Lang == "" {
		a.Lang = r.house()
	}
	args := []any{"operator", locales.Own(r.Operator, a.Lang), "contact", locales.Own(r.Contact, a.Lang)}
	text := flows.Say("sms."+n.key, append(n.args[:len(n.args):len(n.args)], args...)...)
	ways := map[string]func() error{"sms": func() error {
		said := text.Plain(a.Lang)
		return r.SMS.Send(ctx, courier.Message{ID: messageID(n.about, n.key, a.Ref.ID), To: a.Phone, Kind: courier.Notice, Lang: a.Lang, Text: said,
			Params: map[string]string{"text": said, "operator": locales.Own(r.Operator, a.Lang)}})
	}}
	if a.Email != "" {
		ways["mail"] = func() error {
			subject, body := flows.Say("mail.rights.subject", args...), flows.Say("mail."+n.key, append(n.args[:len(n.args):len(n.args)], args...)...)
			return r.Mail.Send(ctx, a.Email, subject.Plain(a.Lang), body.Plain(a.Lang))
		}
	}
	for who, send := range ways {
		if err := r.once(ctx, n.about, who, func(bool) error { return send() }); err != nil {
			r.Log.LogAttrs(ctx, slog.LevelWarn, "notice not sent outside", slog.String("by", who), slog.String("cause", err.Error()))
		}
	}
}

// keepAccount takes back the erasure that a chat was told of, and says so wherever it was told.
func (r *Runner) keepAccount(ctx context.Context, t engine.Task) error {
	ref, err := r.Store.Erasing(ctx, t.Owner.Chat)
	kept := false
	if err == nil {
		kept, err = r.Store.KeepAccount(ctx, t.Op, ref)
	}
	if errors.Is(err, storage.ErrNone) {
		err = nil
	}
	if err != nil {
		return err
	}
	if !kept {
		return r.tell(ctx, flows.Tell{Chat: t.Owner.Chat, Phrase: flows.Say("erase.nothing")})
	}
	return r.tellOwner(ctx, ref, rightsNotice{about: "kept." + t.Op, key: "erase.kept"})
}

// beginErasure has the account's chats forget it, after which its places of phone and e-mail are free.
func (r *Runner) beginErasure(ctx context.Context, t engine.Task, e flows.BeginErasure) ([]flows.Input, error) {
	a, _, err := r.Store.Account(ctx, e.Account)
	if errors.Is(err, storage.ErrNone) {
		return nil, nil // erased already
	}
	if err != nil {
		return nil, err
	}
	chats, err := r.Store.ChatsOf(ctx, e.Account)
	if err != nil {
		return nil, err
	}
	begun, err := r.Store.BeginErasure(ctx, t.Op, e.Account, e.At)
	switch {
	case err != nil || begun.Outcome == flows.Stale:
		return nil, err
	case begun.Outcome == flows.Open:
		return nil, r.tellOwner(ctx, e.Account, rightsNotice{about: "put off." + t.Op, key: "erase.put_off", args: []any{"case", begun.Case}})
	}
	if err := r.Store.ReleasePhone(ctx, t.Op, a.Phone, e.Account); err != nil {
		return nil, err
	}
	if a.Email != "" {
		if err := r.Store.ForgetEmail(ctx, t.Op, a.Email, e.Account); err != nil {
			return nil, err
		}
	}
	calls := make([]flows.Input, len(chats))
	for i, chat := range chats {
		if err := r.Store.ForgetChat(ctx, chat); err != nil {
			return nil, err
		}
		calls[i] = flows.Input{ID: t.Op + ".erased." + strconv.FormatInt(chat, 10), Kind: flows.Called, Chat: chat, Act: flows.Erased,
			Subject: e.Account.ID, Text: storage.Proof(e.Account)}
	}
	return calls, nil
}
