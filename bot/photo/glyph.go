package photo

import (
	"cmp"
	"slices"
)

// glyph is a dark spot of a letter's shape, in samples of its plane.
type glyph struct{ spot }

func (g glyph) x() float64      { return float64(g.box.Min.X+g.box.Max.X) / 2 }
func (g glyph) y() float64      { return float64(g.box.Min.Y+g.box.Max.Y) / 2 }
func (g glyph) height() float64 { return float64(g.box.Dy()) }

// Shapes that may be a printed digit. A 1 is narrow, an 8 wide; noise is smaller, hair and books are larger.
const (
	glyphLow  = 4  // samples high, at least
	glyphHigh = 64 // and at most
	mostGlyph = 12_000
)

// glyphs finds the spots that are darker than what is around them, from left to right.
func (p plane) glyphs() []glyph {
	var out []glyph
	for _, s := range p.dark(max(8, p.long()/80)).spots() {
		w, h := s.box.Dx(), s.box.Dy()
		if h >= glyphLow && h <= glyphHigh && 10*w >= h && 10*w <= 13*h && 5*s.area >= w*h {
			out = append(out, glyph{s})
		}
	}
	slices.SortFunc(out, func(a, b glyph) int {
		return cmp.Or(cmp.Compare(a.box.Min.X, b.box.Min.X), cmp.Compare(a.box.Min.Y, b.box.Min.Y))
	})
	return out[:min(len(out), mostGlyph)]
}

// dark marks the samples (1) that are clearly under the mean of the square of 2*radius+1 around them.
func (p plane) dark(radius int) plane {
	out, sums := newPlane(p.w, p.h), p.sums()
	for y := range p.h {
		top, bottom := max(0, y-radius), min(p.h, y+radius+1)
		upper, lower := sums[top*(p.w+1):], sums[bottom*(p.w+1):]
		for x := range p.w {
			left, right := max(0, x-radius), min(p.w, x+radius+1)
			area := (right - left) * (bottom - top)
			sum := int(lower[right] - lower[left] - upper[right] + upper[left])
			v := int(p.pix[y*p.w+x]) * area
			if 100*v < 82*sum && v+8*area < sum {
				out.pix[y*p.w+x] = 1
			}
		}
	}
	return out
}

// sums is the integral image: entry (x, y) is the sum of all samples left of x and above y. 50 MP of 255 fit 34 bits, the
// differences of squares always fit 32: the sums may wrap.
func (p plane) sums() []uint32 {
	w := p.w + 1
	out := make([]uint32, w*(p.h+1))
	for y := range p.h {
		row := uint32(0)
		for x, v := range p.pix[y*p.w : (y+1)*p.w] {
			row += uint32(v)
			out[(y+1)*w+x+1] = out[y*w+x+1] + row
		}
	}
	return out
}
