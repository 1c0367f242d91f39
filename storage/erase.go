package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// Terms of what stays of an erased account: that there was one, against abuse, and what its owner had agreed to.
const (
	goneTerm    = 180 * 24 * time.Hour
	receiptTerm = 3 * 365 * 24 * time.Hour
)

// erased stands in a case where the account's name was.
const erased = "erased"

// Erasure is how an account's erasure stands.
type Erasure struct {
	Outcome flows.Outcome // OK; Open: a case is under review; Stale: it is not planned, or not as asked
	Until   time.Time
	Case    string
}

// PlanErasure has an account erased at a time, by a BeginErasure and an EndErasure in the person's outbox. One that is planned
// already stays as it was. ErrNone without the account. One round trip.
func (s *Store) PlanErasure(ctx context.Context, op string, ref flows.AccountRef, at time.Time) (Erasure, error) {
	tag, err := personTag(ref.Person)
	if err == nil {
		err = fit(op)
	}
	if err != nil {
		return Erasure{}, fmt.Errorf("plan erasure: %w", err)
	}
	owner, id := personOwner(ref.Person), op+".erase"
	sealed, err := s.sealEffects(owner, id, []flows.Effect{flows.BeginErasure{Account: ref, At: at}, flows.EndErasure{Account: ref}})
	if err != nil {
		return Erasure{}, fmt.Errorf("plan erasure: %w", err)
	}
	k := s.keys
	keys := []string{k.operation(tag, "plan", op), k.person(tag, ref.Person), k.accounts(tag, ref.Person), k.cases(tag, ref.Person),
		k.due(tag), k.timers(tag)}
	answer, err := s.run(ctx, "plan_erasure", keys, ref.ID, owner, millis(at), id, sealed, ttl(seenFor))
	if err != nil {
		return Erasure{}, fmt.Errorf("plan erasure: %w", err)
	}
	switch answer[0] {
	case "none":
		return Erasure{}, fmt.Errorf("plan erasure: %w", ErrNone)
	case "open":
		return Erasure{Outcome: flows.Open, Case: answer[1]}, nil
	}
	return Erasure{Outcome: flows.OK, Until: instant(number(answer[1]))}, nil
}

// KeepAccount takes a planned erasure back; false where none is, or it has begun. One round trip.
func (s *Store) KeepAccount(ctx context.Context, op string, ref flows.AccountRef) (bool, error) {
	answer, err := s.erasure(ctx, "keep_account", "kept", op, ref)
	return err == nil && answer[0] == "ok", err
}

// BeginErasure says that nothing takes an erasure back any more. Open: a case is under review, and the erasure is not planned any
// more. Stale: it was taken back. One round trip.
func (s *Store) BeginErasure(ctx context.Context, op string, ref flows.AccountRef, at time.Time) (Erasure, error) {
	answer, err := s.erasure(ctx, "begin_erasure", "begin", op, ref, millis(at))
	if err != nil {
		return Erasure{}, err
	}
	switch answer[0] {
	case "ok":
		return Erasure{Outcome: flows.OK}, nil
	case "open":
		return Erasure{Outcome: flows.Open, Case: answer[1]}, nil
	}
	return Erasure{Outcome: flows.Stale}, nil
}

