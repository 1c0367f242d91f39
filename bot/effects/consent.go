package effects

import (
	"context"
	"errors"
	"slices"

	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/storage"
)

// consent notes what the owner agrees to, with the hash of the text as it was shown; what is withdrawn stops at once.
func (r *Runner) consent(ctx context.Context, t engine.Task, e flows.GiveConsent) (flows.Answer, error) {
	a, _, err := r.Store.Account(ctx, e.Account)
	if err != nil {
		return nil, err
	}
	now, noted := r.Clock.Now(), map[string]flows.Consent{}
	for _, kind := range e.Kinds {
		was, given := a.Consented(kind)
		switch {
		case e.Withdraw && given:
			was.Ended = now
			noted[kind] = was
		case !e.Withdraw && !given:
			noted[kind] = flows.Agree(kind, e.Lang, r.Operator, r.Contact, now)
		}
	}
	if err := r.Store.NoteConsents(ctx, t.Op, e.Account, noted); err != nil || !e.Withdraw {
		return flows.Consented{Outcome: flows.OK}, err
	}
	no, err := r.stopUsing(ctx, t, e.Account)
	return flows.Consented{Outcome: flows.OK, Case: no}, err
}

// stopUsing ends the case under review and has all pictures swept.
func (r *Runner) stopUsing(ctx context.Context, t engine.Task, ref flows.AccountRef) (no string, err error) {
	for range 3 {
		no, err = r.Store.StopUsing(ctx, t.Op, ref, r.Clock.Now())
		if !errors.Is(err, storage.ErrConflict) {
			break
		}
	}
	return no, err
}

// entitled says whether a chat's login to an account holds, and whether the owner agreed to all that pictures need: OK, Ended
// or Refused.
func (r *Runner) entitled(ctx context.Context, chat int64, ref flows.AccountRef, generation int) (flows.Outcome, error) {
	a, current, err := r.Store.Account(ctx, ref)
	switch {
	case err != nil:
		return "", err
	case current != generation || slices.Contains(a.Ended, chat):
		return flows.Ended, nil
	case len(a.Unconsented()) > 0:
		return flows.Refused, nil
	}
	return flows.OK, nil
}
