package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"time"

	"guiwei/bot/crash"
	"guiwei/flows"
	"guiwei/storage"
)

// effectLimit bounds one effect: a 20 MB picture over a slow line, or a wait for Telegram's pace.
const effectLimit = 2 * time.Minute

// one does one effect, and brings its answer into the conversation.
func (e *Engine) one(ctx context.Context, live int, entry storage.Entry, i int) (out Outcome, err error) {
	ctx, cancel := context.WithTimeout(ctx, effectLimit)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			err = panicked(r)
		}
	}()
	effect, frame, turn := inner(entry.Effects[i]), 0, 0
	if asked, ok := entry.Effects[i].(flows.Asked); ok {
		frame, turn = asked.Frame, asked.Turn
	}
	op := opID(entry, i)
	if wake, ok := effect.(flows.Wake); ok {
		return out, e.answer(ctx, flows.Input{ID: op, Kind: flows.Waked, Chat: entry.Owner.Chat, Act: wake.Timer.Name,
			Frame: wake.Timer.Frame, Turn: wake.Timer.Turn}, atOnce)
	}
	if again, ok := effect.(flows.Again); ok {
		return out, e.takeUp(ctx, op, again.Input)
	}
	if _, struck := effect.(flows.Forgotten); struck && frame > 0 { // an answer that came before is seen
		return out, e.answer(ctx, flows.Input{ID: op, Kind: flows.Answered, Chat: entry.Owner.Chat, Frame: frame, Turn: turn,
			Answer: flows.GivenUp{}}, atOnce)
	}
	out, err = e.Effects.Do(ctx, Task{Owner: entry.Owner, Op: op, Effect: effect, Live: live, At: entry.At})
	for _, call := range out.Inputs {
		err = errors.Join(err, e.bring(ctx, call, inLine))
	}
	if err != nil || out.Answer == nil {
		return out, err
	}
	return out, e.answer(ctx, flows.Input{ID: op, Kind: flows.Answered, Chat: entry.Owner.Chat, Frame: frame, Turn: turn, Answer: out.Answer}, atOnce)
}

// bring puts an input into a conversation. One that cannot be judged there is set aside: it keeps nobody else waiting.
func (e *Engine) bring(ctx context.Context, in flows.Input, turn turn) error {
	err := e.answer(ctx, in, turn)
	var fault *unfit
	if !errors.As(err, &fault) {
		return err
	}
	in.At = e.Clock.Now()
	return e.setAside(ctx, in, encode(in), fault.lang, nil)
}

// panicked names what a panic was and where, never its value: that may hold what a person typed.
func panicked(value any) error {
	var at [1]uintptr
	place := "?"
	if runtime.Callers(4, at[:]) > 0 {
		frame, _ := runtime.CallersFrames(at[:]).Next()
		place = fmt.Sprintf("%s:%d", frame.File[strings.LastIndexByte(frame.File, '/')+1:], frame.Line)
	}
	return fmt.Errorf("panic of type %T at %s", value, place)
}

// keep holds an outbox for as long as its lane runs, so that no other replica does it too.
func (e *Engine) keep(ctx context.Context, o storage.Owner) {
	for e.Clock.Sleep(ctx, lease/3) == nil {
		if err := e.Outbox.Postpone(ctx, o, e.Clock.Now().Add(lease), false); err != nil && ctx.Err() == nil {
			e.Log.LogAttrs(ctx, slog.LevelWarn, "lease not kept", slog.String("cause", err.Error()))
		}
	}
}

// answer brings what an effect found back into its conversation.
func (e *Engine) answer(ctx context.Context, in flows.Input, turn turn) error {
	in.At = e.Clock.Now()
	if _, err := rand.Read(in.Random[:]); err != nil {
		return fmt.Errorf("draw randomness: %w", err)
	}
	if err := e.apply(ctx, in, nil, turn); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	e.Crash.At(crash.Answered)
	return nil
}

