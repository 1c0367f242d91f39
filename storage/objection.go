package storage

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// Object takes the word of an old owner, from a chat that the account was used from, all or nothing. After the approval, for
// flows.ObjectionTerm: the account that it made active is frozen too, so that none is, and the case is queued again for two
// others than those who decided it, with a new deadline. While a claim is under review: it takes two reviewers from now on, and
// a verdict in its undo window is taken back. It pushes Card, ClearPhotos and Contested. Other outcomes: Before, it was objected
// to before; TooLate; Refused, it is not this chat's account. Two round trips. ErrNone without the case.
func (s *Store) Object(ctx context.Context, op, no string, chat int64, deadline, now time.Time) (flows.Outcome, error) {
	if err := fit(op); err != nil {
		return "", fmt.Errorf("object: %w", err)
	}
	tag, p, err := s.whose(ctx, no)
	if err != nil {
		return "", fmt.Errorf("object: %w", err)
	}
	owner, entry, k := personOwner(p), op+".objected", s.keys
	sealed, err := s.sealEffects(owner, entry, []flows.Effect{flows.ClearPhotos{No: no}, flows.Contested{No: no}, flows.Card{No: no}})
	if err != nil {
		return "", fmt.Errorf("object: %w", err)
	}
	keys := []string{k.operation(tag, "object", op), k.person(tag, p), k.accounts(tag, p), k.cases(tag, p), k.out(tag, owner),
		k.due(tag), k.timers(tag), k.open(tag), k.blobs(tag), k.looks(tag)}
	did := Deed{At: now, By: chat, Do: "object", Case: no}
	answer, err := s.runAudited(ctx, "object", tag, "", did, keys, no, chat, millis(now), owner, entry, sealed, ttl(seenFor), millis(deadline),
		millis(now.Add(flows.RestoreTerm)))
	if err != nil {
		return "", fmt.Errorf("object: %w", err)
	}
	switch answer[0] {
	case "none":
		return flows.Refused, nil
	case "late":
		return flows.TooLate, nil
	case "again":
		return flows.Before, nil
	}
	return flows.OK, nil
}

// whose is the shard and the person of a case. One round trip.
func (s *Store) whose(ctx context.Context, no string) (string, flows.Person, error) {
	tag, err := caseTag(no)
	if err != nil {
		return "", "", err
	}
	person, err := s.rdb.HGet(ctx, s.keys.numbers(tag), no).Result()
	if ignoreNil(err) != nil {
		return "", "", err
	}
	if person == "" {
		return "", "", fmt.Errorf("case %w", ErrNone)
	}
	return tag, flows.Person(person), nil
}

// FrozenAccount is one that a case froze, and until when it can be made again what it was.
type FrozenAccount struct {
	flows.Account
	Was   flows.AccountState
	Until time.Time
}

// FrozenBy lists the accounts that a case froze, the oldest first. Two round trips.
func (s *Store) FrozenBy(ctx context.Context, no string) ([]FrozenAccount, error) {
	_, p, err := s.whose(ctx, no)
	if err != nil {
		return nil, fmt.Errorf("read frozen accounts: %w", err)
	}
	sh, err := s.readShelf(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("read frozen accounts: %w", err)
	}
	var list []FrozenAccount
	for _, id := range ids(sh.accounts, "created") {
		was, by, until := sh.froze(id)
		if by != no {
			continue
		}
		a, err := s.account(sh, id)
		if err != nil {
			return nil, fmt.Errorf("read frozen accounts: %w", err)
		}
		list = append(list, FrozenAccount{a, was, until})
	}
	return list, nil
}

// Shown notes that somebody in a chat proved to be the owner of a frozen account, and may object from there; it names the case
// that froze it, "" where it was never in use. Two round trips.
func (s *Store) Shown(ctx context.Context, op string, ref flows.AccountRef, chat int64) (string, error) {
	sh, err := s.readShelf(ctx, ref.Person)
	if err != nil {
		return "", fmt.Errorf("read frozen account: %w", err)
	}
	was, no, _ := sh.froze(ref.ID)
	if was != flows.AccountActive {
		return "", nil
	}
	return no, s.noteAccount(ctx, "shown", op, ref, "was."+strconv.FormatInt(chat, 10), 1)
}

// OtherReviewers counts the reviewers who may still decide a case: neither their own nor decided by them. Three round trips.
func (s *Store) OtherReviewers(ctx context.Context, no string) (int, error) {
	f, err := s.find(ctx, no, "")
	if err != nil {
		return 0, fmt.Errorf("count reviewers: %w", err)
	}
	all, err := s.rdb.HKeys(ctx, s.keys.reviewers()).Result()
	if err != nil {
		return 0, fmt.Errorf("count reviewers: %w", err)
	}
	left := 0
	for _, user := range all {
		if !f.decided(number(user)) && !slices.Contains(f.mine, number(user)) {
			left++
		}
	}
	return left, nil
}

