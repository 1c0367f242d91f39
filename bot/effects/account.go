package effects

import (
	"context"
	"errors"
	"slices"

	"guiwei/bot/crash"
	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/flows/rules"
	"guiwei/storage"
)

// register reserves the phone, opens the account, confirms the phone: each step may be repeated by its operation id.
func (r *Runner) register(ctx context.Context, t engine.Task, e flows.Register) (flows.Answer, error) {
	now, a := r.Clock.Now(), e.Applicant
	ref := flows.AccountRef{Person: r.Vault.Person(rules.Family(a.IDKind), a.IDNumber), ID: storage.AccountID(t.Op)}
	may, err := r.Store.CountNumber(ctx, t.Op, ref.Person, a.Phone, t.Owner.Chat, now)
	if err != nil {
		return nil, err
	}
	if !may {
		return flows.Registered{Outcome: flows.Limited}, r.limited(ctx, t.Owner.Chat, a.Phone)
	}
	err = r.Store.ReservePhone(ctx, t.Op, a.Phone, ref, now)
	if errors.Is(err, storage.ErrPhoneFull) {
		return flows.Registered{Outcome: flows.Full}, nil
	}
	if err != nil {
		return nil, err
	}
	r.Crash.At(crash.PhoneReserved)
	account := flows.Account{Ref: ref, Applicant: a, Chat: t.Owner.Chat, Created: now, Lang: e.Lang}
	opened, err := r.Store.OpenAccount(ctx, t.Op, account, e.Reclaim, now)
	if err != nil {
		return nil, err
	}
	r.Crash.At(crash.AccountOpened)
	if opened.Outcome != flows.OK || opened.Account != ref {
		if err := r.Store.ReleasePhone(ctx, t.Op, a.Phone, ref); err != nil {
			return nil, err
		}
	}
	if opened.Outcome == flows.OK {
		if err := r.Store.ConfirmPhone(ctx, t.Op, a.Phone, opened.Account, now); err != nil {
			return nil, err
		}
		if a.Email != "" {
			if err := r.Store.KnowEmail(ctx, t.Op, a.Email, opened.Account); err != nil {
				return nil, err
			}
		}
		err = r.Store.LeavePhone(ctx, t.Op, opened.Account)
		r.Crash.At(crash.PhoneConfirmed)
	}
	if opened.Outcome == flows.Taken {
		r.attempted(ctx, ref.Person, t.Owner.Chat)
	}
	return opened, err
}

// readRecords reads the enrolment records of an account that a case was approved for, while its login holds.
func (r *Runner) readRecords(ctx context.Context, t engine.Task, e flows.ReadRecords) (flows.Answer, error) {
	a, generation, err := r.Store.Account(ctx, e.Account)
	if err != nil {
		return nil, err
	}
	if slices.Contains(a.Ended, t.Owner.Chat) || generation != e.Generation || (a.State != flows.AccountActive && a.State != flows.AccountPending) {
		return flows.RecordsRead{Outcome: flows.Ended}, nil
	}
	if a.State != flows.AccountActive || !a.Proofed {
		return flows.RecordsRead{Outcome: flows.Refused}, nil
	}
	if err := r.Store.Used(ctx, t.Op, e.Account, r.Clock.Now()); err != nil {
		return nil, err
	}
	list, err := r.Store.Records(ctx, e.Account.Person)
	r.Crash.At(crash.RecordsRead)
	return flows.RecordsRead{Outcome: flows.OK, Records: list}, err
}
