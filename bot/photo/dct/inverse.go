package dct

// Cosines are in fractions of 2^cosBits; coefficients carry fracBits more while they are turned into pixels.
const (
	cosBits  = 11
	fracBits = 6
)

// diagonal is u+v of the k-th coefficient of the zigzag: no earlier one reaches a farther row or column.
var diagonal = func() (d [64]uint8) {
	for k, at := range unzigzag {
		d[k] = at/8 + at%8
	}
	return d
}()

// pixels makes the pixels of one block: the transform of as many points as the block becomes pixels, fed with the lowest
// coefficients. last is the place in the zigzag of the last one that is not zero.
func (c *component) pixels(b *[64]int16, last, bx, by int) {
	nx, ny := c.scaleX, c.scaleY
	at := by*ny*c.plane.StepY + bx*nx
	if last == 0 || nx == 1 && ny == 1 {
		c.flat(at, clampPixel((int32(b[0])*c.quant[0]+4)>>3+128))
		return
	}
	var w [64]int32
	columns, rows := min(nx, int(diagonal[last&63])+1), min(ny, int(diagonal[last&63])+1)
	for v := range rows {
		for u := range columns {
			i := (8*v + u) & 63
			w[i] = int32(b[i]) * c.quant[i] << fracBits
		}
	}
	transform(ny, columns, &w, 1, 8)
	transform(nx, ny, &w, 8, 1)
	const half, down = 1 << (fracBits + 2), fracBits + 3
	for y := range ny {
		line := c.plane.Pix[at : at+nx]
		at += c.plane.StepY
		for x := range line {
			line[x] = clampPixel((w[(8*y+x)&63]+half)>>down + 128)
		}
	}
}

// flat fills a block with one value.
func (c *component) flat(at int, v byte) {
	for range c.scaleY {
		line := c.plane.Pix[at : at+c.scaleX]
		for x := range line {
			line[x] = v
		}
		at += c.plane.StepY
	}
}

func clampPixel(v int32) byte {
	if uint32(v) > 255 { //nolint:gosec // negative ones are large then
		return byte(^(v >> 31)) //nolint:gosec // 0 or 255
	}
	return byte(v) //nolint:gosec // 0..255
}

// round drops the fraction that a product with cosines brought.
func round(v int32) int32 { return (v + 1<<(cosBits-1)) >> cosBits }

// transform runs count inverse transforms of n points in place. The i-th starts at i*next; its points stand step apart. With
// c(k) = sqrt(2)*cos(k*pi/2n), out[x] = in[0] + the sum over u of in[u]*c((2x+1)*u).
func transform(n, count int, w *[64]int32, next, step int) {
	for i := range count {
		at := i * next
		switch n {
		case 2:
			inverse2(w, at, step)
		case 3:
			inverse3(w, at, step)
		case 4:
			inverse4(w, at, step)
		case 5:
			inverse5(w, at, step)
		case 6:
			inverse6(w, at, step)
		case 7:
			inverse7(w, at, step)
		case 8:
			inverse8(w, at, step)
		}
	}
}

func inverse2(w *[64]int32, at, step int) {
	a, b := &w[at&63], &w[(at+step)&63]
	*a, *b = *a+*b, *a-*b
}

func inverse3(w *[64]int32, at, step int) {
	p0, p1, p2 := &w[at&63], &w[(at+step)&63], &w[(at+2*step)&63]
	odd, e2 := round(*p1*2508), round(*p2*1448) // c(1), c(2)
	even := *p0 + e2
	*p0, *p1, *p2 = even+odd, *p0-2*e2, even-odd
}

func inverse4(w *[64]int32, at, step int) {
	p0, p1, p2, p3 := &w[at&63], &w[(at+step)&63], &w[(at+2*step)&63], &w[(at+3*step)&63]
	const c1, c3 = 2676, 1108
	e0, e1 := *p0+*p2, *p0-*p2
	o0, o1 := round(*p1*c1+*p3*c3), round(*p1*c3-*p3*c1)
	*p0, *p1, *p2, *p3 = e0+o0, e1+o1, e1-o1, e0-o0
}

