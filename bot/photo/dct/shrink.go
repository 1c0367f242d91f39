package dct

import (
	"math"
	"sync"
)

// Shrink resamples a picture down to a long side, by the cubic of Catmull and Rom as wide as the step from pixel to pixel. It
// never enlarges. The result shares nothing with the picture. It is for the rest that eighths leave: at a half of the size or
// less it costs more than Decode saves.
func (p Picture) Shrink(side int) Picture {
	w, h := p.Y.Width, p.Y.Height
	long := max(w, h)
	if long <= side {
		return p
	}
	w, h = max(1, (w*side+long/2)/long), max(1, (h*side+long/2)/long)
	out := Picture{Y: p.Y.shrink(w, h)}
	if !p.Grey() {
		out.Cb, out.Cr = p.Cb.shrink((w+1)/2, (h+1)/2), p.Cr.shrink((w+1)/2, (h+1)/2)
	}
	return out
}

// tap is where a sample of the result begins to take from, and how much of each in fractions of 2^tapBits.
type tap struct {
	from    int
	weights []int32
}

const tapBits = 14

// taps lays m samples over n; those past an edge count for the edge.
func taps(n, m int) []tap {
	step := float64(n) / float64(m)
	out := make([]tap, m)
	for i := range out {
		centre := (float64(i)+.5)*step - .5
		first, last := int(math.Ceil(centre-2*step)), int(math.Floor(centre+2*step))
		from, to := max(0, first), min(n-1, last)
		weights, sum := make([]float64, to-from+1), 0.0
		for at := first; at <= last; at++ {
			v := cubic(math.Abs(float64(at)-centre) / step)
			weights[min(max(at, from), to)-from] += v
			sum += v
		}
		out[i] = tap{from, make([]int32, len(weights))}
		rest := int32(1 << tapBits)
		for j, v := range weights {
			out[i].weights[j] = int32(math.Round(v / sum * (1 << tapBits)))
			rest -= out[i].weights[j]
		}
		out[i].weights[len(weights)/2] += rest // together they are one
	}
	return out
}

// cubic is the weight at a distance in steps.
func cubic(x float64) float64 {
	switch {
	case x < 1:
		return (1.5*x-2.5)*x*x + 1
	case x < 2:
		return ((-.5*x+2.5)*x-4)*x + 2
	}
	return 0
}

// shrink resamples a plane, its halves side by side.
func (p Plane) shrink(w, h int) Plane {
	out := newPlane(w, h, w, h)
	across, down := taps(p.Width, w), taps(p.Height, h)
	var lower sync.WaitGroup
	lower.Go(func() { p.shrinkRows(out, across, down, h/2, h) })
	p.shrinkRows(out, across, down, 0, h/2)
	lower.Wait()
	return out
}

// shrinkRows makes some rows of the result: each source row is resampled once and kept for as long as it is asked for.
func (p Plane) shrinkRows(out Plane, across, down []tap, from, to int) {
	var rows [][]byte // of the result's width
	first := 0        // the source row that rows begins with
	sums := make([]int32, out.Width)
	for y := from; y < to; y++ {
		t := down[y]
		passed := min(t.from-first, len(rows))
		rows, first = rows[passed:], t.from
		for len(rows) < len(t.weights) {
			rows = append(rows, p.shrinkRow(first+len(rows), across))
		}
		clear(sums)
		for i, weight := range t.weights {
			for x, v := range rows[i] {
				sums[x] += int32(v) * weight
			}
		}
		line := out.Pix[y*out.StepY:][:out.Width]
		for x, v := range sums {
			line[x] = clampPixel((v + 1<<(tapBits-1)) >> tapBits)
		}
	}
}

// shrinkRow resamples one source row.
func (p Plane) shrinkRow(y int, across []tap) []byte {
	out := make([]byte, len(across))
	for x, t := range across {
		at, sum := p.Base+y*p.StepY+t.from*p.StepX, int32(1<<(tapBits-1))
		for _, weight := range t.weights {
			sum += int32(p.Pix[at]) * weight
			at += p.StepX
		}
		out[x] = clampPixel(sum >> tapBits)
	}
	return out
}
