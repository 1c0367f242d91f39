package effects

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"

	"guiwei/bot/courier"
	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/flows/rules"
	"guiwei/storage"
)

// notMe is the button under whatever tells an old owner of a claim.
func notMe(no string) [][]flows.Button { return [][]flows.Button{{flows.About("not_me", no)}} }

// object takes an old owner's word.
func (r *Runner) object(ctx context.Context, t engine.Task, e flows.Object) (flows.Answer, error) {
	now := r.Clock.Now()
	out, err := r.Store.Object(ctx, t.Op, e.No, t.Owner.Chat, r.Calendar.Deadline(now, workingDays), now)
	if errors.Is(err, storage.ErrNone) {
		out, err = flows.Refused, nil
	}
	return flows.Objected{Outcome: out, No: e.No}, err
}

// opened tells the owner of an account in use that somebody claims the ID number, by every means on record.
func (r *Runner) opened(ctx context.Context, t engine.Task, e flows.Opened) error {
	c, accounts, err := r.dispute(ctx, e.No)
	if err != nil {
		return err
	}
	claimant := chatOf(accounts, c.Account)
	for _, a := range accounts {
		if a.Ref.ID == c.Account || a.State != flows.AccountActive {
			continue
		}
		who := "claim." + a.Ref.ID
		if a.Chat != 0 && a.Chat != claimant {
			told := flows.Tell{Chat: a.Chat, Phrase: flows.Say("objection.opened", "user", rules.MaskPhone(a.Phone)), Buttons: notMe(e.No)}
			if err := r.pushOnce(ctx, e.No, who, told); err != nil {
				return err
			}
		}
		send := func() error { return r.outside(ctx, a, notice{e.No, courier.Notice, []any{"case", e.No}}) }
		if _, err := r.outsideOnce(ctx, t, c, who+".outside", send); err != nil {
			return err
		}
	}
	return nil
}

// dispute is a case with all accounts of the person whom it is about.
func (r *Runner) dispute(ctx context.Context, no string) (flows.CaseView, []flows.Account, error) {
	c, err := r.Store.Case(ctx, no)
	if err != nil {
		return c, nil, err
	}
	accounts, err := r.Store.AccountsOfPerson(ctx, c.Person)
	return c, accounts, err
}

func chatOf(accounts []flows.Account, id string) int64 {
	for _, a := range accounts {
		if a.Ref.ID == id {
			return a.Chat
		}
	}
	return 0
}

// contested tells the claimant, neutrally, and the reviewers of an objection; the objector's own tap is answered already.
func (r *Runner) contested(ctx context.Context, e flows.Contested) error {
	c, accounts, err := r.dispute(ctx, e.No)
	if err != nil {
		return err
	}
	key, group := "objection.doubted", "objection.group_doubted"
	if c.Reopened {
		key, group = "objection.reopened", "objection.group_reopened"
	}
	told := flows.Tell{Chat: chatOf(accounts, c.Account), Phrase: flows.Say(key, "case", c.No, "due", flows.Soon(c.Deadline)),
		Buttons: [][]flows.Button{{flows.Everywhere("status")}}}
	if err := r.pushOnce(ctx, c.No, "contested", told); err != nil {
		return err
	}
	desk, bound, err := r.Store.Group(ctx, storage.Reviewers)
	if err == nil && bound {
		err = r.pushOnce(ctx, c.No, "contested.group", flows.Tell{Chat: desk, Phrase: flows.Say(group, "case", c.No)})
	}
	if err != nil {
		return err
	}
	return r.second(ctx, flows.Second(e))
}

// second tells the owners where a case wants another reviewer and there is none: it would stand still silently.
func (r *Runner) second(ctx context.Context, e flows.Second) error {
	left, err := r.Store.OtherReviewers(ctx, e.No)
	if err != nil || left > 0 {
		return err
	}
	for _, owner := range r.Owners {
		told := flows.Tell{Chat: owner, Phrase: flows.Say("second.nobody", "case", e.No)}
		if err := r.pushOnce(ctx, "second."+e.No, strconv.FormatInt(owner, 10), told); err != nil {
			return err
		}
	}
	r.Log.LogAttrs(ctx, slog.LevelWarn, "a case wants another reviewer, and there is none", slog.String("case", e.No))
	return nil
}

