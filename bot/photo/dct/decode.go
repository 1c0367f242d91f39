package dct

import (
	"context"
	"fmt"
)

// maxScans bounds the time of a picture that is sent in parts: libjpeg and mozjpeg write 10 to 13 scans.
const maxScans = 64

// Size is what Decode makes of a side of v pixels at n eighths.
func Size(v, n int) int { return ceil(v*n, 8) }

// Decode reads a baseline or progressive JPEG, grey or of three components, and makes each side n eighths of itself (n in 1..8,
// rounded up). It wants the file from SOI to EOI and is as strict as image/jpeg: what is torn is ErrBroken. What it leaves to
// others is ErrUnusual.
//
// It holds a byte per sample of the result and, where the scans come in parts, two per sample of the source; both are known
// from the frame header, which the caller bounds. It ends early when ctx does. A second goroutine makes pixels while the
// first reads codes; it has ended when Decode returns.
func Decode(ctx context.Context, in []byte, n int) (Picture, error) {
	if n < 1 || n > 8 {
		return Picture{}, fmt.Errorf("decode at %d eighths: %w", n, ErrUnusual)
	}
	d := decoder{in: in, at: 2, scale: n, adobe: -1}
	if err := d.read(ctx); err != nil {
		return Picture{}, err
	}
	return d.finish(ctx)
}

// read takes all markers up to the end of the image.
func (d *decoder) read(ctx context.Context) error {
	if len(d.in) < 4 || d.in[0] != 0xff || d.in[1] != mSOI {
		return ErrBroken
	}
	for {
		m, ok := d.marker()
		if !ok {
			return ErrBroken
		}
		if m == mEOI {
			return nil
		}
		if err := d.step(ctx, m); err != nil {
			return err
		}
	}
}

// step takes one marker with all that belongs to it.
func (d *decoder) step(ctx context.Context, m byte) error {
	if m >= mRST0 && m <= mRST7 || m == mTEM {
		return nil // strays without a body
	}
	body, ok := d.segment()
	switch {
	case !ok:
		return ErrBroken
	case m == mSOS:
		return d.scan(ctx, body)
	case m >= mSOF0 && m <= mSOF15 && m != mDHT && m != mDAC:
		return d.header(m, body)
	}
	return d.tables(m, body)
}

// scan reads a scan header (T.81 B.2.3) and its codes.
func (d *decoder) scan(ctx context.Context, b []byte) error {
	s, err := d.scanHeader(b)
	if err != nil {
		return err
	}
	if !d.colours() || d.done {
		return ErrUnusual
	}
	if d.scans++; d.scans > maxScans {
		return fmt.Errorf("%d scans: %w", d.scans, ErrBroken)
	}
	if err := d.freeze(s); err != nil {
		return err
	}
	s.in = reader{in: d.in, at: d.at}
	whole := d.frame != mSOF2 && len(s.parts) == len(d.components)
	if whole && d.scans == 1 {
		d.done = true
	}
	if d.done && !d.whole {
		err = d.stream(ctx, &s)
	} else {
		err = d.collect(ctx, &s)
	}
	d.at = s.in.at
	return err
}

// scan is one scan's parameters.
type scan struct {
	in             reader
	parts          []part
	from, to       int  // coefficients
	high, low      int  // bits of them
	restart, units int  // units between restart markers, units read since
	next           byte // restart marker expected
	skip           int  // blocks without coefficients to come (EOBRUN)
}

// part is a component in a scan.
type part struct {
	*component
	dc, ac *codes
	last   int32 // DC of the block before
}

func (d *decoder) scanHeader(b []byte) (scan, error) {
	if d.frame == 0 || len(b) < 4 || int(b[0]) < 1 || int(b[0]) > len(d.components) || len(b) != 4+2*int(b[0]) {
		return scan{}, ErrBroken
	}
	n := int(b[0])
	s := scan{restart: d.restart, from: int(b[1+2*n]), to: int(b[2+2*n]), high: int(b[3+2*n] >> 4), low: int(b[3+2*n] & 15)}
	for i := range n {
		id, tables := b[1+2*i], b[2+2*i]
		c := d.component(id)
		if c == nil || tables>>4 > 3 || tables&15 > 3 || i > 0 && s.has(c) {
			return scan{}, ErrBroken
		}
		s.parts = append(s.parts, part{component: c, dc: d.dc[tables>>4], ac: d.ac[tables&15]})
	}
	if d.frame != mSOF2 {
		s.from, s.to, s.high, s.low = 0, 63, 0, 0
	}
	return s, s.check(d.frame == mSOF2)
}

