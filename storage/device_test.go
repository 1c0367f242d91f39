package storage

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows"
)

func (b *bench) enters(ref flows.AccountRef, chat int64, at time.Time) {
	b.t.Helper()
	b.must(b.LogIn(b.ctx, b.op(), Entrance{Account: ref, Chat: chat, Name: "甲", Now: at}))
}

// alarms takes what waits in the person's outbox.
func (b *bench) alarms(p flows.Person) (all []flows.Alarm) {
	b.t.Helper()
	entries, err := b.Pending(b.ctx, Owner{Person: p})
	b.must(err)
	for _, e := range entries {
		b.must(e.Fault)
		for _, f := range e.Effects {
			if a, ok := f.(flows.Alarm); ok {
				all = append(all, a)
			}
		}
		b.done(b.ctx, Owner{Person: p}, e.ID, 0)
	}
	return all
}

func (b *bench) chats(ref flows.AccountRef, generation int, chat int64) (all []int64) {
	b.t.Helper()
	l, err := b.Devices(b.ctx, ref, generation, chat)
	b.must(err)
	if l.Outcome == flows.Ended {
		return []int64{-1}
	}
	for _, d := range l.List {
		all = append(all, d.Chat)
	}
	return all
}

// Rows: S25
func TestALoginFromAnotherChatIsAnnouncedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		ref := b.account(number1, 40, false).Account
		b.enters(ref, 40, noon) // where it was registered
		same(t, len(b.alarms(ref.Person)), 0)
		b.enters(ref, 41, noon.Add(time.Minute))
		want := []flows.Alarm{{Account: ref, About: flows.AlarmDevice, Chat: 41, At: noon.Add(time.Minute)}}
		same(t, b.alarms(ref.Person), want)
		b.enters(ref, 41, noon.Add(2*time.Minute))
		b.must(b.LeaveDevice(b.ctx, b.op(), ref, 41))
		b.enters(ref, 41, noon.Add(3*time.Minute))
		same(t, len(b.alarms(ref.Person)), 0)
		_, told, err := b.Told(b.ctx, ref)
		b.must(err)
		same(t, told, []int64{40, 41})
		l, err := b.Devices(b.ctx, ref, 1, 41)
		b.must(err)
		if diff := cmp.Diff([]flows.Device{{Chat: 41, Name: "甲", Since: noon.Add(3 * time.Minute), Used: noon.Add(3 * time.Minute)},
			{Chat: 40, Name: "甲", Since: noon, Used: noon}}, l.List); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func TestOneDeviceIsSentAwayAndHearsNothingMore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		ref := b.account(number1, 40, false).Account
		for i := range int64(3) {
			b.enters(ref, 40+i, noon.Add(time.Duration(i)*time.Minute))
		}
		b.alarms(ref.Person)
		op := b.op()
		for range 2 { // the same operation again answers the same
			l, gone, err := b.EndDevices(b.ctx, op, ref, 1, 40, 41)
			b.must(err)
			same(t, gone, []int64{41})
			same(t, l.Out, 1)
		}
		same(t, b.chats(ref, 1, 40), []int64{40, 42})
		same(t, b.chats(ref, 1, 41), []int64{-1})
		_, gone, err := b.EndDevices(b.ctx, b.op(), ref, 1, 41, 40) // its own login does not hold any more
		b.must(err)
		same(t, len(gone), 0)
		_, told, err := b.Told(b.ctx, ref)
		b.must(err)
		same(t, told, []int64{40, 42})
		a, _, err := b.Account(b.ctx, ref)
		b.must(err)
		same(t, a.Ended, []int64{41})
		b.enters(ref, 41, noon.Add(time.Hour)) // with the password it comes in again, and that is told
		same(t, len(b.alarms(ref.Person)), 1)
		same(t, b.chats(ref, 1, 41), []int64{41, 42, 40})
	})
}

func TestAllOtherDevicesAreSentAwayByANewGeneration(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		ref := b.account(number1, 40, false).Account
		for i := range int64(3) {
			b.enters(ref, 40+i, noon)
		}
		l, gone, err := b.EndDevices(b.ctx, b.op(), ref, 1, 40, 0)
		b.must(err)
		same(t, l.Login.Generation, 2)
		same(t, len(gone), 2)
		same(t, b.chats(ref, 2, 40), []int64{40})
		same(t, b.chats(ref, 1, 42), []int64{-1})
		_, gone, err = b.EndDevices(b.ctx, b.op(), ref, 1, 42, 0)
		b.must(err)
		same(t, len(gone), 0)
		b.well()
	})
}

// Rows: S25
func TestALoginTakesOneRoundTripAndAListAnother(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		ref := b.account(number1, 40, false).Account
		b.enters(ref, 40, noon)
		same(t, b.trips(func() error { return b.LogIn(b.ctx, b.op(), Entrance{Account: ref, Chat: 41, Now: noon}) }), int64(1))
		same(t, b.trips(func() error { _, err := b.Devices(b.ctx, ref, 1, 40); return err }), int64(1))
		_, _, err := b.EndDevices(b.ctx, b.op(), ref, 1, 40, 9)
		b.must(err)
		same(t, b.trips(func() error { _, _, err := b.EndDevices(b.ctx, b.op(), ref, 1, 40, 0); return err }), int64(2))
		wantErr(t, b.LogIn(b.ctx, b.op(), Entrance{Account: flows.AccountRef{Person: ref.Person, ID: "none"}, Chat: 41, Now: noon}), ErrNone)
	})
}
