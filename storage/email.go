package storage

import (
	"context"
	"fmt"
	"strconv"

	"guiwei/flows"
)

// perEmail is how many accounts an e-mail address finds: as many as a phone serves. Those that name it later are found by
// their phone or ID number.
const perEmail = perPhone

func emailTag(shard int) string { return "m" + strconv.Itoa(shard) }

// KnowEmail lets an address find an account. An address that finds enough is left as it is. Repeating it is harmless. One
// round trip.
func (s *Store) KnowEmail(ctx context.Context, op, address string, ref flows.AccountRef) error {
	return s.email(ctx, "know", op, address, ref)
}

// ForgetEmail lets an address find an account no more. Repeating it is harmless. One round trip.
func (s *Store) ForgetEmail(ctx context.Context, op, address string, ref flows.AccountRef) error {
	return s.email(ctx, "forget", op, address, ref)
}

func (s *Store) email(ctx context.Context, what, op, address string, ref flows.AccountRef) error {
	if err := fit(op); err != nil {
		return fmt.Errorf("%s email: %w", what, err)
	}
	shard, index := s.vault.Email(address)
	tag := emailTag(shard)
	keys := []string{s.keys.operation(tag, what, op), s.keys.email(tag, index)}
	if _, err := s.run(ctx, "email", keys, what, refName(ref), perEmail, ttl(seenFor)); err != nil {
		return fmt.Errorf("%s email: %w", what, err)
	}
	return nil
}
