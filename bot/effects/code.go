package effects

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"golang.org/x/text/unicode/norm"

	"guiwei/bot/crash"
	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/locales"
	"guiwei/storage"
)

// CodePurpose binds a code's digest to what it proves.
const CodePurpose = "phone"

// sending is how long whoever began may take to hand a code to its provider, before it counts as dead and another does it.
const sending = 10 * time.Second

var errSending = errors.New("this code is being sent")

// sendCode counts, then sends: a crash between the two costs a count, never a free message.
func (r *Runner) sendCode(ctx context.Context, t engine.Task, e flows.SendCode) (flows.Answer, error) {
	if r.late(t) {
		return flows.CodeSent{Outcome: flows.Failed}, nil
	}
	until, err := r.Store.CountCode(ctx, t.Op, e.Phone, t.Owner.Chat, r.Clock.Now())
	if err != nil {
		return nil, err
	}
	if !until.IsZero() {
		return flows.CodeSent{Outcome: flows.Blocked, Until: until}, nil
	}
	begun, err := r.Store.BeginTelling(ctx, "code."+t.Op, "sms")
	if err != nil || begun != storage.Untold && r.Clock.Now().Sub(t.At) < sending {
		return nil, errors.Join(err, &engine.Later{Wait: 2 * time.Second, Err: errSending})
	}
	r.Crash.At(crash.CodeCounted)
	text := flows.Say("sms.code", "code", e.Code, "minutes", 10, "operator", locales.Own(r.Operator, e.Lang))
	if err := r.SMS.Send(ctx, e.Phone, text.Plain(e.Lang)); err != nil {
		r.Log.LogAttrs(ctx, slog.LevelWarn, "sms not sent", slog.String("op", t.Op), slog.String("cause", err.Error()))
		return flows.CodeSent{Outcome: flows.Failed}, nil
	}
	r.Crash.At(crash.CodeSent)
	return flows.CodeSent{Outcome: flows.OK, Digest: r.Vault.Digest(t.Owner.Chat, CodePurpose, e.Code)}, nil
}

// secretLife is how long a typed secret may wait, sealed, to be hashed; then it is asked for again (rulings.md).
const secretLife = time.Minute

func (r *Runner) late(t engine.Task) bool { return r.Clock.Now().Sub(t.At) > secretLife }

// hash makes the slow hash, and compares with the hashes given.
func (r *Runner) hash(t engine.Task, e flows.Hash) (flows.Answer, error) {
	a := flows.Hashed{Like: -1, Remark: e.Remark}
	if r.late(t) {
		a.Late = true
		return a, nil
	}
	e.Plain = normal(e.Plain)
	for i, phc := range e.Against {
		same, err := r.Vault.SameSecret(e.Plain, phc)
		if err != nil {
			return nil, err
		}
		if same {
			a.Like = i
			break
		}
	}
	phc, err := r.Vault.HashSecret(e.Plain, r.Cheap)
	a.PHC = phc
	r.Crash.At(crash.SecretHashed)
	return a, err
}

// normal makes one secret of its ways to be typed (NIST 800-63B: NFKC before hashing).
func normal(secret string) string { return norm.NFKC.String(secret) }
