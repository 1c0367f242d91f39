package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"guiwei/bot/engine"
	"guiwei/bot/flood"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/storage"
)

// gates keep floods out: one for what people say in private, one for groups, where reviewers do their work.
type gates struct {
	private, group flood.Gate
	notices        sync.WaitGroup
}

// inGroups is how many times as much a user may do in groups.
const inGroups = 5

func (g *gates) limit(most int) { g.private.Most, g.group.Most = most, inGroups*most }

// noticeLimit is how long a notice may wait for Telegram's pace.
const noticeLimit = 30 * time.Second

// heard says whether an update is taken in. One that is not costs Redis nothing; its user is told once, and a tap's spinner
// stops where the acknowledgement can carry that.
func (a *App) heard(ctx context.Context, u telegram.Update, in flows.Input) bool {
	if in.Kind == flows.Joined || in.Kind == flows.Moved {
		return true
	}
	gate, album := &a.gates.private, ""
	if in.Group != 0 {
		gate = &a.gates.group
	}
	if in.Picture != nil {
		album = in.Picture.Album
	}
	word := gate.Pass(flood.Update{ID: u.ID, User: in.Chat, Album: album, At: a.sent(u)})
	if word == flood.Notice {
		a.gates.notices.Go(func() { a.askToWait(context.WithoutCancel(ctx), in.Chat) })
	}
	if word != flood.Pass && in.Query != "" && u.Reply != nil {
		a.effects.Carry(flows.AnswerTap{Query: in.Query}, u.Reply)
	}
	return word == flood.Pass
}

// sent is when an update was sent, as far as it tells.
func (a *App) sent(u telegram.Update) time.Time {
	at := a.clock.Now()
	for _, m := range []*telegram.Message{u.Message, u.EditedMessage} {
		if m == nil {
			continue
		}
		if sent := time.Unix(max(m.Date, m.EditDate), 0); sent.Before(at) {
			return sent
		}
	}
	return at
}

// askToWait says so in the private chat, once; nothing of it is stored.
func (a *App) askToWait(ctx context.Context, user int64) {
	ctx, cancel := context.WithTimeout(ctx, noticeLimit)
	defer cancel()
	_, err := a.effects.Do(ctx, engine.Task{Owner: storage.Owner{Chat: user}, Effect: flows.Tell{Chat: user, Phrase: flows.Say("limits.flood")}})
	if err != nil {
		a.log.LogAttrs(ctx, slog.LevelDebug, "not asked to wait", slog.String("cause", err.Error()))
	}
}
