package storage

import (
	"testing"
	"time"

	"guiwei/flows"
)

func TestFirstAccountIsActiveAndTheNextIsAClaim(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		first := b.account(number1, 40, false)
		same(t, first.Outcome, flows.OK)
		same(t, first.State, flows.AccountActive)
		taken := b.account(number1, 42, false)
		same(t, taken, flows.Registered{Outcome: flows.Taken,
			Old: []flows.OldAccount{{State: flows.AccountActive, Uses: []string{"image", "record"}}}})
		claim := b.account(number1, 42, true)
		same(t, []any{claim.Outcome, claim.State}, []any{flows.OK, flows.AccountPending})
		again := b.account(number1, 42, true)
		same(t, again.Account, claim.Account)
		other := b.account(number1, 43, true)
		if other.Account == claim.Account {
			t.Fatal("another chat got the same claim")
		}
		a, gen, err := b.Account(b.ctx, claim.Account)
		b.must(err)
		same(t, gen, 1)
		same(t, a, flows.Account{Ref: claim.Account, Applicant: applicant(number1), State: flows.AccountPending, Claim: true,
			Chat: 42, Created: a.Created, Uses: []string{"image", "record"}, Lang: "zh-Hans"})
		all, err := b.AccountsOfPerson(b.ctx, first.Account.Person)
		b.must(err)
		same(t, len(all), 3)
		_, _, err = b.Account(b.ctx, flows.AccountRef{Person: first.Account.Person, ID: "none"})
		wantErr(t, err, ErrNone)
	})
}

// Rows: S45
func TestApprovalActivatesOneAndFreezesTheOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		old := b.account(number1, 40, false).Account
		longAgo := noon.Add(-flows.RecentUse - time.Second)
		b.must(b.LogIn(b.ctx, b.op(), Entrance{Account: old, Chat: 41, Now: longAgo}))
		claim, other := b.account(number1, 42, true).Account, b.account(number1, 43, true).Account
		sub, err := b.Submit(b.ctx, b.op(), b.submission(claim, noon))
		b.must(err)
		same(t, sub, flows.Submitted{Outcome: flows.OK, No: sub.No, Deadline: noon.Add(72 * time.Hour), Quota: flows.Quota{Today: 1, Total: 1}})
		v := b.decide(sub.No, flows.CaseApprove)
		same(t, v.State, flows.CaseApproved)
		for ref, want := range map[flows.AccountRef]flows.AccountState{
			old: flows.AccountFrozen, claim: flows.AccountActive, other: flows.AccountFrozen,
		} {
			a, gen, err := b.Account(b.ctx, ref)
			b.must(err)
			same(t, []any{a.State, a.Proofed, a.Claim, gen}, []any{want, ref == claim, false, 2})
		}
		st, err := b.Standing(b.ctx, claim, noon)
		b.must(err)
		same(t, []any{st.Current, st.Open, st.Waiting, st.Quota}, []any{2, (*flows.LogRow)(nil), false, flows.Quota{Today: 1, Total: 1}})
		same(t, st.Log, []flows.LogRow{{Case: sub.No, At: noon, State: flows.CaseApproved}})
		same(t, st.Old, []flows.OldAccount{
			{State: flows.AccountFrozen, Used: longAgo, Uses: []string{"image", "record"}},
			{State: flows.AccountFrozen, Uses: []string{"image", "record"}},
		})
		ended, err := b.Submit(b.ctx, b.op(), b.submission(old, noon))
		b.must(err)
		same(t, ended.Outcome, flows.Ended)
		needless, err := b.Submit(b.ctx, b.op(), b.submission(claim, noon))
		b.must(err)
		same(t, needless.Outcome, flows.Refused)
	})
}

