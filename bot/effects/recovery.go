package effects

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"

	"guiwei/bot/crash"
	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/flows/rules"
	"guiwei/storage"
)

// sendProof finds whom a handle means and counts; the code itself goes out in the person's lane, so that nobody can tell by the
// time of the answer whether one does. The calls to the store are as many whether the handle is known or not.
func (r *Runner) sendProof(ctx context.Context, t engine.Task, e flows.SendProof) (flows.Answer, error) {
	if r.late(t) {
		return flows.ProofSent{Outcome: flows.Failed}, nil
	}
	now, chat := r.Clock.Now(), t.Owner.Chat
	candidates, err := r.Store.Candidates(ctx, e.Handle, chat)
	if err != nil {
		return nil, err
	}
	typed := typedAs(e.Handle)
	to, accounts := target(candidates, e.Way)
	if to == "" {
		to = cmp.Or(reached(e.Handle, e.Way), "nobody "+typed)
	}
	until, may, err := r.Store.CountProof(ctx, t.Op, typed, to, chat, now)
	if err != nil {
		return nil, err
	}
	if !until.IsZero() {
		return flows.ProofSent{Outcome: flows.Blocked, Until: until}, nil
	}
	r.Crash.At(crash.CodeCounted)
	p, out := storage.Nobody(t.Op), flows.Effect(flows.Forgotten{})
	if len(accounts) > 0 && may {
		p, out = accounts[0].Person, flows.CarryProof{Account: accounts[0], Way: e.Way, Code: e.Code, Lang: e.Lang}
	}
	if err := r.Store.Push(ctx, t.Op+".proof", p, []flows.Effect{out}, now); err != nil {
		return nil, err
	}
	return flows.ProofSent{Outcome: flows.OK, Digest: r.Vault.Digest(chat, CodePurpose, e.Code), Accounts: accounts}, nil
}

// typedAs names a handle for its count: a phone by itself, so that it has one count of all codes.
func typedAs(h flows.Handle) string {
	switch {
	case h.Phone != "":
		return h.Phone
	case h.Email != "":
		return "mail " + h.Email
	case h.Account != nil:
		return "account " + string(h.Account.Person) + " " + h.Account.ID
	case len(h.Documents) > 0:
		return "document " + h.Documents[0].Family + " " + h.Documents[0].Number
	}
	return "none"
}

// reached is where a way leads as far as it was typed.
func reached(h flows.Handle, w flows.Way) string {
	if w == flows.BySMS {
		return h.Phone
	}
	if h.Email == "" {
		return ""
	}
	return "mail " + h.Email
}

// target is where a code goes, and the accounts it opens: those in use that name the same phone, or address, as the first one.
func target(candidates []storage.Candidate, w flows.Way) (to string, accounts []flows.AccountRef) {
	for _, c := range candidates {
		if c.Barred || c.State != flows.AccountActive && c.State != flows.AccountPending {
			continue
		}
		at := address(c.Account, w)
		if to == "" {
			to = at
		}
		if at != "" && at == to {
			accounts = append(accounts, c.Ref)
		}
	}
	return to, accounts
}

// address is where a way leads on an account, named as it is counted.
func address(a flows.Account, w flows.Way) string {
	switch {
	case w == flows.BySMS:
		return a.Phone
	case a.Email == "":
		return ""
	}
	return "mail " + a.Email
}

// openProof reads the accounts that a right code opens. A security question stands beside the code where the chat is new to the
// account, and the account has them.
func (r *Runner) openProof(ctx context.Context, t engine.Task, e flows.OpenProof) (flows.Answer, error) {
	found, err := r.Store.Found(ctx, e.Accounts, t.Owner.Chat)
	if err != nil {
		return nil, err
	}
	var opened flows.ProofOpened
	for _, c := range found { // a person's active one before claims of the same number
		before := slices.ContainsFunc(opened.Accounts, func(a flows.Recoverable) bool { return a.Account.Person == c.Ref.Person })
		if before || c.Barred || c.State != flows.AccountActive && c.State != flows.AccountPending {
			continue
		}
		who := flows.Applicant{Phone: c.Phone, Name: c.Name, IDKind: c.IDKind, IDNumber: c.IDNumber}
		opened.Accounts = append(opened.Accounts, flows.Recoverable{Account: c.Ref, Who: who, Asks: !c.Here && len(c.Answers) == questions})
	}
	return opened, nil
}

// questions is how many security questions an account has.
const questions = 3

// checkAnswer counts, then compares.
func (r *Runner) checkAnswer(ctx context.Context, t engine.Task, e flows.CheckAnswer) (flows.Answer, error) {
	if r.late(t) {
		return flows.AnswerChecked{Outcome: flows.Failed}, nil
	}
	left, may, err := r.Store.CountAnswer(ctx, t.Op, e.Account, r.Clock.Now())
	if err != nil {
		return nil, err
	}
	if !may {
		return flows.AnswerChecked{Outcome: flows.Blocked}, nil
	}
	a, _, err := r.Store.Account(ctx, e.Account)
	if err != nil {
		return nil, err
	}
	if e.Question < 0 || e.Question >= len(a.Answers) {
		return flows.AnswerChecked{Outcome: flows.Failed}, nil
	}
	same, err := r.Vault.SameSecret(normal(e.Plain), a.Answers[e.Question])
	switch {
	case err != nil:
		return nil, err
	case same:
		return flows.AnswerChecked{Outcome: flows.OK}, nil
	case left == 0:
		return flows.AnswerChecked{Outcome: flows.Blocked}, nil
	}
	return flows.AnswerChecked{Outcome: flows.Wrong, Left: left}, nil
}

