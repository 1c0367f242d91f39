package storage

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// caseTag is the shard that a case number begins with: "203-17" lives in {p203}.
func caseTag(no string) (string, error) {
	shard, count, ok := strings.Cut(no, "-")
	n, err := strconv.Atoi(shard)
	c, worse := strconv.Atoi(count)
	if !ok || err != nil || worse != nil || n < 0 || n >= personShards || c < 1 || strconv.Itoa(n)+"-"+strconv.Itoa(c) != no {
		return "", fmt.Errorf("case %w", ErrNone)
	}
	return "p" + shard, nil
}

// found is a case, all that is stored of its person, and the answer of an operation that was asked for.
type found struct {
	shelf
	view   flows.CaseView
	answer string // stored answer of the operation, "" when it was not seen
	mine   []int64
	last   string // row of the shard's audit, "" without one
}

// Case reads a case with the facts that a reviewer decides by; ErrNone without it. Two round trips.
func (s *Store) Case(ctx context.Context, no string) (flows.CaseView, error) {
	f, err := s.find(ctx, no, "")
	if err != nil {
		return flows.CaseView{}, fmt.Errorf("read case: %w", err)
	}
	return f.view, nil
}

// find reads a case, and the answer of an operation in its shard.
func (s *Store) find(ctx context.Context, no, op string) (found, error) {
	tag, err := caseTag(no)
	if err != nil {
		return found{}, err
	}
	pipe := s.rdb.Pipeline()
	person := pipe.HGet(ctx, s.keys.numbers(tag), no)
	answer := pipe.Get(ctx, s.keys.operation(tag, "move", op))
	last := pipe.LIndex(ctx, s.keys.audit(tag), -1)
	if _, err := pipe.Exec(ctx); ignoreNil(err) != nil {
		return found{}, err
	}
	if errors.Is(person.Err(), redis.Nil) {
		return found{}, fmt.Errorf("case %w", ErrNone)
	}
	sh, err := s.readShelf(ctx, flows.Person(person.Val()))
	if err != nil {
		return found{}, err
	}
	f := found{shelf: sh, answer: answer.Val(), last: last.Val()}
	f.view, err = s.view(sh, no)
	for field := range sh.accounts { // "<id> was.<chat>": every chat that an account of the person was used from
		if _, chat, was := strings.Cut(field, " was."); was {
			f.mine = append(f.mine, number(chat))
		}
	}
	return f, err
}

func (s *Store) view(sh shelf, no string) (flows.CaseView, error) {
	of := func(field string) string { return sh.cases[no+" "+field] }
	c := flows.Case{
		No: no, Person: sh.person, Account: of("account"), State: flows.CaseState(of("state")),
		Version: int(number(of("version"))), Attempt: int(number(of("attempt"))),
		Submitted: instant(number(of("submitted"))), Deadline: instant(number(of("deadline"))),
		Claimed: instant(number(of("claimed"))), Decided: instant(number(of("decided"))), Reasons: list(of("reasons")),
		Risk:      list(of("risk")),
		Effective: instant(number(of("effective"))), Objected: instant(number(of("objected"))), Reopened: of("reopened") != "",
	}
	c.Needs = sh.needs(no)
	if c.State == "" {
		return flows.CaseView{}, fmt.Errorf("case %w", ErrNone)
	}
	var photos pair
	if sealed := of("photos"); sealed != "" { // after 180 days nothing is known of them
		if err := s.unseal(sealed, pairAbout(no), &photos); err != nil {
			return flows.CaseView{}, err
		}
	}
	c.Front, c.Back = photos.Front, photos.Back
	if user := number(of("user")); user != 0 {
		if err := s.unseal(of("name"), reviewerAbout(user), &c.Reviewer.Name); err != nil {
			return flows.CaseView{}, err
		}
		c.Reviewer.User = user
	}
	return s.withFacts(sh, flows.CaseView{Case: c})
}

func reviewerAbout(user int64) string { return "reviewer|" + strconv.FormatInt(user, 10) }

func (s *Store) withFacts(sh shelf, v flows.CaseView) (flows.CaseView, error) {
	a, err := s.account(sh, v.Account)
	if v.Account == erased {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	records, err := s.recordsOf(sh)
	if err != nil {
		return v, err
	}
	v.Name, v.IDNumber, v.Phone, v.Old = a.Name, a.IDNumber, a.Phone, sh.others(v.Account)
	if len(records) > 0 {
		v.Record = &records[0]
	}
	if v.Notes, err = s.notes(sh, v.No); err != nil {
		return v, err
	}
	if last := sh.lastRefused(v.Account, v.No); last != "" {
		v.Last = &flows.RefusedCase{No: last, Reasons: list(sh.cases[last+" reasons"])}
		if v.Last.Notes, err = s.notes(sh, last); err != nil {
			return v, err
		}
	}
	v.Evidence = s.evidence(sh, v)
	v.Looks = len(votes(sh, v))
	return v, nil
}

// evidence is a keyed digest of all that a verdict rests on: the pictures, what was typed, the roster's line, the other accounts
// as they stand, and whether somebody objected.
func (s *Store) evidence(sh shelf, v flows.CaseView) string {
	facts := []string{sh.cases[v.No+" blobs"], sh.cases[v.No+" objected"], sh.accounts[v.Account+" sealed"]}
	if r := v.Record; r != nil {
		facts = append(facts, r.Name, r.IDNumber, r.School, r.Class)
	}
	for _, id := range ids(sh.accounts, "created") {
		if id != v.Account {
			facts = append(facts, id, sh.accounts[id+" state"], sh.accounts[id+" used"])
		}
	}
	return s.vault.Digest(0, "evidence", strings.Join(facts, "|"))[:16]
}

// needs is how many reviewers an approval takes, but for the blind sample, of which nobody knows before. The script that ends a
// verdict counts the same.
func (sh shelf) needs(no string) int {
	since := number(sh.cases[no+" submitted"]) - flows.RecentUse.Milliseconds()
	if sh.cases[no+" objected"] != "" || sh.cases[no+" risk"] != "" {
		return 2
	}
	for _, id := range ids(sh.accounts, "created") {
		state := flows.AccountState(sh.accounts[id+" state"])
		if was, _, _ := sh.froze(id); was != "" {
			state = was
		}
		used := number(sh.accounts[id+" used"])
		if id != sh.cases[no+" account"] && state == flows.AccountActive && used > 0 && used >= since {
			return 2
		}
	}
	return 1
}
