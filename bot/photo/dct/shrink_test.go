package dct

import (
	"math"
	"testing"
)

// A wave that is coarser than the pixels is the same wave at any size, a flat picture stays flat, and nothing is enlarged.
func TestAShrunkPictureShowsTheSame(t *testing.T) {
	t.Parallel()
	const w, h = 400, 301
	p := Picture{Y: newPlane(w, h, w, h), Cb: newPlane(200, 151, 200, 151), Cr: newPlane(200, 151, 200, 151)}
	wave := func(x, y float64) float64 { return 128 + 60*math.Sin(x/9)*math.Cos(y/13) }
	for y := range h {
		for x := range w {
			p.Y.Pix[y*w+x] = byte(wave(float64(x)+.5, float64(y)+.5) + .5)
		}
	}
	for i := range p.Cb.Pix {
		p.Cb.Pix[i] = 77
	}
	for _, orientation := range []int{1, 3, 6, 8} {
		for _, side := range []int{399, 376, 301, 210} {
			turned := p.Turn(orientation)
			s := turned.Shrink(side)
			if max(s.Y.Width, s.Y.Height) != side || s.Cb.Width != (s.Y.Width+1)/2 {
				t.Fatalf("%d: %d x %d", side, s.Y.Width, s.Y.Height)
			}
			step := float64(max(turned.Y.Width, turned.Y.Height)) / float64(side)
			for y := 3; y < s.Y.Height-3; y++ {
				for x := 3; x < s.Y.Width-3; x++ {
					near := turned.Y.At(int((float64(x)+.5)*step), int((float64(y)+.5)*step))
					if d := math.Abs(float64(near) - float64(s.Y.At(x, y))); d > 9 {
						t.Fatalf("orientation %d at %d: (%d,%d) is off by %.1f", orientation, side, x, y, d)
					}
				}
			}
			for i, v := range s.Cb.Pix {
				if v != 77 {
					t.Fatalf("a flat plane has %d at %d", v, i)
				}
			}
		}
	}
	s := p.Shrink(376)
	for y := 2; y < s.Y.Height-2; y++ {
		for x := 2; x < 374; x++ {
			want := wave((float64(x)+.5)*400/376, (float64(y)+.5)*301/float64(s.Y.Height))
			if d := math.Abs(want - float64(s.Y.At(x, y))); d > 2 {
				t.Fatalf("(%d,%d) is off by %.1f", x, y, d)
			}
		}
	}
	if same := p.Shrink(500); same.Y.Width != w {
		t.Errorf("%d wide", same.Y.Width)
	}
}
