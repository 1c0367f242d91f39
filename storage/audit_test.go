package storage

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"guiwei/flows"
)

// audit reads all rows, and what is wrong with them.
func (b *bench) audit(checks ...AuditHeads) (rows []AuditRow, faults []AuditFault) {
	b.t.Helper()
	own, err := b.AuditCheckpoint(b.ctx)
	b.must(err)
	faults, err = b.ReadAudit(b.ctx, append(checks, own), func(r AuditRow) error { rows = append(rows, r); return nil })
	b.must(err)
	return rows, faults
}

// check writes a checkpoint.
func (b *bench) check(now time.Time) []AuditFault {
	b.t.Helper()
	faults, err := b.CheckAudit(b.ctx, now, now.AddDate(-3, 0, 0))
	b.must(err)
	return faults
}

// Rows: P34 T3
func TestEveryDecisionGrantAndLookIsARowOfTheAudit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.must(b.RequestRole(b.ctx, 7, "审核七"))
		for range 2 { // the second time grants nothing
			_, err := b.GrantRole(b.ctx, 7, 1, noon)
			b.must(err)
		}
		no := b.submitted(42)
		move := func(e flows.Event, version int, want flows.Outcome, reasons ...string) {
			t.Helper()
			w := wants(no, e, seven, reasons...)
			w.Version = version
			m, err := b.MoveCase(b.ctx, b.op(), w)
			b.must(err)
			same(t, m.Outcome, want)
		}
		move(flows.CaseClaim, 0, flows.OK)
		for range 2 { // repeated by a lost reply
			b.must(b.NoteDeed(b.ctx, "look", Deed{At: noon, By: 7, Do: "view", Case: no, Version: 2}))
		}
		move(flows.CaseApprove, 1, flows.Stale) // nothing happened
		move(flows.CaseApprove, 2, flows.OK)
		move(flows.CaseUndo, 3, flows.OK)
		move(flows.CaseRefuse, 4, flows.OK, "blurred", "edited")
		_, ok, err := b.TakeEffect(b.ctx, b.op(), no, 5, noon.Add(time.Minute))
		b.must(err)
		same(t, ok, true)
		rows, faults := b.audit()
		same(t, faults, []AuditFault(nil))
		var told []string
		for _, r := range rows {
			told = append(told, strings.TrimSpace(fmt.Sprintln(r.N, r.By, r.Do, r.Version, r.Why)))
		}
		same(t, told, []string{"1 1 grant 0", "1 7 claim 1", "2 7 view 2", "3 7 approve 2", "4 7 undo 3", "5 7 refuse 4 blurred,edited",
			"6 0 refused 5 blurred,edited"})
		same(t, rows[1].Deed, Deed{At: noon, By: 7, Do: "claim", Case: no, Version: 1})
		same(t, rows[0].Of, int64(7))
		wantNoCanary(t, b.raw())
	})
}

// chained writes n looks into one shard's chain and gives its key and rows.
func (b *bench) chained(n int) (key string, rows []string) {
	b.t.Helper()
	for i := range n {
		b.must(b.NoteDeed(b.ctx, b.op(), Deed{At: noon.Add(time.Duration(i) * time.Hour), By: 7, Do: "view", Case: "9-1", Version: i + 1}))
	}
	key = b.keys.audit("p9")
	rows, err := b.rdb.LRange(b.ctx, key, 0, -1).Result()
	b.must(err)
	same(b.t, len(rows), n)
	return key, rows
}

// Rows: P34 T3
func TestOneFlippedByteIsFoundAtItsRow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		key, rows := b.chained(4)
		for i, row := range rows {
			for at := 0; at < len(row); at += 1 + len(row)/40 {
				flipped := []byte(row)
				flipped[at] ^= 4
				b.must(b.rdb.LSet(b.ctx, key, int64(i), flipped).Err())
				if _, faults := b.audit(); len(faults) == 0 || faults[0].Row != int64(i+1) || faults[0].Shard != "p9" {
					t.Fatalf("byte %d of row %d: %v", at, i+1, faults)
				}
			}
			b.must(b.rdb.LSet(b.ctx, key, int64(i), row).Err())
		}
		_, faults := b.audit()
		same(t, faults, []AuditFault(nil))
		b.must(b.rdb.LSet(b.ctx, key, 3, rows[3][:20]).Err()) // a damaged end keeps nobody from going on
		b.must(b.NoteDeed(b.ctx, b.op(), Deed{At: noon, By: 7, Do: "view", Case: "9-1"}))
		if _, faults := b.audit(); len(faults) == 0 || faults[0].Row != 4 {
			t.Errorf("a cut row: %v", faults)
		}
	})
}