// froze is what a frozen account was, the case that froze it and until when that can be undone; empty where it is not frozen.
func (sh shelf) froze(id string) (was flows.AccountState, no string, until time.Time) {
	parts := strings.Fields(sh.accounts[id+" froze"])
	if len(parts) != 4 || sh.accounts[id+" state"] != string(flows.AccountFrozen) {
		return "", "", time.Time{}
	}
	return flows.AccountState(parts[0]), parts[2], instant(number(parts[3]))
}

// contested is the case that old owners may object to at a time, "" for none.
func (sh shelf) contested(now time.Time) string {
	no, until, _ := strings.Cut(sh.facts["contest"], " ")
	if no == "" || now.After(instant(number(until))) {
		return ""
	}
	return no
}

// Restore makes an account that a case froze what it was, whole, within flows.RestoreTerm: whichever is active is frozen in its
// place, all logins of the person end, the case counts as refused. It pushes Restored and Card. Other outcomes: TooLate; Open,
// the case is under review again and decides it; Refused, no account that the case froze and that was active. Two round trips.
func (s *Store) Restore(ctx context.Context, op, no, account string, by int64, now time.Time) (flows.Outcome, error) {
	if err := fit(op); err != nil {
		return "", fmt.Errorf("restore account: %w", err)
	}
	tag, p, err := s.whose(ctx, no)
	if err != nil {
		return "", fmt.Errorf("restore account: %w", err)
	}
	owner, entry, gone, k := personOwner(p), op+".restored", op+".gone", s.keys
	sealed, err := s.sealEffects(owner, entry, []flows.Effect{flows.Restored{No: no, Account: account}, flows.Card{No: no}})
	if err != nil {
		return "", fmt.Errorf("restore account: %w", err)
	}
	timer, err := s.sealEffects(owner, gone, []flows.Effect{flows.Deregister{No: no}})
	if err != nil {
		return "", fmt.Errorf("restore account: %w", err)
	}
	keys := []string{k.operation(tag, "restore", op), k.person(tag, p), k.accounts(tag, p), k.cases(tag, p), k.out(tag, owner),
		k.due(tag), k.timers(tag)}
	did := Deed{At: now, By: by, Do: "restore", Case: no}
	answer, err := s.runAudited(ctx, "restore", tag, "", did, keys, account, millis(now), owner, millis(now.Add(flows.RestoreTerm)), ttl(seenFor),
		entry, sealed, gone, timer, no)
	if err != nil {
		return "", fmt.Errorf("restore account: %w", err)
	}
	switch answer[0] {
	case "ok":
		return flows.OK, nil
	case "late":
		return flows.TooLate, nil
	case "open":
		return flows.Open, nil
	}
	return flows.Refused, nil
}

// Deregister ends for good the accounts that a case froze and whose term has passed, and names them; the others' term gets a
// timer of its own. Nothing ends while the case is under review. Three round trips.
func (s *Store) Deregister(ctx context.Context, op, no string, now time.Time) ([]flows.Account, error) {
	if err := fit(op); err != nil {
		return nil, fmt.Errorf("deregister: %w", err)
	}
	tag, p, err := s.whose(ctx, no)
	if err != nil {
		return nil, fmt.Errorf("deregister: %w", err)
	}
	owner, entry := personOwner(p), op+".gone"
	sealed, err := s.sealEffects(owner, entry, []flows.Effect{flows.Deregister{No: no}})
	if err != nil {
		return nil, fmt.Errorf("deregister: %w", err)
	}
	keys := []string{s.keys.operation(tag, "gone", op), s.keys.person(tag, p), s.keys.accounts(tag, p), s.keys.due(tag), s.keys.timers(tag)}
	did := Deed{At: now, Do: "deregister", Case: no}
	answer, err := s.runAudited(ctx, "deregister", tag, "", did, keys, no, millis(now), ttl(seenFor), owner, entry, sealed)
	if err != nil || len(answer) == 1 {
		return nil, wrapped("deregister", err)
	}
	sh, err := s.readShelf(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("deregister: %w", err)
	}
	list := make([]flows.Account, 0, len(answer)-1)
	for _, id := range answer[1:] {
		a, err := s.account(sh, id)
		if err != nil {
			return nil, fmt.Errorf("deregister: %w", err)
		}
		list = append(list, a)
	}
	return list, nil
}

func wrapped(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// sliceOf are the texts of an HMGet's answer, "" for what is not there.
func sliceOf(c redis.Cmder) []string {
	list, ok := c.(*redis.SliceCmd)
	if !ok {
		return nil
	}
	out := make([]string, len(list.Val()))
	for i, v := range list.Val() {
		out[i], _ = v.(string)
	}
	return out
}
