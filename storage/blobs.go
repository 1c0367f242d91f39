package storage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// Terms of pictures and of what was measured of them (trust.md, section 6).
const (
	draftTerm    = 24 * time.Hour       // of a picture that was not submitted
	refusedTerm  = 7 * 24 * time.Hour   // of a pair, from the refusal's effect
	approvedTerm = 30 * 24 * time.Hour  // of a pair, from the approval's effect
	hashesTerm   = 180 * 24 * time.Hour // of keyed digest and difference hash, from the verdict's effect
	shownTerm    = 24 * time.Hour       // of the copies in a reviewer's chat, and of all pictures in a student's
)

// lookEvery is how often it is asked whether a draft still wants its picture: one that nobody wants is gone within the hour.
const lookEvery = 30 * time.Minute

// BlobState says what a stored picture is there for.
type BlobState string

// The states of a picture. A row of the register is written before the picture, and leaves after it.
const (
	BlobDraft BlobState = "draft" // of a chat's draft, for 24 h
	BlobCase  BlobState = "case"  // of a case: while it is open, and for a term after its end
	BlobGoing BlobState = "going" // being deleted: no submission may take it any more
)

// Look is something whose time has come: a picture, a case's shown copies, or what was measured of a case's pictures.
type Look struct {
	Due   time.Time
	Blob  Blob
	Shown string // number of the case whose copies in a reviewer's chat are to go; "" for none
	Faint string // number of the case whose hashes are to go; "" for none

	Prints flows.Person // whose prints are to go; "" for none

	Sent Sent // messages with pictures that are to go; zero for none
}

// Blob is a row of the register of pictures, which lies in the person's shard.
type Blob struct {
	Name  string // in the photo store
	State BlobState
	Chat  int64 // whose draft it is, or was
	At    time.Time
	tag   string
	row   string
}

// blobRow is "<state> <chat> <at ms>"; of a case " <no>" follows.
func blobRow(state BlobState, chat int64, at time.Time) string {
	return fmt.Sprintf("%s %d %d", state, chat, millis(at))
}

func readBlob(tag, name, row string) Blob {
	parts := append(strings.Fields(row), "", "", "")
	return Blob{Name: name, State: BlobState(parts[0]), Chat: number(parts[1]), At: instant(number(parts[2])), tag: tag, row: row}
}

// KeepBlob registers a picture of a person that is about to be put, and names it: the same operation gets the same name, so
// that a repeated effect writes the same picture again. ErrConflict while one of that name is being deleted. One round trip.
func (s *Store) KeepBlob(ctx context.Context, op string, p flows.Person, chat int64, now time.Time) (string, error) {
	tag, err := personTag(p)
	if err == nil {
		err = fit(op)
	}
	if err != nil {
		return "", fmt.Errorf("register picture: %w", err)
	}
	name := s.house + s.vault.Digest(chat, "blob", op)[len(s.house):]
	answer, err := s.run(ctx, "keep_blob", []string{s.keys.blobs(tag), s.keys.looks(tag)}, name,
		blobRow(BlobDraft, chat, now), millis(now.Add(lookEvery)))
	if err != nil {
		return "", fmt.Errorf("register picture: %w", err)
	}
	if answer[0] != "ok" {
		return "", fmt.Errorf("register picture: %w", ErrConflict)
	}
	return name, nil
}

// Looks lists up to limit things of each shard whose time has come. One round trip over all shards, and another when there
// are pictures among them.
func (s *Store) Looks(ctx context.Context, now time.Time, limit int) ([]Look, error) {
	pipe, until := s.rdb.Pipeline(), strconv.FormatInt(millis(now), 10)
	found := map[string]*redis.ZSliceCmd{}
	for _, tag := range tags() {
		found[tag] = pipe.ZRangeByScoreWithScores(ctx, s.keys.looks(tag), &redis.ZRangeBy{Min: "-inf", Max: until, Count: int64(limit)})
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("look for pictures: %w", err)
	}
	pipe = s.rdb.Pipeline()
	var looks []Look
	rows := map[int]*redis.StringCmd{}
	for tag, members := range found {
		for _, z := range members.Val() {
			name, _ := z.Member.(string)
			kind, no, about := strings.Cut(name, "|")
			look := Look{Due: instant(int64(z.Score))}
			switch {
			case about && kind == "shown":
				look.Shown = no
			case about && (kind == "sent" || kind == "done"):
				look.Sent = readSent(no, kind == "done", look.Due, now)
			case about && kind == "prints":
				look.Prints = flows.Person(no)
			case about:
				look.Faint = no
			default:
				look.Blob = Blob{Name: name, tag: tag}
				rows[len(looks)] = pipe.HGet(ctx, s.keys.blobs(tag), name)
			}
			looks = append(looks, look)
		}
	}
	if len(rows) == 0 {
		return looks, nil
	}
	if _, err := pipe.Exec(ctx); ignoreNil(err) != nil {
		return nil, fmt.Errorf("look for pictures: %w", err)
	}
	for i, row := range rows {
		looks[i].Blob = readBlob(looks[i].Blob.tag, looks[i].Blob.Name, row.Val())
	}
	return looks, nil
}

