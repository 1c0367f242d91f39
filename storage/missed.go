package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// Missed is what a chat could not be told while it was closed to the bot: blocked by its person, or a group that the bot
// was taken out of.
type Missed struct {
	Name string     `json:"-"` // what it is known by: it is missed once
	At   time.Time  `json:"at"`
	Tell flows.Tell `json:"tell"`
}

// missedAtMost is how many notices wait for a chat; the oldest give way.
const missedAtMost = 20

// Shut notes that a chat takes nothing from the bot since then. One round trip.
func (s *Store) Shut(ctx context.Context, chat int64, at time.Time) error {
	if err := s.rdb.HSet(ctx, s.keys.conversation(chat), "shut", millis(at)).Err(); err != nil {
		return fmt.Errorf("note closed chat: %w", err)
	}
	return nil
}

// Unshut notes that a chat takes what the bot says again. One round trip.
func (s *Store) Unshut(ctx context.Context, chat int64) error {
	if err := s.rdb.HDel(ctx, s.keys.conversation(chat), "shut").Err(); err != nil {
		return fmt.Errorf("note open chat: %w", err)
	}
	return nil
}

// ShutSince says since when a chat takes nothing; the zero time where it does. One round trip.
func (s *Store) ShutSince(ctx context.Context, chat int64) (time.Time, error) {
	text, err := s.rdb.HGet(ctx, s.keys.conversation(chat), "shut").Result()
	if errors.Is(err, redis.Nil) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read closed chat: %w", err)
	}
	return instant(number(text)), nil
}

// Miss keeps a notice, sealed, until the chat opens. Repeating it is harmless. One round trip, three when too many wait.
func (s *Store) Miss(ctx context.Context, chat int64, m Missed) error {
	key := s.keys.missed(chat)
	sealed, err := s.seal(m, missedAbout(chat, m.Name))
	if err != nil {
		return fmt.Errorf("keep missed notice: %w", err)
	}
	pipe := s.rdb.Pipeline()
	pipe.HSet(ctx, key, m.Name, sealed)
	waiting := pipe.HLen(ctx, key)
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("keep missed notice: %w", err)
	}
	if waiting.Val() <= missedAtMost {
		return nil
	}
	all, err := s.MissedBy(ctx, chat)
	if err != nil {
		return err
	}
	for _, old := range all[:max(0, len(all)-missedAtMost)] {
		if err := s.Caught(ctx, chat, old.Name); err != nil {
			return err
		}
	}
	return nil
}

func missedAbout(chat int64, name string) string {
	return "missed|" + strconv.FormatInt(chat, 10) + "|" + name
}

// MissedBy lists what a chat missed, the oldest first. One round trip.
func (s *Store) MissedBy(ctx context.Context, chat int64) ([]Missed, error) {
	sealed, err := s.rdb.HGetAll(ctx, s.keys.missed(chat)).Result()
	if err != nil {
		return nil, fmt.Errorf("read missed notices: %w", err)
	}
	all := make([]Missed, 0, len(sealed))
	for name, text := range sealed {
		m := Missed{Name: name}
		if err := s.unseal(text, missedAbout(chat, name), &m); err != nil {
			return nil, fmt.Errorf("read missed notices: %w", err)
		}
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Missed) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Name, b.Name)) })
	return all, nil
}

// Caught forgets a missed notice: it was told. One round trip.
func (s *Store) Caught(ctx context.Context, chat int64, name string) error {
	if err := s.rdb.HDel(ctx, s.keys.missed(chat), name).Err(); err != nil {
		return fmt.Errorf("forget missed notice: %w", err)
	}
	return nil
}

// moveMissed has a chat that got another id miss what it missed, and stay shut, under that.
func (s *Store) moveMissed(ctx context.Context, from, to int64) error {
	all, err := s.MissedBy(ctx, from)
	if err != nil {
		return err
	}
	for _, m := range all {
		m.Tell.Chat = to
		if err := errors.Join(s.Miss(ctx, to, m), s.Caught(ctx, from, m.Name)); err != nil {
			return err
		}
	}
	since, err := s.ShutSince(ctx, from)
	if err != nil || since.IsZero() {
		return err
	}
	return errors.Join(s.Shut(ctx, to, since), s.Unshut(ctx, from))
}
