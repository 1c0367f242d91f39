package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// Terms of finding an account again.
const (
	answersADay = 5                   // tries of the security questions of an account (trust.md T14)
	alarmFor    = 15 * 24 * time.Hour // how long 这不是我 can be said
)

// CountProof counts a code that a chat asks for: a time says until when not, by what was typed and by the chat alone. May says
// whether it can go out: to, the phone or the address on record, gets no more than any phone does. The limits are those of
// CountCode, and one phone has one count of both. Three round trips whoever is meant, two where to is what was typed; up to
// three when the chat or the typed handle has to wait.
func (s *Store) CountProof(ctx context.Context, op, typed, to string, chat int64, now time.Time) (until time.Time, may bool, err error) {
	until, err = s.CountCode(ctx, op, typed, chat, now)
	if err != nil || !until.IsZero() || to == typed {
		return until, until.IsZero(), err
	}
	const day = 24 * time.Hour
	shard, index := s.vault.Phone(to)
	tag := phoneTag(shard)
	full, err := s.window(ctx, s.keys.operation(tag, "proof", op), s.keys.codes(tag, index), op, now, day, time.Minute, 1, time.Hour, 5, day, 10)
	return time.Time{}, full.IsZero(), err
}

// Push puts effects into a person's outbox, to be done in its own lane. A repeated entry is there once. One round trip.
func (s *Store) Push(ctx context.Context, op string, p flows.Person, effects []flows.Effect, now time.Time) error {
	tag, err := personTag(p)
	if err == nil {
		err = fit(op)
	}
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	owner := personOwner(p)
	sealed, err := s.sealEffects(owner, op, effects)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	keys := []string{s.keys.out(tag, owner), s.keys.due(tag)}
	if _, err := s.run(ctx, "push", keys, owner, op, millis(now), sealed); err != nil {
		return fmt.Errorf("push: %w", err)
	}
	return nil
}

// Nobody is a person that no document belongs to: what goes out for nobody takes the way of what goes out for somebody.
func Nobody(op string) flows.Person { return nobody(int(AccountID(op)[0]) % Compared) }

// Found reads accounts by name, as Candidates does: those that are there. One round trip.
func (s *Store) Found(ctx context.Context, refs []flows.AccountRef, chat int64) ([]Candidate, error) {
	var persons []flows.Person
	for _, ref := range refs {
		if !slices.Contains(persons, ref.Person) {
			persons = append(persons, ref.Person)
		}
	}
	shelves, err := s.readShelves(ctx, persons)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	var all []Candidate
	for _, sh := range shelves {
		of, err := s.candidatesOf(sh, flows.Handle{}, refs, chat)
		if err != nil {
			return nil, fmt.Errorf("read accounts: %w", err)
		}
		all = append(all, of...)
	}
	slices.SortFunc(all, before)
	return all, nil
}

// CountAnswer counts a try at an account's security questions, and says how many are left of the day; false when there were
// none. One round trip.
func (s *Store) CountAnswer(ctx context.Context, op string, ref flows.AccountRef, now time.Time) (left int, may bool, err error) {
	tag, err := personTag(ref.Person)
	if err == nil {
		err = fit(op)
	}
	if err != nil {
		return 0, false, fmt.Errorf("count answer: %w", err)
	}
	key := s.keys.answers(tag, ref)
	until, err := s.window(ctx, s.keys.operation(tag, "answer", op), key, op, now, 0, 24*time.Hour, answersADay)
	if err != nil || !until.IsZero() {
		return 0, false, err
	}
	n, err := s.rdb.ZCard(ctx, key).Result()
	if err != nil {
		return 0, false, fmt.Errorf("count answer: %w", err)
	}
	return max(0, answersADay-int(n)), true, nil
}

// ChangePassword sets an account's password hash and ends every login of the person; then, in the person's lane, comes next,
// which may be nil. Bar is a chat that finds this account no more, 0 for none. Ended: the account is not in use. ErrNone
// without it. Two round trips, four where somebody wrote the account meanwhile.
func (s *Store) ChangePassword(ctx context.Context, op string, ref flows.AccountRef, phc string, bar int64, next flows.Effect, now time.Time) (flows.Outcome, error) {
	for range guesses {
		o, err := s.changePassword(ctx, op, ref, phc, bar, next, now)
		if errors.Is(err, ErrConflict) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("change password: %w", err)
		}
		return o, nil
	}
	return "", fmt.Errorf("change password: %w", ErrConflict)
}

func (s *Store) changePassword(ctx context.Context, op string, ref flows.AccountRef, phc string, bar int64, next flows.Effect, now time.Time) (flows.Outcome, error) {
	if err := fit(op); err != nil {
		return "", err
	}
	sh, err := s.readShelf(ctx, ref.Person)
	if err != nil {
		return "", err
	}
	a, err := s.account(sh, ref.ID)
	if err != nil {
		return "", err
	}
	a.Password = phc
	sealed, err := s.seal(a.Applicant, accountAbout(ref.Person))
	if err != nil {
		return "", err
	}
	owner, entry, barred := personOwner(ref.Person), op+".changed", ""
	var pushed []byte
	if next != nil {
		if pushed, err = s.sealEffects(owner, entry, []flows.Effect{next}); err != nil {
			return "", err
		}
	}
	if bar != 0 {
		barred = strconv.FormatInt(bar, 10)
	}
	keys := []string{s.keys.operation(sh.tag, "password", op), s.keys.person(sh.tag, ref.Person), s.keys.accounts(sh.tag, ref.Person),
		s.keys.out(sh.tag, owner), s.keys.due(sh.tag)}
	answer, err := s.run(ctx, "change_password", keys, ref.ID, sh.accounts[ref.ID+" sealed"], sealed, owner, entry, millis(now), pushed, ttl(seenFor), barred)
	switch {
	case err != nil:
		return "", err
	case answer[0] == "stale":
		return "", ErrConflict
	case answer[0] == "none":
		return "", fmt.Errorf("account %w", ErrNone)
	}
	return flows.Outcome(answer[0]), nil
}

// Alarm is what a chat was warned of.
type Alarm struct {
	Account flows.AccountRef `json:"account"`
	By      int64            `json:"by"` // chat that did it
	At      time.Time        `json:"at"`
}

func alarmAbout(chat int64, name string) string {
	return "alarm|" + strconv.FormatInt(chat, 10) + "|" + name
}

// Raise keeps what a chat is warned of under a name, for as long as it may say 这不是我. Repeating it is harmless. One round trip.
func (s *Store) Raise(ctx context.Context, chat int64, name string, a Alarm) error {
	sealed, err := s.seal(a, alarmAbout(chat, name))
	if err == nil {
		err = s.rdb.Set(ctx, s.keys.alarm(chat, name), sealed, alarmFor).Err()
	}
	if err != nil {
		return fmt.Errorf("keep alarm: %w", err)
	}
	return nil
}

// Raised reads what a chat was warned of; ErrNone when there was nothing, or too long ago. One round trip.
func (s *Store) Raised(ctx context.Context, chat int64, name string) (a Alarm, err error) {
	if !word(name) {
		return a, fmt.Errorf("read alarm: %w", ErrNone)
	}
	sealed, err := s.rdb.Get(ctx, s.keys.alarm(chat, name)).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return a, fmt.Errorf("read alarm: %w", ErrNone)
	case err != nil:
		return a, fmt.Errorf("read alarm: %w", err)
	}
	if err := s.unseal(sealed, alarmAbout(chat, name), &a); err != nil {
		return a, fmt.Errorf("read alarm: %w", err)
	}
	return a, nil
}
