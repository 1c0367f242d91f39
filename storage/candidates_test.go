package storage

import (
	"fmt"
	"testing"

	"guiwei/flows"
)

// trips counts the round trips of a call.
func (b *bench) trips(call func() error) int64 {
	b.t.Helper()
	before := b.Trips()
	b.must(call())
	return b.Trips() - before
}

func (b *bench) candidates(h flows.Handle, chat int64) (ids []string) {
	b.t.Helper()
	all, err := b.Candidates(b.ctx, h, chat)
	b.must(err)
	for _, c := range all {
		ids = append(ids, c.Ref.ID)
	}
	return ids
}

// Rows: S25
func TestAnAccountIsFoundByEachOfItsHandles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		owner := b.account(number1, 40, false).Account
		claim := b.account(number1, 42, true).Account
		other := b.account(number2, 41, false).Account
		for _, ref := range []flows.AccountRef{owner, claim, other} {
			b.must(b.ConfirmPhone(b.ctx, b.op(), phone, ref, noon))
			b.must(b.KnowEmail(b.ctx, b.op(), "nobody@example.test", ref))
		}
		same(t, b.candidates(flows.Handle{Phone: phone}, 42), []string{owner.ID, other.ID, claim.ID})
		same(t, b.candidates(flows.Handle{Phone: phone}, 41), []string{other.ID, owner.ID, claim.ID}) // the chat's own first
		same(t, b.candidates(flows.Handle{Email: "nobody@example.test"}, 7), []string{owner.ID, other.ID, claim.ID})
		same(t, b.candidates(flows.Handle{Documents: []flows.Document{{Family: "resident", Number: number1}}}, 7), []string{owner.ID, claim.ID})
		same(t, b.candidates(flows.Handle{Account: &claim}, 7), []string{claim.ID})
		b.must(b.ForgetEmail(b.ctx, b.op(), "nobody@example.test", owner))
		same(t, b.candidates(flows.Handle{Email: "nobody@example.test"}, 7), []string{other.ID, claim.ID})
	})
}

// Rows: T9
func TestAnUnknownHandleCostsAsManyRoundTripsAndCommands(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		owner := b.account(number1, 40, false).Account
		b.must(b.ConfirmPhone(b.ctx, b.op(), phone, owner, noon))
		b.must(b.KnowEmail(b.ctx, b.op(), "nobody@example.test", owner))
		document := func(number string) flows.Handle {
			return flows.Handle{Documents: []flows.Document{{Family: "resident", Number: number}}}
		}
		b.candidates(byPhone, 7) // the first call of a script may bring it along
		for i, pair := range [][2]flows.Handle{{byPhone, {Phone: "+8613900000099"}}, {{Email: "nobody@example.test"}, {Email: "somebody@example.test"}},
			{document(number1), document(number2)}} {
			want := int64(2 - i/2)
			for _, h := range pair {
				same(t, b.trips(func() error { _, err := b.Candidates(b.ctx, h, 7); return err }), want)
				same(t, b.trips(func() error { _, err := b.LoginGate(b.ctx, h, 7, noon); return err }), int64(1))
				same(t, b.trips(func() error { _, _, err := b.LoginFailed(b.ctx, b.op(), h, 7, noon); return err }), int64(1))
			}
		}
	})
}

func TestAnAddressFindsFiveAccountsAndNoPersonMoreThanFive(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		var all []flows.AccountRef
		for i := range 7 {
			ref := b.account(number1, int64(40+i), i > 0).Account
			b.must(b.KnowEmail(b.ctx, b.op(), "nobody@example.test", ref))
			all = append(all, ref)
		}
		want := make([]string, 5)
		for i := range want {
			want[i] = all[i].ID
		}
		same(t, b.candidates(flows.Handle{Email: "nobody@example.test"}, 7), want)
		h := flows.Handle{Documents: []flows.Document{{Family: "resident", Number: number1}}}
		same(t, b.candidates(h, 46), []string{all[0].ID, all[6].ID, all[1].ID, all[2].ID, all[3].ID}) // nobody pushes out the chat's own claim
		same(t, len(b.candidates(h, 7)), 5)
		same(t, fmt.Sprint(b.candidates(flows.Handle{}, 7)), "[]")
	})
}
