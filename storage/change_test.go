package storage

import (
	"testing"
	"time"

	"guiwei/flows"
)

// Rows: S55
func TestAChangeIsWrittenOnceAndEndsTheLoginsOfOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		ref := b.account(number1, 40, false).Account
		b.enters(ref, 40, noon)
		b.enters(ref, 41, noon)
		b.alarms(ref.Person)
		c := Change{Account: ref, Generation: 1, Chat: 40, Now: noon, Others: true, Apply: func(a *flows.Applicant) { a.Password = "$new" },
			Alarm: flows.Alarm{Account: ref, About: flows.AlarmPassword, Chat: 40, At: noon}}
		for range 2 {
			got, err := b.ChangeAccount(b.ctx, "change", c)
			b.must(err)
			same(t, got, flows.Changed{Outcome: flows.OK, Generation: 2})
		}
		same(t, b.alarms(ref.Person), []flows.Alarm{c.Alarm})
		a, generation, err := b.Account(b.ctx, ref)
		b.must(err)
		same(t, a.Password, "$new")
		same(t, generation, 2)
		same(t, b.chats(ref, 2, 40), []int64{40})
		same(t, b.chats(ref, 1, 41), []int64{-1})
		_, told, err := b.Told(b.ctx, ref)
		b.must(err)
		same(t, told, []int64{40, 41}) // whoever lost the login hears of it
		got, err := b.ChangeAccount(b.ctx, b.op(), c)
		b.must(err)
		same(t, got.Outcome, flows.Ended) // of the generation before
		b.well()
	})
}

// Rows: T13
func TestTenWrongPasswordsOfStrangersAlarmTheOwnerOnceADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		ref := b.account(number1, 40, false).Account
		tried := []Candidate{{Account: flows.Account{Ref: ref}}}
		wrong := func(chat int64, at time.Time) int {
			t.Helper()
			b.must(b.Mistaken(b.ctx, b.op(), tried, chat, at))
			return len(b.alarms(ref.Person))
		}
		for range 20 {
			same(t, wrong(40, noon), 0) // the owner's own
		}
		for i := range 30 {
			want := 0
			if i == 9 {
				want = 1
			}
			same(t, wrong(int64(100+i%3), noon.Add(time.Duration(i)*time.Minute)), want)
		}
		for i := range 10 {
			same(t, wrong(100, noon.Add(25*time.Hour)), i/9)
		}
		same(t, b.trips(func() error { return b.Mistaken(b.ctx, b.op(), tried, 9, noon) }), int64(1))
		same(t, b.trips(func() error { return b.Mistaken(b.ctx, b.op(), nil, 9, noon) }), int64(1))
	})
}
