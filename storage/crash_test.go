package storage

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/storage/storagetest"
)

// Whatever a call answered is there when Redis was killed right after it, and its operation answers the same again.
func TestKilledRedisKeepsWhatWasAnswered(t *testing.T) {
	t.Parallel()
	direct := open(t, storagetest.Server(t), storagetest.Prefix(t))
	want := run(t, direct.Store, false, func() {})
	node := storagetest.Own(t)
	s, err := Open(t.Context(), Options{URL: node.URL, Vault: direct.vault, Prefix: "k:"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	seed := uint64(time.Now().UnixNano()) //nolint:gosec // a seed
	t.Logf("seed %d", seed)
	random, kills := rand.New(rand.NewPCG(seed, 1)), 0 //nolint:gosec // a test's choices
	got := run(t, s, true, func() {
		if random.IntN(6) == 0 {
			node.Kill()
			node.Start(t)
			kills++
		}
	})
	same(t, got, want)
	t.Logf("%d kills", kills)
	disk := string(node.Disk(t))
	if len(disk) < 5000 {
		t.Fatalf("%d bytes on disk only", len(disk))
	}
	wantNoCanary(t, disk)
}

func TestUnreadableEntriesComeWithTheirFault(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		_, err := b.Commit(b.ctx, Commit{Chat: 42, Input: "u1", Effects: []flows.Effect{tell("x")}, Now: noon})
		b.must(err)
		key := b.keys.out(chatTag(42), chatOwner(42))
		for id, plain := range map[string]string{
			"newer": `[{"do":"Teleport","with":{}}]`, "wrong": `[{"do":"SendCode","with":{"phone":13900000042}}]`,
		} {
			sealed, err := b.vault.Seal([]byte(plain), effectsAbout(chatOwner(42), id))
			b.must(err)
			b.must(b.rdb.HSet(b.ctx, key, id, "9 0\n"+string(sealed)).Err())
		}
		moved, err := b.rdb.HGet(b.ctx, key, "u1").Result()
		b.must(err)
		b.must(b.rdb.HSet(b.ctx, key, "copied", moved).Err()) // sealed for another entry
		for _, e := range b.pending(Owner{Chat: 42}) {
			switch e.ID {
			case "u1":
				b.must(e.Fault)
			case "newer":
				wantErr(t, e.Fault, flows.ErrNewer)
			default:
				if e.Fault == nil || errors.Is(e.Fault, flows.ErrNewer) {
					t.Errorf("%s: fault %v", e.ID, e.Fault)
				}
				wantNoCanary(t, e.Fault.Error())
			}
			b.must(b.Park(b.ctx, Owner{Chat: 42}, e.ID))
		}
		b.well()
	})
}
