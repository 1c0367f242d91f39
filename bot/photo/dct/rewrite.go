package dct

import (
	"context"
	"encoding/binary"
)

// What a coefficient may be in a baseline file (T.81 tables F.1 and F.2): the bits of a DC difference and of an AC value.
const (
	mostDC = 11
	mostAC = 10
)

// Rewrite makes a baseline JPEG of the same pixels: of the file that comes in nothing is in it but the coefficients that show and
// the steps they are counted in. Tables that nothing uses, steps of places that are zero everywhere, blocks past the edge, bytes
// between the codes, restart markers and the order of scans are lost. The file is a few percent larger or smaller.
//
// It reads what Decode reads; what does not fit a baseline file is ErrUnusual. It holds two bytes per sample of the source and
// four per code for a moment.
func Rewrite(ctx context.Context, in []byte) ([]byte, error) {
	d := decoder{in: in, at: 2, scale: 8, adobe: -1, whole: true}
	if err := d.read(ctx); err != nil {
		return nil, err
	}
	if d.scans == 0 {
		return nil, ErrBroken
	}
	d.simplify()
	q, err := d.requantise(ctx)
	if err != nil {
		return nil, err
	}
	return d.rewritten(q)
}

// simplify divides samplings that all components share: 2 x 2 each is 1 x 1 each.
func (d *decoder) simplify() {
	h, v := 2, 2
	for _, c := range d.components {
		h, v = min(h, c.h), min(v, c.v)
	}
	d.hMax, d.vMax = d.hMax/h, d.vMax/v
	for i := range d.components {
		d.components[i].h /= h
		d.components[i].v /= v
	}
}

// requantise makes tokens of stored coefficients, in the order of one scan.
func (d *decoder) requantise(ctx context.Context) (*quantiser, error) {
	q := &quantiser{}
	for _, c := range d.components {
		if c.coefs == nil || c.quant[0] == 0 {
			return nil, ErrBroken // no scan brought it
		}
	}
	across, down := ceil(d.width, 8*d.hMax), ceil(d.height, 8*d.vMax)
	for u := range across * down {
		if u%across == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for i := range d.components {
			c := &d.components[i]
			for b := range c.h * c.v {
				if !q.stored(c.shown(u%across*c.h+b%c.h, u/across*c.v+b/c.h, q.last[i]), i) {
					return nil, ErrUnusual
				}
			}
		}
	}
	return q, nil
}

// shown is a stored block, or one of the brightness before where the block lies past the edge.
func (c *component) shown(x, y int, before int32) *[64]int16 {
	if x < c.across && y < c.down {
		return c.coef(x, y)
	}
	return &[64]int16{int16(before)} //nolint:gosec // a coefficient of a block
}

// stored makes tokens of a block of a component; false where a value has too many bits for a baseline file.
func (q *quantiser) stored(b *[64]int16, component int) bool {
	table := uint32(0)
	if component > 0 {
		table = tableColour
	}
	dc := int32(b[0])
	difference := dc - q.last[component]
	q.last[component] = dc
	if !within(difference, mostDC) {
		return false
	}
	q.put(table+tableDC, 0, difference)
	run, last := uint32(0), lastOf(b)
	for k := 1; k <= last; k++ {
		level := int32(b[unzigzag[k]])
		if level == 0 {
			run++
			continue
		}
		if !within(level, mostAC) {
			return false
		}
		for ; run > 15; run -= 16 {
			q.add(table+tableAC+zeros16, 0)
		}
		q.put(table+tableAC, run<<4, level)
		run = 0
	}
	if last < 63 {
		q.add(table+tableAC, 0)
	}
	return true
}

// within tells whether a value has at most so many bits.
func within(v int32, bits int) bool { return v > -1<<bits && v < 1<<bits }

// rewritten is the file of the tokens: a table of steps for each component, and the best codes.
func (d *decoder) rewritten(q *quantiser) ([]byte, error) {
	codes, bits := newBook(&q.counts)
	out := make([]byte, 0, bits/8+bits/512+1024)
	out = append(out, 0xff, mSOI)
	out = segment(out, mAPP0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"))
	frame := binary.BigEndian.AppendUint16([]byte{8}, uint16(d.height)) //nolint:gosec // read from 16 bits
	frame = binary.BigEndian.AppendUint16(frame, uint16(d.width))       //nolint:gosec // read from 16 bits
	frame = append(frame, byte(len(d.components)))                      //nolint:gosec // 1 or 3
	scan := []byte{byte(len(d.components))}                             //nolint:gosec // 1 or 3
	for i := range d.components {
		c, id := &d.components[i], byte(i) //nolint:gosec // 0..2
		steps, ok := c.stepsInUse()
		if !ok {
			return nil, ErrUnusual
		}
		out = quantTable(out, id, steps)
		frame = append(frame, id+1, byte(c.h<<4|c.v), id) //nolint:gosec // 1 or 2 each
		scan = append(scan, id+1, 0x11*min(1, id))
	}
	out = segment(out, mSOF0, frame)
	for t := range min(4, len(d.components)+1) {
		perLength, symbols := codes[t].listed()
		out = segment(out, mDHT, append(append([]byte{byte(t&1)<<4 | byte(t>>1)}, perLength[:]...), symbols...))
	}
	out = entropy(segment(out, mSOS, append(scan, 0, 63, 0)), &codes, [][]token{q.tokens})
	return append(out, 0xff, mEOI), nil
}

// stepsInUse are the steps of places that some block fills, 1 elsewhere; false where one has more than eight bits.
func (c *component) stepsInUse() (out [64]uint8, ok bool) {
	var filled [64]bool
	for y := range c.down {
		for x := range c.across {
			for at, v := range c.coef(x, y) {
				filled[at] = filled[at] || v != 0
			}
		}
	}
	for at, step := range c.quant {
		out[at] = 1
		if !filled[at] {
			continue
		}
		if step > 255 {
			return out, false
		}
		out[at] = uint8(step) //nolint:gosec // at most 255
	}
	return out, true
}
