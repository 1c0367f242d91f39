package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"guiwei/flows"
)

// What one phone may serve and how often it may be written to.
const (
	perPhone    = 5                // accounts: families share a phone
	reservation = 10 * time.Minute // between reserving and confirming
)

func refName(ref flows.AccountRef) string { return string(ref.Person) + "/" + ref.ID }

func readRef(name string) flows.AccountRef {
	person, id, _ := strings.Cut(name, "/")
	return flows.AccountRef{Person: flows.Person(person), ID: id}
}

// ReservePhone keeps one of a phone's places for an account for 10 minutes; ErrPhoneFull when 5 accounts have them. An
// account that has its place keeps it. One round trip.
func (s *Store) ReservePhone(ctx context.Context, op, phone string, ref flows.AccountRef, now time.Time) error {
	return s.place(ctx, "reserve", op, phone, ref, now)
}

// ConfirmPhone makes a reservation last; one that has run out is taken anew, or ErrPhoneFull. One round trip.
func (s *Store) ConfirmPhone(ctx context.Context, op, phone string, ref flows.AccountRef, now time.Time) error {
	return s.place(ctx, "confirm", op, phone, ref, now)
}

// ReleasePhone gives an account's place back, reserved or confirmed. One round trip.
func (s *Store) ReleasePhone(ctx context.Context, op, phone string, ref flows.AccountRef) error {
	return s.place(ctx, "release", op, phone, ref, time.Time{})
}

// LeavePhone gives back the place of the phone that an account had before it was registered anew with another, and that of
// its e-mail address. Repeating it is harmless, also after a crash in its midst. One round trip, two where it was registered
// anew, one more for each that is given back.
func (s *Store) LeavePhone(ctx context.Context, op string, ref flows.AccountRef) error {
	sh, err := s.readShelf(ctx, ref.Person)
	if err != nil {
		return fmt.Errorf("leave phone: %w", err)
	}
	sealed := sh.accounts[ref.ID+" former"]
	if sealed == "" {
		return nil
	}
	var former flows.Applicant
	if err := s.unseal(sealed, accountAbout(ref.Person), &former); err != nil {
		return fmt.Errorf("leave phone: %w", err)
	}
	a, err := s.account(sh, ref.ID)
	if err != nil {
		return fmt.Errorf("leave phone: %w", err)
	}
	if former.Phone != a.Phone {
		if err := s.ReleasePhone(ctx, op+".former", former.Phone, ref); err != nil {
			return err
		}
	}
	if former.Email != "" && former.Email != a.Email {
		if err := s.ForgetEmail(ctx, op+".former", former.Email, ref); err != nil {
			return err
		}
	}
	return s.noteAccount(ctx, "former", op, ref, "former", "")
}

func (s *Store) place(ctx context.Context, what, op, phone string, ref flows.AccountRef, now time.Time) error {
	if err := fit(op); err != nil {
		return fmt.Errorf("%s phone: %w", what, err)
	}
	shard, index := s.vault.Phone(phone)
	tag := phoneTag(shard)
	answer, err := s.run(ctx, "phone", []string{s.keys.operation(tag, what, op), s.keys.phone(tag, index)},
		what, refName(ref), millis(now), ttl(reservation), perPhone, ttl(seenFor))
	if err != nil {
		return fmt.Errorf("%s phone: %w", what, err)
	}
	if answer[0] == "full" {
		return fmt.Errorf("%s phone: %w", what, ErrPhoneFull)
	}
	return nil
}

// AccountsOf lists the accounts that a phone is confirmed for, in no particular order. One round trip.
func (s *Store) AccountsOf(ctx context.Context, phone string) ([]flows.AccountRef, error) {
	shard, index := s.vault.Phone(phone)
	places, err := s.rdb.HGetAll(ctx, s.keys.phone(phoneTag(shard), index)).Result()
	if err != nil {
		return nil, fmt.Errorf("read accounts of phone: %w", err)
	}
	var refs []flows.AccountRef
	for name, until := range places {
		if until == "confirmed" {
			refs = append(refs, readRef(name))
		}
	}
	return refs, nil
}

// CountCode counts a code to be sent: zero allows it, a time says until when not. A phone gets 1 a minute, 5 an hour, 10 in
// 24 hours and then none for 24 hours (Aliyun's own defaults and T10); a chat asks for 5 in 24 hours. A refused code counts
// nowhere. Two round trips, three when the phone refuses.
func (s *Store) CountCode(ctx context.Context, op, phone string, chat int64, now time.Time) (time.Time, error) {
	if err := fit(op); err != nil {
		return time.Time{}, fmt.Errorf("count code: %w", err)
	}
	const day = 24 * time.Hour
	shard, index := s.vault.Phone(phone)
	tag, own := phoneTag(shard), s.keys.chatCodes(chat)
	mark := s.keys.operation(chatTag(chat), "code", op)
	until, err := s.window(ctx, mark, own, op, now, 0, day, 5)
	if err != nil || !until.IsZero() {
		return until, err
	}
	until, err = s.window(ctx, s.keys.operation(tag, "code", op), s.keys.codes(tag, index), op, now,
		day, time.Minute, 1, time.Hour, 5, day, 10)
	if err != nil || until.IsZero() {
		return until, err
	}
	if err := s.rdb.ZRem(ctx, own, op).Err(); err != nil {
		return until, fmt.Errorf("count code: %w", err)
	}
	return until, nil
}

// window counts one event against limits, pairs of a span and how many fit in it; block is how long nothing fits any more
// once the last limit was reached.
func (s *Store) window(ctx context.Context, mark, key, op string, now time.Time, block time.Duration, limits ...any) (time.Time, error) {
	args := []any{op, millis(now), ttl(block), ttl(seenFor)}
	for _, l := range limits {
		if span, ok := l.(time.Duration); ok {
			l = ttl(span)
		}
		args = append(args, l)
	}
	answer, err := s.run(ctx, "window", []string{mark, key, key + ":block"}, args...)
	if err != nil {
		return time.Time{}, fmt.Errorf("count code: %w", err)
	}
	return instant(number(answer[1])), nil
}
