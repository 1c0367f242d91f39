package storage

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/storage/storagetest"
)

// backlog reads what waits, and answers it without its times.
func (b *bench) backlog(now time.Time) (counts []int, oldest, oldestCase time.Time) {
	b.t.Helper()
	l, err := b.Backlog(b.ctx, now)
	b.must(err)
	return []int{l.Outboxes, l.Timers, l.Cases[flows.CaseQueued], l.Cases[flows.CaseClaimed], l.Cases[flows.CaseApproving]}, l.Oldest, l.OldestCase
}

func TestBacklogCountsWhatWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		counts, oldest, oldestCase := b.backlog(noon)
		same(t, counts, []int{0, 0, 0, 0, 0})
		same(t, []bool{oldest.IsZero(), oldestCase.IsZero()}, []bool{true, true})
		no := b.submitted(42)
		later := noon.Add(time.Minute)
		counts, oldest, oldestCase = b.backlog(later)
		same(t, counts, []int{1, 0, 1, 0, 0}) // the case's card waits
		same(t, []time.Time{oldest, oldestCase}, []time.Time{noon, noon})
		_, err := b.MoveCase(b.ctx, b.op(), wants(no, flows.CaseClaim, seven))
		b.must(err)
		counts, _, _ = b.backlog(later)
		same(t, counts, []int{1, 1, 0, 1, 0}) // and the end of the claim
		v, err := b.MoveCase(b.ctx, b.op(), wants(no, flows.CaseApprove, seven))
		b.must(err)
		counts, _, _ = b.backlog(later)
		same(t, counts, []int{1, 1, 0, 0, 1})
		_, ok, err := b.TakeEffect(b.ctx, b.op(), no, v.View.Version, later)
		b.must(err)
		same(t, ok, true)
		counts, _, oldestCase = b.backlog(later)
		same(t, counts, []int{1, 2, 0, 0, 0}) // and the ends of objecting and of restoring
		same(t, oldestCase.IsZero(), true)
		b.clear(Owner{Person: b.vault.Person("resident", number1)})
		counts, oldest, _ = b.backlog(later)
		same(t, counts, []int{0, 2, 0, 0, 0})
		same(t, oldest.IsZero(), true)
		b.well()
	})
}

func TestEveryRoundTripIsTold(t *testing.T) {
	t.Parallel()
	var told, failed atomic.Int64
	s, err := Open(t.Context(), Options{URL: storagetest.Server(t), Vault: newVault(t), Prefix: storagetest.Prefix(t),
		Watch: func(took time.Duration, bad bool) {
			told.Add(1)
			if bad || took <= 0 {
				failed.Add(1)
			}
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Load(t.Context(), 42, "nothing-there"); err != nil {
		t.Fatal(err)
	}
	same(t, []int64{told.Load(), failed.Load()}, []int64{s.Trips(), 0})
	cut, cancel := context.WithCancel(t.Context())
	cancel()
	if s.Ping(cut) == nil || failed.Load() != 1 {
		t.Errorf("%d of %d trips failed, want the last", failed.Load(), told.Load())
	}
}
