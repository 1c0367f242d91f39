package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// Loaded is a chat's conversation and what is known of an input to it.
type Loaded struct {
	Conversation flows.Conversation
	Version      int64 // 0: nothing stored yet
	Live         int   // message id of the conversation's live message, 0 without one
	Seen         bool  // the input was committed or parked within the last 48 h
	Parked       bool  // it was parked
	Shut         bool  // the chat is taken for one that the bot cannot write to
	Waits        bool  // inputs of the chat wait for a newer replica: others come behind them
}

// Load reads a chat's conversation and the seen mark of an input; ErrDamaged, with all that reads, where the conversation does
// not. One round trip.
func (s *Store) Load(ctx context.Context, chat int64, input string) (Loaded, error) {
	l := Loaded{Conversation: flows.Conversation{Chat: chat}}
	if err := fit(input); err != nil {
		return l, fmt.Errorf("load conversation: %w", err)
	}
	var record *redis.SliceCmd
	var mark *redis.StringCmd
	s.pipeline(ctx, func(pipe redis.Pipeliner) {
		record = pipe.HMGet(ctx, s.keys.conversation(chat), "v", "d", "live", "shut", "waits")
		mark = pipe.Get(ctx, s.keys.seen(chat, input))
	})
	if err := errors.Join(record.Err(), ignoreNil(mark.Err())); err != nil {
		return l, fmt.Errorf("load conversation: %w", err)
	}
	if mark.Err() == nil {
		var answer []string
		l.Seen = true
		l.Parked = json.Unmarshal([]byte(mark.Val()), &answer) == nil && len(answer) > 1
	}
	fields := texts(record.Val())
	l.Version, l.Live, l.Shut, l.Waits = number(fields[0]), int(number(fields[2])), fields[3] != "", fields[4] != ""
	if fields[1] == "" {
		return l, nil
	}
	if err := s.unseal(fields[1], conversationAbout(chat), &l.Conversation); err != nil {
		return l, fmt.Errorf("load conversation: %w: %w", ErrDamaged, err)
	}
	return l, nil
}

func conversationAbout(chat int64) string { return "conv|" + strconv.FormatInt(chat, 10) }

// texts turns the answer of HMGET into strings, "" for what is not there.
func texts(values []any) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i], _ = v.(string)
	}
	return all
}

// Commit is a decision to be stored.
type Commit struct {
	Chat         int64
	Version      int64  // as loaded
	Input        string // operation id
	Conversation flows.Conversation
	Effects      []flows.Effect
	Timers       []flows.Timer
	Picture      int // message of the chat that brought a picture, and must be gone in a day; 0 for none
	Now          time.Time
	Lease        time.Duration // how long the committer may take for the effects before a sweeper does them
}

// Committed is what a commit came to.
type Committed struct {
	Entry   string // outbox entry of the effects, "" when there were none
	Again   bool   // the input was committed before: nothing changed now
	Waiting int    // entries in the outbox with this one, or more: 1 means that nothing waits before it
	Live    int    // the live message now: another replica may have sent a new one since Load, which is no new version
}

// Commit stores a decision all or nothing: seen mark, conversation, outbox entry, due time, timers. ErrConflict means that
// another input was committed since Load. One round trip.
func (s *Store) Commit(ctx context.Context, c Commit) (Committed, error) {
	if err := fit(c.Input); err != nil {
		return Committed{}, fmt.Errorf("commit conversation: %w", err)
	}
	args, err := s.commitArgs(c)
	if err != nil {
		return Committed{}, fmt.Errorf("commit conversation: %w", err)
	}
	tag, owner := chatTag(c.Chat), chatOwner(c.Chat)
	keys := []string{s.keys.conversation(c.Chat), s.keys.seen(c.Chat, c.Input),
		s.keys.out(tag, owner), s.keys.due(tag), s.keys.timers(tag), s.keys.sent(c.Chat), s.keys.looks(tag)}
	answer, err := s.run(ctx, "commit", keys, args...)
	if err != nil {
		return Committed{}, fmt.Errorf("commit conversation: %w", err)
	}
	if answer[0] == "conflict" {
		return Committed{}, fmt.Errorf("commit conversation: %w", ErrConflict)
	}
	done := Committed{Entry: answer[1], Again: answer[0] == "again"}
	if len(answer) > 3 {
		done.Waiting, done.Live = int(number(answer[2])), int(number(answer[3]))
	}
	return done, nil
}

func (s *Store) commitArgs(c Commit) ([]any, error) {
	record, err := s.seal(c.Conversation, conversationAbout(c.Chat))
	if err != nil {
		return nil, err
	}
	owner, entry := chatOwner(c.Chat), ""
	var effects []byte
	if len(c.Effects) > 0 {
		entry = c.Input
		if effects, err = s.sealEffects(owner, entry, c.Effects); err != nil {
			return nil, err
		}
	}
	args := []any{c.Version, record, owner, entry, effects, millis(c.Now), millis(c.Now.Add(c.Lease)), ttl(seenFor),
		c.Picture, millis(c.Now.Add(shownTerm))}
	for _, t := range c.Timers {
		if !word(t.Name) {
			return nil, fmt.Errorf("timer: %w", ErrOperation)
		}
		id := c.Input + ".timer." + t.Name
		sealed, err := s.sealEffects(owner, id, []flows.Effect{flows.Wake{Timer: t}})
		if err != nil {
			return nil, err
		}
		args = append(args, t.Name+"."+strconv.Itoa(t.Frame), millis(t.At), id, sealed)
	}
	return args, nil
}
