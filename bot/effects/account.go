package effects

import (
	"cmp"
	"context"
	"errors"

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
		err = r.Store.LeavePhone(ctx, t.Op, opened.Account)
		r.Crash.At(crash.PhoneConfirmed)
	}
	if opened.Outcome == flows.Taken {
		r.attempted(ctx, ref.Person, t.Owner.Chat)
	}
	return opened, err
}

// logIn compares the password with every account of the phone. Without one it compares all the same, so that time tells
// nothing about whether the phone is registered.
func (r *Runner) logIn(ctx context.Context, t engine.Task, e flows.LogIn) (flows.Answer, error) {
	now := r.Clock.Now()
	if r.late(t) {
		return flows.LoggedIn{Outcome: flows.Failed}, nil
	}
	until, err := r.Store.LoginGate(ctx, e.Phone, t.Owner.Chat, now)
	if err != nil {
		return nil, err
	}
	if !until.IsZero() {
		return flows.LoggedIn{Outcome: flows.Blocked, Until: until}, nil
	}
	found, generation, err := r.match(ctx, e)
	if err != nil {
		return nil, err
	}
	if found == nil {
		left, until, err := r.Store.LoginFailed(ctx, t.Op, e.Phone, t.Owner.Chat, now)
		if !until.IsZero() {
			return flows.LoggedIn{Outcome: flows.Blocked, Until: until}, err
		}
		return flows.LoggedIn{Outcome: flows.Wrong, Left: left}, err
	}
	if found.State != flows.AccountActive && found.State != flows.AccountPending {
		return flows.LoggedIn{Outcome: flows.Ended}, nil
	}
	if err := r.Store.Touch(ctx, t.Op, found.Ref, t.Owner.Chat, now); err != nil {
		return nil, err
	}
	r.Crash.At(crash.LoggedIn)
	return flows.LoggedIn{Outcome: flows.OK, State: found.State, Proofed: found.Proofed, Login: flows.Login{
		Account: found.Ref, Generation: generation, User: rules.MaskPhone(found.Phone), State: found.State, Proofed: found.Proofed,
	}}, r.Store.LoginPassed(ctx, e.Phone, t.Owner.Chat)
}

// match finds the account that the password opens: one in use before one that is frozen.
func (r *Runner) match(ctx context.Context, e flows.LogIn) (*flows.Account, int, error) {
	e.Plain = normal(e.Plain)
	refs, err := r.Store.AccountsOf(ctx, e.Phone)
	if err != nil {
		return nil, 0, err
	}
	var found *flows.Account
	generation, compared := 0, false
	for _, ref := range refs {
		a, g, err := r.Store.Account(ctx, ref)
		if errors.Is(err, storage.ErrNone) {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		if a.Phone != e.Phone {
			continue // it was registered anew with another phone
		}
		compared = true
		same, err := r.Vault.SameSecret(e.Plain, a.Password)
		if err != nil {
			return nil, 0, err
		}
		if same && (found == nil || before(a, *found)) {
			found, generation = &a, g
		}
	}
	if !compared {
		_, err = r.Vault.HashSecret(e.Plain, r.Cheap)
	}
	return found, generation, err
}

// before prefers an active account, then a pending one, then the rest; of equals the newest: never map order.
func before(a, b flows.Account) bool {
	rank := map[flows.AccountState]int{flows.AccountActive: 2, flows.AccountPending: 1}
	return cmp.Or(cmp.Compare(rank[a.State], rank[b.State]), a.Created.Compare(b.Created), cmp.Compare(a.Ref.ID, b.Ref.ID)) > 0
}

// readRecords reads the enrolment records of an account that a case was approved for, while its login holds.
func (r *Runner) readRecords(ctx context.Context, e flows.ReadRecords) (flows.Answer, error) {
	a, generation, err := r.Store.Account(ctx, e.Account)
	if err != nil {
		return nil, err
	}
	if generation != e.Generation || (a.State != flows.AccountActive && a.State != flows.AccountPending) {
		return flows.RecordsRead{Outcome: flows.Ended}, nil
	}
	if a.State != flows.AccountActive || !a.Proofed {
		return flows.RecordsRead{Outcome: flows.Refused}, nil
	}
	list, err := r.Store.Records(ctx, e.Account.Person)
	r.Crash.At(crash.RecordsRead)
	return flows.RecordsRead{Outcome: flows.OK, Records: list}, err
}
