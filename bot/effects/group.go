package effects

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strconv"
	"time"

	"guiwei/bot/engine"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/storage"
)

// inviteLife is how long a one-time code may bind a group.
const inviteLife = 24 * time.Hour

func (r *Runner) owner(chat int64) bool { return slices.Contains(r.Owners, chat) }

// invite makes a one-time code, as a deep link too.
func (r *Runner) invite(ctx context.Context, t engine.Task, e flows.Invite) (flows.Answer, error) {
	if !r.owner(t.Owner.Chat) {
		return flows.Invited{Outcome: flows.Refused}, nil
	}
	if e.Group == "" {
		return flows.Invited{Outcome: flows.OK}, nil
	}
	code := rand.Text()[:16]
	if err := r.Store.NewInvite(ctx, code, e.Group, t.Owner.Chat, r.Clock.Now().Add(inviteLife)); err != nil {
		return nil, err
	}
	me, err := r.Chats.GetMe(ctx)
	if err != nil {
		return nil, err
	}
	return flows.Invited{Outcome: flows.OK, Group: e.Group, Code: code,
		Link: "https://t.me/" + me.Username + "?startgroup=" + code}, nil
}

// bind gives a group its part, and says so in it.
func (r *Runner) bind(ctx context.Context, t engine.Task, e flows.Bind) error {
	kind, ok, err := r.Store.TakeInvite(ctx, t.Op, e.Code, r.Clock.Now())
	if err != nil {
		return err
	}
	if !ok {
		return r.tell(ctx, flows.Tell{Chat: e.Group, Phrase: flows.Say("bind.wrong")})
	}
	if err := r.Store.BindGroup(ctx, kind, e.Group); err != nil {
		return err
	}
	if err := r.Store.Settled(ctx, e.Group); err != nil {
		return err
	}
	bound := storage.Deed{At: r.Clock.Now(), By: t.Owner.Chat, Do: "bind", Why: kind, Of: e.Group}
	if err := r.Store.NoteDeed(ctx, t.Op+".bound", bound); err != nil {
		return err
	}
	if kind == storage.Reviewers {
		if err := r.setMenu(ctx, e.Group, r.house(), DeskWords()); err != nil {
			return err
		}
		if err := r.Store.CardsAgain(ctx, t.Op+".cards", r.Clock.Now()); err != nil {
			return err
		}
	}
	return r.tell(ctx, flows.Tell{Chat: e.Group, Phrase: flows.Say("bind.ok", "group", flows.Say("group."+kind))})
}

// welcome stays for a while where an owner brought the bot, and leaves every other group with one line. A bound group that
// has it back keeps its part and hears what it missed.
func (r *Runner) welcome(ctx context.Context, t engine.Task, e flows.Welcome) error {
	bound, err := r.Store.Bound(ctx, e.Group)
	switch {
	case err != nil:
		return err
	case bound:
		return r.back(ctx, e.Group)
	case storage.Supergroup(e.Group) && r.Clock.Now().Sub(t.At) < moving:
		if basic, err := r.Store.Upgradable(ctx); err != nil || basic {
			return errors.Join(err, &engine.Later{Wait: time.Second, Err: errMoving})
		}
	}
	if r.owner(t.Owner.Chat) {
		if err := r.Store.Guest(ctx, e.Group, r.Clock.Now()); err != nil {
			return err
		}
		return r.tell(ctx, flows.Tell{Chat: e.Group, Phrase: flows.Say("group.stay")})
	}
	if err := r.tell(ctx, flows.Tell{Chat: e.Group, Phrase: flows.Say("group.leave")}); errors.Is(err, telegram.ErrRetry) {
		return err
	}
	return r.Chats.LeaveChat(ctx, e.Group)
}

// back greets a bound group that had lost the bot; one that only got another id does not know that it was gone.
func (r *Runner) back(ctx context.Context, group int64) error {
	since, err := r.Store.ShutSince(ctx, group)
	if err != nil || since.IsZero() {
		return err
	}
	return errors.Join(r.tell(ctx, flows.Tell{Chat: group, Phrase: flows.Say("group.back")}), r.catchUp(ctx, group))
}

// moving is how long a group may be one of ours that has just become a supergroup: its new id comes by two updates, and the
// word of it by a third.
const moving = 3 * time.Second

var errMoving = errors.New("a group of ours may have become this one")

// askRole brings a wish for the reviewer's role to the owners.
func (r *Runner) askRole(ctx context.Context, t engine.Task, e flows.AskRole) (flows.Answer, error) {
	if _, ok, err := r.Store.Reviewer(ctx, t.Owner.Chat); err != nil || ok {
		return flows.RoleAsked{Outcome: flows.Taken, Name: e.Name}, err
	}
	if len(r.Owners) == 0 {
		return flows.RoleAsked{Outcome: flows.Refused, Name: e.Name}, nil
	}
	if err := r.Store.RequestRole(ctx, t.Owner.Chat, e.Name); err != nil {
		return nil, err
	}
	id := strconv.FormatInt(t.Owner.Chat, 10)
	for _, owner := range r.Owners {
		ask := flows.Tell{Chat: owner, Phrase: flows.Say("role.request", "name", e.Name, "id", id),
			Buttons: [][]flows.Button{{flows.About("grant", id)}}}
		err := r.pushOnce(ctx, "role."+t.Op, strconv.FormatInt(owner, 10), ask)
		if err != nil {
			return nil, err
		}
	}
	return flows.RoleAsked{Outcome: flows.OK, Name: e.Name}, nil
}

// grantRole makes a user a reviewer on an owner's word.
func (r *Runner) grantRole(ctx context.Context, t engine.Task, e flows.GrantRole) (flows.Answer, error) {
	user, err := strconv.ParseInt(e.User, 10, 64)
	if err != nil || !r.owner(t.Owner.Chat) {
		return flows.RoleAsked{Outcome: flows.Refused}, nil
	}
	name, err := r.Store.GrantRole(ctx, user, t.Owner.Chat, r.Clock.Now())
	if err != nil {
		return nil, err
	}
	return flows.RoleAsked{Outcome: flows.OK, Name: name}, r.push(ctx, "role", flows.Tell{Chat: user, Phrase: flows.Say("role.welcome")})
}

// stay is how long the bot remains in a group that nobody binds (rulings.md).
const stay = 10 * time.Minute

// LeaveGuests leaves the groups that an owner brought the bot into and did not bind in time.
func (r *Runner) LeaveGuests(ctx context.Context) error {
	groups, err := r.Store.Guests(ctx, r.Clock.Now().Add(-stay))
	if err != nil {
		return err
	}
	for _, group := range groups {
		bound, err := r.Store.Bound(ctx, group)
		if err == nil && !bound {
			err = r.Chats.LeaveChat(ctx, group)
		}
		if err != nil && !errors.Is(err, telegram.ErrBlocked) && !errors.Is(err, telegram.ErrRejected) {
			return err
		}
		if err := r.Store.Settled(ctx, group); err != nil {
			return err
		}
	}
	return nil
}
