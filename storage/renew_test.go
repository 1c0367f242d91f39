package storage

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/storage/storagetest"
	"guiwei/storage/vault"
)

// turned is a bench whose keys file can be changed.
type turned struct {
	*bench
	keys []byte
}

func turnable(t *testing.T, url string) *turned {
	t.Helper()
	keys, err := vault.Generate()
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(keys)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Options{URL: url, Vault: v, Prefix: storagetest.Prefix(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &turned{&bench{Store: s, t: t, ctx: t.Context()}, keys}
}

// turn changes the keys file, and the store reads it.
func (b *turned) turn(step func([]byte) ([]byte, error)) {
	b.t.Helper()
	keys, err := step(b.keys)
	b.must(err)
	b.must(b.vault.Reload(keys))
	b.keys = keys
}

// inUse is the id of the key that seals records.
func (b *turned) inUse() uint32 {
	b.t.Helper()
	all, err := vault.Keys(b.keys)
	b.must(err)
	for _, k := range all {
		if k.Purpose == "aead" && k.Use == vault.InUse {
			return k.ID
		}
	}
	b.t.Fatal("no key in use")
	return 0
}

// fill stores something of everything that is sealed.
func (b *turned) fill(seed uint64) {
	b.t.Helper()
	run(b.t.(*testing.T), b.Store, false, func() {})
	w := &walker{bench: b.bench, random: rand.New(rand.NewPCG(seed, 3)), now: noon} //nolint:gosec // a test's choices
	for range 60 {
		w.step()
	}
	_, err := b.Commit(b.ctx, Commit{Chat: 77, Input: "u77", Now: noon, Effects: []flows.Effect{tell("x")},
		Conversation: flows.Conversation{Chat: 77}, Timers: []flows.Timer{{Name: "resend", At: noon.Add(time.Hour), Frame: 1}}})
	b.must(err)
	_, err = b.ParkInput(b.ctx, Aside{Chat: 77, Input: "u78", Raw: []byte("raw"), Now: noon, Lease: time.Second})
	b.must(err)
	b.must(b.Miss(b.ctx, 77, Missed{Name: "m", At: noon, Tell: flows.Tell{Chat: 77, Phrase: flows.Say("kit.wait")}}))
	b.must(b.RequestRole(b.ctx, 9, "审核九"))
	b.erase(b.subject(900, 0))
	_, err = b.Commit(b.ctx, Commit{Chat: 79, Input: "u79", Now: noon, Effects: []flows.Effect{tell("x")}})
	b.must(err)
	b.must(b.Park(b.ctx, Owner{Chat: 79}, "u79"))
	_, err = b.Elsewhere(b.ctx, b.vault.Person("resident", number1), []flows.Photo{photo("p")}, noon)
	b.must(err)
	_, err = b.CheckAudit(b.ctx, noon, noon.AddDate(-1, 0, 0))
	b.must(err)
}

// Rows: F22
//
// TestKeysAreTurnedWhileTheBotWorks adds a key, promotes it, seals all anew and drops the old one while conversations are read
// and written; nothing is ever unreadable, and the old key opens nothing that is left.
func TestKeysAreTurnedWhileTheBotWorks(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(testing.TB) string{
		"single": storagetest.Server, "cluster": storagetest.Cluster, "inprocess": storagetest.InProcess,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := turnable(t, start(t))
			seed := uint64(time.Now().UnixNano())
			t.Logf("seed %d", seed)
			b.fill(seed)
			stop, work := b.work()
			old := b.inUse()
			b.turn(vault.AddKey)
			b.turn(vault.Promote)
			renewed, passes := 0, 0
			for ; passes < 5; passes++ {
				n, err := b.Renew(b.ctx)
				b.must(err)
				if renewed += n; n == 0 {
					break
				}
			}
			under, err := b.SealedUnder(b.ctx)
			b.must(err)
			if len(under) != 1 || len(under[b.inUse()]) == 0 || under[old] != nil {
				t.Fatalf("sealed under %v, in use is %d", under, b.inUse())
			}
			kinds := under[b.inUse()]
			for kind := range places {
				if kinds[kind] == 0 {
					t.Errorf("no %s was sealed: the test shows nothing of it", kind)
				}
			}
			b.turn(vault.DropKeys)
			close(stop)
			did := work()
			if renewed < 20 || did == 0 {
				t.Errorf("%d sealed anew, %d commits meanwhile", renewed, did)
			}
			t.Logf("%d sealed anew in %d passes, %d commits meanwhile, %v", renewed, passes+1, did, kinds)
			b.well()
		})
	}
}

// work reads and writes conversations until stop is closed; nothing of it may fail.
func (b *turned) work() (stop chan struct{}, count func() int) {
	stop = make(chan struct{})
	var all sync.WaitGroup
	did := make([]int, 3)
	for i := range did {
		all.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				op := b.name(i, n)
				l, err := b.Load(b.ctx, int64(500+n%20), op)
				if err == nil {
					_, err = b.Commit(b.ctx, Commit{Chat: int64(500 + n%20), Version: l.Version, Input: op, Now: noon,
						Conversation: flows.Conversation{Chat: int64(500 + n%20), Serial: n}})
				}
				if err != nil && !errors.Is(err, ErrConflict) {
					b.t.Errorf("worker %d, %d: %v", i, n, err)
					return
				}
				did[i]++
			}
		})
	}
	return stop, func() int { all.Wait(); return did[0] + did[1] + did[2] }
}

func (b *turned) name(i, n int) string {
	return "w" + string(rune('a'+i)) + "." + time.Duration(n).String()
}
