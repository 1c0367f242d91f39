package photo

import (
	"testing"

	pigo "github.com/esimov/pigo/core"
	"github.com/google/go-cmp/cmp"
)

// What pigo itself finds is found, with the same scores, in pictures of people and in one that is nothing but noise.
func TestTheCascadeFindsWhatPigoFinds(t *testing.T) {
	t.Parallel()
	theirs, err := pigo.NewPigo().Unpack(facefinder)
	if err != nil {
		t.Fatal(err)
	}
	noise := lumaOf(opaque(scene(300, 200, 5), 1))
	for i, p := range []plane{lumaOf(demoShots(t)[0].pic).shrunk(320), lumaOf(demoShots(t)[3].pic).shrunk(240).turned(), noise} {
		for _, s := range []scan{fine(p), {20, 60, .1, 1.1}} {
			want := theirs.RunCascade(pigoScan(p, s), 0)
			if diff := cmp.Diff(want, faceFinder().hits(p, s)); diff != "" {
				t.Errorf("plane %d, %+v: %d hits of theirs: %s", i, s, len(want), diff)
			}
			t.Logf("plane %d: %d hits", i, len(want))
		}
	}
}

// BenchmarkFaces looks for the holder's face, with pigo's own scan and with ours.
func BenchmarkFaces(b *testing.B) {
	p := lumaOf(demoShots(b)[0].pic).shrunk(faceSide)
	theirs, err := pigo.NewPigo().Unpack(facefinder)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("pigo", func(b *testing.B) {
		for b.Loop() {
			theirs.RunCascade(pigoScan(p, fine(p)), 0)
		}
	})
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			faceFinder().hits(p, fine(p))
		}
	})
}

func pigoScan(p plane, s scan) pigo.CascadeParams {
	return pigo.CascadeParams{MinSize: max(leastWindow, s.least), MaxSize: s.most, ShiftFactor: s.shift, ScaleFactor: s.scale,
		ImageParams: pigo.ImageParams{Pixels: p.pix, Rows: p.h, Cols: p.w, Dim: p.w}}
}
