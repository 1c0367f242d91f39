package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// mistakes is how many wrong passwords from chats that never used an account its owner hears of, once in failuresFor.
const mistakes = 10

// Mistaken counts a wrong password for each account that it was tried on, and pushes Alarm to its owner once there were many.
// A chat that the account was used from counts nothing: its student knows. One round trip, of as many commands whatever the
// candidates.
func (s *Store) Mistaken(ctx context.Context, op string, tried []Candidate, chat int64, now time.Time) error {
	if err := fit(op); err != nil {
		return fmt.Errorf("count mistakes: %w", err)
	}
	script := s.lua["mistaken"]
	keys, args, cmds := make([][]string, Compared), make([][]any, Compared), make([]*redis.Cmd, Compared)
	for i := range Compared {
		ref := flows.AccountRef{Person: nobody(i), ID: "none"}
		if i < len(tried) {
			ref = tried[i].Ref
		}
		tag, err := personTag(ref.Person)
		if err != nil {
			return fmt.Errorf("count mistakes: %w", err)
		}
		owner, entry := personOwner(ref.Person), op+".mistaken."+ref.ID
		alarm, err := s.sealEffects(owner, entry, []flows.Effect{flows.Alarm{Account: ref, About: flows.AlarmTries, At: now}})
		if err != nil {
			return fmt.Errorf("count mistakes: %w", err)
		}
		keys[i] = []string{s.keys.operation(tag, "mistaken."+ref.ID, op), s.keys.accounts(tag, ref.Person), s.keys.out(tag, owner), s.keys.due(tag)}
		args[i] = []any{ref.ID, chat, millis(now), ttl(failuresFor), mistakes, owner, entry, alarm, ttl(seenFor)}
	}
	s.pipeline(ctx, func(pipe redis.Pipeliner) {
		for i := range cmds {
			cmds[i] = pipe.EvalSha(ctx, script.Hash(), keys[i], args[i]...)
		}
	})
	for i, cmd := range cmds {
		if redis.HasErrorPrefix(cmd.Err(), "NOSCRIPT") {
			cmd = script.Eval(ctx, s.rdb, keys[i], args[i]...)
		}
		if _, err := read("mistaken", cmd); err != nil {
			return fmt.Errorf("count mistakes: %w", err)
		}
	}
	return nil
}
