package effects

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"

	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/flows/rules"
	"guiwei/storage"
)

// mayLook bounds what a reviewer sees: so many cases in an hour, and no verdict on pictures that were not shown. Both are told
// to the owners.
func (r *Runner) mayLook(ctx context.Context, t engine.Task, e flows.MoveCase) (flows.Outcome, error) {
	user, now := t.Owner.Chat, r.Clock.Now()
	who := strconv.FormatInt(user, 10)
	switch e.Event { //nolint:exhaustive // the others need no look
	case flows.CaseClaim:
		until, err := r.Store.CountLook(ctx, t.Op, user, now)
		if err != nil || until.IsZero() {
			return flows.OK, err
		}
		return flows.Capped, r.alert(ctx, "looks."+who+"."+now.Format("2006010215"), flows.Say("alert.looks", "id", who, "most", storage.LooksAnHour))
	case flows.CaseApprove, flows.CaseRefuse:
		chat, shown, err := r.Store.TakePhotos(ctx, e.No)
		if err != nil || chat == user && len(shown) >= 2 {
			return flows.OK, err
		}
		c, err := r.Store.Case(ctx, e.No)
		if errors.Is(err, storage.ErrNone) || err == nil && (c.State != flows.CaseClaimed || c.Reviewer.User != user) {
			return flows.OK, nil // the store says why not
		}
		if err != nil {
			return "", err
		}
		return flows.Unseen, r.alert(ctx, "unseen."+t.Op, flows.Say("alert.unseen", "id", who, "case", e.No))
	}
	return flows.OK, nil
}

// alert tells the owners of something that a person should look into.
func (r *Runner) alert(ctx context.Context, about string, p flows.Phrase) error {
	r.Log.LogAttrs(ctx, slog.LevelWarn, "owners alerted", slog.String("about", p.Key))
	for _, owner := range r.Owners {
		if err := r.pushOnce(ctx, about, strconv.FormatInt(owner, 10), flows.Tell{Chat: owner, Phrase: p}); err != nil {
			return err
		}
	}
	return nil
}

// readFrozen lists for an owner what a case froze and can be restored.
func (r *Runner) readFrozen(ctx context.Context, t engine.Task, e flows.ReadFrozen) (flows.Answer, error) {
	if !r.owner(t.Owner.Chat) {
		return flows.Frozen{Outcome: flows.Refused}, nil
	}
	frozen, err := r.Store.FrozenBy(ctx, e.No)
	if err != nil && !errors.Is(err, storage.ErrNone) {
		return nil, err
	}
	a := flows.Frozen{Outcome: flows.OK}
	for _, f := range frozen {
		if f.Was == flows.AccountActive {
			a.List = append(a.List, flows.Restorable{Account: f.Ref.ID, User: rules.MaskPhone(f.Phone), Used: f.Used, Until: f.Until})
		}
	}
	return a, nil
}

// giveOrder keeps an owner's order and asks the group for somebody else's word.
func (r *Runner) giveOrder(ctx context.Context, t engine.Task, e flows.GiveOrder) (flows.Answer, error) {
	o := e.Order
	if !r.owner(t.Owner.Chat) {
		return flows.Ordered{Outcome: flows.Refused}, nil
	}
	o.By.User = t.Owner.Chat
	if err := r.Store.SetOrder(ctx, o); err != nil {
		return nil, err
	}
	if err := r.Store.NoteDeed(ctx, t.Op+".order", storage.Deed{At: r.Clock.Now(), By: o.By.User, Do: "order", Case: o.No}); err != nil {
		return nil, err
	}
	group, bound, err := r.Store.Group(ctx, storage.Reviewers)
	if err != nil || !bound {
		return flows.Ordered{Outcome: flows.OK}, err
	}
	asks := flows.Tell{Chat: group, Phrase: flows.Say("restore.group", "case", o.No, "user", o.User, "by", o.By.Name),
		Buttons: [][]flows.Button{{flows.About("countersign", o.No)}}}
	return flows.Ordered{Outcome: flows.OK}, r.pushOnce(ctx, o.No, "order."+t.Op, asks)
}

// countersign carries an order out on the word of somebody else: another owner, or a reviewer of the group.
func (r *Runner) countersign(ctx context.Context, t engine.Task, e flows.Countersign) (flows.Answer, error) {
	user := t.Owner.Chat
	_, ok, err := r.Store.Reviewer(ctx, user)
	if err == nil && ok {
		ok, err = r.among(ctx, user)
	}
	if err != nil || !ok && !slices.Contains(r.Owners, user) {
		return flows.Ordered{Outcome: flows.Refused}, err
	}
	o, err := r.Store.OrderOn(ctx, e.No)
	switch {
	case errors.Is(err, storage.ErrNone):
		return flows.Ordered{Outcome: flows.Refused}, nil
	case err != nil:
		return nil, err
	case o.By.User == user:
		return flows.Ordered{Outcome: flows.Before, By: o.By.Name}, nil
	}
	out, err := r.Store.Restore(ctx, t.Op, o.No, o.Account, user, r.Clock.Now())
	return flows.Ordered{Outcome: out, By: o.By.Name}, err
}
