package storage

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guiwei/flows"
)

var (
	nine = flows.Reviewer{User: 9, Name: "审核九"}
	ten  = flows.Reviewer{User: 10, Name: "审核十"}
)

// dispute is an old owner's account and the claim that was approved over it.
type dispute struct {
	*bench
	no         string
	old, claim flows.AccountRef
	before     map[string]string // the old account's raw fields
}

// approved is an approval by the reviewer seven that took effect a minute after noon.
func approved(b *bench) dispute {
	b.t.Helper()
	d := dispute{bench: b}
	d.old = b.account(number1, 40, false).Account
	d.before = d.raw(d.old)
	d.claim = b.account(number1, 42, true).Account
	sub, err := b.Submit(b.ctx, b.op(), b.submission(d.claim, noon))
	b.must(err)
	d.no = sub.No
	same(b.t, b.decide(d.no, flows.CaseApprove).State, flows.CaseApproved)
	return d
}

// raw is what is stored of an account, byte for byte.
func (d dispute) raw(ref flows.AccountRef) map[string]string {
	d.t.Helper()
	tag, err := personTag(ref.Person)
	d.must(err)
	fields, err := d.rdb.HGetAll(d.ctx, d.keys.accounts(tag, ref.Person)).Result()
	d.must(err)
	own := map[string]string{}
	for field, value := range fields {
		if strings.HasPrefix(field, ref.ID+" ") {
			own[field] = value
		}
	}
	return own
}

// states are those of the old account and of the claim.
func (d dispute) states() []flows.AccountState {
	d.t.Helper()
	var got []flows.AccountState
	for _, ref := range []flows.AccountRef{d.old, d.claim} {
		a, _, err := d.Account(d.ctx, ref)
		d.must(err)
		got = append(got, a.State)
	}
	return got
}

func (d dispute) objects(chat int64, at time.Time) flows.Outcome {
	d.t.Helper()
	out, err := d.Object(d.ctx, d.op(), d.no, chat, at.Add(72*time.Hour), at)
	d.must(err)
	return out
}

// votes claims and decides for a reviewer, to the end of the undo window; it says whether the case ended.
func (d dispute) votes(by flows.Reviewer, e flows.Event, reasons ...string) bool {
	d.t.Helper()
	version := 0
	for _, event := range []flows.Event{flows.CaseClaim, e} {
		m, err := d.MoveCase(d.ctx, d.op(), wants(d.no, event, by, reasons...))
		d.must(err)
		same(d.t, m.Outcome, flows.OK)
		version = m.View.Version
	}
	_, ended, err := d.TakeEffect(d.ctx, d.op(), d.no, version, noon)
	d.must(err)
	return ended
}

// Rows: T1 S45
//
// An approval that its old owner objects to leaves nobody active; two other reviewers find for the one or the other, and exactly
// one is.
func TestAnObjectionLeavesNobodyActiveUntilTwoOthersDecide(t *testing.T) {
	t.Parallel()
	active, frozen := flows.AccountActive, flows.AccountFrozen
	for _, c := range []struct {
		verdict flows.Event
		end     flows.CaseState
		want    []flows.AccountState
	}{
		{flows.CaseApprove, flows.CaseApproved, []flows.AccountState{frozen, active}},
		{flows.CaseRefuse, flows.CaseRefused, []flows.AccountState{active, frozen}},
	} {
		t.Run(string(c.verdict), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, b *bench) {
				d := approved(b)
				same(t, d.states(), []flows.AccountState{frozen, active})
				same(t, d.objects(43, noon), flows.Refused) // who is that?
				same(t, d.objects(42, noon), flows.Refused) // the claimant
				same(t, d.objects(40, noon.Add(time.Hour)), flows.OK)
				same(t, d.states(), []flows.AccountState{frozen, frozen})
				same(t, d.objects(40, noon.Add(time.Hour)), flows.Before)
				b.well()
				v, err := b.Case(b.ctx, d.no)
				b.must(err)
				same(t, []any{v.State, v.Reopened, v.Needs, v.Looks, v.Reasons}, []any{flows.CaseQueued, true, 2, 0, []string(nil)})
				again, err := b.MoveCase(b.ctx, b.op(), wants(d.no, flows.CaseClaim, seven))
				b.must(err)
				same(t, again.Outcome, flows.Before) // whoever decided it does not judge the objection
				same(t, d.votes(eight, c.verdict), false)
				same(t, d.states(), []flows.AccountState{frozen, frozen})
				b.well()
				again, err = b.MoveCase(b.ctx, b.op(), wants(d.no, flows.CaseClaim, eight))
				b.must(err)
				same(t, again.Outcome, flows.Before) // nor the same person twice
				same(t, d.votes(nine, c.verdict), true)
				same(t, d.states(), c.want)
				v, err = b.Case(b.ctx, d.no)
				b.must(err)
				same(t, v.State, c.end)
				b.well()
				same(t, d.objects(40, noon.Add(2*time.Hour)), map[flows.Event]flows.Outcome{flows.CaseApprove: flows.Before, flows.CaseRefuse: flows.Refused}[c.verdict])
				if c.verdict == flows.CaseRefuse {
					same(t, d.raw(d.old), d.before)
				}
			})
		})
	}
}

