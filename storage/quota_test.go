package storage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"guiwei/flows"
)

// count is the part of Submit that keeps the limits, alone.
func (s *Store) count(ctx context.Context, op string, ref flows.AccountRef, now time.Time) (flows.Submitted, error) {
	tag, err := personTag(ref.Person)
	if err != nil {
		return flows.Submitted{}, err
	}
	answer, err := s.run(ctx, "quota", []string{s.keys.operation(tag, "quota", op), s.keys.quota(tag, ref.Person)},
		op, ref.ID, flows.Day(now), flows.PerDay, flows.InAll, ttl(seenFor))
	if err != nil {
		return flows.Submitted{}, err
	}
	return submitted([]string{answer[0], "", "", answer[1], answer[2]})
}

// parallel runs n calls at once and waits for them.
func parallel(n int, call func(i int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			call(i)
		})
	}
	close(start)
	all.Wait()
}

// tally counts outcomes of calls that run at once.
type tally struct {
	sync.Mutex
	of map[flows.Outcome]int
}

func (c *tally) add(o flows.Outcome) {
	c.Lock()
	defer c.Unlock()
	if c.of == nil {
		c.of = map[flows.Outcome]int{}
	}
	c.of[o]++
}

// Rows: S34
func TestTenParallelCountsGiveExactlyThree(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		var got tally
		parallel(10, func(i int) {
			sub, err := b.count(b.ctx, fmt.Sprintf("c%d", i), ref(1), noon)
			if err != nil {
				t.Errorf("count: %v", err)
			}
			got.add(sub.Outcome)
		})
		same(t, got.of, map[flows.Outcome]int{flows.OK: 3, flows.DayUsed: 7})
		for i := range 10 { // the same operations once more: the same answers, nothing counted
			_, err := b.count(b.ctx, fmt.Sprintf("c%d", i), ref(1), noon)
			b.must(err)
		}
		sh, err := b.readShelf(b.ctx, ref(1).Person)
		b.must(err)
		same(t, sh.used(noon), flows.Quota{Today: 3, Total: 3})
	})
}

// Rows: S34 S35
func TestParallelSubmissionsNeverPassTheLimitsAcrossMidnight(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		seed := uint64(time.Now().UnixNano()) //nolint:gosec // a seed
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a test's choices
		before := time.Date(2026, 11, 23, 15, 59, 59, 900e6, time.UTC)
		after := before.Add(200 * time.Millisecond)
		same(t, []string{flows.Day(before), flows.Day(after)}, []string{"20261123", "20261124"})
		times := make([]time.Time, 200)
		for i := range times {
			times[i] = before
			if random.IntN(2) == 0 {
				times[i] = after
			}
		}
		var today, tomorrow tally
		parallel(200, func(i int) {
			account := flows.AccountRef{Person: ref(2).Person, ID: fmt.Sprintf("a%d", i%4)}
			sub, err := b.count(b.ctx, fmt.Sprintf("m%d", i), account, times[i])
			if err != nil {
				t.Errorf("count: %v", err)
			}
			if times[i].Equal(before) {
				today.add(sub.Outcome)
			} else {
				tomorrow.add(sub.Outcome)
			}
		})
		a, z := today.of[flows.OK], tomorrow.of[flows.OK]
		if a > flows.PerDay || z > flows.PerDay || a+z != flows.InAll {
			t.Fatalf("%d before midnight and %d after, want at most 3 each and 5 in all", a, z)
		}
		sh, err := b.readShelf(b.ctx, ref(2).Person)
		b.must(err)
		same(t, sh.used(after), flows.Quota{Today: z, Total: 5})
	})
}

// Rows: S34 S35
func TestParallelSubmissionsOfOnePersonOpenOneCaseAtATime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.account(number1, 40, false)
		claims := make([]flows.AccountRef, 4)
		for i := range claims {
			claims[i] = b.account(number1, int64(42+i), true).Account
		}
		now := noon
		for round, want := range []flows.Outcome{flows.OK, flows.OK, flows.OK, flows.DayUsed, flows.OK, flows.OK, flows.AllUsed} {
			if round == 4 {
				now = flows.Midnight(noon)
			}
			var got tally
			var no string
			var mu sync.Mutex
			parallel(40, func(i int) {
				sub, err := b.Submit(b.ctx, fmt.Sprintf("s%d.%d", round, i), b.submission(claims[i%4], now))
				if err != nil {
					t.Errorf("submit: %v", err)
				}
				got.add(sub.Outcome)
				if sub.Outcome == flows.OK {
					mu.Lock()
					no = sub.No
					mu.Unlock()
				}
			})
			if want != flows.OK {
				same(t, got.of, map[flows.Outcome]int{want: 40})
				continue
			}
			same(t, got.of, map[flows.Outcome]int{flows.OK: 1, flows.Open: 39})
			b.decide(no, flows.CaseRefuse, "blurred")
			st, err := b.Standing(b.ctx, claims[0], now)
			b.must(err)
			same(t, st.Quota.Total, []int{1, 2, 3, 3, 4, 5}[round]) // quota shown is quota stored
			b.well()
		}
	})
}

func TestNotTheOwnerGivesOnlyThatClaimItsSubmissionsBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.account(number1, 40, false)
		victim, impostor := b.account(number1, 42, true).Account, b.account(number1, 43, true).Account
		for _, step := range []struct {
			by     flows.AccountRef
			reason string
			want   int
		}{{victim, "blurred", 1}, {impostor, "blurred", 2}, {impostor, "not_same", 1}} {
			sub, err := b.Submit(b.ctx, b.op(), b.submission(step.by, noon))
			b.must(err)
			same(t, sub.Outcome, flows.OK)
			b.decide(sub.No, flows.CaseRefuse, step.reason)
			st, err := b.Standing(b.ctx, victim, noon)
			b.must(err)
			same(t, st.Quota, flows.Quota{Today: step.want, Total: step.want})
		}
	})
}
