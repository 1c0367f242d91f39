package dct

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// usual is a budget that leaves the quality open.
func usual(bytes int) Budget { return Budget{Bytes: bytes, Finest: 0.16, Coarsest: 8} }

// drawn is a picture of soft shades with grain, the same for the same seed.
func drawn(w, h int, grey bool, grain int, seed uint64) Picture {
	chance := rand.New(rand.NewPCG(seed, 1))
	plane := func(w, h int, a, b float64) Plane {
		p := newPlane(w, h, w+3, h) // rows with a gap
		for y := range h {
			for x := range w {
				v := 128 + 70*math.Sin(float64(x)/a)*math.Cos(float64(y)/b) + float64(chance.IntN(2*grain+1)-grain)
				p.Pix[y*p.StepY+x] = byte(max(0, min(255, v)))
			}
		}
		return p
	}
	p := Picture{Y: plane(w, h, 17, 23)}
	if !grey {
		p.Cb, p.Cr = plane((w+1)/2, (h+1)/2, 31, 19), plane((w+1)/2, (h+1)/2, 13, 37)
	}
	return p
}

// gap is the mean square distance of two planes.
func gap(t *testing.T, got, want Plane) float64 {
	t.Helper()
	if got.Width < want.Width || got.Height < want.Height {
		t.Fatalf("%d x %d, want %d x %d", got.Width, got.Height, want.Width, want.Height)
	}
	sum := 0.0
	for y := range want.Height {
		for x := range want.Width {
			d := float64(got.At(x, y)) - float64(want.At(x, y))
			sum += d * d
		}
	}
	return sum / float64(max(1, want.Width*want.Height))
}

// The same file is read by image/jpeg and by Decode; turned, odd and grey pictures come back as they were meant.
func TestAnEncodedPictureIsReadBack(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{1, 1}, {7, 3}, {16, 16}, {17, 33}, {200, 131}, {333, 640}} {
		for orientation := 1; orientation <= 8; orientation++ {
			for _, grey := range []bool{false, true} {
				name := fmt.Sprintf("%v, orientation %d, grey %v", size, orientation, grey)
				p := drawn(size[0], size[1], grey, 6, 7).Turn(orientation)
				raw, err := Encode(t.Context(), p, Budget{300_000, .05, 8})
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				luma, cb, cr := reference(t, raw)
				if d := max(gap(t, luma, p.Y), gap(t, cb, p.Cb), gap(t, cr, p.Cr)); d > 9 {
					t.Errorf("%s: image/jpeg reads it %.1f off", name, d)
				}
				if luma.Width != p.Y.Width || luma.Height != p.Y.Height {
					t.Errorf("%s: %d x %d", name, luma.Width, luma.Height)
				}
				again, err := Decode(t.Context(), raw, 8)
				if err != nil || gap(t, again.Y, p.Y) > 9 || again.Grey() != grey {
					t.Errorf("%s: Decode reads it %.1f off: %v", name, gap(t, again.Y, p.Y), err)
				}
			}
		}
	}
}

func TestTheFileIsTheLargestOfItsBudget(t *testing.T) {
	t.Parallel()
	p := drawn(1000, 800, false, 40, 3)
	before := 0.0
	for _, budget := range []int{400_000, 200_000, 100_000, 60_000, 40_000} {
		raw, err := Encode(t.Context(), p, usual(budget))
		if err != nil {
			t.Fatal(err)
		}
		if len(raw) > budget || float64(len(raw)) < .96*float64(budget) {
			t.Errorf("%d bytes of %d", len(raw), budget)
		}
		again, err := Decode(t.Context(), raw, 8)
		if err != nil {
			t.Fatal(err)
		}
		if d := gap(t, again.Y, p.Y); d <= before {
			t.Errorf("at %d bytes %.1f off, with more %.1f", budget, d, before)
		} else {
			before = d
		}
	}
}

func TestAPictureFinerThanNeededIsNotMade(t *testing.T) {
	t.Parallel()
	p := drawn(500, 400, false, 5, 3)
	raw, err := Encode(t.Context(), p, Budget{300_000, 1, 8})
	if err != nil {
		t.Fatal(err)
	}
	if at := bytes.Index(raw, []byte{0xff, mDQT}); raw[at+5] != 16 {
		t.Errorf("the first step is %d, the finest allowed 16", raw[at+5])
	}
}

func TestNoiseDoesNotFit(t *testing.T) {
	t.Parallel()
	p := drawn(1000, 1000, false, 250, 4)
	if _, err := Encode(t.Context(), p, Budget{60_000, .16, 1.5}); !errors.Is(err, ErrLarge) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Encode(ctx, p, usual(300_000)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestTheForwardTransformIsTheStandards(t *testing.T) {
	t.Parallel()
	p := drawn(64, 64, true, 100, 5).Y
	for b := range 64 {
		var w [64]int32
		p.load(b%8, b/8, &w)
		forward(&w)
		for u := range 8 {
			for v := range 8 {
				want := 0.0
				for x := range 8 {
					for y := range 8 {
						want += (float64(p.At(b%8*8+x, b/8*8+y)) - 128) *
							math.Cos(float64(2*x+1)*float64(u)*math.Pi/16) * math.Cos(float64(2*y+1)*float64(v)*math.Pi/16)
					}
				}
				want /= 4 // times C(u)*C(v), T.81 A.3.3
				if u == 0 {
					want /= math.Sqrt2
				}
				if v == 0 {
					want /= math.Sqrt2
				}
				if got := float64(w[8*v+u]) / gain(u, v); math.Abs(got-want) > .6 {
					t.Fatalf("block %d (%d,%d): %.2f, want %.2f", b, u, v, got, want)
				}
			}
		}
	}
}

// Fibonacci's numbers make the deepest tree there is.
func TestCodesHaveAtMost16Bits(t *testing.T) {
	t.Parallel()
	for n := range 257 {
		counts := make([]int32, 256)
		a, b := int32(1), int32(1)
		for i := range n {
			counts[i] = a
			if a < 1<<28 {
				a, b = b, a+b
			}
		}
		kraft, coded := 0.0, 0
		for _, length := range newLengths(counts) {
			if length > 16 {
				t.Fatalf("%d symbols: %d bits", n, length)
			}
			if length > 0 {
				kraft += math.Pow(2, -float64(length))
				coded++
			}
		}
		if kraft >= 1 || coded != n {
			t.Errorf("%d symbols: %d have codes, which take %.4f of all", n, coded, kraft)
		}
	}
}

func TestCommonSymbolsHaveShortCodes(t *testing.T) {
	t.Parallel()
	got := newLengths([]int32{1, 0, 2, 4, 8, 100})
	if want := (lengths{5, 0, 4, 3, 2, 1}); got != want {
		t.Errorf("%v", got[:6])
	}
}