// Two who disagree on an objection decide nothing: a third does.
func TestAThirdReviewerDecidesWhereTwoDisagree(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		d := approved(b)
		same(t, d.objects(40, noon), flows.OK)
		same(t, d.votes(eight, flows.CaseApprove), false)
		same(t, d.votes(nine, flows.CaseRefuse, "not_same"), false)
		b.well()
		same(t, d.votes(ten, flows.CaseRefuse, "not_same"), true)
		same(t, d.states(), []flows.AccountState{flows.AccountActive, flows.AccountFrozen})
		b.well()
	})
}

// Rows: T1
//
// At 71:59 h the objection works, at 72:01 h it says too late.
func TestAnObjectionIsHeardForSeventyTwoHours(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		effective := noon.Add(time.Minute)
		d := approved(b)
		same(t, d.objects(40, effective.Add(72*time.Hour+time.Minute)), flows.TooLate)
		same(t, d.states(), []flows.AccountState{flows.AccountFrozen, flows.AccountActive})
		same(t, d.objects(40, effective.Add(72*time.Hour-time.Minute)), flows.OK)
		same(t, d.states(), []flows.AccountState{flows.AccountFrozen, flows.AccountFrozen})
		b.well()
	})
}

// Rows: T1
//
// At 14 d 23 h an account is restored byte for byte; a minute after 15 d it is deregistered and stays so.
func TestAnAccountIsRestoredWholeForFifteenDays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		effective := noon.Add(time.Minute)
		d := approved(b)
		restore := func(ref flows.AccountRef, at time.Time) flows.Outcome {
			t.Helper()
			out, err := b.Restore(b.ctx, b.op(), d.no, ref.ID, 1, at)
			b.must(err)
			return out
		}
		gone, err := b.Deregister(b.ctx, b.op(), d.no, effective.Add(flows.RestoreTerm-time.Hour))
		b.must(err)
		same(t, len(gone), 0)
		late := effective.Add(flows.RestoreTerm - time.Hour)
		same(t, restore(d.claim, late), flows.Refused) // it is the one in use
		same(t, restore(d.old, late), flows.OK)
		same(t, d.raw(d.old), d.before)
		same(t, d.states(), []flows.AccountState{flows.AccountActive, flows.AccountFrozen})
		b.well()
		end := late.Add(flows.RestoreTerm + time.Minute) // the other's own term began with that
		same(t, restore(d.claim, end), flows.TooLate)
		gone, err = b.Deregister(b.ctx, b.op(), d.no, end)
		b.must(err)
		same(t, []any{len(gone), gone[0].Ref}, []any{1, d.claim})
		same(t, d.states(), []flows.AccountState{flows.AccountActive, flows.AccountDeregistered})
		same(t, restore(d.claim, late), flows.TooLate)
		b.well()
	})
}

// An objection before the verdict takes a verdict back that waits, and lets nobody decide alone.
func TestAnObjectionToAnOpenClaimTakesTwo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		d := dispute{bench: b, old: b.account(number1, 40, false).Account, claim: b.account(number1, 42, true).Account}
		sub, err := b.Submit(b.ctx, b.op(), b.submission(d.claim, noon))
		b.must(err)
		d.no = sub.No
		for _, e := range []flows.Event{flows.CaseClaim, flows.CaseApprove} {
			_, err := b.MoveCase(b.ctx, b.op(), wants(d.no, e, seven))
			b.must(err)
		}
		same(t, d.objects(40, noon), flows.OK)
		same(t, d.states(), []flows.AccountState{flows.AccountActive, flows.AccountPending})
		_, ok, err := b.TakeEffect(b.ctx, b.op(), d.no, 3, noon.Add(time.Minute))
		b.must(err)
		same(t, ok, false)
		b.well()
		same(t, d.votes(seven, flows.CaseApprove), false)
		same(t, d.votes(eight, flows.CaseApprove), true)
		same(t, d.states(), []flows.AccountState{flows.AccountFrozen, flows.AccountActive})
		b.well()
	})
}