// goAhead does what is urgent in an entry at once, past what its chat still waits for: a spinner stops within a second,
// a secret leaves the chat within two and the outbox within a minute. What fails is left to the lane.
func (e *Engine) goAhead(entry storage.Entry, carry Carry) chan done {
	which, ok := ahead(entry, carry)
	if len(which) == 0 && len(ok) == 0 {
		return nil
	}
	out, mine := make(chan done, 1), make(chan struct{})
	if len(which) == 0 {
		out <- ok
		return out
	}
	before := e.line(entry.Owner, mine)
	e.running.Go(func() {
		defer e.unline(entry.Owner, mine)
		if before != nil {
			<-before
		}
		ctx := e.lasting()
		for _, i := range which {
			_, err := e.one(ctx, 0, entry, i)
			if errors.Is(err, ErrNever) {
				err = e.giveUp(ctx, entry, i, err)
			}
			ok[i] = err == nil
		}
		if err := e.forgetDone(ctx, entry, ok); err != nil {
			e.Log.LogAttrs(ctx, slog.LevelWarn, "secret still in the outbox", slog.String("entry", entry.ID), slog.String("cause", err.Error()))
		}
		out <- ok
	})
	return out
}

// ahead lists what is urgent in a chat's entry, and what of it the acknowledgement carries.
func ahead(entry storage.Entry, carry Carry) (which []int, carried done) {
	if entry.Owner.Person != "" {
		return nil, nil
	}
	carried = done{}
	for i, f := range entry.Effects {
		switch {
		case !urgent(f):
		case carry != nil && carry(f):
			carried[i] = true
		default:
			which = append(which, i)
		}
	}
	return which, carried
}

// line puts one at the end of an owner's line of what goes ahead, and returns who is before.
func (e *Engine) line(o storage.Owner, mine chan struct{}) (before chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.tails == nil {
		e.tails = map[storage.Owner]chan struct{}{}
	}
	before = e.tails[o]
	e.tails[o] = mine
	return before
}

func (e *Engine) unline(o storage.Owner, mine chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	close(mine)
	if e.tails[o] == mine {
		delete(e.tails, o)
	}
}

// urgent is what must not wait behind the chat's pace: taps, deletions, and what carries a secret.
func urgent(f flows.Effect) bool {
	switch f.(type) {
	case flows.AnswerTap, flows.Delete:
		return true
	case flows.Again: // in its turn
		return false
	default:
		return secret(f) || dropped(f)
	}
}

// dropped tells that what was said is lost: whoever said it must not wait for what the chat still waits for.
func dropped(f flows.Effect) bool {
	tell, ok := f.(flows.Tell)
	return ok && tell.Phrase.Key == "kit.kept"
}

// secret effects carry what was typed, sealed; it may wait no longer than a minute (rulings.md).
func secret(f flows.Effect) bool {
	switch inner(f).(type) {
	case flows.Hash, flows.LogIn, flows.SendCode, flows.SendProof, flows.CarryProof, flows.CheckAnswer, flows.Again:
		return true
	default:
		return false
	}
}

// forgetDone takes the secrets of effects that are done out of the outbox, and what was told, while the rest of the entry still
// waits.
func (e *Engine) forgetDone(ctx context.Context, entry storage.Entry, ok done) error {
	return e.strike(ctx, entry, func(i int) bool { return ok[i] && (secret(entry.Effects[i]) || dropped(entry.Effects[i])) })
}

// forget takes every secret of an entry out of the outbox.
func (e *Engine) forget(ctx context.Context, entry storage.Entry) error {
	return e.strike(ctx, entry, func(i int) bool { return secret(entry.Effects[i]) })
}

// strike writes an entry anew with the effects that which names struck out; places and operation ids stay.
func (e *Engine) strike(ctx context.Context, entry storage.Entry, which func(int) bool) error {
	kept, struck := make([]flows.Effect, len(entry.Effects)), false
	for i, f := range entry.Effects {
		kept[i] = f
		if !which(i) {
			continue
		}
		kept[i], struck = flows.Forgotten{}, true
		if asked, ok := f.(flows.Asked); ok {
			asked.Effect = flows.Named{Effect: flows.Forgotten{}}
			kept[i] = asked
		}
	}
	if !struck {
		return nil
	}
	return e.Outbox.Rewrite(ctx, entry.Owner, entry.ID, kept)
}
