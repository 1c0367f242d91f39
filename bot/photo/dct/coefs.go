package dct

import (
	"context"
	"math"
	"sync"
)

// The tables of T.81 annex K.1, in the natural order. A scale of 1 is what is commonly called quality 50.
var (
	lumaTable = [64]uint8{
		16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
		14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
		18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
		49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
	}
	colourTable = [64]uint8{
		17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
		24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	}
)

// steps are the quantisation steps at a scale, 1..255, in the natural order.
func steps(table *[64]uint8, scale float64) (out [64]uint8) {
	for i, v := range table {
		out[i] = uint8(max(1, min(255, math.Round(float64(v)*scale))))
	}
	return out
}

// Coefficients between 0 and 1 step become 0 below this part of a step: less than half, the zeros are cheaper than the error.
const (
	keepAC = 0.6
	keepDC = 0.5
)

// coefs are the coefficients of some rows of units that a quantisation can leave different from 0, unit by unit: Y Y Y Y Cb Cr,
// or Y alone. Each is value<<6 | place in the zigzag; every block starts with its place 0.
type coefs []int32

// lay transforms rows from, from+every, ... below to of units and keeps the coefficients that count at the scale or coarser.
func (p Picture) lay(ctx context.Context, from, to, every int, scale float64) coefs {
	luma, colour := floors(&lumaTable, scale), floors(&colourTable, scale)
	across, _ := p.units()
	out := make(coefs, 0, across*(to-from)/every*40)
	var w [64]int32
	for y := from; y < to && ctx.Err() == nil; y += every {
		for x := range across {
			if p.Grey() {
				out = p.Y.block(out, x, y, &w, &luma)
				continue
			}
			out = p.Y.block(out, 2*x, 2*y, &w, &luma)
			out = p.Y.block(out, 2*x+1, 2*y, &w, &luma)
			out = p.Y.block(out, 2*x, 2*y+1, &w, &luma)
			out = p.Y.block(out, 2*x+1, 2*y+1, &w, &luma)
			out = p.Cb.block(out, x, y, &w, &colour)
			out = p.Cr.block(out, x, y, &w, &colour)
		}
	}
	return out
}

// units counts what is coded together: 16 x 16 pixels, or 8 x 8 of a grey picture.
func (p Picture) units() (across, down int) {
	side := 16
	if p.Grey() {
		side = 8
	}
	return ceil(p.Y.Width, side), ceil(p.Y.Height, side)
}

// floors are the smallest coefficients that count, in the order of the zigzag.
func floors(table *[64]uint8, scale float64) (out [64]int32) {
	q := steps(table, scale)
	for k, at := range unzigzag {
		out[k] = int32(keepAC * float64(q[at]) * gain(int(at&7), int(at>>3)))
	}
	return out
}

// block appends the coefficients of one block.
func (p Plane) block(out coefs, bx, by int, w *[64]int32, floor *[64]int32) coefs {
	p.load(bx, by, w)
	forward(w)
	out = append(out, w[0]<<6)
	for k := 1; k < 64; k++ {
		v := w[unzigzag[k]&63]
		if f := floor[k]; v >= f || v <= -f {
			out = append(out, v<<6|int32(k)) //nolint:gosec // 0..63
		}
	}
	return out
}

// layAll transforms a whole picture, its halves side by side.
func (p Picture) layAll(ctx context.Context, scale float64) (halves [2]coefs) {
	_, down := p.units()
	var lower sync.WaitGroup
	lower.Go(func() { halves[1] = p.lay(ctx, down/2, down, 1, scale) })
	halves[0] = p.lay(ctx, 0, down/2, 1, scale)
	lower.Wait()
	return halves
}