// settle calls whoever waits behind an approval that nobody can object to any more. An account that it froze is told elsewhere.
func (r *Runner) settle(ctx context.Context, t engine.Task, e flows.Settle) ([]flows.Input, error) {
	c, accounts, err := r.dispute(ctx, e.No)
	if err != nil {
		return nil, err
	}
	pending := map[int64]bool{}
	for _, a := range accounts {
		pending[a.Chat] = pending[a.Chat] || a.State == flows.AccountPending
	}
	calls, err := r.calls(ctx, t, c)
	var due []flows.Input
	for _, in := range calls {
		if pending[in.Chat] {
			in.Act = "settled"
			due = append(due, in)
		}
	}
	return due, err
}

// deregister ends what a case froze for good, and tells the owners.
func (r *Runner) deregister(ctx context.Context, t engine.Task, e flows.Deregister) error {
	gone, err := r.Store.Deregister(ctx, t.Op, e.No, r.Clock.Now())
	if err != nil {
		return err
	}
	for _, a := range gone {
		r.Log.LogAttrs(ctx, slog.LevelInfo, "account deregistered", slog.String("case", e.No), slog.String("account", a.Ref.ID))
		if a.Chat == 0 {
			continue
		}
		told := flows.Tell{Chat: a.Chat, Phrase: flows.Say("objection.deregistered", "user", rules.MaskPhone(a.Phone))}
		if err := r.pushOnce(ctx, e.No, "gone."+a.Ref.ID, told); err != nil {
			return err
		}
	}
	return nil
}

// restored tells both sides that an old account is in use again.
func (r *Runner) restored(ctx context.Context, t engine.Task, e flows.Restored) error {
	c, accounts, err := r.dispute(ctx, e.No)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		key := "objection.restored"
		switch {
		case a.Ref.ID == e.Account:
		case a.Ref.ID == c.Account && a.State == flows.AccountFrozen:
			key = "objection.reversed"
		default:
			continue
		}
		told := flows.Tell{Chat: a.Chat, Phrase: flows.Say(key, "user", rules.MaskPhone(a.Phone), "case", c.No)}
		if a.Ref.ID == e.Account {
			told.Buttons = [][]flows.Button{{flows.Everywhere("login")}}
		}
		if err := r.pushOnce(ctx, e.No, t.Op+"."+a.Ref.ID, told); err != nil {
			return err
		}
	}
	return nil
}

// tellOldOwners tells whoever held an account what a verdict means for it, by every means on record where it stops working.
func (r *Runner) tellOldOwners(ctx context.Context, t engine.Task, c flows.CaseView) error {
	accounts, err := r.Store.AccountsOfPerson(ctx, c.Person)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if a.Ref.ID == c.Account || a.Chat == 0 {
			continue
		}
		switch {
		case c.State == flows.CaseApproved && a.State == flows.AccountFrozen:
			err = r.tellFrozen(ctx, t, c, a, chatOf(accounts, c.Account))
		case c.State == flows.CaseRefused && a.State == flows.AccountActive && !c.Objected.IsZero():
			err = r.pushOnce(ctx, c.No, "old."+a.Ref.ID+round(c), flows.Tell{Chat: a.Chat, Phrase: flows.Say(upheld(c), "user", rules.MaskPhone(a.Phone)),
				Buttons: [][]flows.Button{{flows.Everywhere("login")}}})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func upheld(c flows.CaseView) string {
	if c.Reopened {
		return "objection.upheld"
	}
	return "objection.kept"
}

// tellFrozen tells an owner that the account has stopped, and how to object; after an objection, that it stays so.
func (r *Runner) tellFrozen(ctx context.Context, t engine.Task, c flows.CaseView, a flows.Account, claimant int64) error {
	frozen, err := r.Store.FrozenBy(ctx, c.No)
	if err != nil {
		return err
	}
	mine := slices.ContainsFunc(frozen, func(f storage.FrozenAccount) bool { return f.Ref == a.Ref && f.Was == flows.AccountActive })
	told := flows.Tell{Chat: a.Chat, Phrase: flows.Say("objection.stopped", "user", rules.MaskPhone(a.Phone))}
	switch {
	case c.Reopened && mine:
		told.Phrase = flows.Say("objection.overruled", "user", rules.MaskPhone(a.Phone))
	case c.Objected.IsZero() && mine && a.Chat != claimant:
		told.Phrase = flows.Say("verdict.frozen", "user", rules.MaskPhone(a.Phone))
		told.Buttons = notMe(c.No)
	case c.Reopened:
		return nil
	}
	who := "old." + a.Ref.ID + round(c)
	if err := r.pushOnce(ctx, c.No, who, told); err != nil {
		return err
	}
	send := func() error { return r.outside(ctx, a, notice{c.No, courier.Frozen, nil}) }
	_, err = r.outsideOnce(ctx, t, c, who+".outside", send)
	return err
}