// The lease that runs when an objection comes still ends, and only that one.
func TestAnObjectionLeavesALeaseItsEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for i, undone := range []bool{false, true} {
			number := []string{number1, number2}[i]
			old, claim := b.account(number, 40, false).Account, b.account(number, 42, true).Account
			sub, err := b.Submit(b.ctx, b.op(), b.submission(claim, noon))
			b.must(err)
			owner, d := Owner{Person: claim.Person}, dispute{bench: b, no: sub.No, old: old, claim: claim}
			events := []flows.Event{flows.CaseClaim}
			if undone {
				events = append(events, flows.CaseApprove, flows.CaseUndo)
			}
			for _, e := range events {
				_, err := b.MoveCase(b.ctx, b.op(), wants(d.no, e, seven))
				b.must(err)
			}
			same(t, d.objects(40, noon), flows.OK)
			b.clear(owner)
			began := 1 + len(events) // the objection made it another version
			b.due(noon.Add(flows.Lease), owner)
			entry := b.pending(owner)[0]
			same(t, entry.Effects, []flows.Effect{flows.Lapse{No: d.no, Version: began}})
			for _, version := range []int{began - 1, began + 1, began} {
				v, err := b.Case(b.ctx, d.no)
				b.must(err)
				same(t, v.State, flows.CaseClaimed)
				b.must(b.Lapse(b.ctx, fmt.Sprint(entry.ID, version), d.no, version, noon.Add(flows.Lease)))
			}
			b.clear(owner)
			v, err := b.Case(b.ctx, d.no)
			b.must(err)
			same(t, []any{v.State, v.Reviewer.User}, []any{flows.CaseQueued, int64(0)})
			b.well()
		}
	})
}

// Rows: P23 P39
//
// An approval takes two where the old account was used in the last 90 days, or where a picture carries a flag of risk.
func TestRiskTakesTwoReviewers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for i, c := range []struct {
			used  time.Time
			flags []string
			takes int
		}{
			{time.Time{}, nil, 1},
			{noon.Add(-flows.RecentUse - time.Hour), []string{"glare"}, 1},
			{noon.Add(-flows.RecentUse + time.Hour), nil, 2},
			{time.Time{}, []string{"elsewhere"}, 2},
			{time.Time{}, []string{"anyway"}, 2},
		} {
			id := fmt.Sprintf("99010119900101%04d", i)
			old := b.account(id, 40, false).Account
			if !c.used.IsZero() {
				b.must(b.LogIn(b.ctx, b.op(), Entrance{Account: old, Chat: 40, Now: c.used}))
			}
			claim := b.submission(b.account(id, 42, true).Account, noon)
			if claim.Back.Flags = c.flags; slices.Contains(c.flags, flows.Elsewhere) {
				claim.Risk = c.flags
			}
			sub, err := b.Submit(b.ctx, b.op(), claim)
			b.must(err)
			d := dispute{bench: b, no: sub.No, old: old, claim: claim.Account}
			v, err := b.Case(b.ctx, d.no)
			b.must(err)
			same(t, v.Needs, c.takes)
			same(t, d.votes(seven, flows.CaseApprove), c.takes == 1)
			if c.takes == 2 {
				again, err := b.MoveCase(b.ctx, b.op(), wants(d.no, flows.CaseClaim, seven))
				b.must(err)
				same(t, again.Outcome, flows.Before)
				same(t, d.votes(eight, flows.CaseApprove), true)
			}
			same(t, d.states(), []flows.AccountState{flows.AccountFrozen, flows.AccountActive})
		}
		b.well()
	})
}

// Rows: P23
//
// What changed between two looks voids the first: whoever decided on what was known before decides anew.
func TestEvidenceThatChangedIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		d := dispute{bench: b, old: b.account(number1, 40, false).Account, claim: b.account(number1, 42, true).Account}
		b.must(b.LogIn(b.ctx, b.op(), Entrance{Account: d.old, Chat: 40, Now: noon}))
		sub, err := b.Submit(b.ctx, b.op(), b.submission(d.claim, noon))
		b.must(err)
		d.no = sub.No
		same(t, d.votes(seven, flows.CaseApprove), false)
		m, err := b.MoveCase(b.ctx, b.op(), wants(d.no, flows.CaseClaim, eight))
		b.must(err)
		same(t, m.View.Looks, 1)
		b.account(number1, 43, true) // somebody else claims the number
		seen := wants(d.no, flows.CaseApprove, eight)
		seen.Version, seen.Evidence = m.View.Version, m.View.Evidence
		stale, err := b.MoveCase(b.ctx, b.op(), seen)
		b.must(err)
		same(t, []any{stale.Outcome, stale.View.Looks}, []any{flows.Stale, 0})
		seen.Evidence = stale.View.Evidence
		again, err := b.MoveCase(b.ctx, b.op(), seen)
		b.must(err)
		same(t, again.Outcome, flows.OK)
		_, ended, err := b.TakeEffect(b.ctx, b.op(), d.no, again.View.Version, noon)
		b.must(err)
		same(t, ended, false) // the first look of what is known now
		same(t, d.votes(seven, flows.CaseApprove), true)
		b.well()
	})
}

