package storage

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Guest notes a group that an owner put the bot into and that is not bound yet. Repeating it is harmless. One round trip.
func (s *Store) Guest(ctx context.Context, group int64, at time.Time) error {
	if err := s.rdb.ZAddNX(ctx, s.keys.guests(), redis.Z{Score: float64(at.UnixMilli()), Member: group}).Err(); err != nil {
		return fmt.Errorf("note guest group: %w", err)
	}
	return nil
}

// Guests lists the groups noted up to a time. One round trip.
func (s *Store) Guests(ctx context.Context, before time.Time) ([]int64, error) {
	list, err := s.rdb.ZRangeByScore(ctx, s.keys.guests(), &redis.ZRangeBy{Min: "-inf", Max: strconv.FormatInt(before.UnixMilli(), 10)}).Result()
	if err != nil {
		return nil, fmt.Errorf("list guest groups: %w", err)
	}
	groups := make([]int64, len(list))
	for i, member := range list {
		groups[i] = number(member)
	}
	return groups, nil
}

// Settled forgets a guest: the group was bound, or left. One round trip.
func (s *Store) Settled(ctx context.Context, group int64) error {
	if err := s.rdb.ZRem(ctx, s.keys.guests(), group).Err(); err != nil {
		return fmt.Errorf("settle guest group: %w", err)
	}
	return nil
}

// Bound says whether a group has its part: reviewers' or counselors'. One round trip.
func (s *Store) Bound(ctx context.Context, group int64) (bool, error) {
	pipe := s.rdb.Pipeline()
	reviewers := pipe.HVals(ctx, s.keys.groups())
	counselors := pipe.SIsMember(ctx, s.keys.counselors(), group)
	if _, err := pipe.Exec(ctx); err != nil {
		return false, fmt.Errorf("read groups: %w", err)
	}
	return counselors.Val() || slices.Contains(reviewers.Val(), strconv.FormatInt(group, 10)), nil
}

// Upgradable says whether one of the bound groups is a basic one, which may become a supergroup of another id at any
// time. Two round trips.
func (s *Store) Upgradable(ctx context.Context) (bool, error) {
	groups, err := s.Counselors(ctx)
	if err != nil {
		return false, err
	}
	reviewers, bound, err := s.Group(ctx, Reviewers)
	if bound {
		groups = append(groups, reviewers)
	}
	return slices.ContainsFunc(groups, func(id int64) bool { return !Supergroup(id) }), err
}

// Supergroup says whether a group's id is a supergroup's (Bot API: -100 and the number).
func Supergroup(id int64) bool { return id < -1_000_000_000_000 }
