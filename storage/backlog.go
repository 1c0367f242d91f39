package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// Backlog is what waits in the whole store, for the operator's figures.
type Backlog struct {
	Outboxes   int       // with something to be done
	Oldest     time.Time // when the oldest entry of them was committed; zero without one
	Timers     int
	Cases      map[flows.CaseState]int // open ones
	OldestCase time.Time               // when the oldest of them was submitted; zero without one
}

const (
	backlogAhead = time.Hour // an outbox that is tried again later than that is not counted
	backlogRead  = 64        // outboxes that are read for their oldest entry: those due first
)

// Backlog counts what waits. Two round trips over all shards; what it sees while others write is not one moment.
func (s *Store) Backlog(ctx context.Context, now time.Time) (Backlog, error) {
	pipe := s.rdb.Pipeline()
	until := strconv.FormatInt(millis(now.Add(backlogAhead)), 10)
	var soon []*redis.ZSliceCmd
	var members []*redis.IntCmd
	var open []*redis.StringSliceCmd
	for _, tag := range tags() {
		soon = append(soon, pipe.ZRangeByScoreWithScores(ctx, s.keys.due(tag), &redis.ZRangeBy{Min: "-inf", Max: until}))
		members = append(members, pipe.ZCard(ctx, s.keys.due(tag)))
		if strings.HasPrefix(tag, "p") {
			open = append(open, pipe.HVals(ctx, s.keys.open(tag)))
		}
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return Backlog{}, fmt.Errorf("read backlog: %w", err)
	}
	b := Backlog{Cases: map[flows.CaseState]int{}}
	for _, o := range open {
		b.count(o.Val())
	}
	for _, n := range members {
		b.Timers += int(n.Val())
	}
	owners := waitingOwners(soon)
	b.Outboxes = len(owners)
	b.Timers -= b.Outboxes
	var err error
	b.Oldest, err = s.oldest(ctx, owners[:min(len(owners), backlogRead)])
	return b, err
}

// count adds the open cases of a shard, each "<state> <submitted ms>".
func (b *Backlog) count(cases []string) {
	for _, c := range cases {
		state, at, _ := strings.Cut(c, " ")
		b.Cases[flows.CaseState(state)]++
		b.OldestCase = earlier(b.OldestCase, instant(number(at)))
	}
}

// waitingOwners are the outboxes among what is due, the one due first ahead.
func waitingOwners(soon []*redis.ZSliceCmd) []Owner {
	var all []redis.Z
	for _, look := range soon {
		for _, z := range look.Val() {
			if name, _ := z.Member.(string); !strings.Contains(name, "|") {
				all = append(all, z)
			}
		}
	}
	slices.SortFunc(all, func(a, b redis.Z) int { return cmp.Compare(a.Score, b.Score) })
	owners := make([]Owner, len(all))
	for i, z := range all {
		name, _ := z.Member.(string)
		owners[i] = readOwner(name)
	}
	return owners
}

// oldest reads when the oldest entry of some outboxes was committed.
func (s *Store) oldest(ctx context.Context, owners []Owner) (time.Time, error) {
	if len(owners) == 0 {
		return time.Time{}, nil
	}
	pipe := s.rdb.Pipeline()
	var outs []*redis.StringSliceCmd
	for _, o := range owners {
		if tag, name, err := o.place(); err == nil {
			outs = append(outs, pipe.HVals(ctx, s.keys.out(tag, name)))
		}
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return time.Time{}, fmt.Errorf("read backlog: %w", err)
	}
	first := time.Time{}
	for _, out := range outs {
		for _, value := range out.Val() {
			head, _, entry := strings.Cut(value, "\n")
			if _, at, dated := strings.Cut(head, " "); entry && dated {
				first = earlier(first, instant(number(at)))
			}
		}
	}
	return first, nil
}

// earlier is the earlier of two times, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
