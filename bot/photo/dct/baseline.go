package dct

import (
	"context"
)

// ahead is how many rows of units may wait for their pixels.
const ahead = 4

// unitRow is the coefficients of one row of units, block by block as they come, and how far each block is filled.
type unitRow struct {
	y     int
	coefs []int16
	lasts []uint8
}

// stream reads a scan that holds everything: one goroutine reads codes, another makes pixels of them.
func (d *decoder) stream(ctx context.Context, s *scan) error {
	blocks := 0
	for _, p := range s.parts {
		p.allot()
		blocks += p.h * p.v
	}
	across, down := ceil(d.width, 8*d.hMax), ceil(d.height, 8*d.vMax)
	free, full := make(chan *unitRow, ahead), make(chan *unitRow, ahead)
	for range ahead {
		free <- &unitRow{coefs: make([]int16, 64*blocks*across), lasts: make([]uint8, blocks*across)}
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for row := range full {
			row.render(s.parts, across)
			free <- row
		}
	}()
	defer func() {
		close(full)
		<-ended
	}()
	for y := range down {
		row := <-free
		row.y = y
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.readRow(row, across); err != nil {
			return err
		}
		full <- row
	}
	return nil
}

// allot makes the plane of a component: whole blocks.
func (c *component) allot() {
	c.plane = newPlane(c.stride*c.scaleX, c.rows*c.scaleY, c.stride*c.scaleX, c.rows*c.scaleY)
}

// readRow reads one row of units.
func (s *scan) readRow(row *unitRow, across int) error {
	clear(row.coefs)
	at := 0
	for range across {
		if err := s.interval(); err != nil {
			return err
		}
		for i := range s.parts {
			p := &s.parts[i]
			for range p.h * p.v {
				last := s.in.block(p, (*[64]int16)(row.coefs[64*at:]))
				if last < 0 {
					return ErrBroken
				}
				row.lasts[at] = uint8(last) //nolint:gosec // 0..63
				at++
			}
		}
	}
	return nil
}

// render makes pixels of a row of units.
func (row *unitRow) render(parts []part, across int) {
	at := 0
	for x := range across {
		for i := range parts {
			p := &parts[i]
			for b := range p.h * p.v {
				bx, by := x*p.h+b%p.h, row.y*p.v+b/p.h
				p.pixels((*[64]int16)(row.coefs[64*at:]), int(row.lasts[at]), bx, by)
				at++
			}
		}
	}
}

// block reads one block of a sequential scan (T.81 F.2.2) into zeros; it returns the place in the zigzag of the last
// coefficient, or -1 when the codes are broken.
func (r *reader) block(p *part, out *[64]int16) int {
	if r.n < 48 {
		r.fill()
	}
	size := r.dcSize(p.dc)
	if size < 0 {
		return -1
	}
	p.last += r.value(size)
	out[0] = int16(p.last) //nolint:gosec // wraps where a file lies, as in every decoder
	acc, n, look, last, k := r.acc, r.n, &p.ac.look, 0, 1
	for k < 64 {
		if n < 48 {
			r.acc, r.n = acc, n
			r.fill()
			acc, n = r.acc, r.n
		}
		e := look[acc>>(64-lookBits)]
		if e&whole != 0 {
			acc <<= e & 31
			n -= int(e & 31)
			k += int(e >> 6 & 15)
			if k > 63 {
				return -1
			}
			out[unzigzag[k]&63] = int16(e >> 16) //nolint:gosec // a value of at most 9 bits
			last = k
			k++
			continue
		}
		r.acc, r.n = acc, n
		symbol := r.symbol(p.ac)
		run, size := int(symbol>>4), symbol&15
		switch {
		case symbol < 0:
			return -1
		case size != 0:
			if k += run; k > 63 {
				return -1
			}
			out[unzigzag[k]&63] = int16(r.value(size)) //nolint:gosec // up to 15 bits
			last = k
			k++
		case run == 15:
			k += 16
		default:
			k = 65 // the rest is zero
		}
		acc, n = r.acc, r.n
	}
	r.acc, r.n = acc, n
	if k == 64 || k == 65 {
		return r.sound(last)
	}
	return -1
}

// sound is last, or -1 when the scan ended before the block.
func (r *reader) sound(last int) int {
	if r.over() {
		return -1
	}
	return last
}

// dcSize reads how many bits a DC difference has; -1: broken.
func (r *reader) dcSize(c *codes) int32 {
	e := c.look[r.acc>>(64-lookBits)]
	if e&whole == 0 {
		if size := r.symbol(c); size < 16 {
			return size
		}
		return -1
	}
	if e>>6&15 != 0 {
		return -1
	}
	size := int32(0)
	for v := max(e>>16, -(e >> 16)); v > 0; v >>= 1 {
		size++
	}
	r.acc <<= e&31 - size
	r.n -= int(e&31 - size)
	return size
}
