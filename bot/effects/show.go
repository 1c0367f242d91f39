package effects

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"guiwei/bot/crash"
	"guiwei/bot/engine"
	"guiwei/bot/photo/samples"
	"guiwei/bot/telegram"
	"guiwei/flows"
)

// show edits the live message, or sends a new one below what was typed, or below a sample, and strips the old one's
// buttons.
func (r *Runner) show(ctx context.Context, t engine.Task, e flows.Show) (engine.Outcome, error) {
	if e.Marked != nil {
		if out, ok, err := r.showMarked(ctx, t, e); ok || err != nil {
			return out, err
		}
	}
	text := r.text(e)
	if !e.Fresh && t.Live != 0 {
		err := r.Messages.EditText(ctx, telegram.Edit{Chat: t.Owner.Chat, Message: t.Live, Lane: r.lane(t), Text: text, Keyboard: r.keyboard(t.Owner.Chat, e.Lang, e.Buttons)})
		if err == nil {
			r.Crash.At(crash.Shown)
			return engine.Outcome{Live: t.Live}, nil
		}
		if !errors.Is(err, telegram.ErrGone) && !errors.Is(err, telegram.ErrRejected) {
			return engine.Outcome{}, err
		}
	}
	id, err := r.Messages.SendMessage(ctx, r.outgoing(t, e, text))
	if errors.Is(err, telegram.ErrRejected) {
		id, err = r.Messages.SendMessage(ctx, r.outgoing(t, e, r.words(e.Lang, flows.Say("kit.failed"))))
	}
	if err != nil {
		return engine.Outcome{}, err
	}
	r.Crash.At(crash.Shown)
	return engine.Outcome{Live: id, Then: r.strip(t, e)}, nil
}

func (r *Runner) text(e flows.Show) string {
	head, note, ask := "", "", ""
	if e.Header != nil {
		head = "<b>" + r.words(e.Lang, *e.Header) + "</b>"
	}
	if e.Note != nil {
		note = r.words(e.Lang, *e.Note)
	}
	if e.Ask != nil {
		ask = r.words(e.Lang, *e.Ask)
	}
	return paragraphs(head, note, ask)
}

// sample sends the drawing that shows how to hold the card.
func (r *Runner) sample(ctx context.Context, t engine.Task, e flows.Sample) error {
	drawing := samples.Front()
	if e.Side == "back" {
		drawing = samples.Back()
	}
	_, err := r.Pictures.SendPhoto(ctx, telegram.Outgoing{Chat: t.Owner.Chat, Silent: true,
		Text: r.words(e.Lang, flows.Say("sample."+e.Side))}, telegram.Upload{Name: e.Side + ".jpg", Bytes: drawing})
	return err
}

// strip takes the buttons off the message that was the live one, when the chat has room. The new one is there already: a
// failure only leaves buttons that answer as stale.
func (r *Runner) strip(t engine.Task, e flows.Show) func(context.Context) {
	if t.Live == 0 || e.Bare {
		return nil
	}
	return func(ctx context.Context) {
		err := r.Messages.EditKeyboard(ctx, telegram.Edit{Chat: t.Owner.Chat, Message: t.Live, Lane: telegram.LaneCourtesy})
		if err != nil {
			r.Log.LogAttrs(ctx, slog.LevelDebug, "old buttons stay", slog.String("cause", err.Error()))
		}
	}
}

// unshare takes a reply keyboard away: Telegram does so only with a message, which then goes too.
func (r *Runner) unshare(ctx context.Context, chat int64, lang string) error {
	id, err := r.Messages.SendMessage(ctx, telegram.Outgoing{Chat: chat, Silent: true, RemoveReply: true,
		Text: r.words(lang, flows.Say("kit.received"))})
	if err != nil {
		return err
	}
	if err := r.Messages.DeleteMessage(ctx, chat, id); errors.Is(err, telegram.ErrRetry) {
		return err
	}
	return nil
}

// fresh is how long somebody waits at the phone: what was said before that waits behind those who are there now.
const fresh = time.Minute

// lane ranks an answer: a backlog, after Telegram was away, keeps nobody waiting who writes now.
func (r *Runner) lane(t engine.Task) telegram.Lane {
	if !t.At.IsZero() && r.Clock.Now().Sub(t.At) > fresh {
		return telegram.LaneDecision
	}
	return telegram.LaneReply
}

func (r *Runner) outgoing(t engine.Task, e flows.Show, text string) telegram.Outgoing {
	chat := t.Owner.Chat
	o := telegram.Outgoing{Chat: chat, Lane: r.lane(t), Text: text}
	if !e.Share {
		o.Keyboard = r.keyboard(chat, e.Lang, e.Buttons)
		return o
	}
	share := flows.Say("button.share")
	o.Reply = &telegram.ReplyKeyboard{Resize: true, OneTime: true,
		Rows: [][]telegram.ReplyButton{{{Text: share.Plain(e.Lang), RequestContact: true}}}}
	for _, row := range e.Buttons {
		line := make([]telegram.ReplyButton, len(row))
		for i, b := range row {
			label := b.Label()
			line[i] = telegram.ReplyButton{Text: label.Plain(e.Lang)}
		}
		o.Reply.Rows = append(o.Reply.Rows, line)
	}
	return o
}

// answerTap stops the spinner. A tap too old to be answered is no fault: what it did is shown anyway.
func (r *Runner) answerTap(ctx context.Context, e flows.AnswerTap) error {
	err := r.Messages.AnswerCallback(ctx, e.Query, toast(e), false)
	r.Crash.At(crash.TapAnswered)
	return err
}

func toast(e flows.AnswerTap) string {
	if e.Toast == nil {
		return ""
	}
	return e.Toast.Plain(e.Lang)
}

// Carry puts an effect into the answer to its update, where nothing but a spinner hangs on it.
func (r *Runner) Carry(f flows.Effect, reply *telegram.Reply) bool {
	e, ok := f.(flows.AnswerTap)
	if !ok || !reply.AnswerCallback(e.Query, toast(e)) {
		return false
	}
	r.Crash.At(crash.TapAnswered)
	return true
}

// delete takes a secret out of the chat. Where Telegram will not, the student is told how to.
func (r *Runner) delete(ctx context.Context, t engine.Task, e flows.Delete) error {
	err := r.Messages.DeleteMessage(ctx, t.Owner.Chat, e.Message)
	r.Crash.At(crash.SecretDeleted)
	if err == nil || errors.Is(err, telegram.ErrRetry) {
		return err
	}
	_, err = r.Messages.SendMessage(ctx, telegram.Outgoing{Chat: t.Owner.Chat, ReplyTo: e.Message,
		Text: r.words(e.Lang, flows.Say("secret.not_deleted"))})
	return err
}

func (r *Runner) tell(ctx context.Context, e flows.Tell) error {
	if e.Lang == "" && e.Chat > 0 {
		lang, err := r.tongue(ctx, e.Chat)
		if err != nil {
			return err
		}
		e.Lang = lang
	}
	if e.Lang == "" {
		e.Lang = r.house()
	}
	text := r.words(e.Lang, e.Phrase)
	if e.Before != nil {
		text = r.words(e.Lang, *e.Before) + "\n\n" + text
	}
	_, err := r.Messages.SendMessage(ctx, telegram.Outgoing{Chat: e.Chat, ThreadID: e.Thread, Lane: telegram.LaneDecision, Silent: e.Silent,
		Text: text, Keyboard: r.keyboard(e.Chat, e.Lang, e.Buttons)})
	return err
}