func inverse5(w *[64]int32, at, step int) {
	p0, p1, p2, p3, p4 := &w[at&63], &w[(at+step)&63], &w[(at+2*step)&63], &w[(at+3*step)&63], &w[(at+4*step)&63]
	const c0, c1, c2, c3, c4 = 2896, 2755, 2343, 1702, 895
	x2, x4 := *p2, *p4
	e0, e1, e2 := *p0+round(x2*c2+x4*c4), *p0-round(x2*c4+x4*c2), *p0+round((x4-x2)*c0)
	o0, o1 := round(*p1*c1+*p3*c3), round(*p1*c3-*p3*c1)
	*p0, *p1, *p2, *p3, *p4 = e0+o0, e1+o1, e2, e1-o1, e0-o0
}

func inverse6(w *[64]int32, at, step int) {
	p0, p1, p2 := &w[at&63], &w[(at+step)&63], &w[(at+2*step)&63]
	p3, p4, p5 := &w[(at+3*step)&63], &w[(at+4*step)&63], &w[(at+5*step)&63]
	const c2, c4, c5 = 2508, 1448, 750 // c(3) is 1, c(1)-c(5) too
	x2, x4 := round(*p2*c2), round(*p4*c4)
	e0, e1, e2 := *p0+x4+x2, *p0-2*x4, *p0+x4-x2
	x1, x3, x5 := *p1, *p3, *p5
	both := round((x1 + x5) * c5)
	o0, o1, o2 := both+x1+x3, x1-x3-x5, both+x5-x3
	*p0, *p1, *p2, *p3, *p4, *p5 = e0+o0, e1+o1, e2+o2, e2-o2, e1-o1, e0-o0
}

func inverse7(w *[64]int32, at, step int) {
	p0, p1, p2, p3 := &w[at&63], &w[(at+step)&63], &w[(at+2*step)&63], &w[(at+3*step)&63]
	p4, p5, p6 := &w[(at+4*step)&63], &w[(at+5*step)&63], &w[(at+6*step)&63]
	const c0, c1, c2, c3, c4, c5, c6 = 2896, 2824, 2609, 2264, 1806, 1257, 644
	x0, x2, x4, x6 := *p0, *p2, *p4, *p6
	e0, e1 := x0+round(x2*c2+x4*c4+x6*c6), x0+round(x2*c6-x4*c2-x6*c4)
	e2, e3 := x0+round(x6*c2-x2*c4-x4*c6), x0+round((x4-x2-x6)*c0)
	x1, x3, x5 := *p1, *p3, *p5
	o0, o1, o2 := round(x1*c1+x3*c3+x5*c5), round(x1*c3-x3*c5-x5*c1), round(x1*c5-x3*c1+x5*c3)
	*p0, *p1, *p2, *p3 = e0+o0, e1+o1, e2+o2, e3
	*p4, *p5, *p6 = e2-o2, e1-o1, e0-o0
}

func inverse8(w *[64]int32, at, step int) {
	p0, p1, p2, p3 := &w[at&63], &w[(at+step)&63], &w[(at+2*step)&63], &w[(at+3*step)&63]
	p4, p5, p6, p7 := &w[(at+4*step)&63], &w[(at+5*step)&63], &w[(at+6*step)&63], &w[(at+7*step)&63]
	const c1, c2, c3, c5, c6, c7 = 2841, 2676, 2408, 1609, 1108, 565 // c(4) is 1
	a0, a1 := *p0+*p4, *p0-*p4
	b0, b1 := round(*p2*c2+*p6*c6), round(*p2*c6-*p6*c2)
	e0, e1, e2, e3 := a0+b0, a1+b1, a1-b1, a0-b0
	x1, x3, x5, x7 := *p1, *p3, *p5, *p7
	o0, o1 := round(x1*c1+x3*c3+x5*c5+x7*c7), round(x1*c3-x3*c7-x5*c1-x7*c5)
	o2, o3 := round(x1*c5-x3*c1+x5*c7+x7*c3), round(x1*c7-x3*c5+x5*c3-x7*c1)
	*p0, *p1, *p2, *p3 = e0+o0, e1+o1, e2+o2, e3+o3
	*p4, *p5, *p6, *p7 = e3-o3, e2-o2, e1-o1, e0-o0
}
