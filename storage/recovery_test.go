package storage

import (
	"testing"
	"time"

	"guiwei/flows"
)

// Rows: S22
func TestANewPasswordIsSetOnceAndEndsEveryLogin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		r := b.account(number1, 40, false)
		_, before, err := b.Account(b.ctx, r.Account)
		b.must(err)
		trips := b.Trips()
		o, err := b.ChangePassword(b.ctx, "w", r.Account, "$new", 66, flows.Warn{Account: r.Account, By: 66}, noon)
		b.must(err)
		same(t, []any{o, b.Trips() - trips}, []any{flows.OK, int64(2)})
		_, err = b.ChangePassword(b.ctx, "w", r.Account, "$other", 0, nil, noon) // the same operation: nothing happens again
		b.must(err)
		a, after, err := b.Account(b.ctx, r.Account)
		b.must(err)
		same(t, []any{a.Password, a.Phone, a.Answers, after}, []any{"$new", phone, []string{"$a", "$b", "$c"}, before + 1})
		pending, err := b.Pending(b.ctx, Owner{Person: r.Account.Person})
		b.must(err)
		same(t, pending[0].Effects, []flows.Effect{flows.Warn{Account: r.Account, By: 66}})
		for chat, barred := range map[int64]bool{66: true, 40: false} {
			found, err := b.Found(b.ctx, []flows.AccountRef{r.Account}, chat)
			b.must(err)
			same(t, []any{found[0].Barred, found[0].Here}, []any{barred, chat == 40})
		}
	})
}

func TestAPasswordWrittenMeanwhileIsNotLost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		r := b.account(number1, 40, false)
		done := make(chan error, 2)
		for _, op := range []string{"one", "two"} {
			go func() {
				_, err := b.ChangePassword(b.ctx, op, r.Account, "$"+op, 0, nil, noon)
				done <- err
			}()
		}
		b.must(<-done)
		b.must(<-done)
		a, generation, err := b.Account(b.ctx, r.Account)
		b.must(err)
		same(t, []any{a.Password == "$one" || a.Password == "$two", generation}, []any{true, 3})
	})
}

func TestAFrozenAccountTakesNoNewPassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		old, claim := b.account(number1, 40, false), b.account(number1, 42, true)
		s, err := b.Submit(b.ctx, b.op(), b.submission(claim.Account, noon))
		b.must(err)
		b.decide(s.No, flows.CaseApprove)
		o, err := b.ChangePassword(b.ctx, b.op(), old.Account, "$new", 0, nil, noon)
		b.must(err)
		same(t, o, flows.Ended)
		_, err = b.ChangePassword(b.ctx, b.op(), flows.AccountRef{Person: old.Account.Person, ID: "none"}, "$new", 0, nil, noon)
		wantErr(t, err, ErrNone)
	})
}

// Rows: T10
func TestAPhoneGetsTenCodesADayWhicheverWayTheyAreAskedFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		sent := 0
		for i := range 40 { // each from a chat of its own, half by the registration
			at := noon.Add(time.Duration(i) * 20 * time.Minute)
			if i%2 == 0 {
				until, err := b.CountCode(b.ctx, b.op(), phone, int64(100+i), at)
				b.must(err)
				if until.IsZero() {
					sent++
				}
				continue
			}
			until, may, err := b.CountProof(b.ctx, b.op(), "mail "+b.op(), phone, int64(100+i), at)
			b.must(err)
			same(t, until.IsZero(), true) // who typed an address learns nothing of the phone's count
			if may {
				sent++
			}
		}
		same(t, sent, 10)
	})
}

// Rows: T14
func TestAnAccountsQuestionsAreTriedFiveTimesADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		r := b.account(number1, 40, false)
		for i := range 5 {
			left, may, err := b.CountAnswer(b.ctx, b.op(), r.Account, noon)
			b.must(err)
			same(t, []any{left, may}, []any{4 - i, true})
		}
		_, may, err := b.CountAnswer(b.ctx, b.op(), r.Account, noon.Add(23*time.Hour))
		b.must(err)
		same(t, may, false)
		left, may, err := b.CountAnswer(b.ctx, b.op(), r.Account, noon.Add(24*time.Hour))
		b.must(err)
		same(t, []any{left, may}, []any{4, true})
	})
}

func TestAnAlarmIsOneChatsAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		want := Alarm{Account: ref(1), By: 66, At: noon}
		b.must(b.Raise(b.ctx, 40, "abc", want))
		got, err := b.Raised(b.ctx, 40, "abc")
		b.must(err)
		same(t, got, want)
		key := b.keys.alarm(40, "abc")
		var d dump
		d.prefix = b.keys.prefix
		v := value{key: key}
		v.tag, v.kind, v.about = d.parts(key)
		about, known := aboutOf(v)
		same(t, []any{about, known}, []any{alarmAbout(40, "abc"), true}) // sealed anew when keys are changed
		for chat, name := range map[int64]string{40: "abd", 41: "abc", 42: "a b"} {
			_, err := b.Raised(b.ctx, chat, name)
			wantErr(t, err, ErrNone)
		}
	})
}