// OldestLook is the earliest time at which Looks finds something; zero when nothing is kept. One round trip.
func (s *Store) OldestLook(ctx context.Context) (time.Time, error) {
	pipe := s.rdb.Pipeline()
	var firsts []*redis.ZSliceCmd
	for _, tag := range tags() {
		firsts = append(firsts, pipe.ZRangeWithScores(ctx, s.keys.looks(tag), 0, 0))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return time.Time{}, fmt.Errorf("look for pictures: %w", err)
	}
	first := time.Time{}
	for _, f := range firsts {
		for _, z := range f.Val() {
			first = earlier(first, instant(int64(z.Score)))
		}
	}
	return first, nil
}

// Wanted says whether a draft's picture is to be left: its term is not over, and the chat's conversation names it, or has
// effects to come that may. A conversation that cannot be read wants what it may. Two round trips.
func (s *Store) Wanted(ctx context.Context, b Blob, now time.Time) (bool, error) {
	if b.State != BlobDraft || !now.Before(b.At.Add(draftTerm)) {
		return false, nil
	}
	waiting, err := s.rdb.HLen(ctx, s.keys.out(chatTag(b.Chat), chatOwner(b.Chat))).Result()
	if err != nil || waiting > 0 {
		return true, err
	}
	sealed, err := s.rdb.HGet(ctx, s.keys.conversation(b.Chat), "d").Result()
	if err != nil {
		return !errors.Is(err, redis.Nil), ignoreNil(err)
	}
	record, err := s.vault.Unseal([]byte(sealed), conversationAbout(b.Chat))
	return err != nil || strings.Contains(string(record), b.Name), nil //nolint:nilerr // nothing is deleted on a doubt
}

// LookAgain leaves a picture until the next look. One round trip.
func (s *Store) LookAgain(ctx context.Context, b Blob, now time.Time) error {
	at := now.Add(lookEvery)
	if end := b.At.Add(draftTerm); end.Before(at) {
		at = end
	}
	_, err := s.moveBlob(ctx, b, "again", at)
	return err
}

// LetGo marks a picture as going: from then on no submission takes it. False when it is another thing by now than it was
// looked at as; then it is left alone. One round trip.
func (s *Store) LetGo(ctx context.Context, b Blob, now time.Time) (Blob, bool, error) {
	if b.State == BlobGoing {
		return b, true, nil
	}
	answer, err := s.moveBlob(ctx, b, "go", now)
	if err != nil || answer[0] != "ok" {
		return b, false, err
	}
	return readBlob(b.tag, b.Name, answer[1]), true, nil
}

// ForgetBlob takes a picture that is deleted off the register. One round trip.
func (s *Store) ForgetBlob(ctx context.Context, b Blob) error {
	_, err := s.moveBlob(ctx, b, "gone", time.Time{})
	return err
}

func (s *Store) moveBlob(ctx context.Context, b Blob, verb string, at time.Time) ([]string, error) {
	answer, err := s.run(ctx, "move_blob", []string{s.keys.blobs(b.tag), s.keys.looks(b.tag)}, b.Name, b.row, verb, millis(at))
	if err != nil {
		return nil, fmt.Errorf("register picture: %w", err)
	}
	return answer, nil
}

// ForgetHashes forgets what is stored of a case's pictures, which are gone long since. One round trip.
func (s *Store) ForgetHashes(ctx context.Context, no string) error {
	tag, err := caseTag(no)
	if err != nil {
		return fmt.Errorf("forget hashes: %w", err)
	}
	person, err := s.rdb.HGet(ctx, s.keys.numbers(tag), no).Result()
	if err == nil {
		_, err = s.run(ctx, "forget_hashes", []string{s.keys.cases(tag, flows.Person(person)), s.keys.looks(tag)}, no)
	}
	if err != nil {
		return fmt.Errorf("forget hashes: %w", err)
	}
	return nil
}

// Registered are the names of all pictures that something refers to, the pairs of open cases by their own word too. A
// picture of this house that is not among them is nobody's. One round trip over all shards, and two per open case.
func (s *Store) Registered(ctx context.Context) (map[string]bool, error) {
	pipe := s.rdb.Pipeline()
	var rows []*redis.StringSliceCmd
	for _, tag := range personTags() {
		rows = append(rows, pipe.HKeys(ctx, s.keys.blobs(tag)))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("list pictures: %w", err)
	}
	all := map[string]bool{}
	for _, r := range rows {
		for _, name := range r.Val() {
			all[name] = true
		}
	}
	open, err := s.openCases(ctx)
	if err != nil {
		return nil, fmt.Errorf("list pictures: %w", err)
	}
	for no := range open {
		c, err := s.Case(ctx, no)
		if err != nil {
			return nil, fmt.Errorf("list pictures: %w", err)
		}
		all[c.Front.Blob], all[c.Back.Blob] = true, true
	}
	return all, nil
}

// Ours says whether a picture was named by this store: another bot may keep its own beside them.
func (s *Store) Ours(name string) bool { return strings.HasPrefix(name, s.house) }

func personTags() []string {
	all := make([]string, personShards)
	for i := range all {
		all[i] = "p" + strconv.Itoa(i)
	}
	return all
}
