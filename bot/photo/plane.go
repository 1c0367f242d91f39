package photo

import "image"

// plane is one channel of a picture, rows without gaps.
type plane struct {
	pix  []uint8
	w, h int
}

func newPlane(w, h int) plane { return plane{make([]uint8, w*h), w, h} }

func (p plane) at(x, y int) int { return int(p.pix[y*p.w+x]) }

func (p plane) long() int { return max(p.w, p.h) }

// bounds is where the plane has samples.
func (p plane) bounds() image.Rectangle { return image.Rect(0, 0, p.w, p.h) }

// planesOf splits a picture into brightness and the two colour differences (ITU-R BT.601, grey at 128), squares of n x n
// pixels averaged to one sample.
func planesOf(pic *image.NRGBA, n int) (luma, cb, cr plane) {
	w, h := pic.Rect.Dx()/n, pic.Rect.Dy()/n
	luma, cb, cr = newPlane(w, h), newPlane(w, h), newPlane(w, h)
	sums := make([]int, 3*w)
	for y := range h {
		clear(sums)
		for i := range n {
			addRow(sums, pic.Pix[(y*n+i)*pic.Stride:], n)
		}
		for x := range w {
			r, g, b := sums[3*x]/(n*n), sums[3*x+1]/(n*n), sums[3*x+2]/(n*n)
			at := y*w + x
			luma.pix[at] = byteOf((299*r + 587*g + 114*b) / 1000)
			cb.pix[at] = byteOf(128 + (-169*r-331*g+500*b)/1000)
			cr.pix[at] = byteOf(128 + (500*r-419*g-81*b)/1000)
		}
	}
	return luma, cb, cr
}

// addRow adds n neighbours of a row of RGBA pixels to each sum of three colours.
func addRow(sums []int, row []byte, n int) {
	for x := 0; x < len(sums); x += 3 {
		s := sums[x : x+3 : x+3]
		for at := x / 3 * n * 4; at < (x/3+1)*n*4; at += 4 {
			p := row[at : at+4 : at+4]
			s[0] += int(p[0])
			s[1] += int(p[1])
			s[2] += int(p[2])
		}
	}
}

func byteOf(v int) uint8 { return uint8(max(0, min(255, v))) } //nolint:gosec // bounded right here

// lumaOf is the brightness of a picture at its own size.
func lumaOf(pic *image.NRGBA) plane {
	p := newPlane(pic.Rect.Dx(), pic.Rect.Dy())
	for y := range p.h {
		row := pic.Pix[y*pic.Stride : y*pic.Stride+4*p.w]
		out := p.pix[y*p.w : (y+1)*p.w]
		for x := range out {
			px := row[4*x : 4*x+3 : 4*x+3]
			out[x] = uint8((299*int(px[0]) + 587*int(px[1]) + 114*int(px[2])) / 1000) //nolint:gosec // a weighted mean of bytes
		}
	}
	return p
}

// shrunk is the plane with a long side of at most side samples; it never enlarges.
func (p plane) shrunk(side int) plane {
	long := p.long()
	if long <= side {
		return p
	}
	return p.resized(max(1, (p.w*side+long/2)/long), max(1, (p.h*side+long/2)/long))
}

// resized averages areas: each sample counts by how much of it a new one covers. It is for shrinking.
func (p plane) resized(w, h int) plane {
	cols, rows := spans(p.w, w), spans(p.h, h)
	out := newPlane(w, h)
	line := make([]int, w)
	for y, r := range rows {
		clear(line)
		for i, weight := range r.weights {
			row := p.pix[(r.from+i)*p.w : (r.from+i+1)*p.w]
			for x, c := range cols {
				sum := 0
				for j, cw := range c.weights {
					sum += cw * int(row[c.from+j])
				}
				line[x] += weight * (sum >> spanBits)
			}
		}
		for x, v := range line {
			out.pix[y*w+x] = byteOf((v + 1<<(spanBits-1)) >> spanBits)
		}
	}
	return out
}

// doubled is the plane at twice its size, between samples by halves: small print comes apart where it was about to touch.
func (p plane) doubled() plane {
	out := newPlane(2*p.w, 2*p.h)
	for y := range p.h {
		down := min(y+1, p.h-1)
		for x := range p.w {
			right := min(x+1, p.w-1)
			a, b, c, d := p.at(x, y), p.at(right, y), p.at(x, down), p.at(right, down)
			at := 2*y*out.w + 2*x
			out.pix[at], out.pix[at+1] = byteOf(a), byteOf((a+b)/2)
			out.pix[at+out.w], out.pix[at+out.w+1] = byteOf((a+c)/2), byteOf((a+b+c+d)/4)
		}
	}
	return out
}

// span is what of a line goes into one new sample: weights in parts of 1<<spanBits, which they add up to.
type span struct {
	from    int
	weights []int
}

const spanBits = 12

func spans(n, m int) []span {
	out := make([]span, m)
	for i := range out {
		from, to := i*n, (i+1)*n // in units of 1/m of a sample
		s := span{from: from / m}
		rest := 1 << spanBits
		for at := s.from; at*m < to; at++ {
			part := (min(to, (at+1)*m) - max(from, at*m)) << spanBits / n
			rest -= part
			s.weights = append(s.weights, part)
		}
		s.weights[0] += rest
		out[i] = s
	}
	return out
}

// cut is a part of the plane, inside its bounds.
func (p plane) cut(r image.Rectangle) plane {
	r = r.Intersect(p.bounds())
	out := newPlane(r.Dx(), r.Dy())
	for y := range out.h {
		copy(out.pix[y*out.w:(y+1)*out.w], p.pix[(r.Min.Y+y)*p.w+r.Min.X:])
	}
	return out
}

// turned is the plane after a quarter turn clockwise.
func (p plane) turned() plane {
	out := newPlane(p.h, p.w)
	for y := range p.h {
		for x := range p.w {
			out.pix[x*out.w+p.h-1-y] = p.pix[y*p.w+x]
		}
	}
	return out
}

// histogram counts the samples of each value.
func (p plane) histogram() (count [256]int) {
	for _, v := range p.pix {
		count[v]++
	}
	return count
}