func (r *Runner) changePassword(ctx context.Context, t engine.Task, e flows.ChangePassword) (flows.Answer, error) {
	next := flows.Warn{Account: e.Account, By: t.Owner.Chat}
	o, err := r.Store.ChangePassword(ctx, t.Op, e.Account, e.PHC, 0, next, r.Clock.Now())
	if errors.Is(err, storage.ErrNone) {
		return flows.PasswordChanged{Outcome: flows.Ended}, nil
	}
	r.Crash.At(crash.PasswordChanged)
	return flows.PasswordChanged{Outcome: o}, err
}

// findUsername tells the owner in the person's lane, and the chat nothing: the same count of calls, the same answer.
func (r *Runner) findUsername(ctx context.Context, t engine.Task, e flows.FindUsername) (flows.Answer, error) {
	now, h := r.Clock.Now(), flows.Handle{Documents: e.Documents}
	candidates, err := r.Store.Candidates(ctx, h, t.Owner.Chat)
	if err != nil {
		return nil, err
	}
	candidates = slices.DeleteFunc(candidates, func(c storage.Candidate) bool {
		return c.Name != e.Name || c.State != flows.AccountActive && c.State != flows.AccountPending
	})
	typed := "name " + typedAs(h)
	to := "nobody " + typed
	if len(candidates) > 0 {
		to = candidates[0].Phone
	}
	until, may, err := r.Store.CountProof(ctx, t.Op, typed, to, t.Owner.Chat, now)
	if err != nil || !until.IsZero() {
		return flows.UsernameTold{Outcome: flows.Blocked, Until: until}, err
	}
	p, effects := storage.Nobody(t.Op), []flows.Effect{flows.Forgotten{}}
	if len(candidates) > 0 && may {
		c := candidates[0]
		carry := flows.CarryUsername{Account: c.Ref, Lang: e.Lang}
		if c.Here {
			carry.Chat = t.Owner.Chat
		}
		p, effects = c.Ref.Person, []flows.Effect{carry}
	}
	return flows.UsernameTold{Outcome: flows.OK}, r.Store.Push(ctx, t.Op+".username", p, effects, now)
}

// findWays tells by which ways the account in use of a number can be found again: asked only behind a proven phone.
func (r *Runner) findWays(ctx context.Context, t engine.Task, e flows.FindWays) (flows.Answer, error) {
	candidates, err := r.Store.Candidates(ctx, flows.Handle{Documents: e.Documents}, t.Owner.Chat)
	if err != nil {
		return nil, err
	}
	found := flows.WaysFound{}
	for _, c := range candidates {
		if c.State != flows.AccountActive || c.Barred {
			continue
		}
		found.Ways = append(found.Ways, flows.FoundWay{Way: flows.BySMS, Shown: rules.MaskPhone(c.Phone)})
		if c.Email != "" {
			found.Ways = append(found.Ways, flows.FoundWay{Way: flows.ByMail, Shown: rules.MaskEmail(c.Email)})
		}
	}
	return found, nil
}

// disown locks an account whose owner says 这不是我: the password is nobody's, every login ends, and the chat that changed it
// finds the account no more. The owners hear of it.
func (r *Runner) disown(ctx context.Context, t engine.Task, e flows.Disown) error {
	chat := t.Owner.Chat
	a, err := r.Store.Raised(ctx, chat, e.Alarm)
	if errors.Is(err, storage.ErrNone) {
		return r.tell(ctx, flows.Tell{Chat: chat, Phrase: flows.Say("recover.disown.late")})
	}
	if err != nil {
		return err
	}
	phc, err := r.Vault.HashSecret(rand.Text(), r.Cheap)
	if err != nil {
		return err
	}
	o, err := r.Store.ChangePassword(ctx, t.Op, a.Account, phc, bar(a.By, chat), nil, r.Clock.Now())
	if errors.Is(err, storage.ErrNone) || err == nil && o != flows.OK {
		return r.tell(ctx, flows.Tell{Chat: chat, Phrase: flows.Say("recover.disown.late")})
	}
	if err != nil {
		return err
	}
	locked := flows.Tell{Chat: chat, Phrase: flows.Say("recover.disown.done"), Buttons: [][]flows.Button{{flows.Everywhere("find_password")}}}
	if err := r.pushOnce(ctx, "disown."+t.Op, "owner", locked); err != nil {
		return err
	}
	return r.owners(ctx, "disowned."+t.Op, flows.Say("recover.disown.office"))
}

// bar is the chat to be kept out; nobody bars the own one.
func bar(by, own int64) int64 {
	if by == own {
		return 0
	}
	return by
}
