package storage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
	"guiwei/storage/storagetest"
)

const day = 24 * time.Hour

// seeded gives random hashes, and prints where they came from.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano()) //nolint:gosec // a seed
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 39)) //nolint:gosec // a test
}

func randomHash(r *rand.Rand) (h [4]uint64) {
	for i := range h {
		h[i] = r.Uint64()
	}
	return h
}

// changed is a hash with n other bits.
func changed(h [4]uint64, n int, r *rand.Rand) [4]uint64 {
	for _, bit := range r.Perm(256)[:n] {
		h[bit/64] ^= 1 << (bit % 64)
	}
	return h
}

// elsewhere submits pictures of a person, each named as its file.
func (b *bench) elsewhere(number string, now time.Time, hashes map[string][4]uint64) map[string]bool {
	b.t.Helper()
	var pair []flows.Photo
	for file, hash := range hashes {
		pair = append(pair, flows.Photo{Blob: b.op(), SHA256: file, DHash: hash})
	}
	found, err := b.Elsewhere(b.ctx, b.vault.Person("resident", number), pair, now)
	b.must(err)
	said := map[string]bool{}
	for i, p := range pair {
		said[p.SHA256] = found[i]
	}
	return said
}

// kept counts the keys that say something of pictures.
func (b *bench) kept() int {
	b.t.Helper()
	var n atomic.Int64
	look := func(ctx context.Context, node redis.UniversalClient) error {
		for _, kind := range []string{"band:", "print:", "prints:"} {
			keys, err := node.Keys(ctx, escape(b.keys.prefix)+"{*}:"+kind+"*").Result()
			if err != nil {
				return err
			}
			n.Add(int64(len(keys)))
		}
		return nil
	}
	if c, ok := b.rdb.(*redis.ClusterClient); ok {
		b.must(c.ForEachMaster(b.ctx, func(ctx context.Context, node *redis.Client) error { return look(ctx, node) }))
	} else {
		b.must(look(b.ctx, b.rdb))
	}
	return int(n.Load())
}

// Rows: P39 T19
func TestPictureIsKnownUnderAnotherIDNumber(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		r := seeded(t)
		front, back := randomHash(r), randomHash(r)
		same(t, b.elsewhere(number1, noon, map[string][4]uint64{"front": front, "back": back}), map[string]bool{"front": false, "back": false})
		same(t, b.elsewhere(number1, noon, map[string][4]uint64{"front": front, "again": back}), map[string]bool{"front": false, "again": false})
		same(t, b.elsewhere(number2, noon, map[string][4]uint64{
			"front":    randomHash(r), // the file, whatever was seen in it
			"copy":     changed(back, 6, r),
			"worse":    changed(front, flows.MostApart, r),
			"mirrored": flows.Mirrored(changed(back, 6, r)),
			"farther":  changed(front, flows.MostApart+1, r),
			"other":    randomHash(r),
		}), map[string]bool{"front": true, "copy": true, "worse": true, "mirrored": true, "farther": false, "other": false})
	})
}

// Rows: P39
func TestComparingAPairTakesTwoRoundTrips(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		r := seeded(t)
		pair := map[string][4]uint64{"front": randomHash(r), "back": randomHash(r)}
		for i, want := range []int64{1, 2, 2} {
			before := b.Trips()
			b.elsewhere([]string{number1, number2, number1}[i], noon, pair)
			same(t, b.Trips()-before, want)
		}
	})
}

// Rows: P39 D3
func TestPrintsGoAfter180Days(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		r := seeded(t)
		first, later := randomHash(r), randomHash(r)
		p := b.vault.Person("resident", number1)
		b.elsewhere(number1, noon, map[string][4]uint64{"first": first})
		b.elsewhere(number1, noon.Add(10*day), map[string][4]uint64{"later": later})
		look := func(now time.Time) (due []flows.Person) {
			looks, err := b.Looks(b.ctx, now, 9)
			b.must(err)
			for _, l := range looks {
				due = append(due, l.Prints)
				b.must(b.SweepPrints(b.ctx, l.Prints, now))
			}
			return due
		}
		same(t, look(noon.Add(180*day-time.Second)), []flows.Person(nil))
		same(t, b.kept(), 1+2*19)
		same(t, look(noon.Add(180*day)), []flows.Person{p})
		same(t, b.kept(), 1+19)
		same(t, b.elsewhere(number2, noon.Add(180*day), map[string][4]uint64{"first": first, "later": later}),
			map[string]bool{"first": false, "later": true})
		same(t, look(noon.Add(190*day)), []flows.Person{p})
		same(t, b.elsewhere("990101199001010046", noon.Add(361*day), map[string][4]uint64{"later": later}), map[string]bool{"later": false})
	})
}

func TestPrintsOfAPersonAreForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		r := seeded(t)
		pair := map[string][4]uint64{"front": randomHash(r), "back": randomHash(r)}
		b.elsewhere(number1, noon, pair)
		for range 2 {
			b.must(b.ForgetPrints(b.ctx, b.vault.Person("resident", number1)))
			same(t, b.kept(), 0)
		}
		same(t, b.elsewhere(number2, noon, pair), map[string]bool{"front": false, "back": false})
	})
}

// Rows: P39
func TestWhatManySendMakesNoKeyGrow(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	b := open(t, storagetest.InProcess(t), "")
	poster, blank := randomHash(r), [4]uint64{1 << 40}
	for i := range bandKept + 20 {
		at := noon.Add(time.Duration(i) * time.Second)
		said := b.elsewhere(fmt.Sprintf("99010119900101%04d", i), at, map[string][4]uint64{"poster": poster, fmt.Sprint("blank", i): blank})
		same(t, said, map[string]bool{"poster": i > 0, fmt.Sprint("blank", i): false})
	}
	largest := int64(0)
	keys, err := b.rdb.Keys(b.ctx, "*band:*").Result()
	b.must(err)
	for _, key := range keys {
		n, err := b.rdb.ZCard(b.ctx, key).Result()
		b.must(err)
		largest = max(largest, n)
	}
	same(t, largest, int64(bandKept))
}

// Rows: P39 T19
func TestBandsMissNoCopyAndStrangersAreNone(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	count := 2000
	if os.Getenv("PROOF") != "" {
		count = 10_000
	}
	holding := [bands]map[uint32][]int{}
	hashes := make([][4]uint64, count)
	missed, met, taken := 0, 0, 0
	for i := range hashes {
		hashes[i] = randomHash(r)
		parts, near := cut(hashes[i]), cut(changed(hashes[i], flows.MostApart, r))
		shared := false
		for band, bits := range parts {
			if holding[band] == nil {
				holding[band] = map[uint32][]int{}
			}
			for _, other := range holding[band][bits] {
				met++
				if flows.Apart(hashes[i], hashes[other]) <= flows.MostApart {
					taken++
				}
			}
			holding[band][bits] = append(holding[band][bits], i)
			shared = shared || near[band] == bits
		}
		if !shared {
			missed++
		}
	}
	t.Logf("%d random hashes: %d copies 16 bits apart missed; %.2f strangers met per picture, %d taken for it", count, missed, float64(met)/float64(count), taken)
	same(t, []int{missed, taken}, []int{0, 0})
}
