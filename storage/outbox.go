package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guiwei/flows"
)

// parkedFor is how long what was set aside is kept for a replica that can do it.
const parkedFor = 7 * 24 * time.Hour

// Owner is whose outbox: a chat's, or a person's where Person is set.
type Owner struct {
	Chat   int64
	Person flows.Person
}

// Entry is the effects of one commit, in order.
type Entry struct {
	Owner   Owner
	ID      string // operation id of the commit; the n-th effect's own is ID + "." + n by custom of the caller
	Effects []flows.Effect
	Done    int // how many of them are done
	At      time.Time
	Tries   int   // how often it failed
	Fault   error // why its effects are unreadable (flows.ErrNewer, other keys): park it
}

func chatOwner(chat int64) string { return "c" + strconv.FormatInt(chat, 10) }

func personOwner(p flows.Person) string { return "p" + string(p) }

// place is an owner's shard tag and name in it.
func (o Owner) place() (tag, name string, err error) {
	if o.Person == "" {
		return chatTag(o.Chat), chatOwner(o.Chat), nil
	}
	tag, err = personTag(o.Person)
	return tag, personOwner(o.Person), err
}

func readOwner(name string) Owner {
	if person, ok := strings.CutPrefix(name, "p"); ok {
		return Owner{Person: flows.Person(person)}
	}
	return Owner{Chat: number(strings.TrimPrefix(name, "c"))}
}

func effectsAbout(owner, id string) string { return "effects|" + owner + "|" + id }

func (s *Store) sealEffects(owner, id string, effects []flows.Effect) ([]byte, error) {
	return s.seal(flows.Write(effects), effectsAbout(owner, id))
}

// Pending lists an owner's outbox, oldest first. An entry that cannot be read comes with its Fault. One round trip.
func (s *Store) Pending(ctx context.Context, o Owner) ([]Entry, error) {
	tag, name, err := o.place()
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	fields, err := s.rdb.HGetAll(ctx, s.keys.out(tag, name)).Result()
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	type ordered struct {
		Entry
		seq int64
	}
	var list []ordered
	for id, value := range fields {
		if id == "seq" || strings.Contains(id, " ") {
			continue
		}
		e, seq := s.readEntry(o, name, id, value)
		e.Done, e.Tries = int(number(fields[id+" done"])), int(number(fields[id+" tries"]))
		list = append(list, ordered{e, seq})
	}
	slices.SortFunc(list, func(a, b ordered) int { return cmp.Compare(a.seq, b.seq) })
	entries := make([]Entry, len(list))
	for i, e := range list {
		entries[i] = e.Entry
	}
	return entries, nil
}

// readEntry reads "<seq> <at ms>\n<sealed effects>".
func (s *Store) readEntry(o Owner, name, id, value string) (Entry, int64) {
	head, sealed, _ := strings.Cut(value, "\n")
	seq, at, _ := strings.Cut(head, " ")
	e := Entry{Owner: o, ID: id, At: instant(number(at))}
	var named []flows.Named
	if e.Fault = s.unseal(sealed, effectsAbout(name, id), &named); e.Fault != nil {
		return e, number(seq)
	}
	for _, n := range named {
		e.Effects = append(e.Effects, n.Effect)
	}
	return e, number(seq)
}

// Advance remembers that the first done effects of an entry are done. Repeating it is harmless. One round trip, shared.
func (s *Store) Advance(ctx context.Context, o Owner, id string, done, live int) error {
	tag, name, err := o.place()
	if err != nil {
		return fmt.Errorf("advance outbox: %w", err)
	}
	out := s.keys.out(tag, name)
	keys := []string{out, s.keys.conversation(o.Chat)}
	if o.Person != "" {
		keys[1], live = out, 0
	}
	answer, err := s.runTogether(ctx, "advance", keys, id, done, live)
	if err != nil {
		return fmt.Errorf("advance outbox: %w", err)
	}
	if answer[0] == "none" {
		return fmt.Errorf("advance outbox: %w", ErrNone)
	}
	return nil
}

// Done removes an entry, and only that; an owner without entries is no longer due. A live message id other than 0 becomes
// the conversation's, without a new version. Repeating it is harmless. One round trip, shared.
func (s *Store) Done(ctx context.Context, o Owner, id string, live int) (left bool, err error) {
	tag, name, err := o.place()
	if err != nil {
		return false, fmt.Errorf("clear outbox: %w", err)
	}
	keys := []string{s.keys.out(tag, name), s.keys.due(tag), s.keys.conversation(o.Chat)}
	if o.Person != "" {
		keys[2], live = keys[0], 0
	}
	answer, err := s.runTogether(ctx, "done", keys, name, id, live)
	if err != nil {
		return false, fmt.Errorf("clear outbox: %w", err)
	}
	return answer[1] != "0", nil
}

// Rewrite puts other effects in the place of an entry's, which keeps its id and turn; an entry that is gone stays gone.
// Repeating it is harmless. One round trip.
func (s *Store) Rewrite(ctx context.Context, o Owner, id string, effects []flows.Effect) error {
	tag, name, err := o.place()
	if err != nil {
		return fmt.Errorf("rewrite outbox: %w", err)
	}
	sealed, err := s.sealEffects(name, id, effects)
	if err != nil {
		return fmt.Errorf("rewrite outbox: %w", err)
	}
	if _, err := s.run(ctx, "rewrite", []string{s.keys.out(tag, name)}, id, sealed); err != nil {
		return fmt.Errorf("rewrite outbox: %w", err)
	}
	return nil
}

// Postpone lets an owner's outbox wait until then; failed counts a try of its oldest entry. One round trip.
func (s *Store) Postpone(ctx context.Context, o Owner, until time.Time, failed bool) error {
	tag, name, err := o.place()
	if err != nil {
		return fmt.Errorf("postpone outbox: %w", err)
	}
	keys := []string{s.keys.operation(tag, "postpone", nonce()), s.keys.out(tag, name), s.keys.due(tag)}
	if _, err := s.run(ctx, "postpone", keys, name, millis(until), boolean(failed), ttl(nonceFor)); err != nil {
		return fmt.Errorf("postpone outbox: %w", err)
	}
	return nil
}

// Park sets an entry aside for 7 days, sealed as it is, so that nobody behind it waits. One round trip.
func (s *Store) Park(ctx context.Context, o Owner, id string) error {
	tag, name, err := o.place()
	if err != nil {
		return fmt.Errorf("park entry: %w", err)
	}
	keys := []string{s.keys.out(tag, name), s.keys.due(tag), s.keys.parked(tag, name)}
	if _, err := s.run(ctx, "park", keys, name, id, ttl(parkedFor)); err != nil {
		return fmt.Errorf("park entry: %w", err)
	}
	return nil
}
