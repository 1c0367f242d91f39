package storage

import (
	"fmt"
	"testing"

	"guiwei/flows"
)

// Rows: S45
func TestTwoReviewersGiveOneVerdict(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		rounds := 100
		for round := range rounds {
			id := fmt.Sprintf("99010119900101%04d", round) // checked by nobody here
			b.account(id, 40, false)
			claim := b.account(id, 42, true).Account
			sub, err := b.Submit(b.ctx, b.op(), b.submission(claim, noon))
			b.must(err)
			wins := b.race(round, sub.No)
			v, err := b.Case(b.ctx, sub.No)
			b.must(err)
			same(t, len(wins), 1)
			same(t, v.Reviewer, wins[0])
			_, ok, err := b.TakeEffect(b.ctx, b.op(), sub.No, v.Version, noon)
			b.must(err)
			same(t, ok, true)
		}
		b.well()
	})
}

// race lets two reviewers claim a case and decide it at once, one for and one against. It answers whose verdict stands.
func (b *bench) race(round int, no string) []flows.Reviewer {
	b.t.Helper()
	moves := []CaseMove{
		wants(no, flows.CaseApprove, seven), wants(no, flows.CaseRefuse, eight, "blurred"),
	}
	wins := make([]bool, len(moves))
	parallel(len(moves), func(i int) {
		m := moves[i]
		claim := m
		claim.Event = flows.CaseClaim
		for step, move := range []CaseMove{claim, m, m} { // the verdict is tapped twice
			got, err := b.MoveCase(b.ctx, fmt.Sprintf("r%d.%d.%d", round, i, step), move)
			if err != nil {
				b.t.Errorf("move: %v", err)
			}
			if step == 1 && got.Outcome == flows.OK {
				wins[i] = true
			}
			if step == 2 && got.Outcome == flows.OK {
				b.t.Errorf("a second verdict was taken")
			}
			if got.Outcome == flows.Taken && got.By != []flows.Reviewer{eight, seven}[i].Name {
				b.t.Errorf("told that %q has it", got.By)
			}
		}
	})
	var won []flows.Reviewer
	for i, ok := range wins {
		if ok {
			won = append(won, moves[i].By)
		}
	}
	return won
}

func TestParallelFirstRegistrationsMakeOneActiveAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		var got tally
		p := b.vault.Person("resident", number1)
		parallel(30, func(i int) {
			op := fmt.Sprintf("p%d", i)
			a := flows.Account{Ref: flows.AccountRef{Person: p, ID: AccountID(op)}, Applicant: applicant(number1), Chat: int64(i + 1)}
			r, err := b.OpenAccount(b.ctx, op, a, false, noon)
			if err != nil {
				t.Errorf("open account: %v", err)
			}
			got.add(r.Outcome)
		})
		same(t, got.of, map[flows.Outcome]int{flows.OK: 1, flows.Taken: 29})
		b.well()
	})
}

func TestParallelCommitsKeepOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		errs := make([]error, 30)
		parallel(30, func(i int) {
			_, errs[i] = b.Commit(b.ctx, Commit{Chat: 42, Input: fmt.Sprintf("u%d", i), Effects: []flows.Effect{tell("x")}, Now: noon})
		})
		kept := 0
		for _, err := range errs {
			if err == nil {
				kept++
				continue
			}
			wantErr(t, err, ErrConflict)
		}
		same(t, kept, 1)
		same(t, len(b.pending(Owner{Chat: 42})), 1)
		b.well()
	})
}
