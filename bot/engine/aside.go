package engine

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"guiwei/flows"
	"guiwei/locales"
	"guiwei/storage"
)

// unfit is an input that is itself at fault, or a flow with it, or what is stored of its chat: trying it again does not help.
// A Redis that is away is nobody's fault, and never sets an input aside.
type unfit struct {
	error
	lang   string // of whoever sent it
	secret bool   // what was typed has to leave the chat
}

func (u *unfit) Unwrap() error { return u.error }

// failed sets an input aside that failed too often; then it counts as handled. A secret does not wait for that in the chat.
func (e *Engine) failed(ctx context.Context, in flows.Input, cause *unfit, carry Carry) error {
	if cause.secret {
		e.courtesy(func(ctx context.Context) { e.takeAway(ctx, in, cause.lang) })
	}
	tries, err := e.Conversations.CountTry(ctx, in.Chat, in.ID)
	if err != nil || tries < maxTries {
		return errors.Join(cause, err)
	}
	e.Log.LogAttrs(ctx, slog.LevelError, "input parked", slog.String("input", in.ID), slog.String("cause", cause.Error()))
	err = e.setAside(ctx, in, encode(in), cause.lang, carry)
	if err != nil {
		return errors.Join(cause, err)
	}
	e.parked("input")
	return nil
}

// takeAway deletes what was typed at a step that fails, each time it comes again: a crash loses nothing.
func (e *Engine) takeAway(ctx context.Context, in flows.Input, lang string) {
	_, err := e.Effects.Do(ctx, Task{Owner: storage.Owner{Chat: in.Chat}, Op: in.ID + ".secret", At: in.At,
		Effect: flows.Delete{Message: in.Message, Lang: lang}})
	if err != nil {
		e.Log.LogAttrs(ctx, slog.LevelWarn, "secret still in the chat", slog.String("input", in.ID), slog.String("cause", err.Error()))
	}
}

// SetAside parks what could not even be read as an input, and tells whoever it came from; chat is 0 where that is unknown.
func (e *Engine) SetAside(ctx context.Context, chat int64, id string, raw []byte) error {
	return e.setAside(ctx, flows.Input{ID: id, Chat: chat, At: e.Clock.Now()}, raw, "", nil)
}

// setAside parks an input, in the chat's order, and tells its sender that nothing of theirs is lost.
func (e *Engine) setAside(ctx context.Context, in flows.Input, raw []byte, lang string, carry Carry) error {
	leave, err := e.order.enter(ctx, in.Chat)
	if err != nil {
		return err
	}
	defer leave()
	effects := kept(in, lang)
	done, err := e.Conversations.ParkInput(ctx, storage.Aside{Chat: in.Chat, Input: in.ID, Raw: raw, Effects: effects,
		Now: in.At, Lease: lease})
	if err != nil || done.Entry == "" || done.Again {
		return err
	}
	e.push(storage.Entry{Owner: storage.Owner{Chat: in.Chat}, ID: done.Entry, Effects: effects, At: in.At}, done, carry)
	return nil
}

// kept tells whoever sent an input that it was set aside: the answers are kept, and how to go on. Who
// tapped in a group is told in private, who spoke there is not.
func kept(in flows.Input, lang string) []flows.Effect {
	if lang == "" {
		lang = locales.Match(in.Language)
	}
	var effects []flows.Effect
	if in.Query != "" {
		effects = append(effects, flows.AnswerTap{Query: in.Query, Lang: lang})
	}
	if in.Chat != 0 && (in.Group == 0 || in.Kind == flows.Tap) {
		effects = append(effects, flows.Tell{Chat: in.Chat, Phrase: flows.Say("kit.kept"), Lang: lang,
			Buttons: [][]flows.Button{{{Act: "start", Key: "button.go_on"}, flows.Everywhere("help")}}})
	}
	return effects
}

// encode is the parked form of an input; it is sealed before it is stored. What was typed may be a secret: it is left out.
func encode(in flows.Input) []byte {
	in.Answer, in.Text = nil, ""
	raw, err := json.Marshal(in)
	if err != nil {
		return nil
	}
	return raw
}
