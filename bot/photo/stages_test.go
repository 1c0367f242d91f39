package photo

import (
	"fmt"
	"image"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"
)

// stage is what one station took of one picture: the least of several runs, and what it asked of the heap.
type stage struct {
	name   string
	ms, mb float64
}

// staged runs all stations on one picture.
func staged(b *testing.B, raw []byte) []stage {
	b.Helper()
	var stages []stage
	timed := func(name string, f func()) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		f()
		took := time.Since(start).Seconds() * 1e3
		runtime.ReadMemStats(&after)
		stages = append(stages, stage{name, took, float64(after.TotalAlloc-before.TotalAlloc) / 1e6})
	}
	var src source
	var pic plate
	var seen *image.NRGBA
	var err error
	timed("guard", func() { src, _ = guard(raw) })
	upright := src
	upright.orientation = 1
	timed("decode", func() { pic, err = open(b.Context(), upright, fullEighths(src.longSide())) })
	if err != nil {
		b.Fatal(err)
	}
	timed("orient", func() { pic.planes = pic.planes.Turn(src.orientation) })
	timed("judge's view", func() { seen = pic.planes.RGB(max(src.width, src.height) > 2*judgeSide) })
	timed("hash", func() { dhash(pic.planes.Y) })
	timed("encode", func() { _, _, err = compress(b.Context(), pic) })
	if err != nil || seen.Bounds().Empty() {
		b.Fatal(err)
	}
	return stages
}

// BenchmarkStages tells where the time and the memory of a picture go, at three sizes.
func BenchmarkStages(b *testing.B) {
	for _, class := range []struct {
		name string
		w, h int
	}{{"1280 px", 1280, 960}, {"12 MP", 4032, 3024}, {"48 MP", 8064, 6048}} {
		raw := withEXIF(asJPEG(b, scene(class.w, class.h, 1), 80), 6)
		var best []stage
		for range 6 {
			debug.FreeOSMemory()
			got := staged(b, raw)
			if best == nil {
				best = got
			}
			for i, s := range got {
				best[i].ms = math.Min(best[i].ms, s.ms)
			}
		}
		fmt.Printf("%-8s", class.name)
		for s := range slices.Values(best) {
			fmt.Printf(" | %s %.1f ms %.0f MB", s.name, s.ms, s.mb)
		}
		fmt.Println()
	}
}
