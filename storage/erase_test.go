package storage

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/storage/storagetest"
)

// subject is somebody who registered, with names that occur nowhere else.
type subject struct {
	ref      flows.AccountRef
	canaries []string
	gone     bool
}

// subject registers, and goes on to a random moment: a pair was sent, is looked at, is decided.
func (b *bench) subject(i, moment int) subject {
	b.t.Helper()
	a := applicant(fmt.Sprintf("99010120%010d", i))
	a.Phone, a.Name, a.Email = fmt.Sprintf("+86139%08d", i), fmt.Sprintf("金丝雀%06d", i), fmt.Sprintf("canary%06d@example.test", i)
	op := b.op()
	got, err := b.OpenAccount(b.ctx, op, flows.Account{Ref: flows.AccountRef{Person: b.vault.Person("resident", a.IDNumber), ID: AccountID(op)},
		Applicant: a, Chat: int64(1000 + i)}, false, noon)
	b.must(err)
	b.must(b.ReservePhone(b.ctx, b.op(), a.Phone, got.Account, noon))
	b.must(b.ConfirmPhone(b.ctx, b.op(), a.Phone, got.Account, noon))
	s := subject{ref: got.Account, canaries: []string{a.Phone, a.Name, a.Email, a.IDNumber}}
	if moment == 0 {
		return s
	}
	sent, err := b.Submit(b.ctx, b.op(), b.submission(s.ref, noon))
	b.must(err)
	switch moment {
	case 2:
		_, err = b.MoveCase(b.ctx, b.op(), wants(sent.No, flows.CaseClaim, seven))
		b.must(err)
	case 3:
		b.decide(sent.No, flows.CaseRefuse, "blurred")
	}
	return s
}

// erase ends what is under way, and does at once what is due after 72 hours.
func (b *bench) erase(s subject) {
	b.t.Helper()
	_, err := b.StopUsing(b.ctx, b.op(), s.ref, noon)
	b.must(err)
	at := noon.Add(flows.Cooling)
	planned, err := b.PlanErasure(b.ctx, b.op(), s.ref, at)
	b.must(err)
	same(b.t, planned, Erasure{Outcome: flows.OK, Until: at})
	begun, err := b.BeginErasure(b.ctx, b.op(), s.ref, at)
	b.must(err)
	same(b.t, begun.Outcome, flows.OK)
	b.must(b.ReleasePhone(b.ctx, b.op(), s.canaries[0], s.ref))
	b.must(b.EndErasure(b.ctx, s.ref, at))
}

// opened collects all that is stored, as it is and as the house's keys open it.
func (b *bench) opened() string {
	b.t.Helper()
	var all strings.Builder
	b.must(b.values(b.ctx, func(v value) error {
		all.WriteString(v.key + v.field + v.text)
		_, sealed, ok := cutSealed(v)
		about, known := aboutOf(v)
		if !ok || !known {
			return nil
		}
		if plain, err := b.vault.Unseal([]byte(sealed), about); err == nil {
			all.Write(plain)
		}
		return nil
	}))
	return all.String()
}

// Rows: P35
func TestOfTheErasedNothingIsLeftAndTheOthersStand(t *testing.T) {
	t.Parallel()
	subjects, seed := 60, uint64(time.Now().UnixNano()) //nolint:gosec // a seed
	if os.Getenv("PROOF") != "" {
		subjects = 1000
	}
	t.Logf("seed %d, %d subjects", seed, subjects)
	random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // repeatable on purpose
	b := open(t, storagetest.Server(t), storagetest.Prefix(t))
	all := make([]subject, subjects)
	counted := 0
	for i := range all {
		moment := random.IntN(4)
		if all[i] = b.subject(i, moment); moment > 0 {
			counted++
		}
		if j := random.IntN(i + 1); random.IntN(2) == 0 && !all[j].gone {
			b.erase(all[j])
			all[j].gone = true
		}
	}
	left, strings := b.opened(), 0
	for _, s := range all {
		_, _, err := b.Account(b.ctx, s.ref)
		if errors.Is(err, ErrNone) != s.gone {
			t.Fatalf("account of one that is erased (%v): %v", s.gone, err)
		}
		for _, canary := range s.canaries {
			if found := contains(left, canary); found == s.gone {
				t.Fatalf("erased %v, and found %v: %s", s.gone, found, canary)
			}
			strings++
		}
	}
	t.Logf("%d strings looked for in %d bytes", strings, len(left))
	quota := 0
	for _, s := range all {
		sh, err := b.readShelf(b.ctx, s.ref.Person)
		b.must(err)
		quota += len(sh.quota)
	}
	same(t, quota, counted)
	faults, err := b.Faults(b.ctx)
	b.must(err)
	same(t, faults, []string(nil))
}

func contains(text, part string) bool { return strings.Contains(text, part) }

// Rows: P35
func TestWhatBeganIsNotTakenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		s := b.subject(1, 0)
		at := noon.Add(flows.Cooling)
		_, err := b.PlanErasure(b.ctx, b.op(), s.ref, at)
		b.must(err)
		kept, err := b.KeepAccount(b.ctx, b.op(), s.ref)
		b.must(err)
		same(t, kept, true)
		begun, err := b.BeginErasure(b.ctx, b.op(), s.ref, at)
		b.must(err)
		same(t, begun.Outcome, flows.Stale)
		_, err = b.PlanErasure(b.ctx, b.op(), s.ref, at)
		b.must(err)
		_, err = b.BeginErasure(b.ctx, b.op(), s.ref, at)
		b.must(err)
		kept, err = b.KeepAccount(b.ctx, b.op(), s.ref)
		b.must(err)
		same(t, kept, false)
		b.must(b.EndErasure(b.ctx, s.ref, at))
		b.must(b.EndErasure(b.ctx, s.ref, at))
		receipt, err := b.Receipt(b.ctx, s.ref.Person, Proof(s.ref))
		b.must(err)
		same(t, len(receipt), 0) // the subject of this test never agreed to anything
	})
}
