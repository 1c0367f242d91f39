package dct

import (
	"context"
	"sync"
)

// collect reads a scan that holds a part of the picture into stored coefficients.
func (d *decoder) collect(ctx context.Context, s *scan) error {
	for i := range d.components {
		if c := &d.components[i]; c.coefs == nil {
			c.coefs = make([]int16, 64*c.stride*c.rows)
		}
	}
	read := s.reading(d.frame == mSOF2)
	if len(s.parts) > 1 {
		return s.interleaved(ctx, ceil(d.width, 8*d.hMax), ceil(d.height, 8*d.vMax), read)
	}
	p := &s.parts[0]
	for y := range p.down {
		if err := ctx.Err(); err != nil {
			return err
		}
		for x := range p.across {
			if err := s.interval(); err != nil {
				return err
			}
			if !read(s, p, p.coef(x, y)) {
				return ErrBroken
			}
		}
	}
	return nil
}

// interleaved reads interleaved blocks.
func (s *scan) interleaved(ctx context.Context, across, down int, read readFunc) error {
	for u := range across * down {
		if u%across == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := s.interval(); err != nil {
			return err
		}
		for i := range s.parts {
			p := &s.parts[i]
			for b := range p.h * p.v {
				if !read(s, p, p.coef(u%across*p.h+b%p.h, u/across*p.v+b/p.h)) {
					return ErrBroken
				}
			}
		}
	}
	return nil
}

func (c *component) coef(x, y int) *[64]int16 {
	return (*[64]int16)(c.coefs[64*(y*c.stride+x):])
}

// readFunc reads one block of a scan; false when it is broken.
type readFunc func(*scan, *part, *[64]int16) bool

// reading chooses how the blocks of a scan are coded.
func (s *scan) reading(progressive bool) readFunc {
	switch {
	case !progressive:
		return func(s *scan, p *part, b *[64]int16) bool {
			clear(b[:])
			return s.in.block(p, b) >= 0
		}
	case s.from == 0 && s.high == 0:
		return (*scan).dcFirst
	case s.from == 0:
		return (*scan).dcMore
	case s.high == 0:
		return (*scan).acFirst
	}
	return (*scan).acMore
}

// dcFirst reads the high bits of a DC coefficient (T.81 G.1.2.1).
func (s *scan) dcFirst(p *part, b *[64]int16) bool {
	r := &s.in
	if r.n < 48 {
		r.fill()
	}
	size := r.dcSize(p.dc)
	if size < 0 {
		return false
	}
	p.last += r.value(size)
	b[0] = int16(p.last << s.low) //nolint:gosec // wraps where a file lies
	return !r.over()
}

// dcMore reads one more bit of it.
func (s *scan) dcMore(_ *part, b *[64]int16) bool {
	r := &s.in
	if r.n < 48 {
		r.fill()
	}
	b[0] |= int16(r.bits(1) << s.low) //nolint:gosec // one bit below 14
	return !r.over()
}

// acFirst reads the high bits of a band of coefficients (T.81 G.1.2.2).
func (s *scan) acFirst(p *part, b *[64]int16) bool {
	if s.skip > 0 {
		s.skip--
		return true
	}
	r := &s.in
	for k := s.from; k <= s.to; k++ {
		if r.n < 48 {
			r.fill()
		}
		run, size, ok := r.pair(p.ac)
		switch {
		case !ok:
			return false
		case size != 0:
			if k += run; k > s.to {
				return false
			}
			b[unzigzag[k]] = int16(r.value(int32(size)) << s.low) //nolint:gosec // wraps where a file lies
		case run == 15:
			k += 15
		default:
			s.skip = r.blocks(run) - 1
			return !r.over()
		}
	}
	return !r.over()
}

// pair takes a code of a run and a size.
func (r *reader) pair(c *codes) (run, size int, ok bool) {
	e := c.look[r.acc>>(64-lookBits)]
	if e&whole != 0 {
		run = int(e >> 6 & 15)
		for v := max(e>>16, -(e >> 16)); v > 0; v >>= 1 {
			size++
		}
		n := int(e&31) - size
		r.acc <<= n
		r.n -= n
		return run, size, true
	}
	symbol := r.symbol(c)
	return int(symbol >> 4), int(symbol & 15), symbol >= 0
}

// blocks is how many blocks end here (EOBn).
func (r *reader) blocks(n int) int {
	return 1<<n + int(r.bits(int32(n))) //nolint:gosec // 0..14
}

// acMore refines a band by one bit (T.81 G.1.2.3): coefficients that are there get a bit each, new ones are 1 or -1.
func (s *scan) acMore(p *part, b *[64]int16) bool {
	r, one := &s.in, int16(1)<<s.low
	k := s.from
	for s.skip == 0 && k <= s.to {
		if r.n < 48 {
			r.fill()
		}
		run, size, ok := r.pair(p.ac)
		if !ok || size > 1 {
			return false
		}
		value := int16(0)
		switch {
		case size == 1:
			value = -one
			if r.bits(1) == 1 {
				value = one
			}
		case run < 15:
			s.skip = r.blocks(run)
			continue
		}
		if k = s.refine(b, k, run); k > s.to {
			return false
		}
		if value != 0 {
			b[unzigzag[k]] = value
		}
		k++
	}
	if s.skip > 0 {
		s.refine(b, k, 64)
		s.skip--
	}
	return !r.over()
}

// refine reads a bit for every coefficient that is there, and passes zeros ones over; it returns the place of the next.
func (s *scan) refine(b *[64]int16, k, zeros int) int {
	r, one := &s.in, int16(1)<<s.low
	for ; k <= s.to; k++ {
		c := &b[unzigzag[k]]
		if *c == 0 {
			if zeros == 0 {
				break
			}
			zeros--
			continue
		}
		if r.n < 48 {
			r.fill()
		}
		switch {
		case r.bits(1) == 0:
		case *c > 0:
			*c += one
		default:
			*c -= one
		}
	}
	return k
}

// render makes the planes of stored coefficients, half of the rows in a goroutine of its own.
func (d *decoder) render(ctx context.Context) error {
	for i := range d.components {
		c := &d.components[i]
		if c.quant[0] == 0 {
			return ErrBroken // no scan brought it
		}
		c.allot()
		var lower sync.WaitGroup
		lower.Go(func() { c.renderRows(ctx, c.rows/2, c.rows) })
		c.renderRows(ctx, 0, c.rows/2)
		lower.Wait()
		c.coefs = nil
	}
	return ctx.Err()
}

func (c *component) renderRows(ctx context.Context, from, to int) {
	for y := from; y < to && ctx.Err() == nil; y++ {
		for x := range c.stride {
			b := c.coef(x, y)
			c.pixels(b, lastOf(b), x, y)
		}
	}
}

// lastOf finds the place in the zigzag of the last coefficient.
func lastOf(b *[64]int16) int {
	for k := 63; k > 0; k-- {
		if b[unzigzag[k]] != 0 {
			return k
		}
	}
	return 0
}
