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

// Kinds of groups. There is one reviewers' group, and any number of counselors' groups.
const (
	Reviewers  = "reviewers"
	Counselors = "counselors"
)

// NewInvite keeps a one-time code that binds a group of a kind, by an owner, until then. Codes are kept as keyed digests.
// Repeating it is harmless. One round trip.
func (s *Store) NewInvite(ctx context.Context, code, kind string, by int64, until time.Time) error {
	if kind != Reviewers && kind != Counselors {
		return fmt.Errorf("keep invite: kind %w", ErrNone)
	}
	key := s.keys.invite(s.vault.Digest(0, "invite", code))
	pipe := s.rdb.Pipeline()
	pipe.HSet(ctx, key, "kind", kind, "by", by, "until", millis(until))
	pipe.PExpireAt(ctx, key, until.Add(seenFor))
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("keep invite: %w", err)
	}
	return nil
}

// TakeInvite uses a code up and says which kind of group it binds; false when it is unknown, used or too old. One round trip.
func (s *Store) TakeInvite(ctx context.Context, op, code string, now time.Time) (string, bool, error) {
	if err := fit(op); err != nil {
		return "", false, fmt.Errorf("take invite: %w", err)
	}
	key := s.keys.invite(s.vault.Digest(0, "invite", code))
	answer, err := s.run(ctx, "take_invite", []string{s.keys.operation(groupTag, "invite", op), key}, millis(now), ttl(seenFor))
	if err != nil {
		return "", false, fmt.Errorf("take invite: %w", err)
	}
	return answer[1], answer[0] == "ok", nil
}

// BindGroup makes a chat the reviewers' group, or one of the counselors'. A group has one kind. Repeating it is harmless.
// One round trip.
func (s *Store) BindGroup(ctx context.Context, kind string, chat int64) error {
	return s.group(ctx, "bind", kind, chat, chat)
}

// MigrateGroup gives a bound group its new id, when it became a supergroup; the open cases' cards are asked for again in the
// reviewers' one. What it missed under the old id it misses under the new one. Repeating it is harmless. Four round trips, two for
// each missed notice, and in the reviewers' group those of CardsAgain.
func (s *Store) MigrateGroup(ctx context.Context, from, to int64, now time.Time) error {
	if err := s.group(ctx, "migrate", "", from, to); err != nil {
		return err
	}
	if err := s.moveMissed(ctx, from, to); err != nil {
		return err
	}
	if reviewers, _, err := s.Group(ctx, Reviewers); err != nil || reviewers != to {
		return err
	}
	return s.CardsAgain(ctx, "moved"+strconv.FormatInt(-to, 10), now)
}

func (s *Store) group(ctx context.Context, what, kind string, from, to int64) error {
	if what == "bind" && kind != Reviewers && kind != Counselors {
		return fmt.Errorf("%s group: kind %w", what, ErrNone)
	}
	if _, err := s.run(ctx, "group", []string{s.keys.groups(), s.keys.counselors()}, what, kind, from, to); err != nil {
		return fmt.Errorf("%s group: %w", what, err)
	}
	return nil
}

// Group is the group of a kind, false without one; of counselors' groups the one with the lowest id. One round trip.
func (s *Store) Group(ctx context.Context, kind string) (int64, bool, error) {
	if kind == Counselors {
		all, err := s.Counselors(ctx)
		if err != nil || len(all) == 0 {
			return 0, false, err
		}
		return all[0], true, nil
	}
	text, err := s.rdb.HGet(ctx, s.keys.groups(), kind).Result()
	if errors.Is(err, redis.Nil) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("read group: %w", err)
	}
	return number(text), true, nil
}

// Counselors lists the counselors' groups in ascending order. One round trip.
func (s *Store) Counselors(ctx context.Context) ([]int64, error) {
	texts, err := s.rdb.SMembers(ctx, s.keys.counselors()).Result()
	if err != nil {
		return nil, fmt.Errorf("read counselors' groups: %w", err)
	}
	var all []int64
	for _, t := range texts {
		all = append(all, number(t))
	}
	slices.Sort(all)
	return all, nil
}

// RequestRole notes that a user asks to be a reviewer. Repeating it is harmless. One round trip.
func (s *Store) RequestRole(ctx context.Context, user int64, name string) error {
	sealed, err := s.seal(name, reviewerAbout(user))
	if err != nil {
		return fmt.Errorf("request role: %w", err)
	}
	if err := s.rdb.HSet(ctx, s.keys.wishes(), strconv.FormatInt(user, 10), sealed).Err(); err != nil {
		return fmt.Errorf("request role: %w", err)
	}
	return nil
}

// GrantRole makes a user who asked for it a reviewer and answers the name; ErrNone when nobody asked. A reviewer stays one.
// By is the owner whose word it is, 0 for the bot's own. One round trip, two where the audit has rows.
func (s *Store) GrantRole(ctx context.Context, user, by int64, now time.Time) (string, error) {
	answer, err := s.runAudited(ctx, "grant", groupTag, "", Deed{At: now, By: by, Do: "grant", Of: user},
		[]string{s.keys.wishes(), s.keys.reviewers()}, user)
	if err != nil {
		return "", fmt.Errorf("grant role: %w", err)
	}
	if answer[0] == "none" {
		return "", fmt.Errorf("grant role: %w", ErrNone)
	}
	var name string
	if err := s.unseal(answer[1], reviewerAbout(user), &name); err != nil {
		return "", fmt.Errorf("grant role: %w", err)
	}
	return name, nil
}

// Reviewer says who a user is as a reviewer, false when not one. One round trip.
func (s *Store) Reviewer(ctx context.Context, user int64) (flows.Reviewer, bool, error) {
	sealed, err := s.rdb.HGet(ctx, s.keys.reviewers(), strconv.FormatInt(user, 10)).Result()
	if errors.Is(err, redis.Nil) {
		return flows.Reviewer{}, false, nil
	}
	r := flows.Reviewer{User: user}
	if err == nil {
		err = s.unseal(sealed, reviewerAbout(user), &r.Name)
	}
	if err != nil {
		return flows.Reviewer{}, false, fmt.Errorf("read reviewer: %w", err)
	}
	return r, true, nil
}
