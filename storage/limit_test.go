package storage

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"guiwei/storage/storagetest"
)

// Rows: T10
func TestAThousandUsersSendOnePhoneTenCodesADay(t *testing.T) {
	t.Parallel()
	b := open(t, storagetest.Server(t), storagetest.Prefix(t))
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 1))
	const users, span = 1000, 60 * time.Hour
	asked := make([]time.Time, users)
	for i := range asked {
		asked[i] = noon.Add(time.Duration(chance.Int64N(int64(span))))
	}
	slices.SortFunc(asked, time.Time.Compare)
	var sent []time.Time
	for i, at := range asked {
		until, err := b.CountCode(b.ctx, b.op(), phone, int64(1000+i), at)
		b.must(err)
		if until.IsZero() {
			sent = append(sent, at)
		}
	}
	for i, at := range sent {
		day := 0
		for _, other := range sent[i:] {
			if other.Sub(at) < 24*time.Hour {
				day++
			}
		}
		if day > 10 {
			t.Errorf("%d codes within 24 h", day)
		}
		if i > 0 && at.Sub(sent[i-1]) < time.Minute {
			t.Errorf("two codes within %v", at.Sub(sent[i-1]))
		}
	}
	if len(sent) < 10 {
		t.Errorf("%d codes in all: the phone's owner gets none", len(sent))
	}
}

// Rows: T10
func TestAllPhonesTogetherGetSoManyCodesAnHour(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		count := func(op string, at, want time.Time) {
			t.Helper()
			until, err := b.CountSMS(b.ctx, op, 3, at)
			b.must(err)
			same(t, until, want)
		}
		for i := range 3 {
			for range 2 { // counted once
				count("u"+strconv.Itoa(i), noon.Add(10*time.Minute), time.Time{})
			}
		}
		next := noon.Add(time.Hour)
		count("u3", noon.Add(59*time.Minute), next)
		count("u2", noon.Add(59*time.Minute), time.Time{})
		count("u3", next, time.Time{})
	})
}

func TestACodeThatDoesNotGoOutCountsNowhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		for range 7 { // more than an hour allows a phone, or a day a chat
			op := b.op()
			until, err := b.CountCode(b.ctx, op, phone, 42, noon)
			b.must(err)
			same(t, until, time.Time{})
			b.must(b.UncountCode(b.ctx, op, phone, 42))
			b.must(b.UncountCode(b.ctx, op, phone, 42))
		}
	})
}

// Rows: T9 P40
func TestAChatComesWithThreeNumbersAndAPhoneWithFive(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		count := func(want bool, chat int64, through string, number int, at time.Time) {
			t.Helper()
			before := b.Trips()
			ok, err := b.CountNumber(b.ctx, b.op(), ref(number).Person, through, chat, at)
			b.must(err)
			same(t, ok, want)
			same(t, b.Trips()-before, int64(2))
		}
		for i := range 3 {
			count(true, 42, "+861390000006"+strconv.Itoa(i), i, noon)
		}
		count(false, 42, "+8613900000063", 3, noon)
		count(true, 42, "+8613900000064", 2, noon.AddDate(0, 0, 20)) // known, and counts anew
		count(false, 42, "+8613900000063", 3, noon.AddDate(0, 0, 29))
		count(true, 42, "+8613900000063", 3, noon.AddDate(0, 0, 30))
		for i := range 5 {
			count(true, int64(50+i), phone, 10+i, noon)
		}
		count(false, 55, phone, 15, noon)
		count(true, 55, phone, 14, noon)
	})
}