func TestReviewerMovesACase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		no := b.submitted(42)
		owner := Owner{Person: b.vault.Person("resident", number1)}
		move := func(m CaseMove) flows.CaseMoved {
			t.Helper()
			got, err := b.MoveCase(b.ctx, b.op(), m)
			b.must(err)
			same(t, got.Event, m.Event)
			fresh, err := b.Case(b.ctx, no)
			b.must(err)
			same(t, got.View, fresh)
			return got
		}
		same(t, move(wants(no, flows.CaseApprove, seven)).Outcome, flows.Refused)                              // not claimed
		same(t, move(wants(no, flows.CaseClaim, flows.Reviewer{User: 42, Name: "自己"})).Outcome, flows.Refused) // own case
		v := move(wants(no, flows.CaseClaim, seven)).View
		same(t, []any{v.State, v.Reviewer, v.Claimed, v.Version, v.Attempt}, []any{flows.CaseClaimed, seven, noon, 2, 1})
		same(t, []any{v.Name, v.IDNumber, v.Phone, v.Front, v.Back},
			[]any{"欧阳测试", number1, "+8613900000042", photo(v.Front.Blob), photo(v.Back.Blob)})
		same(t, move(wants(no, flows.CaseClaim, seven)).Outcome, flows.Stale)
		taken := move(wants(no, flows.CaseClaim, eight))
		same(t, []any{taken.Outcome, taken.By}, []any{flows.Taken, seven.Name})
		same(t, move(wants(no, flows.CaseRelease, eight)).Outcome, flows.Refused)
		old := wants(no, flows.CaseApprove, seven)
		old.Version = 1
		same(t, move(old).Outcome, flows.Stale)
		same(t, move(wants(no, flows.CaseEffect, seven)).Outcome, flows.Refused)
		refused := move(wants(no, flows.CaseRefuse, seven, "blurred", "edited"))
		same(t, []any{refused.Until, refused.View.Reasons, refused.View.State},
			[]any{noon.Add(time.Minute), []string{"blurred", "edited"}, flows.CaseRefusing})
		v = move(wants(no, flows.CaseUndo, seven)).View
		same(t, []any{v.State, v.Reasons, v.Decided}, []any{flows.CaseClaimed, []string(nil), time.Time{}})
		_, ok, err := b.TakeEffect(b.ctx, b.op(), no, refused.View.Version, noon.Add(time.Minute))
		b.must(err)
		same(t, ok, false)
		b.well()
		v = move(wants(no, flows.CaseRelease, seven)).View
		same(t, []any{v.State, v.Reviewer}, []any{flows.CaseQueued, flows.Reviewer{}})
		b.due(noon.Add(flows.Lease), owner)
		same(t, len(b.pending(owner)), 5) // card of submit, claim, refuse, undo, release: no timer is left
		b.well()
	})
}

// submitted is the number of a new case of the person of number1, whose claim stands in a chat.
func (b *bench) submitted(chat int64) string {
	b.t.Helper()
	b.account(number1, 40, false)
	sub, err := b.Submit(b.ctx, b.op(), b.submission(b.account(number1, chat, true).Account, noon))
	b.must(err)
	same(b.t, sub.Outcome, flows.OK)
	return sub.No
}

// well wants the store without faults.
func (b *bench) well() {
	b.t.Helper()
	faults, err := b.Faults(b.ctx)
	b.must(err)
	same(b.t, faults, []string(nil))
}

func TestCaseTimersComeToTheirPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		no := b.submitted(42)
		owner := Owner{Person: b.vault.Person("resident", number1)}
		_, err := b.MoveCase(b.ctx, "claim", wants(no, flows.CaseClaim, seven))
		b.must(err)
		b.due(noon, owner)
		b.clear(owner)
		b.due(noon.Add(flows.Lease-time.Millisecond), []Owner(nil)...)
		b.due(noon.Add(flows.Lease), owner)
		entries := b.pending(owner)
		same(t, entries[0].Effects, []flows.Effect{flows.Lapse{No: no, Version: 2}})
		b.well()
		for range 2 {
			b.must(b.Lapse(b.ctx, entries[0].ID, no, 2, noon.Add(flows.Lease)))
		}
		b.done(b.ctx, owner, entries[0].ID, 0)
		same(t, b.pending(owner)[0].Effects, []flows.Effect{flows.ClearPhotos{No: no}, flows.Card{No: no}})
		b.clear(owner)
		for _, e := range []flows.Event{flows.CaseClaim, flows.CaseApprove} {
			_, err := b.MoveCase(b.ctx, b.op(), wants(no, e, eight))
			b.must(err)
		}
		b.clear(owner)
		b.due(noon.Add(time.Minute), owner)
		same(t, b.pending(owner)[0].Effects, []flows.Effect{flows.TakeEffect{No: no, Version: 5}})
		b.well()
	})
}

// clear does all that is in an outbox.
func (b *bench) clear(o Owner) {
	b.t.Helper()
	for _, e := range b.pending(o) {
		b.must(e.Fault)
		b.done(b.ctx, o, e.ID, 0)
	}
}

func TestSecondClaimantWaitsForTheFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		no := b.submitted(42)
		second := b.account(number1, 43, true).Account
		st, err := b.Standing(b.ctx, second, noon)
		b.must(err)
		same(t, []any{st.Waiting, st.Open, st.Log}, []any{true, (*flows.LogRow)(nil), []flows.LogRow(nil)})
		sub, err := b.Submit(b.ctx, b.op(), b.submission(second, noon))
		b.must(err)
		same(t, []any{sub.Outcome, sub.No}, []any{flows.Open, no})
		first := b.account(number1, 42, true) // again, while under review: nothing is replaced
		same(t, first.Outcome, flows.Queued)
		st, err = b.Standing(b.ctx, first.Account, noon)
		b.must(err)
		same(t, []any{*st.Open, st.Due, st.Waiting}, []any{flows.LogRow{Case: no, At: noon, State: flows.CaseQueued},
			noon.Add(72 * time.Hour), false})
		v := b.decide(no, flows.CaseRefuse, "not_same")
		same(t, v.State, flows.CaseRefused)
		st, err = b.Standing(b.ctx, second, noon)
		b.must(err)
		same(t, []any{st.Waiting, st.Quota}, []any{false, flows.Quota{}}) // not the owner: the submission was given back
		sub, err = b.Submit(b.ctx, b.op(), b.submission(second, noon))
		b.must(err)
		same(t, sub.Outcome, flows.OK)
		v, err = b.Case(b.ctx, sub.No)
		b.must(err)
		same(t, v.Attempt, 2)
		b.well()
	})
}

func TestVerdictIsToldAfterItsWindowOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		no := b.submitted(42)
		ref := b.ofCase(no)
		for _, e := range []flows.Event{flows.CaseClaim, flows.CaseRefuse} {
			_, err := b.MoveCase(b.ctx, b.op(), wants(no, e, seven, "blurred"))
			b.must(err)
		}
		st, err := b.Standing(b.ctx, ref, noon)
		b.must(err)
		same(t, st.Log, []flows.LogRow{{Case: no, At: noon, State: flows.CaseClaimed}})
		_, ok, err := b.TakeEffect(b.ctx, b.op(), no, 3, noon)
		b.must(err)
		same(t, ok, true)
		st, err = b.Standing(b.ctx, ref, noon)
		b.must(err)
		same(t, st.Log, []flows.LogRow{{Case: no, At: noon, State: flows.CaseRefused, Reasons: []string{"blurred"}}})
		b.must(b.MarkChecked(b.ctx, b.op(), ref, noon))
		wantErr(t, b.MarkChecked(b.ctx, b.op(), flows.AccountRef{Person: ref.Person, ID: "none"}, noon), ErrNone)
	})
}

// Rows: T19
func TestThePairThatAReviewerRefusedStandsWithTheAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		no := b.submitted(42)
		ref := b.ofCase(no)
		refused := func() []flows.Pair {
			st, err := b.Standing(b.ctx, ref, noon)
			b.must(err)
			return st.Refused
		}
		v, err := b.Case(b.ctx, no)
		b.must(err)
		for _, e := range []flows.Event{flows.CaseClaim, flows.CaseRefuse} {
			_, err := b.MoveCase(b.ctx, b.op(), wants(no, e, seven, "blurred"))
			b.must(err)
		}
		same(t, refused(), []flows.Pair(nil)) // it may be undone
		_, _, err = b.TakeEffect(b.ctx, b.op(), no, 3, noon)
		b.must(err)
		want := []flows.Pair{{Front: v.Front.Print(), Back: v.Back.Print()}}
		same(t, refused(), want)
		sub, err := b.Submit(b.ctx, b.op(), b.submission(ref, noon))
		b.must(err)
		same(t, sub.Outcome, flows.OK)
		_, err = b.StopUsing(b.ctx, b.op(), ref, noon)
		b.must(err)
		same(t, refused(), want) // nobody refused the pair that was withdrawn
	})
}

func (b *bench) ofCase(no string) flows.AccountRef {
	b.t.Helper()
	v, err := b.Case(b.ctx, no)
	b.must(err)
	return flows.AccountRef{Person: v.Person, ID: v.Account}
}

func TestCardAndPhotosOfACaseAreFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		group, message, err := b.CardOf(b.ctx, "203-17")
		b.must(err)
		same(t, []any{group, message}, []any{int64(0), 0})
		b.must(b.SetCard(b.ctx, "203-17", -1001234567890, 5))
		group, message, err = b.CardOf(b.ctx, "203-17")
		b.must(err)
		same(t, []any{group, message}, []any{int64(-1001234567890), 5})
		photos := func(want ...int) {
			t.Helper()
			_, got, err := b.TakePhotos(b.ctx, "203-17")
			b.must(err)
			same(t, got, want)
		}
		b.must(b.NotePhotos(b.ctx, "203-17", 7, []int{11, 9}, noon))
		b.must(b.NotePhotos(b.ctx, "203-17", 7, []int{12}, noon))
		photos(9, 11, 12)
		b.must(b.NotePhotos(b.ctx, "203-17", 8, []int{3}, noon))
		photos(3)
		b.must(b.NotePhotos(b.ctx, "203-17", 0, nil, noon))
		photos()
		for _, no := range []string{"", "203", "256-1", "-1-1", "203-0", "203-017", "x-1"} {
			_, err := b.Case(b.ctx, no)
			wantErr(t, err, ErrNone)
		}
	})
}

// Rows: P29
func TestCardsOfOpenCasesAreAskedForAgainWhenTheirGroupMoves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.decide(b.submitted(42), flows.CaseRefuse, "blurred")
		open := b.submitted(52)
		b.clear(Owner{Person: b.ofCase(open).Person})
		b.must(b.BindGroup(b.ctx, Counselors, -2))
		b.must(b.BindGroup(b.ctx, Reviewers, -1))
		b.must(b.MigrateGroup(b.ctx, -2, -1002, noon))
		for range 2 {
			b.must(b.MigrateGroup(b.ctx, -1, -1001, noon))
		}
		due, err := b.Due(b.ctx, noon, time.Minute, 10, nil)
		b.must(err)
		same(t, due, []Owner{{Person: b.ofCase(open).Person}})
		entries, err := b.Pending(b.ctx, due[0])
		b.must(err)
		same(t, len(entries), 1)
		same(t, entries[0].Effects, []flows.Effect{flows.Card{No: open}})
		b.well()
	})
}

func TestLateTimerOfAnUndoneVerdictDoesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		no := b.submitted(42)
		first := 0
		for _, e := range []flows.Event{flows.CaseClaim, flows.CaseApprove, flows.CaseUndo, flows.CaseRefuse} {
			m, err := b.MoveCase(b.ctx, b.op(), wants(no, e, seven, "blurred"))
			b.must(err)
			if e == flows.CaseApprove {
				first = m.View.Version
			}
		}
		v, ok, err := b.TakeEffect(b.ctx, "late", no, first, noon.Add(time.Minute))
		b.must(err)
		same(t, []any{v.State, ok}, []any{flows.CaseRefusing, false})
		b.must(b.Lapse(b.ctx, "lapse", no, first, noon))
		a, _, err := b.Account(b.ctx, b.ofCase(no))
		b.must(err)
		same(t, a.State, flows.AccountPending)
		b.well()
	})
}

// Rows: S45
func TestNobodyEverSeesTwoActiveAccountsOrNone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		owner := b.account(number1, 40, false).Account
		done, watched := make(chan struct{}), make(chan int)
		go b.watch(owner.Person, done, watched)
		for i := range 5 {
			claim := b.account(number1, int64(42+i), true).Account
			sub, err := b.Submit(b.ctx, b.op(), b.submission(claim, noon.AddDate(0, 0, 4*i))) // one day after nobody can object any more
			b.must(err)
			b.decide(sub.No, flows.CaseApprove)
		}
		close(done)
		if looks := <-watched; looks < 5 {
			t.Fatalf("looked %d times only", looks)
		}
		b.well()
	})
}

// watch counts how often it looked at a person, and wants one active account each time.
func (b *bench) watch(p flows.Person, done chan struct{}, watched chan int) {
	looks := 0
	for {
		select {
		case <-done:
			watched <- looks
			return
		default:
		}
		sh, err := b.readShelf(b.ctx, p)
		if err != nil {
			b.t.Errorf("watch: %v", err)
		}
		active := 0
		for _, id := range ids(sh.accounts, "created") {
			if sh.accounts[id+" state"] == string(flows.AccountActive) {
				active++
			}
		}
		if active != 1 {
			b.t.Errorf("%d active accounts", active)
		}
		looks++
	}
}
