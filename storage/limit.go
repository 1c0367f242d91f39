package storage

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// How many different ID numbers may come from one chat, and through one phone, within 30 days (trust.md T9): who tries more is
// looking for numbers that have an account.
const (
	numbersFor      = 30 * 24 * time.Hour
	numbersPerChat  = 3
	numbersPerPhone = 5
)

// CountNumber counts an ID number that a chat comes with through a phone, and says whether it may: a number that was counted
// within 30 days always may. What is refused counts nowhere. Two round trips, whoever the number belongs to.
func (s *Store) CountNumber(ctx context.Context, op string, p flows.Person, phone string, chat int64, now time.Time) (bool, error) {
	if err := fit(op); err != nil {
		return false, fmt.Errorf("count number: %w", err)
	}
	shard, index := s.vault.Phone(phone)
	own, family := chatTag(chat), phoneTag(shard)
	byChat, err := s.distinct(ctx, s.keys.operation(own, "number", op), s.keys.chatNumbers(chat), p, now, numbersPerChat)
	if err != nil {
		return false, err
	}
	byPhone, err := s.distinct(ctx, s.keys.operation(family, "number", op), s.keys.phoneNumbers(family, index), p, now, numbersPerPhone)
	return byChat && byPhone, err
}

func (s *Store) distinct(ctx context.Context, mark, key string, p flows.Person, now time.Time, most int) (bool, error) {
	answer, err := s.run(ctx, "distinct", []string{mark, key}, string(p), millis(now), ttl(numbersFor), most, ttl(seenFor))
	if err != nil {
		return false, fmt.Errorf("count number: %w", err)
	}
	return answer[0] == "ok", nil
}

// CountSMS counts a message to be sent against what all phones together get in an hour of the clock: zero allows it, a time
// says when the next hour begins. One round trip.
func (s *Store) CountSMS(ctx context.Context, op string, most int, now time.Time) (time.Time, error) {
	if err := fit(op); err != nil {
		return time.Time{}, fmt.Errorf("count sms: %w", err)
	}
	hour := now.Truncate(time.Hour)
	keys := []string{s.keys.operation(groupTag, "sms", op), s.keys.sms(strconv.FormatInt(hour.Unix(), 10))}
	answer, err := s.run(ctx, "count", keys, most, ttl(seenFor), ttl(2*time.Hour))
	if err != nil {
		return time.Time{}, fmt.Errorf("count sms: %w", err)
	}
	if answer[0] == "full" {
		return hour.Add(time.Hour), nil
	}
	return time.Time{}, nil
}

// UncountCode takes back what CountCode counted for an operation whose code does not go out. Repeating it is harmless. Two
// round trips.
func (s *Store) UncountCode(ctx context.Context, op, phone string, chat int64) error {
	shard, index := s.vault.Phone(phone)
	tag := phoneTag(shard)
	for mark, counted := range map[string]string{
		s.keys.operation(tag, "code", op):           s.keys.codes(tag, index),
		s.keys.operation(chatTag(chat), "code", op): s.keys.chatCodes(chat),
	} {
		_, err := s.rdb.Pipelined(ctx, func(pipe redis.Pipeliner) error {
			pipe.ZRem(ctx, counted, op)
			pipe.Del(ctx, mark)
			return nil
		})
		if err != nil {
			return fmt.Errorf("uncount code: %w", err)
		}
	}
	return nil
}
