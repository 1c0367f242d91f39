package storage

import (
	"testing"
	"time"

	"guiwei/flows"
)

var byPhone = flows.Handle{Phone: phone}

func TestWrongPasswordsDelayTheChatAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for i, want := range []struct {
			left  int
			delay time.Duration
		}{{4, 0}, {3, 0}, {2, 0}, {1, 0}, {0, 30 * time.Second}, {0, time.Minute}, {0, 2 * time.Minute}, {0, 4 * time.Minute},
			{0, 8 * time.Minute}, {0, 24 * time.Hour}, {0, 24 * time.Hour}} {
			left, until, err := b.LoginFailed(b.ctx, b.op(), byPhone, 42, noon)
			b.must(err)
			same(t, left, want.left)
			if want.delay > 0 {
				same(t, until, noon.Add(want.delay))
			} else if !until.IsZero() {
				t.Fatalf("failure %d delays", i+1)
			}
		}
		for chat, want := range map[int64]time.Time{42: noon.Add(24 * time.Hour), 43: {}} {
			until, err := b.LoginGate(b.ctx, byPhone, chat, noon)
			b.must(err)
			same(t, until, want)
		}
		b.must(b.LoginPassed(b.ctx, byPhone, 42))
		until, err := b.LoginGate(b.ctx, byPhone, 42, noon)
		b.must(err)
		same(t, until, time.Time{})
		left, _, err := b.LoginFailed(b.ctx, b.op(), byPhone, 42, noon)
		b.must(err)
		same(t, left, 4)
	})
}

// Rows: T13
func TestAChatStopsAtTwentyWrongPasswordsWhateverTheHandlesAndLoginsBetween(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		handles := []flows.Handle{byPhone, {Email: "a@example.test"}, {Documents: []flows.Document{{Family: "resident", Number: number1}}},
			{Phone: "+8613900000099"}, {Account: &flows.AccountRef{Person: "7.1", ID: "a"}}}
		gate := func(h flows.Handle, at time.Time) time.Time {
			t.Helper()
			until, err := b.LoginGate(b.ctx, h, 42, at)
			b.must(err)
			return until
		}
		for i := range 20 {
			h, at := handles[i%len(handles)], noon.Add(time.Duration(i)*time.Minute)
			same(t, gate(h, at), time.Time{})
			_, until, err := b.LoginFailed(b.ctx, b.op(), h, 42, at)
			b.must(err)
			if i == 19 {
				same(t, until, noon.Add(24*time.Hour))
			}
			b.must(b.LoginPassed(b.ctx, h, 42)) // of an account of the attacker's own, say
		}
		for _, h := range append(handles, flows.Handle{Phone: "+8613900000098"}) {
			same(t, gate(h, noon.Add(time.Hour)), noon.Add(24*time.Hour))
		}
		same(t, gate(byPhone, noon.Add(24*time.Hour)), time.Time{})
	})
}
