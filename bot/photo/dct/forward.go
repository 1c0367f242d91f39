package dct

import "math"

// forward transforms the 8 x 8 samples in w, in place and in the natural order: the scaled transform of Arai, Agui and Nakajima,
// with five products a row. Coefficient (u, v) comes out gain(u, v) times as large as that of T.81 A.3.3.
func forward(w *[64]int32) {
	for i := 0; i < 64; i += 8 {
		forward8(w, i, 1)
	}
	for i := range 8 {
		forward8(w, i, 8)
	}
}

// Cosines of the transform, in fractions of 2^aanBits.
const (
	aanBits = 11
	aanC4   = 1448 // cos(4*pi/16)
	aanC6   = 784  // cos(6*pi/16)
	aanC26  = 1108 // cos(2*pi/16)-cos(6*pi/16)
	aanD26  = 2676 // cos(2*pi/16)+cos(6*pi/16)
)

// inputBits are fractions that samples bring into the transform.
const inputBits = 3

func forward8(w *[64]int32, at, step int) {
	p0, p1, p2, p3 := &w[at&63], &w[(at+step)&63], &w[(at+2*step)&63], &w[(at+3*step)&63]
	p4, p5, p6, p7 := &w[(at+4*step)&63], &w[(at+5*step)&63], &w[(at+6*step)&63], &w[(at+7*step)&63]
	s0, s1, s2, s3 := *p0+*p7, *p1+*p6, *p2+*p5, *p3+*p4
	d0, d1, d2, d3 := *p0-*p7, *p1-*p6, *p2-*p5, *p3-*p4
	a, b, c, d := s0+s3, s1+s2, s1-s2, s0-s3
	*p0, *p4 = a+b, a-b
	turn := (c + d) * aanC4 >> aanBits
	*p2, *p6 = d+turn, d-turn
	e, f, g := d2+d3, d1+d2, d0+d1
	shared := (e - g) * aanC6
	x := (e*aanC26 + shared) >> aanBits
	y := (g*aanD26 + shared) >> aanBits
	z := f * aanC4 >> aanBits
	m, n := d0+z, d0-z
	*p5, *p3, *p1, *p7 = n+x, n-x, m+y, m-y
}

// gain is how much larger a coefficient is after forward than by its definition, the fractions of its input included.
func gain(u, v int) float64 {
	one := func(k int) float64 {
		if k == 0 {
			return 1
		}
		return math.Sqrt2 * math.Cos(float64(k)*math.Pi/16)
	}
	return 8 * (1 << inputBits) * one(u) * one(v)
}

// load reads the block at (bx, by) of a plane; past its edge the last row and column go on.
func (p Plane) load(bx, by int, w *[64]int32) {
	x, y := 8*bx, 8*by
	if x+8 > p.Width || y+8 > p.Height {
		p.loadEdge(x, y, w)
		return
	}
	at := p.Base + x*p.StepX + y*p.StepY
	outer, inner, rowStep, columnStep := p.StepY, p.StepX, 8, 1
	if p.StepY == 1 || p.StepY == -1 { // a picture on its side: its columns are what lies together
		outer, inner, rowStep, columnStep = p.StepX, p.StepY, 1, 8
	}
	for i := range 8 {
		from, to := at, i*rowStep
		for range 8 {
			w[to&63] = (int32(p.Pix[from]) - 128) << inputBits
			from += inner
			to += columnStep
		}
		at += outer
	}
}

func (p Plane) loadEdge(x, y int, w *[64]int32) {
	for i := range w {
		v := p.At(min(x+i%8, p.Width-1), min(y+i/8, p.Height-1))
		w[i] = (int32(v) - 128) << inputBits
	}
}
