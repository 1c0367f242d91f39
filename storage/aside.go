package storage

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"guiwei/flows"
)

// Aside is an input to be set aside.
type Aside struct {
	Chat    int64
	Input   string // operation id
	Raw     []byte
	Effects []flows.Effect // what its sender is told
	Now     time.Time
	Lease   time.Duration // as of a Commit
}

// ParkInput sets an input aside for 7 days, sealed, and marks it as seen; its effects go into the chat's outbox as an entry
// of the input's id. One round trip.
func (s *Store) ParkInput(ctx context.Context, a Aside) (Committed, error) {
	done, err := s.parkInput(ctx, a)
	if err != nil {
		return done, fmt.Errorf("park input: %w", err)
	}
	return done, nil
}

func (s *Store) parkInput(ctx context.Context, a Aside) (done Committed, err error) {
	if err := fit(a.Input); err != nil {
		return done, err
	}
	sealed, err := s.vault.Seal(a.Raw, inputAbout(a.Chat, a.Input))
	if err != nil {
		return done, err
	}
	tag, owner := chatTag(a.Chat), chatOwner(a.Chat)
	var effects []byte
	if len(a.Effects) > 0 {
		done.Entry = a.Input
		if effects, err = s.sealEffects(owner, done.Entry, a.Effects); err != nil {
			return done, err
		}
	}
	keys := []string{s.keys.seen(a.Chat, a.Input), s.keys.inputs(a.Chat), s.keys.out(tag, owner), s.keys.due(tag),
		s.keys.conversation(a.Chat)}
	answer, err := s.run(ctx, "park_input", keys, a.Input, sealed, ttl(seenFor), ttl(parkedFor), owner, effects,
		millis(a.Now), millis(a.Now.Add(a.Lease)))
	if err != nil {
		return done, err
	}
	if done.Again = answer[0] == "again"; !done.Again {
		done.Waiting, done.Live = int(number(answer[1])), int(number(answer[2]))
	}
	return done, nil
}

// LetWait puts an input that only a newer replica can judge into its chat's outbox, sealed, as an entry of the input's id, and
// marks it as seen. Whoever sweeps next finds it due, or within the lease where somebody is at the outbox. One round trip.
func (s *Store) LetWait(ctx context.Context, a Aside) error {
	if err := fit(a.Input); err != nil {
		return fmt.Errorf("let input wait: %w", err)
	}
	tag, owner := chatTag(a.Chat), chatOwner(a.Chat)
	effects, err := s.sealEffects(owner, a.Input, a.Effects)
	if err != nil {
		return fmt.Errorf("let input wait: %w", err)
	}
	keys := []string{s.keys.seen(a.Chat, a.Input), s.keys.out(tag, owner), s.keys.due(tag), s.keys.conversation(a.Chat)}
	_, err = s.run(ctx, "let_wait", keys, a.Input, effects, ttl(seenFor), owner, millis(a.Now), millis(a.Now.Add(a.Lease)))
	if err != nil {
		return fmt.Errorf("let input wait: %w", err)
	}
	return nil
}

// CountTry counts that an input could not be judged, and says how often so far, on any replica. One round trip.
func (s *Store) CountTry(ctx context.Context, chat int64, input string) (int, error) {
	if err := fit(input); err != nil {
		return 0, fmt.Errorf("count try: %w", err)
	}
	keys := []string{s.keys.operation(chatTag(chat), "tries", nonce()), s.keys.tries(chat, input)}
	answer, err := s.run(ctx, "tries", keys, ttl(nonceFor), ttl(seenFor))
	if err != nil {
		return 0, fmt.Errorf("count try: %w", err)
	}
	return int(number(answer[1])), nil
}

func inputAbout(chat int64, input string) string {
	return "input|" + strconv.FormatInt(chat, 10) + "|" + input
}

// ParkedInputs gives the inputs of a chat that were set aside, by operation id. One round trip.
func (s *Store) ParkedInputs(ctx context.Context, chat int64) (map[string][]byte, error) {
	all, err := s.rdb.HGetAll(ctx, s.keys.inputs(chat)).Result()
	if err != nil {
		return nil, fmt.Errorf("read parked inputs: %w", err)
	}
	inputs := make(map[string][]byte, len(all))
	for id, sealed := range all {
		if inputs[id], err = s.vault.Unseal([]byte(sealed), inputAbout(chat, id)); err != nil {
			return nil, fmt.Errorf("read parked inputs: %w", err)
		}
	}
	return inputs, nil
}
