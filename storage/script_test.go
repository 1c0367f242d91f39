package storage

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/storage/storagetest"
)

func TestRoundTripsOfAnUpdate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		no := ""
		claim, pair := flows.AccountRef{}, Submission{}
		for _, step := range []struct {
			name string
			want int64
			call func() error
		}{
			{"Load", 1, func() error { _, err := b.Load(b.ctx, 42, "u1"); return err }},
			{"Commit", 1, func() error {
				_, err := b.Commit(b.ctx, Commit{Chat: 42, Input: "u1", Effects: []flows.Effect{tell("x")}, Now: noon})
				return err
			}},
			{"Done", 1, func() error { _, err := b.Done(b.ctx, Owner{Chat: 42}, "u1", 5); return err }},
			{"Due, nothing", 1, func() error { _, err := b.Due(b.ctx, noon, 1, 9, nil); return err }},
			{"OpenAccount", 2, func() error { claim = b.account(number1, 42, true).Account; return nil }},
			{"Standing", 1, func() error { _, err := b.Standing(b.ctx, claim, noon); return err }},
			{"KeepBlob twice", 2, func() error { pair = b.submission(claim, noon); return nil }},
			{"Submit", 2, func() error { sub, err := b.Submit(b.ctx, "s1", pair); no = sub.No; return err }},
			{"Case", 2, func() error { _, err := b.Case(b.ctx, no); return err }},
			{"MoveCase", 3, func() error { _, err := b.MoveCase(b.ctx, "m1", wants(no, flows.CaseClaim, seven)); return err }},
			{"TakeEffect", 5, func() error { _, _, err := b.TakeEffect(b.ctx, "e1", no, 2, noon); return err }},
		} {
			before := b.Trips()
			b.must(step.call())
			if got := b.Trips() - before; got != step.want {
				t.Errorf("%s: %d round trips, want %d", step.name, got, step.want)
			}
		}
	})
}

func TestForgottenScriptsAreToldAgain(t *testing.T) {
	t.Parallel()
	b := open(t, storagetest.InProcess(t), "")
	b.must(b.rdb.ScriptFlush(b.ctx).Err())
	run(t, b.Store, true, func() {})
}

func TestUnfitOperationIdsAreRefused(t *testing.T) {
	t.Parallel()
	b := open(t, storagetest.InProcess(t), "")
	for _, op := range []string{"", "a b", "a|b", "a\nb", "{p1}"} {
		_, err := b.Load(b.ctx, 42, op)
		wantErr(t, err, ErrOperation)
		_, err = b.Commit(b.ctx, Commit{Chat: 42, Input: op})
		wantErr(t, err, ErrOperation)
		_, err = b.Submit(b.ctx, op, b.submission(ref(1), noon))
		wantErr(t, err, ErrOperation)
		wantErr(t, b.ReservePhone(b.ctx, op, phone, ref(1), noon), ErrOperation)
	}
}

func TestScriptsSayTheirKeysAndAnswers(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("scripts/*.lua")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(filepath.Base(file), "_") {
			continue
		}
		for _, word := range []string{"-- KEYS:", "-- Returns:"} {
			if !strings.Contains(string(text), word) {
				t.Errorf("%s lacks %q", file, word)
			}
		}
	}
}
