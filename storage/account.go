package storage

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"guiwei/flows"
)

// AccountID is the id of the account that an operation opens: the same for the same operation.
func AccountID(op string) string {
	sum := sha256.Sum256([]byte("account " + op))
	return hex.EncodeToString(sum[:8])
}

// OpenAccount opens an account; a.Ref is complete, a.Chat says whose it is, State, Claim and Proofed are decided here.
// Where the person has no account that is active, pending or frozen, it is active. Otherwise, without reclaim the answer is
// Taken with Old and nothing is written; with reclaim the account is pending with a claim. The same chat's earlier pending
// account is replaced and keeps its id, which is in the answer; while its case is under review nothing is replaced and the
// answer is Queued. Two round trips.
func (s *Store) OpenAccount(ctx context.Context, op string, a flows.Account, reclaim bool, now time.Time) (flows.Registered, error) {
	p := a.Ref.Person
	tag, err := personTag(p)
	if err == nil {
		err = fit(op)
	}
	if err == nil && !word(a.Ref.ID) {
		err = ErrOperation
	}
	if err != nil {
		return flows.Registered{}, fmt.Errorf("open account: %w", err)
	}
	sealed, err := s.seal(a.Applicant, accountAbout(p))
	if err != nil {
		return flows.Registered{}, fmt.Errorf("open account: %w", err)
	}
	answer, err := s.run(ctx, "open_account",
		[]string{s.keys.operation(tag, "open", op), s.keys.person(tag, p), s.keys.accounts(tag, p), s.keys.cases(tag, p)},
		a.Ref.ID, boolean(reclaim), a.Chat, ttl(seenFor), "sealed", sealed, "created", millis(now), "proofed", "",
		"uses", strings.Join(a.Uses, ","), "lang", a.Lang, "used", millis(a.Used), "checked", 0, "consents", "")
	if err != nil {
		return flows.Registered{}, fmt.Errorf("open account: %w", err)
	}
	return s.registered(ctx, a.Ref, answer)
}

func (s *Store) registered(ctx context.Context, ref flows.AccountRef, answer []string) (flows.Registered, error) {
	r := flows.Registered{Outcome: flows.Outcome(answer[0])}
	sh, err := s.readShelf(ctx, ref.Person)
	if err != nil {
		return r, fmt.Errorf("open account: %w", err)
	}
	if r.Outcome == flows.Taken {
		r.Old = sh.others("")
		return r, nil
	}
	r.Account = flows.AccountRef{Person: ref.Person, ID: answer[1]}
	r.State = flows.AccountPending
	if r.Outcome == flows.OK {
		r.State = flows.AccountState(answer[2])
	}
	r.Old = sh.others(answer[1])
	return r, nil
}

// Account reads an account and the person's generation of logins; ErrNone without it. One round trip.
func (s *Store) Account(ctx context.Context, ref flows.AccountRef) (flows.Account, int, error) {
	sh, err := s.readShelf(ctx, ref.Person)
	if err != nil {
		return flows.Account{}, 0, fmt.Errorf("read account: %w", err)
	}
	a, err := s.account(sh, ref.ID)
	if err != nil {
		return flows.Account{}, 0, fmt.Errorf("read account: %w", err)
	}
	return a, sh.generation(), nil
}

// AccountsOfPerson lists a person's accounts of every state, oldest first. One round trip.
func (s *Store) AccountsOfPerson(ctx context.Context, p flows.Person) ([]flows.Account, error) {
	sh, err := s.readShelf(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	var all []flows.Account
	for _, id := range ids(sh.accounts, "created") {
		a, err := s.account(sh, id)
		if err != nil {
			return nil, fmt.Errorf("read accounts: %w", err)
		}
		all = append(all, a)
	}
	return all, nil
}

// Used notes that the record of an account was shown. One round trip.
func (s *Store) Used(ctx context.Context, op string, ref flows.AccountRef, now time.Time) error {
	return s.noteAccount(ctx, "used", op, ref, "used", millis(now))
}

// MarkChecked stamps 自查完成. One round trip.
func (s *Store) MarkChecked(ctx context.Context, op string, ref flows.AccountRef, now time.Time) error {
	return s.noteAccount(ctx, "check", op, ref, "checked", millis(now))
}

func (s *Store) noteAccount(ctx context.Context, kind, op string, ref flows.AccountRef, fields ...any) error {
	tag, err := personTag(ref.Person)
	if err == nil {
		err = fit(op)
	}
	if err != nil {
		return fmt.Errorf("note account: %w", err)
	}
	keys := []string{s.keys.operation(tag, kind, op), s.keys.accounts(tag, ref.Person)}
	answer, err := s.run(ctx, "note_account", keys, append([]any{ref.ID, ttl(seenFor)}, fields...)...)
	if err != nil {
		return fmt.Errorf("note account: %w", err)
	}
	if answer[0] == "none" {
		return fmt.Errorf("note account: %w", ErrNone)
	}
	return nil
}

// Standing reads how an account stands at now; ErrNone without it. One round trip.
func (s *Store) Standing(ctx context.Context, ref flows.AccountRef, now time.Time) (flows.Standing, error) {
	sh, err := s.readShelf(ctx, ref.Person)
	if err != nil {
		return flows.Standing{}, fmt.Errorf("read standing: %w", err)
	}
	a, err := s.account(sh, ref.ID)
	if err != nil {
		return flows.Standing{}, fmt.Errorf("read standing: %w", err)
	}
	st := flows.Standing{Account: a, Quota: sh.used(now), Log: sh.log(ref.ID), Old: sh.others(ref.ID), Current: sh.generation()}
	if st.Log, err = s.withNotes(sh, st.Log); err != nil {
		return flows.Standing{}, fmt.Errorf("read standing: %w", err)
	}
	if st.Kept, err = s.kept(sh, ref.ID); err != nil {
		return flows.Standing{}, fmt.Errorf("read standing: %w", err)
	}
	if st.Refused, err = s.refused(sh, ref.ID); err != nil {
		return flows.Standing{}, fmt.Errorf("read standing: %w", err)
	}
	no := sh.facts["open"]
	if contested := sh.contested(now); no == "" && contested != "" && sh.cases[contested+" account"] != ref.ID {
		no = contested // whoever comes next waits until nobody can object any more
	}
	switch {
	case no == "":
	case sh.cases[no+" account"] == ref.ID:
		row := sh.row(no)
		st.Open, st.Due = &row, instant(number(cmp.Or(sh.cases[no+" promised"], sh.cases[no+" deadline"])))
	default:
		st.Waiting, st.Old = true, nil // whoever waits is told of nobody's account
	}
	return st, nil
}

// refused are the prints of the pairs that reviewers refused of an account, as long as they are kept.
func (s *Store) refused(sh shelf, account string) ([]flows.Pair, error) {
	var list []flows.Pair
	for _, row := range sh.log(account) {
		sealed := sh.cases[row.Case+" photos"]
		if row.State != flows.CaseRefused || sealed == "" || slices.Contains(row.Reasons, "withdrawn") || slices.Contains(row.Reasons, "reversed") {
			continue
		}
		var photos pair
		if err := s.unseal(sealed, pairAbout(row.Case), &photos); err != nil {
			return nil, err
		}
		list = append(list, flows.Pair{Front: photos.Front.Print(), Back: photos.Back.Print()})
	}
	return list, nil
}
