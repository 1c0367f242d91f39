package app

import (
	"context"
	"strconv"
	"strings"
	"time"

	"guiwei/bot/metrics"
	"guiwei/bot/tap"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/locales"
)

// input frees an update of Telegram. It is false for what has no effect, by design.
func input(s tap.Signer, bot string, u telegram.Update) (flows.Input, bool) {
	in := flows.Input{ID: "u" + strconv.FormatInt(u.ID, 10)}
	switch {
	case u.Callback != nil:
		return tapped(s, in, *u.Callback)
	case u.MyChatMember != nil:
		return joined(in, *u.MyChatMember)
	case u.EditedMessage != nil:
		return edited(in, bot, *u.EditedMessage)
	case u.Message != nil && (u.Message.MigrateTo != 0 || u.Message.MigrateFrom != 0):
		return moved(in, *u.Message), true
	case u.Message != nil:
		return said(in, bot, *u.Message)
	}
	return in, false
}

// from fills in who it comes from: every conversation is that of a private chat, wherever it was said.
func from(in flows.Input, u telegram.User, c telegram.Chat) flows.Input {
	in.Chat, in.Sender = u.ID, u.FirstName
	if u.Language != "" {
		in.Language = locales.Match(u.Language)
	}
	if !c.Private() {
		in.Group, in.Title = c.ID, c.Title
	}
	return in
}

func tapped(s tap.Signer, in flows.Input, c telegram.Callback) (flows.Input, bool) {
	in = from(in, c.From, c.Chat)
	in.Kind, in.Message, in.Query, in.Thread = flows.Tap, c.Message, c.ID, c.Thread
	if !tap.Read(s, c.Chat.ID, c.Data, &in) {
		in.Act, in.Subject, in.Frame = "", "", -1 // forged or damaged: no button of ours, answered like a stale one
	}
	return in, true
}

func joined(in flows.Input, m telegram.MemberChange) (flows.Input, bool) {
	in = from(in, m.From, m.Chat)
	in.Kind = flows.Joined
	if !m.New.Present() {
		in.Act = "left"
	}
	return in, m.Old.Present() != m.New.Present()
}

// moved is said twice by Telegram: in the group that was, and in the supergroup that it became.
func moved(in flows.Input, m telegram.Message) flows.Input {
	in.Kind, in.Chat, in.Was, in.Group = flows.Moved, m.Chat.ID, m.Chat.ID, m.MigrateTo
	if m.MigrateFrom != 0 {
		in.Was, in.Group = m.MigrateFrom, m.Chat.ID
	}
	return in
}

// edited is what somebody changed after it was sent; it commands nothing. A live location moves by itself.
func edited(in flows.Input, bot string, m telegram.Message) (flows.Input, bool) {
	in, ok := said(in, bot, m)
	in.Kind, in.Word, in.Text = flows.Edited, "", m.Text
	return in, ok && in.Group == 0 && m.Other != "location" && m.Other != "venue"
}

func said(in flows.Input, bot string, m telegram.Message) (flows.Input, bool) {
	in.Anonymous = m.SenderChat != nil && m.SenderChat.ID == m.Chat.ID // an administrator, behind the group's name
	if m.From == nil || m.Chat.Type == "channel" || !in.Anonymous && (m.From.Bot || m.SenderChat != nil) {
		return in, false
	}
	in = from(in, *m.From, m.Chat)
	in.Message, in.Thread = m.ID, m.ThreadID
	word, addressed, rest := m.Command()
	if addressed != "" && bot != "" && !strings.EqualFold(addressed, bot) {
		word += "@" + addressed // another bot's: none of ours
	}
	switch {
	case word != "":
		in.Kind, in.Word, in.Text = flows.Command, word, rest
	case m.Text != "":
		in.Kind, in.Text = flows.Text, m.Text
	case len(m.Photo) > 0:
		last := m.Photo[len(m.Photo)-1]
		in.Kind = flows.Picture
		in.Picture = &flows.File{ID: last.FileID, Unique: last.UniqueID, Bytes: last.Size, Album: m.MediaGroupID, Forward: m.Forwarded}
	case m.Document != nil:
		d := m.Document
		in.Kind = flows.Picture
		in.Picture = &flows.File{ID: d.FileID, Unique: d.UniqueID, Bytes: d.Size, Name: d.Name, Document: true,
			Album: m.MediaGroupID, Forward: m.Forwarded}
	case m.Contact != nil:
		in.Kind = flows.Contact
		in.Contact = &flows.Phone{Number: m.Contact.Phone, Own: m.Contact.UserID == m.From.ID && !m.Forwarded}
	case m.Other != "":
		in.Kind = flows.Other
	default:
		return in, false
	}
	return in, in.Group == 0 || in.BindsGroup() || in.AsksDesk()
}

// receiveLimit is how long an update may take until it is committed: then it is refused, and comes again.
const receiveLimit = 3 * time.Second

// admit takes an update to its commit, and says of what kind it was.
func (a *App) admit(ctx context.Context, u telegram.Update) (kind string, err error) {
	ctx, cancel := context.WithTimeout(ctx, receiveLimit)
	defer cancel()
	in, ok := input(a.vault, a.name(), u)
	if !ok {
		return metrics.Nothing, nil
	}
	if !a.heard(ctx, u, in) {
		return metrics.Flooded, nil
	}
	if u.Reply == nil {
		return string(in.Kind), a.engine.Handle(ctx, in, nil)
	}
	return string(in.Kind), a.engine.Handle(ctx, in, func(f flows.Effect) bool {
		carried := a.effects.Carry(f, u.Reply)
		if carried {
			a.figures.Did(f, nil, metrics.OK, 0)
		}
		return carried
	})
}
