package storage

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
	"guiwei/storage/storagetest"
)

// walker does at random what students, reviewers and the sweeper do, to three persons at once. Now and then a call is
// repeated with its operation id.
type walker struct {
	*bench
	random *rand.Rand
	now    time.Time
	refs   []flows.AccountRef
	cases  []string
}

// Rows: S34 S35 S45
func TestNoWalkBreaksAnInvariant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		seed := uint64(time.Now().UnixNano()) //nolint:gosec // a seed
		t.Logf("seed %d", seed)
		w := &walker{bench: b, random: rand.New(rand.NewPCG(seed, 2)), now: noon} //nolint:gosec // a test's choices
		for range 8 {
			for range 40 {
				w.step()
			}
			b.well()
		}
		if len(w.cases) < 3 {
			t.Errorf("only %d cases were opened", len(w.cases))
		}
	})
}

func (w *walker) step() {
	w.now = w.now.Add(time.Duration(w.random.IntN(40)) * time.Minute)
	if w.random.IntN(20) == 0 { // past the days of objecting, or of restoring
		w.now = w.now.Add(time.Duration(w.random.IntN(400)) * time.Hour)
	}
	op, who := w.op(), w.random.IntN(3) // an operation is one person's
	for range 1 + w.random.IntN(2) {
		switch n := w.random.IntN(12); {
		case n == 0 || len(w.refs) == 0:
			w.register(op, who)
		case n < 3:
			w.submit(op)
		case n < 8 && len(w.cases) > 0:
			w.move(op)
		case n < 10 && len(w.cases) > 0:
			w.dispute(op)
		default:
			w.sweep()
		}
	}
}

func (w *walker) register(op string, who int) {
	p := w.vault.Person("resident", []string{number1, number2, "990101199001010054"}[who])
	a := flows.Account{Ref: flows.AccountRef{Person: p, ID: AccountID(op)}, Applicant: applicant(number1), Chat: int64(40 + w.random.IntN(4))}
	r, err := w.OpenAccount(w.ctx, op, a, w.random.IntN(2) == 0, w.now)
	w.must(err)
	if r.Outcome == flows.OK {
		w.refs = append(w.refs, r.Account)
	}
}

func (w *walker) submit(op string) {
	sub, err := w.Submit(w.ctx, op, w.submission(w.refs[w.random.IntN(len(w.refs))], w.now))
	w.must(err)
	if sub.Outcome == flows.OK {
		w.cases = append(w.cases, sub.No)
	}
}

func (w *walker) move(op string) {
	m := wants(w.cases[w.random.IntN(len(w.cases))], flows.CaseClaim, []flows.Reviewer{seven, eight}[w.random.IntN(2)],
		[]string{"blurred", "not_same"}[w.random.IntN(2)])
	m.Event = []flows.Event{flows.CaseClaim, flows.CaseClaim, flows.CaseApprove, flows.CaseRefuse, flows.CaseRefuse, flows.CaseUndo,
		flows.CaseRelease}[w.random.IntN(7)]
	m.Now = w.now
	_, err := w.MoveCase(w.ctx, op, m)
	w.must(err)
}

// dispute has an old owner object, or an account restored.
func (w *walker) dispute(op string) {
	no := w.cases[w.random.IntN(len(w.cases))]
	if w.random.IntN(2) == 0 {
		_, err := w.Object(w.ctx, op, no, int64(40+w.random.IntN(4)), w.now.Add(72*time.Hour), w.now)
		w.must(err)
		return
	}
	ref := w.refs[w.random.IntN(len(w.refs))]
	_, err := w.Restore(w.ctx, op, no, ref.ID, 1, w.now)
	w.must(err)
}

// sweep does what is due, sometimes not to the end.
func (w *walker) sweep() {
	owners, err := w.Due(w.ctx, w.now, time.Minute, 10, nil)
	w.must(err)
	for _, o := range owners {
		for _, e := range w.pending(o) {
			w.must(e.Fault)
			for i, f := range e.Effects {
				w.effect(fmt.Sprintf("%s.%d", e.ID, i), f)
			}
			if w.random.IntN(4) > 0 {
				w.done(w.ctx, o, e.ID, 0)
			}
		}
	}
}

func (w *walker) effect(op string, f flows.Effect) {
	if e, ok := f.(flows.TakeEffect); ok {
		_, _, err := w.TakeEffect(w.ctx, op, e.No, e.Version, w.now)
		w.must(err)
	}
	if e, ok := f.(flows.Deregister); ok {
		_, err := w.Deregister(w.ctx, op, e.No, w.now)
		w.must(err)
	}
	if e, ok := f.(flows.Lapse); ok {
		w.must(w.Lapse(w.ctx, op, e.No, e.Version, w.now))
	}
}

func TestEveryBrokenInvariantIsNamed(t *testing.T) {
	t.Parallel()
	b := open(t, storagetest.Server(t), storagetest.Prefix(t))
	no := b.submitted(42)
	_, err := b.MoveCase(b.ctx, b.op(), wants(no, flows.CaseClaim, seven))
	b.must(err)
	p := b.ofCase(no).Person
	tag, err := personTag(p)
	b.must(err)
	b.clear(Owner{Person: p})
	b.well()
	k, raw := b.keys, b.rdb
	for fault, plant := range map[string]func() error{
		"nobody can restore": func() error { return raw.HSet(b.ctx, k.accounts(tag, p), "y state", "frozen").Err() },
		"active accounts": func() error {
			return raw.HSet(b.ctx, k.accounts(tag, p), "x state", "active").Err()
		},
		"open case is": func() error {
			return raw.HSet(b.ctx, k.cases(tag, p), "9-9 state", "queued").Err()
		},
		"leads elsewhere": func() error { return raw.HSet(b.ctx, k.numbers(tag), no, "nobody").Err() },
		"no such account": func() error { return raw.HSet(b.ctx, k.cases(tag, p), no+" account", "gone").Err() },
		"will end it":     func() error { return raw.HDel(b.ctx, k.timers(tag), personOwner(p)+"|lapse."+no).Err() },
		"nothing to do":   func() error { return raw.ZAdd(b.ctx, k.due(tag), redis.Z{Score: 1, Member: "c1|x"}).Err() },
		"never due":       func() error { return raw.HSet(b.ctx, k.timers(tag), "c1|y", "z").Err() },
		"empty outbox":    func() error { return raw.ZAdd(b.ctx, k.due(tag), redis.Z{Score: 1, Member: "c2"}).Err() },
		"will look at it": func() error { return raw.HSet(b.ctx, k.out(tag, "c3"), "seq", 1).Err() },
		"submissions on":  func() error { return raw.HSet(b.ctx, k.quota(tag, p), "a", "d", "b", "d", "c", "d", "e", "d").Err() },
		"in all": func() error {
			return raw.HSet(b.ctx, k.quota(tag, p), "f", "1", "g", "2", "h", "3", "i", "4", "j", "5", "k", "6").Err()
		},
		"a phone serves": func() error { return raw.HSet(b.ctx, k.phone("t1", "x"), 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6).Err() },
	} {
		b.must(plant())
		faults, err := b.Faults(b.ctx)
		b.must(err)
		if !strings.Contains(strings.Join(faults, "\n"), fault) {
			t.Errorf("%q was planted and not found", fault)
		}
	}
}

func TestBracesInThePrefixAreRefused(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), Options{URL: "redis://127.0.0.1:1", Vault: newVault(t), Prefix: "{x}"})
	if err == nil || errors.Is(err, ErrLayout) {
		t.Fatalf("error = %v", err)
	}
}