// Rows: P34 T3
func TestRowsThatWereTakenOutOrPutElsewhereAreFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		key, rows := b.chained(6)
		same(t, b.check(noon), []AuditFault(nil))
		kept, err := b.AuditCheckpoint(b.ctx)
		b.must(err)
		for name, c := range map[string]struct {
			rows []string
			row  int64
		}{
			"the last two are gone":  {rows[:4], 0},
			"all are gone":           {nil, 0},
			"the first two are gone": {rows[2:], 1},
			"one is gone":            {append(append([]string{}, rows[:2]...), rows[3:]...), 3},
			"two are exchanged":      {[]string{rows[0], rows[2], rows[1], rows[3], rows[4], rows[5]}, 2},
			"one stands twice":       {[]string{rows[0], rows[1], rows[1], rows[2], rows[3], rows[4], rows[5]}, 3},
		} {
			b.put(key, c.rows)
			if _, faults := b.audit(); len(faults) == 0 || faults[0].Row != c.row || faults[0].Shard != "p9" {
				t.Errorf("%s: %v", name, faults)
			}
			if faults := b.check(noon.Add(time.Hour)); c.row == 0 && len(faults) == 0 {
				t.Errorf("%s: the checkpoint saw nothing", name)
			}
		}
		b.put(key, rows[:4]) // cut short, and gone on with
		for i := range 4 {
			b.must(b.NoteDeed(b.ctx, b.op(), Deed{At: noon, By: 8, Do: "view", Case: "9-1", Version: i}))
		}
		if faults := b.check(noon.Add(time.Hour)); len(faults) != 1 || faults[0].Row != 6 {
			t.Errorf("another history: %v", faults)
		}
		b.must(b.rdb.Del(b.ctx, b.keys.heads()).Err()) // whoever rules Redis takes its checkpoint too: the one kept elsewhere knows
		if _, faults := b.audit(kept); len(faults) != 1 || faults[0].Row != 6 {
			t.Errorf("against the checkpoint kept elsewhere: %v", faults)
		}
		b.put(key, rows)
		other := b.keys.audit("p10")
		b.put(other, rows)
		if _, faults := b.audit(); len(faults) == 0 || faults[0].Shard != "p10" || faults[0].Row != 1 {
			t.Errorf("another shard's rows: %v", faults)
		}
	})
}

func (b *bench) put(key string, rows []string) {
	b.t.Helper()
	b.must(b.rdb.Del(b.ctx, key).Err())
	for _, r := range rows {
		b.must(b.rdb.RPush(b.ctx, key, r).Err())
	}
}

// Rows: P34
func TestManyDeedsAtOnceMakeOneChain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		const hands, deeds = 6, 8
		var all sync.WaitGroup
		for hand := range hands {
			all.Go(func() {
				for i := range deeds {
					if err := b.NoteDeed(b.ctx, fmt.Sprintf("h%d.%d", hand, i), Deed{At: noon, By: int64(hand), Do: "view", Case: "9-1"}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		rows, faults := b.audit()
		same(t, []any{len(rows), len(faults)}, []any{hands * deeds, 0})
	})
}

// Rows: P34
func TestRowsAreKeptThreeYears(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		key, rows := b.chained(5) // an hour apart
		same(t, b.check(noon.Add(5*time.Hour)), []AuditFault(nil))
		later := noon.AddDate(3, 0, 0).Add(90 * time.Minute) // the first two are older than three years
		same(t, b.check(later), []AuditFault(nil))
		left, err := b.rdb.LRange(b.ctx, key, 0, -1).Result()
		b.must(err)
		same(t, left, rows[2:])
		_, faults := b.audit()
		same(t, faults, []AuditFault(nil))
		b.put(key, rows[1:]) // a crash between checkpoint and dropping
		_, faults = b.audit()
		same(t, faults, []AuditFault(nil))
		b.put(key, rows[3:])
		if _, faults = b.audit(); len(faults) == 0 {
			t.Error("a young row that is gone was not found")
		}
		b.put(key, rows[2:])
		same(t, b.check(noon.AddDate(9, 0, 0)), []AuditFault(nil))
		same(t, b.rdb.LLen(b.ctx, key).Val(), int64(1)) // the last one stays
		b.must(b.NoteDeed(b.ctx, b.op(), Deed{At: noon.AddDate(9, 0, 0), By: 7, Do: "view", Case: "9-1"}))
		_, faults = b.audit()
		same(t, faults, []AuditFault(nil))
	})
}
