package storage

import (
	"strconv"
	"testing"
	"time"

	"guiwei/flows"
)

const phone = "+8613900000042"

func ref(i int) flows.AccountRef {
	return flows.AccountRef{Person: flows.Person("7." + strconv.Itoa(i)), ID: "a" + strconv.Itoa(i)}
}

func TestPhoneServesFiveAccounts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for i := range 5 {
			b.must(b.ReservePhone(b.ctx, b.op(), phone, ref(i), noon))
		}
		wantErr(t, b.ReservePhone(b.ctx, b.op(), phone, ref(5), noon), ErrPhoneFull)
		b.must(b.ReservePhone(b.ctx, b.op(), phone, ref(4), noon))
		b.must(b.ConfirmPhone(b.ctx, b.op(), phone, ref(0), noon))
		refs, err := b.AccountsOf(b.ctx, phone)
		b.must(err)
		same(t, refs, []flows.AccountRef{ref(0)})
		later := noon.Add(10 * time.Minute)
		b.must(b.ReservePhone(b.ctx, b.op(), phone, ref(5), later))
		b.must(b.ReleasePhone(b.ctx, b.op(), phone, ref(0)))
		refs, err = b.AccountsOf(b.ctx, phone)
		b.must(err)
		same(t, len(refs), 0)
	})
}

func TestConfirmedPhonesStayFull(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for i := range 5 {
			b.must(b.ConfirmPhone(b.ctx, b.op(), phone, ref(i), noon))
		}
		wantErr(t, b.ReservePhone(b.ctx, b.op(), phone, ref(5), noon.AddDate(9, 0, 0)), ErrPhoneFull)
		wantErr(t, b.ConfirmPhone(b.ctx, b.op(), phone, ref(5), noon), ErrPhoneFull)
	})
}

func TestAReservationThatRanOutIsNoPlace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for i := range 5 {
			b.must(b.ReservePhone(b.ctx, b.op(), phone, ref(i), noon))
		}
		wantErr(t, b.ConfirmPhone(b.ctx, b.op(), phone, ref(5), noon), ErrPhoneFull)
		b.must(b.ConfirmPhone(b.ctx, b.op(), phone, ref(5), noon.Add(10*time.Minute)))
		refs, err := b.AccountsOf(b.ctx, phone)
		b.must(err)
		same(t, refs, []flows.AccountRef{ref(5)})
	})
}

func TestAClaimRegisteredAnewLeavesItsFormerPhone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.account(number1, 40, false)
		p := b.vault.Person("resident", number1)
		register := func(phone string) flows.AccountRef {
			t.Helper()
			a := flows.Account{Ref: flows.AccountRef{Person: p, ID: AccountID(phone)}, Applicant: applicant(number1), Chat: 42}
			a.Phone = phone
			opened, err := b.OpenAccount(b.ctx, b.op(), a, true, noon)
			b.must(err)
			b.must(b.ConfirmPhone(b.ctx, b.op(), phone, opened.Account, noon))
			return opened.Account
		}
		at := func(phone string, want int) {
			t.Helper()
			refs, err := b.AccountsOf(b.ctx, phone)
			b.must(err)
			same(t, len(refs), want)
		}
		const first, second = "+8613900000051", "+8613900000052"
		mine := register(first)
		b.must(b.LeavePhone(b.ctx, b.op(), mine))
		at(first, 1)
		same(t, register(second), mine)
		at(first, 1) // a crash comes between: it is given back when that is tried again
		b.must(b.LeavePhone(b.ctx, "left", mine))
		b.must(b.LeavePhone(b.ctx, "left", mine))
		at(first, 0)
		at(second, 1)
		register(second) // the same phone once more
		b.must(b.LeavePhone(b.ctx, b.op(), mine))
		at(second, 1)
		b.well()
	})
}

func TestCodesOfAPhoneAreLimited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		chat := int64(0)
		count := func(at time.Time, want time.Time) {
			t.Helper()
			chat++ // each from another chat
			until, err := b.CountCode(b.ctx, b.op(), phone, chat, at)
			b.must(err)
			same(t, until, want)
		}
		ok := time.Time{}
		count(noon, ok)
		count(noon.Add(59*time.Second), noon.Add(time.Minute))
		for i := range 4 {
			count(noon.Add(time.Duration(i+1)*time.Minute), ok)
		}
		count(noon.Add(10*time.Minute), noon.Add(time.Hour))
		for i := range 5 {
			count(noon.Add(time.Duration(i+2)*time.Hour), ok)
		}
		blocked := noon.Add(10*time.Hour + 24*time.Hour)
		count(noon.Add(10*time.Hour), blocked)
		count(noon.Add(30*time.Hour), blocked)
		count(blocked, ok)
	})
}

func TestCodesOfAChatAreLimited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		count := func(i int, at time.Time) time.Time {
			until, err := b.CountCode(b.ctx, b.op(), "+861390000005"+strconv.Itoa(i), 42, at)
			b.must(err)
			return until
		}
		for i := range 5 {
			same(t, count(i, noon.Add(time.Duration(i)*time.Hour)), time.Time{})
			if i == 0 {
				same(t, count(0, noon.Add(time.Second)), noon.Add(time.Minute)) // refused by the phone: costs the chat nothing
			}
		}
		same(t, count(6, noon.Add(5*time.Hour)), noon.Add(24*time.Hour))
		same(t, count(6, noon.Add(24*time.Hour)), time.Time{})
	})
}
