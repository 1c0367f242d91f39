package effects

import (
	"context"

	"guiwei/bot/crash"
	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/flows/rules"
	"guiwei/storage"
)

// logIn compares the password with the accounts that the handle may mean. What it answers, how often it hashes and what it
// asks of the store are the same whether there is such an account or not.
func (r *Runner) logIn(ctx context.Context, t engine.Task, e flows.LogIn) (flows.Answer, error) {
	now, chat := r.Clock.Now(), t.Owner.Chat
	if r.late(t) {
		return flows.LoggedIn{Outcome: flows.Failed}, nil
	}
	until, err := r.Store.LoginGate(ctx, e.Handle, chat, now)
	if err != nil {
		return nil, err
	}
	if !until.IsZero() {
		return flows.LoggedIn{Outcome: flows.Blocked, Until: until}, nil
	}
	candidates, err := r.Store.Candidates(ctx, e.Handle, chat)
	if err != nil {
		return nil, err
	}
	found, err := r.match(e, candidates)
	if err != nil {
		return nil, err
	}
	if found == nil {
		return r.mistaken(ctx, t, e, candidates)
	}
	if found.State != flows.AccountActive && found.State != flows.AccountPending {
		no, err := r.Store.Shown(ctx, t.Op, found.Ref, chat)
		return flows.LoggedIn{Outcome: flows.Ended, Case: no}, err
	}
	if err := r.Store.LogIn(ctx, t.Op, storage.Entrance{Account: found.Ref, Chat: chat, Name: e.Name, Now: now}); err != nil {
		return nil, err
	}
	r.Crash.At(crash.LoggedIn)
	return flows.LoggedIn{Outcome: flows.OK, State: found.State, Proofed: found.Proofed, Login: flows.Login{
		Account: found.Ref, Generation: found.Generation, User: rules.MaskPhone(found.Phone), State: found.State, Proofed: found.Proofed,
	}}, r.Store.LoginPassed(ctx, e.Handle, chat)
}

// mistaken counts a password that opens nothing.
func (r *Runner) mistaken(ctx context.Context, t engine.Task, e flows.LogIn, tried []storage.Candidate) (flows.Answer, error) {
	if err := r.Store.Mistaken(ctx, t.Op, tried, t.Owner.Chat, r.Clock.Now()); err != nil {
		return nil, err
	}
	left, until, err := r.Store.LoginFailed(ctx, t.Op, e.Handle, t.Owner.Chat, r.Clock.Now())
	if !until.IsZero() {
		return flows.LoggedIn{Outcome: flows.Blocked, Until: until}, err
	}
	return flows.LoggedIn{Outcome: flows.Wrong, Left: left}, err
}

// match finds the account that the password opens, the first of several. It compares storage.Compared times, with decoys
// where there are fewer accounts: time tells nothing. For an account that the chat knows there is nothing to hide, and one
// comparison is enough.
func (r *Runner) match(e flows.LogIn, candidates []storage.Candidate) (*storage.Candidate, error) {
	plain, n := normal(e.Plain), storage.Compared
	if e.Account != nil {
		n = 1
	}
	var found *storage.Candidate
	for i := range n {
		phc, err := r.phc(i, candidates)
		if err != nil {
			return nil, err
		}
		same, err := r.Vault.SameSecret(plain, phc)
		if err != nil {
			return nil, err
		}
		if same && found == nil {
			found = &candidates[i]
		}
	}
	return found, nil
}

// phc is the i-th candidate's password, or a decoy.
func (r *Runner) phc(i int, candidates []storage.Candidate) (string, error) {
	if i < len(candidates) {
		return candidates[i].Password, nil
	}
	return r.Vault.Decoy(r.Cheap)
}