func (d *decoder) component(id byte) *component {
	for i := range d.components {
		if d.components[i].id == id {
			return &d.components[i]
		}
	}
	return nil
}

func (s *scan) has(c *component) bool {
	for _, p := range s.parts {
		if p.component == c {
			return true
		}
	}
	return false
}

// check holds the rules of T.81 G.1.1.1 and that the tables are there.
func (s *scan) check(progressive bool) error {
	if s.from > s.to || s.to > 63 || s.low > 13 || s.high != 0 && s.high != s.low+1 {
		return ErrBroken
	}
	if progressive && (s.from == 0) != (s.to == 0) || s.from > 0 && len(s.parts) > 1 {
		return ErrBroken
	}
	for _, p := range s.parts {
		if s.from == 0 && s.high == 0 && p.dc == nil || s.to > 0 && p.ac == nil {
			return ErrBroken
		}
	}
	return nil
}

// freeze gives the scan's components the quantisation that holds when they come first; later tables are for others.
func (d *decoder) freeze(s scan) error {
	for _, p := range s.parts {
		if p.quant[0] != 0 {
			continue
		}
		if !d.quantKnown[p.table] {
			return ErrBroken
		}
		for i, q := range d.quants[p.table] {
			p.quant[i] = int32(q)
		}
	}
	return nil
}

// interval takes a restart marker where one is due (T.81 F.2.2.5) and forgets what came before.
func (s *scan) interval() error {
	if s.restart == 0 || s.units < s.restart {
		s.units++
		return nil
	}
	s.units = 1
	r := &s.in
	for r.at+1 < len(r.in) && (r.in[r.at] != 0xff || r.in[r.at+1] == 0 || r.in[r.at+1] == 0xff) {
		r.at++ // bits that fill the last byte, or were never asked for
	}
	if r.at+1 >= len(r.in) || r.in[r.at+1] != mRST0+s.next {
		return ErrBroken
	}
	s.next = (s.next + 1) & 7
	s.in = reader{in: r.in, at: r.at + 2}
	s.skip = 0
	for i := range s.parts {
		s.parts[i].last = 0
	}
	return nil
}

// finish makes a picture of the components.
func (d *decoder) finish(ctx context.Context) (Picture, error) {
	if d.scans == 0 {
		return Picture{}, ErrBroken
	}
	if !d.done {
		if err := d.render(ctx); err != nil {
			return Picture{}, err
		}
	}
	w, h := Size(d.width, d.scale), Size(d.height, d.scale)
	p := Picture{Y: d.components[0].plane}
	p.Y.Width, p.Y.Height = w, h
	if len(d.components) == 3 {
		p.Cb = d.components[1].halved(d, w, h)
		p.Cr = d.components[2].halved(d, w, h)
	}
	return p, nil
}

// halved is a colour plane at half the size of luma; where the blocks could not be made so small, samples are averaged.
func (c *component) halved(d *decoder, w, h int) Plane {
	p := c.plane
	byX := 2 * c.scaleX * c.h / (d.scale * d.hMax)
	byY := 2 * c.scaleY * c.v / (d.scale * d.vMax)
	p.Width, p.Height = (w+1)/2, (h+1)/2
	if byX == 1 && byY == 1 {
		return p
	}
	out := newPlane(p.Width, p.Height, p.Width, p.Height)
	maxX, maxY := c.stride*c.scaleX-1, c.rows*c.scaleY-1
	for y := range p.Height {
		y0, y1 := min(y*byY, maxY)*p.StepY, min(y*byY+byY-1, maxY)*p.StepY
		for x := range p.Width {
			x0, x1 := min(x*byX, maxX), min(x*byX+byX-1, maxX)
			sum := int(p.Pix[y0+x0]) + int(p.Pix[y0+x1]) + int(p.Pix[y1+x0]) + int(p.Pix[y1+x1])
			out.Pix[y*out.StepY+x] = byte((sum + 2) / 4) //nolint:gosec // a mean of bytes
		}
	}
	return out
}
