package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"guiwei/flows"
)

// shelf is all that is stored of one person, as it stood at one moment.
type shelf struct {
	tag      string
	person   flows.Person
	facts    map[string]string // generation of logins, case under review
	accounts map[string]string
	cases    map[string]string
	quota    map[string]string
	records  map[string]string
}

// readShelf reads a person. One round trip.
func (s *Store) readShelf(ctx context.Context, p flows.Person) (shelf, error) {
	sh := shelf{person: p}
	var err error
	if sh.tag, err = personTag(p); err != nil {
		return sh, err
	}
	flat, err := s.run(ctx, "read", s.shelfKeys(sh))
	if err != nil {
		return sh, err
	}
	sh.fill(flat)
	return sh, nil
}

func (s *Store) shelfKeys(sh shelf) []string {
	p := sh.person
	return []string{s.keys.person(sh.tag, p), s.keys.accounts(sh.tag, p), s.keys.cases(sh.tag, p), s.keys.quota(sh.tag, p), s.keys.records(sh.tag, p)}
}

// fill takes up what the script read: each hash after the count of its fields and values.
func (sh *shelf) fill(flat []string) {
	for _, m := range []*map[string]string{&sh.facts, &sh.accounts, &sh.cases, &sh.quota, &sh.records} {
		n := int(number(flat[0]))
		*m = make(map[string]string, n/2)
		for i := 1; i < n; i += 2 {
			(*m)[flat[i]] = flat[i+1]
		}
		flat = flat[n+1:]
	}
}

func (sh shelf) generation() int { return int(number(sh.facts["gen"])) }

// used is the person's quota at a time.
func (sh shelf) used(now time.Time) flows.Quota {
	q := flows.Quota{Total: len(sh.quota)}
	for _, value := range sh.quota {
		if day, _, _ := strings.Cut(value, " "); day == flows.Day(now) {
			q.Today++
		}
	}
	return q
}

// ids lists accounts, or cases, oldest first: the names before " state".
func ids(fields map[string]string, born string) []string {
	var all []string
	for field := range fields {
		if id, ok := strings.CutSuffix(field, " state"); ok {
			all = append(all, id)
		}
	}
	slices.SortFunc(all, func(a, b string) int {
		return cmp.Or(
			cmp.Compare(number(fields[a+" "+born]), number(fields[b+" "+born])),
			cmp.Compare(len(a), len(b)), // "203-9" before "203-10"
			cmp.Compare(a, b))
	})
	return all
}

// others are what may be told of the person's other accounts, oldest first.
func (sh shelf) others(id string) []flows.OldAccount {
	var old []flows.OldAccount
	for _, other := range ids(sh.accounts, "created") {
		if other != id {
			old = append(old, flows.OldAccount{
				State: flows.AccountState(sh.accounts[other+" state"]),
				Used:  instant(number(sh.accounts[other+" used"])),
				Uses:  list(sh.accounts[other+" uses"]),
			})
		}
	}
	return old
}

// log is the account's cases as rows, newest first.
func (sh shelf) log(account string) []flows.LogRow {
	var rows []flows.LogRow
	for _, no := range ids(sh.cases, "submitted") {
		if sh.cases[no+" account"] == account {
			rows = append(rows, sh.row(no))
		}
	}
	slices.Reverse(rows)
	return rows
}

// row tells a verdict only after its undo window.
func (sh shelf) row(no string) flows.LogRow {
	row := flows.LogRow{Case: no, At: instant(number(sh.cases[no+" submitted"])), State: flows.CaseState(sh.cases[no+" state"])}
	switch row.State {
	case flows.CaseApproving, flows.CaseRefusing:
		row.State = flows.CaseClaimed
	case flows.CaseRefused:
		row.Reasons = list(sh.cases[no+" reasons"])
	case flows.CaseQueued, flows.CaseClaimed, flows.CaseApproved:
	}
	return row
}

func list(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, ",")
}

// account reads one account of the shelf; ErrNone without it.
func (s *Store) account(sh shelf, id string) (flows.Account, error) {
	a := flows.Account{Ref: flows.AccountRef{Person: sh.person, ID: id}}
	of := func(field string) string { return sh.accounts[id+" "+field] }
	if of("state") == "" {
		return a, fmt.Errorf("account %w", ErrNone)
	}
	if err := s.unseal(of("sealed"), accountAbout(sh.person), &a.Applicant); err != nil {
		return a, err
	}
	if err := s.withConsents(&a, of("consents")); err != nil {
		return a, err
	}
	a.State, a.Claim, a.Proofed = flows.AccountState(of("state")), of("claim") != "", of("proofed") != ""
	a.Chat, a.Lang, a.Uses = number(of("chat")), of("lang"), list(of("uses"))
	a.Ended = sh.ended(id)
	a.Erase = instant(number(of("erase")))
	a.Created, a.Used, a.Checked = instant(number(of("created"))), instant(number(of("used"))), instant(number(of("checked")))
	return a, nil
}

// accountAbout leaves the account's id out: a second claim of a chat takes the first one's id.
func accountAbout(p flows.Person) string { return "acct|" + string(p) }