func (s *Store) erasure(ctx context.Context, script, mark, op string, ref flows.AccountRef, args ...any) ([]string, error) {
	tag, err := personTag(ref.Person)
	if err == nil {
		err = fit(op)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", script, err)
	}
	k, p := s.keys, ref.Person
	keys := []string{k.operation(tag, mark, op), k.person(tag, p), k.accounts(tag, p), k.cases(tag, p), k.due(tag), k.timers(tag)}
	answer, err := s.run(ctx, script, keys, append([]any{ref.ID, personOwner(p), ttl(seenFor)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", script, err)
	}
	return answer, nil
}

// Proof is the number by which an erasure is proven: the same for the same account, and nothing can be read from it.
func Proof(ref flows.AccountRef) string {
	sum := sha256.Sum256([]byte("erased " + refName(ref)))
	return "E-" + strings.ToUpper(hex.EncodeToString(sum[:5]))
}

// EndErasure destroys all that is stored of an account whose erasure has begun: what its owner told, its chats, its pictures and
// what was measured of them. Of its cases stay number, times and verdict; of the submissions the count; of the consents a record
// without a name for three years; for 180 days that there was an account. Repeating it is harmless. Two round trips.
func (s *Store) EndErasure(ctx context.Context, ref flows.AccountRef, now time.Time) error {
	sh, err := s.readShelf(ctx, ref.Person)
	if err != nil {
		return fmt.Errorf("end erasure: %w", err)
	}
	a, err := s.account(sh, ref.ID)
	if err != nil {
		return nil //nolint:nilerr // it is gone already
	}
	kept := map[string]flows.Consent{}
	for _, kind := range flows.ConsentKinds {
		if c, given := a.Consented(kind); given {
			c.Ended = now
			kept[kind] = c
		} else if c, withdrawn := a.Agreed[kind]; withdrawn {
			kept[kind] = c
		}
	}
	proof := Proof(ref)
	sealed, err := s.seal(kept, receiptAbout(proof))
	if err != nil {
		return fmt.Errorf("end erasure: %w", err)
	}
	k, p := s.keys, ref.Person
	keys := []string{k.person(sh.tag, p), k.accounts(sh.tag, p), k.cases(sh.tag, p), k.blobs(sh.tag), k.looks(sh.tag),
		k.gone(sh.tag, p), k.receipt(sh.tag, proof)}
	if _, err := s.run(ctx, "end_erasure", keys, ref.ID, millis(now), proof, ttl(goneTerm), sealed, ttl(receiptTerm)); err != nil {
		return fmt.Errorf("end erasure: %w", err)
	}
	return nil
}

func receiptAbout(proof string) string { return "receipt|" + proof }

// Receipt is what the owner of an erased account had agreed to, by the proof's number; ErrNone without one. One round trip.
func (s *Store) Receipt(ctx context.Context, p flows.Person, proof string) (map[string]flows.Consent, error) {
	tag, err := personTag(p)
	if err != nil {
		return nil, fmt.Errorf("read receipt: %w", err)
	}
	sealed, err := s.rdb.HGet(ctx, s.keys.receipt(tag, proof), "consents").Result()
	if err != nil {
		return nil, fmt.Errorf("read receipt: %w", ErrNone)
	}
	var kept map[string]flows.Consent
	if err := s.unseal(sealed, receiptAbout(proof), &kept); err != nil {
		return nil, fmt.Errorf("read receipt: %w", err)
	}
	return kept, nil
}

// ChatsOf are the chats that an account was used from, in ascending order. One round trip.
func (s *Store) ChatsOf(ctx context.Context, ref flows.AccountRef) ([]int64, error) {
	sh, err := s.readShelf(ctx, ref.Person)
	if err != nil {
		return nil, fmt.Errorf("read chats: %w", err)
	}
	var chats []int64
	for field := range sh.accounts {
		if chat, ok := strings.CutPrefix(field, ref.ID+" was."); ok {
			chats = append(chats, number(chat))
		}
	}
	slices.Sort(chats)
	return chats, nil
}

// NoteErasing notes which account's erasure a chat is told of; Erasing says it, ErrNone without one. One round trip each.
func (s *Store) NoteErasing(ctx context.Context, chat int64, ref flows.AccountRef) error {
	if err := s.rdb.Set(ctx, s.keys.erasing(chat), refName(ref), flows.Cooling+time.Hour).Err(); err != nil {
		return fmt.Errorf("note erasure: %w", err)
	}
	return nil
}

// Erasing says which account's erasure a chat was told of last.
func (s *Store) Erasing(ctx context.Context, chat int64) (flows.AccountRef, error) {
	name, err := s.rdb.Get(ctx, s.keys.erasing(chat)).Result()
	if err != nil {
		if ignoreNil(err) == nil {
			err = ErrNone
		}
		return flows.AccountRef{}, fmt.Errorf("read erasure: %w", err)
	}
	return readRef(name), nil
}

// ForgetChat takes away what a chat's own records hold of an erased account: what it was sent, and what it missed. One round trip.
func (s *Store) ForgetChat(ctx context.Context, chat int64) error {
	pipe := s.rdb.Pipeline()
	for _, key := range []string{s.keys.erasing(chat), s.keys.missed(chat)} {
		pipe.Del(ctx, key)
	}
	if _, err := pipe.Exec(ctx); err != nil && err != redis.Nil { //nolint:errorlint // Exec answers it bare
		return fmt.Errorf("forget chat: %w", err)
	}
	return nil
}
