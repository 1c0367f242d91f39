package storage

import (
	"context"
	"fmt"
	"time"

	"guiwei/flows"
)

// Change is a change of what an account's student told, by a chat that is logged in to it.
type Change struct {
	Account    flows.AccountRef
	Generation int // of the chat's login
	Chat       int64
	Apply      func(*flows.Applicant)
	Others     bool        // the logins of all other chats end: a new generation
	Alarm      flows.Alarm // pushed for the other chats that know the account
	Now        time.Time
}

// ChangeAccount writes a change. Ended: the chat's login does not hold; nothing was written. The answer's Login has the
// person's generation of now. What was told before is kept as "former" for LeavePhone. Two round trips, two more for each
// change that came between.
func (s *Store) ChangeAccount(ctx context.Context, op string, c Change) (flows.Changed, error) {
	if err := fit(op); err != nil {
		return flows.Changed{}, fmt.Errorf("change account: %w", err)
	}
	for range guesses {
		answer, err := s.change(ctx, op, c)
		if err != nil {
			return flows.Changed{}, fmt.Errorf("change account: %w", err)
		}
		switch answer[0] {
		case "ended":
			return flows.Changed{Outcome: flows.Ended}, nil
		case "ok":
			return flows.Changed{Outcome: flows.OK, Generation: int(number(answer[1]))}, nil
		}
	}
	return flows.Changed{}, fmt.Errorf("change account: %w", ErrConflict)
}

func (s *Store) change(ctx context.Context, op string, c Change) ([]string, error) {
	p := c.Account.Person
	sh, err := s.readShelf(ctx, p)
	if err != nil {
		return nil, err
	}
	a, err := s.account(sh, c.Account.ID)
	if err != nil {
		return nil, err
	}
	c.Apply(&a.Applicant)
	sealed, err := s.seal(a.Applicant, accountAbout(p))
	if err != nil {
		return nil, err
	}
	owner, entry := personOwner(p), op+".changed"
	alarm, err := s.sealEffects(owner, entry, []flows.Effect{c.Alarm})
	if err != nil {
		return nil, err
	}
	keys := []string{s.keys.operation(sh.tag, "change", op), s.keys.person(sh.tag, p), s.keys.accounts(sh.tag, p),
		s.keys.out(sh.tag, owner), s.keys.due(sh.tag)}
	return s.run(ctx, "change_account", keys, c.Account.ID, c.Generation, c.Chat, sh.accounts[c.Account.ID+" sealed"], sealed,
		boolean(c.Others), owner, entry, alarm, millis(c.Now), ttl(seenFor))
}
