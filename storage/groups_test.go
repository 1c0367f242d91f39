package storage

import (
	"testing"
	"time"

	"guiwei/flows"
)

func TestInviteBindsOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		wantErr(t, b.NewInvite(b.ctx, "code", "strangers", 1, noon), ErrNone)
		for _, code := range []string{"one", "old"} {
			b.must(b.NewInvite(b.ctx, code, Counselors, 1, noon.Add(time.Hour)))
		}
		take := func(op, code string, now time.Time) []any {
			kind, ok, err := b.TakeInvite(b.ctx, op, code, now)
			b.must(err)
			return []any{kind, ok}
		}
		same(t, take("x1", "one", noon), []any{Counselors, true})
		same(t, take("x1", "one", noon), []any{Counselors, true})
		same(t, take("x2", "one", noon), []any{"", false})
		same(t, take("x3", "old", noon.Add(time.Hour)), []any{"", false})
		same(t, take("x4", "never", noon), []any{"", false})
	})
}

func TestGroupsAreBoundMovedAndForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		group := func(kind string) int64 {
			id, ok, err := b.Group(b.ctx, kind)
			b.must(err)
			same(t, ok, id != 0)
			return id
		}
		same(t, group(Reviewers)+group(Counselors), int64(0))
		b.must(b.BindGroup(b.ctx, Reviewers, -1))
		b.must(b.BindGroup(b.ctx, Counselors, -2))
		b.must(b.BindGroup(b.ctx, Counselors, -3))
		b.must(b.MigrateGroup(b.ctx, -1, -1001234567890, noon))
		b.must(b.MigrateGroup(b.ctx, -2, -1009999999999, noon))
		b.must(b.MigrateGroup(b.ctx, -77, -78, noon))
		same(t, group(Reviewers), int64(-1001234567890))
		all, err := b.Counselors(b.ctx)
		b.must(err)
		same(t, all, []int64{-1009999999999, -3})
		b.must(b.BindGroup(b.ctx, Reviewers, -3))
		same(t, []int64{group(Reviewers), group(Counselors)}, []int64{-3, -1009999999999})
	})
}

func TestOwnerGrantsWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		_, err := b.GrantRole(b.ctx, 7, 1, noon)
		wantErr(t, err, ErrNone)
		b.must(b.RequestRole(b.ctx, 7, "审核七"))
		_, ok, err := b.Reviewer(b.ctx, 7)
		b.must(err)
		same(t, ok, false)
		for range 2 {
			name, err := b.GrantRole(b.ctx, 7, 1, noon)
			b.must(err)
			same(t, name, "审核七")
		}
		r, ok, err := b.Reviewer(b.ctx, 7)
		b.must(err)
		same(t, []any{r, ok}, []any{seven, true})
	})
}

func TestRosterIsReadByPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		lines := []flows.Record{
			{Name: "欧阳测试", IDNumber: number1, School: "一"}, {Name: "欧阳测试", IDNumber: number1, School: "二"},
			{Name: "无号"}, {Name: "另一人", IDNumber: number2},
		}
		for range 2 {
			n, err := b.PutRecords(b.ctx, lines)
			b.must(err)
			same(t, n, 3)
		}
		got, err := b.Records(b.ctx, b.vault.Person("resident", number1))
		b.must(err)
		same(t, got, lines[:2])
		got, err = b.Records(b.ctx, b.vault.Person("resident", "990101199001010054"))
		b.must(err)
		same(t, len(got), 0)
	})
}
