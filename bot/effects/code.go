package effects

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"guiwei/bot/courier"
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
	if until, err = r.breaker(ctx, t, e); err != nil || !until.IsZero() {
		return flows.CodeSent{Outcome: flows.Failed, Until: until}, err
	}
	begun, err := r.Store.BeginTelling(ctx, "code."+t.Op, "sms")
	if err != nil || begun != storage.Untold && r.Clock.Now().Sub(t.At) < sending {
		return nil, errors.Join(err, &engine.Later{Wait: 2 * time.Second, Err: errSending})
	}
	r.Crash.At(crash.CodeCounted)
	err = r.SMS.Send(ctx, r.codeMessage(t, e))
	r.Crash.At(crash.CodeSent)
	sent := flows.CodeSent{Outcome: flows.OK, Digest: r.Vault.Digest(t.Owner.Chat, CodePurpose, e.Code)}
	if err == nil {
		return sent, nil
	}
	r.Log.LogAttrs(ctx, alarm(err), "sms not sent", slog.String("op", t.Op), slog.String("cause", err.Error()))
	switch {
	case errors.Is(err, courier.ErrUnsure): // it may come, so its digits have to count
		sent.Outcome = flows.Unsure
		return sent, nil
	case errors.Is(err, courier.ErrPermanent):
		return flows.CodeSent{Outcome: flows.Refused}, nil
	}
	return flows.CodeSent{Outcome: flows.Failed, Until: r.Clock.Now().Add(max(codeAgain, courier.Wait(err)))}, nil
}

// breaker stops all codes for the rest of an hour in which too many went out, and tells the owners once; the code that it
// stops counts nowhere.
func (r *Runner) breaker(ctx context.Context, t engine.Task, e flows.SendCode) (until time.Time, err error) {
	if r.SMSPerHour == 0 {
		return until, nil
	}
	until, err = r.Store.CountSMS(ctx, t.Op, r.SMSPerHour, r.Clock.Now())
	if err != nil || until.IsZero() {
		return until, err
	}
	if err := r.Store.UncountCode(ctx, t.Op, e.Phone, t.Owner.Chat); err != nil {
		return until, err
	}
	r.Log.LogAttrs(ctx, slog.LevelError, "codes stopped", slog.Int("per_hour", r.SMSPerHour), slog.Time("until", until))
	full := flows.Say("limits.sms_full", "most", r.SMSPerHour, "until", flows.Minute(until), "setting", "SMS_PER_HOUR")
	return until, r.owners(ctx, "sms.full."+strconv.FormatInt(until.Unix(), 10), full)
}

// owners tells every owner about a matter, once.
func (r *Runner) owners(ctx context.Context, about string, p flows.Phrase) error {
	var faults []error
	for _, owner := range r.Owners {
		faults = append(faults, r.pushOnce(ctx, about, strconv.FormatInt(owner, 10), flows.Tell{Chat: owner, Phrase: p}))
	}
	return errors.Join(faults...)
}

// codeAgain is when the phone's own limit lets the next code out, after one that failed too.
const codeAgain = time.Minute

func (r *Runner) codeMessage(t engine.Task, e flows.SendCode) courier.Message {
	const minutes = 10
	if e.Lang == "" {
		e.Lang = r.house()
	}
	operator := locales.Own(r.Operator, e.Lang)
	text := flows.Say("sms.code", "code", e.Code, "minutes", minutes, "operator", operator)
	return courier.Message{ID: messageID(t.Op), To: e.Phone, Kind: courier.Code, Lang: e.Lang, Text: text.Plain(e.Lang),
		Params: map[string]string{"code": e.Code, "minutes": strconv.Itoa(minutes), "operator": operator}}
}

// messageID is the same whenever the same message is sent again, and names nobody.
func messageID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:16])
}

// alarm is how loud a courier's fault is: what only the operator can mend is an error.
func alarm(err error) slog.Level {
	if errors.Is(err, courier.ErrMisconfigured) {
		return slog.LevelError
	}
	return slog.LevelWarn
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
