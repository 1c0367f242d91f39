package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"guiwei/flows"
)

// Await notes that a chat's account waits for the end of another claimant's case, and of the days in which an old owner may
// object to it; false when there is nothing to wait for (any more). One round trip.
func (s *Store) Await(ctx context.Context, op string, ref flows.AccountRef, chat int64, now time.Time) (bool, error) {
	tag, err := personTag(ref.Person)
	if err == nil {
		err = fit(op)
	}
	if err != nil {
		return false, fmt.Errorf("await case: %w", err)
	}
	keys := []string{s.keys.operation(tag, "await", op), s.keys.person(tag, ref.Person), s.keys.cases(tag, ref.Person)}
	answer, err := s.run(ctx, "await", keys, ref.ID, chat, ttl(seenFor), millis(now))
	if err != nil {
		return false, fmt.Errorf("await case: %w", err)
	}
	return answer[0] == "waits", nil
}

// WaitingFor lists the chats that wait for the end of a case of a person, in no particular order. One round trip.
func (s *Store) WaitingFor(ctx context.Context, p flows.Person, no string) ([]int64, error) {
	tag, err := personTag(p)
	if err != nil {
		return nil, fmt.Errorf("read who waits: %w", err)
	}
	fields, err := s.rdb.HKeys(ctx, s.keys.person(tag, p)).Result()
	if err != nil {
		return nil, fmt.Errorf("read who waits: %w", err)
	}
	var chats []int64
	for _, field := range fields {
		if chat, waits := strings.CutPrefix(field, "wait "+no+" "); waits {
			chats = append(chats, number(chat))
		}
	}
	return chats, nil
}
