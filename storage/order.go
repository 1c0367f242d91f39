package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

func orderAbout(no string) string { return "order|" + no }

// SetOrder keeps the last order on a case, sealed. Repeating it is harmless. Two round trips.
func (s *Store) SetOrder(ctx context.Context, o flows.Order) error {
	tag, p, err := s.whose(ctx, o.No)
	if err != nil {
		return fmt.Errorf("keep order: %w", err)
	}
	sealed, err := s.seal(o, orderAbout(o.No))
	if err == nil {
		err = s.rdb.HSet(ctx, s.keys.cases(tag, p), o.No+" order", sealed).Err()
	}
	return wrapped("keep order", err)
}

// OrderOn is the last order on a case; ErrNone without one. Two round trips.
func (s *Store) OrderOn(ctx context.Context, no string) (o flows.Order, err error) {
	tag, p, err := s.whose(ctx, no)
	if err != nil {
		return o, fmt.Errorf("read order: %w", err)
	}
	sealed, err := s.rdb.HGet(ctx, s.keys.cases(tag, p), no+" order").Result()
	if errors.Is(err, redis.Nil) {
		return o, fmt.Errorf("read order: %w", ErrNone)
	}
	if err == nil {
		err = s.unseal(sealed, orderAbout(no), &o)
	}
	return o, wrapped("read order", err)
}

// LooksAnHour is how many cases a reviewer may open in an hour (trust.md, T3).
const LooksAnHour = 60

// CountLook counts a reviewer's wish to open a case: zero allows it, a time says until when not. One round trip.
func (s *Store) CountLook(ctx context.Context, op string, user int64, now time.Time) (time.Time, error) {
	if err := fit(op); err != nil {
		return time.Time{}, fmt.Errorf("count look: %w", err)
	}
	return s.window(ctx, s.keys.operation(groupTag, "look", op), s.keys.viewed(user), op, now, 0, time.Hour, LooksAnHour)
}
