package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// nonceFor is how long the answer of a call without an operation id of its own is kept: longer than the client repeats it.
const nonceFor = 10 * time.Minute

// Due takes up to limit owners whose outbox waits for somebody, oldest first: theirs become due again at now + lease.
// Timers whose time has come are moved into the outboxes first, as entries with the timer's effects. One round trip over all
// shards, and one more per shard with something due. Owners that skip names are left to other replicas; nil names none.
func (s *Store) Due(ctx context.Context, now time.Time, lease time.Duration, limit int, skip func(Owner) bool) ([]Owner, error) {
	pipe := s.rdb.Pipeline()
	shards := tags()
	looks := make([]*redis.ZSliceCmd, len(shards))
	until := strconv.FormatInt(millis(now), 10)
	for i, tag := range shards {
		looks[i] = pipe.ZRangeByScoreWithScores(ctx, s.keys.due(tag),
			&redis.ZRangeBy{Min: "-inf", Max: until, Count: int64(limit)})
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("look for due owners: %w", err)
	}
	var owners []Owner
	for _, w := range waiting(shards, looks, limit, skip) {
		taken, err := s.take(ctx, w, now, lease)
		if err != nil {
			return owners, fmt.Errorf("take due owners: %w", err)
		}
		owners = append(owners, taken...)
	}
	return owners, nil
}

// wait is what is due in one shard.
type wait struct {
	tag     string
	members []string
}

// waiting keeps the oldest members of all shards, grouped by shard, the shard with the oldest first.
func waiting(shards []string, looks []*redis.ZSliceCmd, limit int, skip func(Owner) bool) []wait {
	type member struct {
		tag, name string
		at        float64
	}
	var all []member
	for i, look := range looks {
		for _, z := range look.Val() {
			name, _ := z.Member.(string)
			if skip != nil && !strings.Contains(name, "|") && skip(readOwner(name)) {
				continue
			}
			all = append(all, member{shards[i], name, z.Score})
		}
	}
	slices.SortStableFunc(all, func(a, b member) int { return cmp.Compare(a.at, b.at) })
	var list []wait
	at := map[string]int{}
	for _, m := range all[:min(limit, len(all))] {
		i, ok := at[m.tag]
		if !ok {
			i = len(list)
			at[m.tag] = i
			list = append(list, wait{tag: m.tag})
		}
		list[i].members = append(list[i].members, m.name)
	}
	return list
}

func (s *Store) take(ctx context.Context, w wait, now time.Time, lease time.Duration) ([]Owner, error) {
	keys := []string{s.keys.operation(w.tag, "due", nonce()), s.keys.due(w.tag), s.keys.timers(w.tag)}
	args := []any{millis(now), millis(now.Add(lease)), ttl(nonceFor)}
	for _, m := range w.members {
		owner, _, _ := strings.Cut(m, "|")
		keys = append(keys, s.keys.out(w.tag, owner))
		args = append(args, m)
	}
	answer, err := s.run(ctx, "due", keys, args...)
	if err != nil {
		return nil, err
	}
	owners := make([]Owner, 0, len(answer)-1)
	for _, name := range answer[1:] {
		owners = append(owners, readOwner(name))
	}
	return owners, nil
}

// NextDue is the earliest time at which Due will find something; false when nothing waits. One round trip.
func (s *Store) NextDue(ctx context.Context) (time.Time, bool, error) {
	pipe := s.rdb.Pipeline()
	shards := tags()
	looks := make([]*redis.ZSliceCmd, len(shards))
	for i, tag := range shards {
		looks[i] = pipe.ZRangeWithScores(ctx, s.keys.due(tag), 0, 0)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return time.Time{}, false, fmt.Errorf("look for the next due time: %w", err)
	}
	first, found := int64(0), false
	for _, look := range looks {
		for _, z := range look.Val() {
			if at := int64(z.Score); !found || at < first {
				first, found = at, true
			}
		}
	}
	return instant(first), found, nil
}

// Hold takes or renews a lease by name, for the poller and the sweeper: true while holder has it. It ends by itself after
// term, on Redis's own clock. One round trip.
func (s *Store) Hold(ctx context.Context, name, holder string, term time.Duration) (bool, error) {
	answer, err := s.run(ctx, "hold", []string{s.keys.lease(name)}, holder, ttl(term))
	if err != nil {
		return false, fmt.Errorf("hold lease %s: %w", name, err)
	}
	return answer[0] == "ok", nil
}

// Drop gives a lease back, if holder has it. One round trip.
func (s *Store) Drop(ctx context.Context, name, holder string) error {
	if _, err := s.run(ctx, "hold", []string{s.keys.lease(name)}, holder, 0); err != nil {
		return fmt.Errorf("drop lease %s: %w", name, err)
	}
	return nil
}

// Replica notes that a running program, by a name of its own, lives until a term from now, and counts those that do. One round
// trip.
func (s *Store) Replica(ctx context.Context, name string, now time.Time, term time.Duration) (int, error) {
	pipe, key := s.rdb.TxPipeline(), s.keys.replicas()
	pipe.ZAdd(ctx, key, redis.Z{Score: float64(millis(now.Add(term))), Member: name})
	pipe.ZRemRangeByScore(ctx, key, "-inf", strconv.FormatInt(millis(now), 10))
	alive := pipe.ZCard(ctx, key)
	if _, err := pipe.Exec(ctx); err != nil {
		return 0, fmt.Errorf("count replicas: %w", err)
	}
	return int(alive.Val()), nil
}

// NoReplica takes a program that stops out of the count. One round trip.
func (s *Store) NoReplica(ctx context.Context, name string) error {
	if err := s.rdb.ZRem(ctx, s.keys.replicas(), name).Err(); err != nil {
		return fmt.Errorf("leave replicas: %w", err)
	}
	return nil
}

// ignoreNil takes Redis's "nothing there" for no error.
func ignoreNil(err error) error {
	if errors.Is(err, redis.Nil) {
		return nil
	}
	return err
}
