package storage

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// What wrong passwords come to, in one chat. They are counted by the handle that was typed, known or not: a count by
// account would tell that two handles are one person's.
const (
	failuresFor   = 24 * time.Hour // a failure is forgotten after that long without another
	failuresInAll = 20             // of a chat in that time, whatever the handles
)

// failed names what a chat calls an account by, to count wrong passwords of.
type failed string

func (s *Store) failed(h flows.Handle) failed {
	switch {
	case h.Account != nil:
		return failed("a" + refName(*h.Account))
	case h.Phone != "":
		shard, index := s.vault.Phone(h.Phone)
		return failed(phoneTag(shard) + "." + index)
	case h.Email != "":
		shard, index := s.vault.Email(h.Email)
		return failed(emailTag(shard) + "." + index)
	case len(h.Documents) > 0:
		return failed("p" + string(s.vault.Person(h.Documents[0].Family, h.Documents[0].Number)))
	}
	return "none"
}

// LoginGate says until when a chat may not try a password; zero: it may. One round trip.
func (s *Store) LoginGate(ctx context.Context, h flows.Handle, chat int64, now time.Time) (time.Time, error) {
	key := s.keys.failures(chat)
	var until *redis.StringCmd
	var all *redis.StringSliceCmd
	s.pipeline(ctx, func(pipe redis.Pipeliner) {
		until = pipe.HGet(ctx, key, string(s.failed(h))+" until")
		all = pipe.ZRangeByScore(ctx, key+":all", &redis.ZRangeBy{Min: "(" + strconv.FormatInt(millis(now.Add(-failuresFor)), 10), Max: "+inf"})
	})
	if err := ignoreNil(until.Err()); err != nil {
		return time.Time{}, fmt.Errorf("read login gate: %w", err)
	}
	if err := all.Err(); err != nil {
		return time.Time{}, fmt.Errorf("read login gate: %w", err)
	}
	gate := instant(number(until.Val()))
	if n := len(all.Val()); n >= failuresInAll { // members begin with their time
		at, _, _ := strings.Cut(all.Val()[n-failuresInAll], " ")
		gate = latest(gate, instant(number(at)).Add(failuresFor))
	}
	if gate.After(now) {
		return gate, nil
	}
	return time.Time{}, nil
}

// LoginFailed counts a wrong password for a handle in a chat: left says how many tries remain before a delay, until when the
// chat must wait. The delay begins with the 5th failure at 30 s and doubles up to the 10th, from which on it is 24 h. Other
// chats wait for nothing: they cannot lock the owner out. One round trip.
func (s *Store) LoginFailed(ctx context.Context, op string, h flows.Handle, chat int64, now time.Time) (left int, until time.Time, err error) {
	if err := fit(op); err != nil {
		return 0, time.Time{}, fmt.Errorf("count failed login: %w", err)
	}
	key := s.keys.failures(chat)
	answer, err := s.run(ctx, "login_failed", []string{s.keys.operation(chatTag(chat), "login", op), key, key + ":all"},
		string(s.failed(h)), millis(now), op, ttl(failuresFor), failuresInAll, ttl(seenFor))
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("count failed login: %w", err)
	}
	return int(number(answer[1])), instant(number(answer[2])), nil
}

// LoginPassed forgets the failures of a handle in a chat; the chat's own sum stays, so that nobody clears it by logging in
// to an account of one's own. One round trip.
func (s *Store) LoginPassed(ctx context.Context, h flows.Handle, chat int64) error {
	who := string(s.failed(h))
	if err := s.rdb.HDel(ctx, s.keys.failures(chat), who+" n", who+" at", who+" until").Err(); err != nil {
		return fmt.Errorf("forget failed logins: %w", err)
	}
	return nil
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
