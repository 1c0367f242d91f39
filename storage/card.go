package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// SetCard notes where a case's one card stands. Repeating it is harmless. One round trip.
func (s *Store) SetCard(ctx context.Context, no string, group int64, message int) error {
	tag, err := caseTag(no)
	if err == nil {
		err = s.rdb.Set(ctx, s.keys.card(tag, no), fmt.Sprintf("%d %d", group, message), 0).Err()
	}
	if err != nil {
		return fmt.Errorf("note card: %w", err)
	}
	return nil
}

// CardOf says where a case's card stands; message 0 when it has none. One round trip.
func (s *Store) CardOf(ctx context.Context, no string) (group int64, message int, err error) {
	tag, err := caseTag(no)
	if err != nil {
		return 0, 0, fmt.Errorf("read card: %w", err)
	}
	text, err := s.rdb.Get(ctx, s.keys.card(tag, no)).Result()
	if ignoreNil(err) != nil {
		return 0, 0, fmt.Errorf("read card: %w", err)
	}
	a, b, _ := strings.Cut(text, " ")
	return number(a), int(number(b)), nil
}

// NotePhotos notes which messages of a reviewer's chat show a case's pictures, beside those noted before for that chat; in
// place of those of another chat. No messages: none is left. Repeating it is harmless. One round trip.
func (s *Store) NotePhotos(ctx context.Context, no string, chat int64, messages []int, now time.Time) error {
	tag, err := caseTag(no)
	if err != nil {
		return fmt.Errorf("note photos: %w", err)
	}
	args := []any{chat, no, millis(now), millis(now.Add(shownTerm))}
	for _, m := range messages {
		args = append(args, m)
	}
	if _, err := s.run(ctx, "note_photos", []string{s.keys.shown(tag, no), s.keys.looks(tag)}, args...); err != nil {
		return fmt.Errorf("note photos: %w", err)
	}
	return nil
}

// TakePhotos says which messages of which chat show a case's pictures, in ascending order. They stay noted until NotePhotos
// says that none is left, so that a crash before they are deleted loses none. One round trip.
func (s *Store) TakePhotos(ctx context.Context, no string) (chat int64, messages []int, err error) {
	tag, err := caseTag(no)
	if err != nil {
		return 0, nil, fmt.Errorf("read photos: %w", err)
	}
	fields, err := s.rdb.HGetAll(ctx, s.keys.shown(tag, no)).Result()
	if err != nil {
		return 0, nil, fmt.Errorf("read photos: %w", err)
	}
	for field, text := range fields {
		if field == "chat" {
			chat = number(text)
		} else if m, err := strconv.Atoi(field); err == nil {
			messages = append(messages, m)
		}
	}
	slices.Sort(messages)
	return chat, messages, nil
}

// toldFor is how long it is known who was told what; the outbox does not repeat it later than that.
const toldFor = 48 * time.Hour

// Telling is how far it came to tell somebody something.
type Telling string

// The ways it may stand. Begun is all that a crash in the midst leaves: nobody knows whether it was heard.
const (
	Untold Telling = ""
	Begun  Telling = "begun"
	Told   Telling = "told"
)

// BeginTelling notes that somebody is about to be told something, and says how it stood before: the end of a case, by its
// number, or another matter, by a name that is no case number. One round trip.
func (s *Store) BeginTelling(ctx context.Context, about, who string) (Telling, error) {
	pipe, key := s.rdb.Pipeline(), s.told(about)
	before := pipe.HGet(ctx, key, who)
	pipe.HSetNX(ctx, key, who, string(Begun))
	pipe.PExpire(ctx, key, toldFor)
	if _, err := pipe.Exec(ctx); ignoreNil(err) != nil {
		return Untold, fmt.Errorf("note who is told: %w", err)
	}
	return Telling(before.Val()), nil
}

// NotTold takes back BeginTelling: it is certain that nothing was heard. One round trip.
func (s *Store) NotTold(ctx context.Context, about, who string) error {
	if err := s.rdb.HDel(ctx, s.told(about), who).Err(); err != nil {
		return fmt.Errorf("note who was not told: %w", err)
	}
	return nil
}

// NoteTold notes that somebody was told. Repeating it is harmless. One round trip.
func (s *Store) NoteTold(ctx context.Context, about, who string) error {
	pipe, key := s.rdb.Pipeline(), s.told(about)
	pipe.HSet(ctx, key, who, string(Told))
	pipe.PExpire(ctx, key, toldFor)
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("note who was told: %w", err)
	}
	return nil
}

func (s *Store) told(about string) string {
	tag, err := caseTag(about)
	if err != nil {
		tag = groupTag
	}
	return s.keys.told(tag, about)
}

// CardsAgain asks for the card of every open case once more, as after the reviewers' group has moved. Repeating it with the
// same op is harmless. Two round trips over all shards, and one per open case.
func (s *Store) CardsAgain(ctx context.Context, op string, now time.Time) error {
	if err := fit(op); err != nil {
		return fmt.Errorf("ask for cards again: %w", err)
	}
	open, err := s.openCases(ctx)
	for no, person := range open {
		err = errors.Join(err, s.askCard(ctx, op+".card", no, person, now))
	}
	if err != nil {
		return fmt.Errorf("ask for cards again: %w", err)
	}
	return nil
}

// askCard puts a Card into a person's outbox.
func (s *Store) askCard(ctx context.Context, entry, no string, p flows.Person, now time.Time) error {
	tag, err := personTag(p)
	if err != nil {
		return err
	}
	owner := personOwner(p)
	sealed, err := s.sealEffects(owner, entry, []flows.Effect{flows.Card{No: no}})
	if err != nil {
		return err
	}
	_, err = s.run(ctx, "push", []string{s.keys.out(tag, owner), s.keys.due(tag)}, owner, entry, millis(now), sealed)
	return err
}

// openCases are the numbers of all cases under review, and whose they are.
func (s *Store) openCases(ctx context.Context) (map[string]flows.Person, error) {
	pipe := s.rdb.Pipeline()
	open := map[string]*redis.StringSliceCmd{}
	for i := range personShards {
		tag := "p" + strconv.Itoa(i)
		open[tag] = pipe.HKeys(ctx, s.keys.open(tag))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	pipe, whose := s.rdb.Pipeline(), map[string]*redis.StringCmd{}
	for tag, numbers := range open {
		for _, no := range numbers.Val() {
			whose[no] = pipe.HGet(ctx, s.keys.numbers(tag), no)
		}
	}
	if len(whose) == 0 {
		return nil, nil
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	all := map[string]flows.Person{}
	for no, person := range whose {
		all[no] = flows.Person(person.Val())
	}
	return all, nil
}
