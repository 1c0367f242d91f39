package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows"
	"guiwei/storage/storagetest"
	"guiwei/storage/vault"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// noon is a time in the middle of a day of Asia/Shanghai.
var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// bench is a store of a test's own, on one of the three kinds of Redis.
type bench struct {
	*Store
	t   testing.TB
	ctx context.Context
	n   int
}

// each runs a test on one server, on a cluster and on the in-process Redis.
func each(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	for name, start := range map[string]func(testing.TB) string{
		"single": storagetest.Server, "cluster": storagetest.Cluster, "inprocess": storagetest.InProcess,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t, start(t), storagetest.Prefix(t)))
		})
	}
}

func open(tb testing.TB, url, prefix string) *bench {
	tb.Helper()
	s, err := Open(tb.Context(), Options{URL: url, Vault: newVault(tb), Prefix: prefix})
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return &bench{Store: s, t: tb, ctx: context.WithoutCancel(tb.Context())}
}

func newVault(tb testing.TB) *vault.Vault {
	tb.Helper()
	keys, err := vault.Generate()
	if err != nil {
		tb.Fatalf("generate keys: %v", err)
	}
	v, err := vault.Open(keys)
	if err != nil {
		tb.Fatalf("open vault: %v", err)
	}
	return v
}

// op is a new operation id.
func (b *bench) op() string {
	b.n++
	return fmt.Sprintf("op%d", b.n)
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) done(ctx context.Context, o Owner, id string, live int) {
	b.t.Helper()
	_, err := b.Done(ctx, o, id, live)
	b.must(err)
}

func wantErr(tb testing.TB, got, want error) {
	tb.Helper()
	if !errors.Is(got, want) {
		tb.Fatalf("error = %v, want %v", got, want)
	}
}

func same(tb testing.TB, got, want any) {
	tb.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		tb.Fatalf("(-want +got)\n%s", diff)
	}
}

// fictitious people: region 99 belongs to nobody.
func applicant(number string) flows.Applicant {
	return flows.Applicant{
		Phone: "+8613900000042", Name: "欧阳测试", IDKind: "resident", IDNumber: number, Password: "$argon2id$hash",
		Email: "nobody@example.test", Answers: []string{"$a", "$b", "$c"},
	}
}

// account opens an account of a person in a chat.
func (b *bench) account(number string, chat int64, reclaim bool) flows.Registered {
	b.t.Helper()
	op := b.op()
	a := flows.Account{
		Ref:       flows.AccountRef{Person: b.vault.Person("resident", number), ID: AccountID(op)},
		Applicant: applicant(number), Chat: chat, Lang: "zh-Hans", Uses: []string{"image", "record"},
	}
	r, err := b.OpenAccount(b.ctx, op, a, reclaim, noon.Add(time.Duration(b.n)*time.Second))
	b.must(err)
	return r
}

func photo(name string) flows.Photo {
	return flows.Photo{Blob: name, Bytes: 9, Width: 3, Height: 4, SHA256: "digest", DHash: [4]uint64{1 << 63, 2, 3, 4}}
}

// submission is a pair of new pictures, registered as an effect would.
func (b *bench) submission(ref flows.AccountRef, now time.Time) Submission {
	b.t.Helper()
	front, err := b.KeepBlob(b.ctx, rand.Text(), ref.Person, 42, now)
	b.must(err)
	back, err := b.KeepBlob(b.ctx, rand.Text(), ref.Person, 42, now)
	b.must(err)
	return Submission{Account: ref, Front: photo(front), Back: photo(back), Deadline: now.Add(72 * time.Hour), Now: now}
}

var (
	seven = flows.Reviewer{User: 7, Name: "审核七"}
	eight = flows.Reviewer{User: 8, Name: "审核八"}
)

// claim is a move of a reviewer at noon.
func wants(no string, e flows.Event, by flows.Reviewer, reasons ...string) CaseMove {
	return CaseMove{No: no, Event: e, By: by, Reasons: reasons, Undo: time.Minute, Now: noon}
}

// decide takes a case to its end.
func (b *bench) decide(no string, verdict flows.Event, reasons ...string) flows.CaseView {
	b.t.Helper()
	for _, e := range []flows.Event{flows.CaseClaim, verdict} {
		m, err := b.MoveCase(b.ctx, b.op(), wants(no, e, seven, reasons...))
		b.must(err)
		same(b.t, m.Outcome, flows.OK)
	}
	v, err := b.Case(b.ctx, no)
	b.must(err)
	v, ok, err := b.TakeEffect(b.ctx, b.op(), no, v.Version, noon.Add(time.Minute))
	b.must(err)
	same(b.t, ok, true)
	return v
}

const (
	number1 = "990101199001010011"
	number2 = "990101199001010038"
)
