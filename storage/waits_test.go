package storage

import (
	"slices"
	"testing"

	"guiwei/flows"
)

// Rows: P19
func TestWhoeverWaitsForACaseIsFoundAtItsEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		no := b.submitted(42)
		second, third := b.account(number1, 43, true).Account, b.account(number1, 44, true).Account
		p := second.Person
		await := func(ref flows.AccountRef, chat int64, want bool) {
			t.Helper()
			waits, err := b.Await(b.ctx, b.op(), ref, chat, noon)
			b.must(err)
			same(t, waits, want)
		}
		waiting := func(no string, want ...int64) {
			t.Helper()
			chats, err := b.WaitingFor(b.ctx, p, no)
			b.must(err)
			slices.Sort(chats)
			same(t, chats, want)
		}
		await(second, 43, true)
		await(second, 43, true)
		await(third, 44, true)
		await(b.ofCase(no), 42, false) // the own case is nothing to wait for
		waiting(no, 43, 44)
		waiting("7-99")
		b.decide(no, flows.CaseRefuse, "blurred")
		waiting(no, 43, 44) // until they were called
		await(second, 43, false)
		sub, err := b.Submit(b.ctx, b.op(), b.submission(second, noon))
		b.must(err)
		await(third, 44, true)
		waiting(no, 43) // whose call may be under way yet
		waiting(sub.No, 44)
		st, err := b.Standing(b.ctx, third, noon)
		b.must(err)
		same(t, []any{st.Waiting, st.Old}, []any{true, []flows.OldAccount(nil)}) // whoever waits learns of nobody's account
		b.well()
	})
}

// Rows: S35
func TestAnApprovalGivesBackWhatOthersUsedUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.account(number1, 40, false)
		impostor := b.account(number1, 43, true).Account
		for range 2 {
			sub, err := b.Submit(b.ctx, b.op(), b.submission(impostor, noon))
			b.must(err)
			b.decide(sub.No, flows.CaseRefuse, "blurred")
		}
		mine := b.account(number1, 42, true).Account
		sub, err := b.Submit(b.ctx, b.op(), b.submission(mine, noon))
		b.must(err)
		same(t, sub.Quota, flows.Quota{Today: 3, Total: 3})
		b.decide(sub.No, flows.CaseApprove)
		st, err := b.Standing(b.ctx, mine, noon)
		b.must(err)
		same(t, st.Quota, flows.Quota{Today: 1, Total: 1})
		later := b.account(number1, 42, true).Account // the phone was lost again
		after := noon.AddDate(0, 0, 4)
		for range 2 {
			sub, err = b.Submit(b.ctx, b.op(), b.submission(later, after))
			b.must(err)
			b.decide(sub.No, flows.CaseRefuse, "blurred")
		}
		st, err = b.Standing(b.ctx, later, after)
		b.must(err)
		same(t, st.Quota, flows.Quota{Today: 2, Total: 3}) // what the owner used up stays used up
	})
}
