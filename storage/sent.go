package storage

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Sent are the messages with pictures in a student's chat whose time has come: those noted until Until. What came in is
// noted by its Commit, what we send by NoteSent. The time of a picture comes after a day, or when the pair was submitted.
type Sent struct {
	Chat      int64
	Submitted bool
	Until     time.Time
}

const (
	sentLook = "sent|"
	doneLook = "done|"
)

// readSent reads a look about a chat's owner, "c42".
func readSent(owner string, submitted bool, due, now time.Time) Sent {
	s := Sent{Chat: number(strings.TrimPrefix(owner, "c")), Submitted: submitted, Until: due}
	if !submitted {
		s.Until = now.Add(-shownTerm)
	}
	return s
}

// NoteSent notes messages of ours that show a student's own pictures. Repeating it is harmless. One round trip.
func (s *Store) NoteSent(ctx context.Context, chat int64, now time.Time, messages ...int) error {
	pipe := s.rdb.Pipeline()
	for _, m := range messages {
		pipe.HSetNX(ctx, s.keys.sent(chat), strconv.Itoa(m), millis(now))
	}
	pipe.ZAddNX(ctx, s.keys.looks(chatTag(chat)), redis.Z{Score: float64(millis(now.Add(shownTerm))), Member: sentLook + chatOwner(chat)})
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("note pictures of a chat: %w", err)
	}
	return nil
}

// EndSent has all pictures that a chat holds by now taken away at the next look. One round trip.
func (s *Store) EndSent(ctx context.Context, chat int64, now time.Time) error {
	look := redis.Z{Score: float64(millis(now)), Member: doneLook + chatOwner(chat)}
	if err := s.rdb.ZAdd(ctx, s.keys.looks(chatTag(chat)), look).Err(); err != nil {
		return fmt.Errorf("note pictures of a chat: %w", err)
	}
	return nil
}

// SentIn lists the messages in ascending order. They stay noted until ForgetSent, so that a crash before they are deleted
// loses none. One round trip.
func (s *Store) SentIn(ctx context.Context, of Sent) ([]int, error) {
	all, err := s.rdb.HGetAll(ctx, s.keys.sent(of.Chat)).Result()
	if err != nil {
		return nil, fmt.Errorf("read pictures of a chat: %w", err)
	}
	var messages []int
	for message, at := range all {
		if !instant(number(at)).After(of.Until) {
			messages = append(messages, int(number(message)))
		}
	}
	slices.Sort(messages)
	return messages, nil
}

// ForgetSent forgets messages that are gone, and that the chat submitted. Two round trips at most.
func (s *Store) ForgetSent(ctx context.Context, of Sent, messages []int) error {
	looks := s.keys.looks(chatTag(of.Chat))
	args := []any{sentLook + chatOwner(of.Chat), ttl(shownTerm)}
	for _, m := range messages {
		args = append(args, m)
	}
	_, err := s.run(ctx, "forget_listed", []string{s.keys.sent(of.Chat), looks}, args...)
	if err == nil && of.Submitted {
		err = s.rdb.ZRem(ctx, looks, doneLook+chatOwner(of.Chat)).Err()
	}
	if err != nil {
		return fmt.Errorf("forget pictures of a chat: %w", err)
	}
	return nil
}