// Rows: M10
//
// The blind sample is the same cases for the same keys, about one in twenty; both looks are counted, alike or apart.
func TestTheBlindSampleIsDecidedTwiceAndCounted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for _, r := range []flows.Reviewer{seven, eight, nine} {
			b.must(b.RequestRole(b.ctx, r.User, r.Name))
			_, err := b.GrantRole(b.ctx, r.User, 1, noon)
			b.must(err)
		}
		b.sample = 5
		in := 0
		for n := range 2000 {
			no := fmt.Sprintf("7-%d", n+1)
			first, err := b.sampled(b.ctx, no)
			b.must(err)
			if again, _ := b.sampled(b.ctx, no); again != first {
				t.Fatal("the sample changes")
			}
			if first {
				in++
			}
		}
		if in < 60 || in > 145 { // 100 expected; beyond four and a half deviations
			t.Errorf("%d of 2000 cases in a sample of 5%%", in)
		}
		b.sample = 100
		for i, second := range []flows.Event{flows.CaseRefuse, flows.CaseApprove} {
			id := fmt.Sprintf("99010119900101%04d", i)
			sub, err := b.Submit(b.ctx, b.op(), b.submission(b.account(id, 40, false).Account, noon))
			b.must(err)
			d := dispute{bench: b, no: sub.No}
			same(t, d.votes(seven, flows.CaseRefuse, "blurred"), false)
			v, err := b.Case(b.ctx, d.no)
			b.must(err)
			same(t, []any{v.State, v.Reasons, v.Reviewer.Name}, []any{flows.CaseQueued, []string(nil), ""}) // nothing tells the first verdict
			same(t, d.votes(eight, second, "blurred"), second == flows.CaseRefuse)
			if second == flows.CaseApprove {
				same(t, d.votes(nine, second), true)
			}
		}
		alike, apart, err := b.BlindLooks(b.ctx)
		b.must(err)
		same(t, []int{alike, apart}, []int{1, 1})
		b.well()
	})
}

// Rows: P13 S43
//
// A refusal of one side keeps the other: it is offered again, counts as the new case's own, and what the reviewer wrote to the
// student stands in the log; the internal note does not.
func TestARefusalOfOneSideKeepsTheOther(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.account(number1, 40, false)
		claim := b.account(number1, 42, true).Account
		first := b.submission(claim, noon)
		sub, err := b.Submit(b.ctx, b.op(), first)
		b.must(err)
		_, err = b.MoveCase(b.ctx, b.op(), wants(sub.No, flows.CaseClaim, seven))
		b.must(err)
		refusal := wants(sub.No, flows.CaseRefuse, seven, "id_cut")
		refusal.Notes = flows.Notes{Student: "背面缺了一角", Internal: flows.Note("桌子和前案一样"), Side: "back"}
		m, err := b.MoveCase(b.ctx, b.op(), refusal)
		b.must(err)
		_, ended, err := b.TakeEffect(b.ctx, b.op(), sub.No, m.View.Version, noon)
		b.must(err)
		same(t, ended, true)
		st, err := b.Standing(b.ctx, claim, noon)
		b.must(err)
		same(t, st.Kept, map[string]flows.Photo{"front": first.Front})
		same(t, []string{st.Log[0].Note, st.Log[0].Side}, []string{"背面缺了一角", "back"})
		second := b.submission(claim, noon)
		second.Front = st.Kept["front"]
		again, err := b.Submit(b.ctx, b.op(), second)
		b.must(err)
		same(t, again.Outcome, flows.OK)
		v, err := b.Case(b.ctx, again.No)
		b.must(err)
		same(t, v.Last, &flows.RefusedCase{No: sub.No, Reasons: []string{"id_cut"}, Notes: refusal.Notes})
		same(t, v.Notes, flows.Notes{})
		b.well()
		d := dispute{bench: b, no: again.No, claim: claim}
		same(t, d.votes(eight, flows.CaseRefuse, "not_same"), true)
		st, err = b.Standing(b.ctx, claim, noon)
		b.must(err)
		same(t, len(st.Kept), 0) // whoever is not the owner keeps nothing
		b.well()
	})
}
