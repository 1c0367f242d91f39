package dct

import (
	"bytes"
	"image/jpeg"
	"math/rand/v2"
	"testing"
	"time"
)

// What Decode takes of damaged files the standard library takes too, so that nobody stumbles over a file that is passed on. In
// one of fifty they may differ: image/jpeg carries a run of empty blocks over into the next scan.
func TestDamagedFilesAreTakenWhereOthersTakeThem(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	chance, taken, refused, alone := rand.New(rand.NewPCG(seed, 0)), 0, 0, 0
	for name, raw := range samples(t) {
		if unusual(name) || name == "progressiverestart.jpg" { // which image/jpeg does not read
			continue
		}
		for range 300 {
			damaged := bytes.Clone(raw)
			for range 1 + chance.IntN(2) {
				damaged[2+chance.IntN(len(raw)-2)] ^= 1 << chance.IntN(8)
			}
			if _, err := Decode(t.Context(), damaged, 8); err != nil {
				refused++
				continue
			}
			taken++
			if _, err := jpeg.Decode(bytes.NewReader(damaged)); err != nil {
				alone++
			}
		}
	}
	t.Logf("%d taken, %d of them not by image/jpeg, %d refused; seed %d", taken, alone, refused, seed)
	if taken == 0 || refused == 0 || alone*50 > taken {
		t.Errorf("%d taken, %d of them not by image/jpeg, %d refused; seed %d", taken, alone, refused, seed)
	}
}
