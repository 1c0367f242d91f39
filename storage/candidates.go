package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
)

// Compared is how many accounts a handle may mean: all that a phone serves. Whoever logs in compares that many passwords,
// whether the handle is known or not.
const Compared = perPhone

// Candidate is an account that a handle may mean, with its person's generation of logins.
type Candidate struct {
	flows.Account
	Generation int
	Here       bool // it was used from the chat that asks
	Barred     bool // its owner said of the chat that asks: 这不是我
}

// Candidates lists the accounts that a handle may mean for a chat, at most Compared: active before pending before the rest,
// those used from this chat first among equals, then the oldest. Two round trips, one for an ID number or an account that
// the chat knows; the count of commands is the same whether the handle is known or not.
func (s *Store) Candidates(ctx context.Context, h flows.Handle, chat int64) ([]Candidate, error) {
	refs, err := s.refsOf(ctx, h)
	if err != nil {
		return nil, fmt.Errorf("find accounts: %w", err)
	}
	var persons []flows.Person
	for _, ref := range refs {
		if !slices.Contains(persons, ref.Person) {
			persons = append(persons, ref.Person)
		}
	}
	if h.Phone != "" || h.Email != "" {
		for i := len(persons); i < Compared; i++ {
			persons = append(persons, nobody(i))
		}
	}
	shelves, err := s.readShelves(ctx, persons)
	if err != nil {
		return nil, fmt.Errorf("find accounts: %w", err)
	}
	var all []Candidate
	for _, sh := range shelves {
		of, err := s.candidatesOf(sh, h, refs, chat)
		if err != nil {
			return nil, fmt.Errorf("find accounts: %w", err)
		}
		all = append(all, of...)
	}
	slices.SortFunc(all, before)
	return all[:min(len(all), Compared)], nil
}

// nobody is a person that no document belongs to: an index has 32 digits.
func nobody(i int) flows.Person { return flows.Person(strconv.Itoa(i*37) + ".nobody") }

// refsOf are the accounts by name; those of a document's person have no id.
func (s *Store) refsOf(ctx context.Context, h flows.Handle) ([]flows.AccountRef, error) {
	switch {
	case h.Account != nil:
		return []flows.AccountRef{*h.Account}, nil
	case h.Phone != "":
		return s.AccountsOf(ctx, h.Phone)
	case h.Email != "":
		shard, index := s.vault.Email(h.Email)
		names, err := s.rdb.HKeys(ctx, s.keys.email(emailTag(shard), index)).Result()
		if err != nil {
			return nil, fmt.Errorf("read accounts of e-mail: %w", err)
		}
		refs := make([]flows.AccountRef, len(names))
		for i, name := range names {
			refs[i] = readRef(name)
		}
		return refs, nil
	}
	refs := make([]flows.AccountRef, len(h.Documents))
	for i, d := range h.Documents {
		refs[i] = flows.AccountRef{Person: s.vault.Person(d.Family, d.Number)}
	}
	return refs, nil
}

// candidatesOf are the accounts of a person that the handle means.
func (s *Store) candidatesOf(sh shelf, h flows.Handle, refs []flows.AccountRef, chat int64) ([]Candidate, error) {
	var all []Candidate
	for _, id := range ids(sh.accounts, "created") {
		ref := flows.AccountRef{Person: sh.person, ID: id}
		if len(h.Documents) == 0 && !slices.Contains(refs, ref) {
			continue
		}
		a, err := s.account(sh, id)
		if err != nil {
			return nil, err
		}
		if h.Phone != "" && a.Phone != h.Phone || h.Email != "" && a.Email != h.Email {
			continue // it was registered anew with another
		}
		_, here := sh.accounts[id+" was."+strconv.FormatInt(chat, 10)]
		_, barred := sh.accounts[id+" barred."+strconv.FormatInt(chat, 10)]
		all = append(all, Candidate{Account: a, Generation: sh.generation(), Here: here, Barred: barred})
	}
	return all, nil
}

// before orders candidates: a password that opens several opens the first.
func before(a, b Candidate) int {
	rank := func(c Candidate) int {
		switch c.State {
		case flows.AccountActive:
			return 0
		case flows.AccountPending:
			return 1
		case flows.AccountFrozen, flows.AccountDeregistered:
		}
		return 2
	}
	near := func(c Candidate) int {
		if c.Here {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(near(a), near(b)), a.Created.Compare(b.Created), cmp.Compare(a.Ref.ID, b.Ref.ID))
}

// readShelves reads several people at once. One round trip.
func (s *Store) readShelves(ctx context.Context, persons []flows.Person) ([]shelf, error) {
	shelves, script := make([]shelf, len(persons)), s.lua["read"]
	cmds := make([]*redis.Cmd, len(persons))
	for i, p := range persons {
		tag, err := personTag(p)
		if err != nil {
			return nil, err
		}
		shelves[i] = shelf{tag: tag, person: p}
	}
	s.pipeline(ctx, func(pipe redis.Pipeliner) {
		for i, sh := range shelves {
			cmds[i] = pipe.EvalSha(ctx, script.Hash(), s.shelfKeys(sh))
		}
	})
	for i, cmd := range cmds {
		if redis.HasErrorPrefix(cmd.Err(), "NOSCRIPT") {
			cmd = script.Eval(ctx, s.rdb, s.shelfKeys(shelves[i]))
		}
		flat, err := read("read", cmd)
		if err != nil {
			return nil, err
		}
		shelves[i].fill(flat)
	}
	return shelves, nil
}
