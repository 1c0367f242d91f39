package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

var errPanicked = errors.New("receiver panicked")

// receiveLimit ends a Receiver that hangs; other chats wait for it.
const receiveLimit = 30 * time.Second

// intake is what Poller and Webhook share: decode, set aside, receive.
type intake struct {
	receive  Receiver
	setAside SetAside
	log      *slog.Logger
}

// take returns nil when the update may be acknowledged.
func (in intake) take(ctx context.Context, raw []byte, u Update, bad error) error {
	switch {
	case bad != nil:
		return in.aside(ctx, u.ID, raw, bad)
	case u.Empty():
		return nil
	default:
		return in.commit(ctx, u)
	}
}

// commit turns a panic into doubt. Its value may quote a person's words, so
// only the stack is logged.
func (in intake) commit(ctx context.Context, u Update) (err error) {
	defer func() {
		if v := recover(); v != nil {
			in.log.LogAttrs(ctx, slog.LevelError, "receiver panicked", slog.Int64("update", u.ID),
				slog.String("type", fmt.Sprintf("%T", v)), slog.String("stack", string(debug.Stack())))
			err = errPanicked
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, receiveLimit)
	defer cancel()
	return in.receive(ctx, u)
}

func (in intake) aside(ctx context.Context, id int64, raw []byte, bad error) error {
	in.log.LogAttrs(ctx, slog.LevelError, "update set aside", slog.Int64("update", id), slog.String("why", bad.Error()))
	if in.setAside == nil {
		return nil
	}
	return in.setAside(ctx, id, raw, bad)
}
