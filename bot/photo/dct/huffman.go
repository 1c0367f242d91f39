package dct

import "encoding/binary"

// lookBits is how many bits one look into a table decides at most: longer codes are rare.
const lookBits = 10

// codes is a Huffman table made for decoding.
type codes struct {
	// look answers the next lookBits bits. An entry holds, from the lowest bit: 5 bits how many bits to take; 1 bit "whole",
	// set where the bits of the value are in sight as well; 6 bits the zeros before the value; from bit 16 the value. Where it
	// is not whole, the symbol stands from bit 16. 0: the code is longer.
	look    [1 << lookBits]int32
	symbols []byte
	limit   [18]int32 // limit[n]: one past the last code of n bits, shifted up to 16 bits
	offset  [17]int32 // to the index of a symbol, added to its code
}

const whole = 1 << 5

// newCodes builds the table of T.81 annex C; nil where the counts want more codes than there are.
func newCodes(counts, symbols []byte) *codes {
	c := &codes{symbols: append([]byte{}, symbols...)}
	code, index := int32(0), int32(0)
	for n := int32(1); n <= 16; n++ {
		c.offset[n] = index - code
		for range counts[n-1] {
			if code >= 1<<n {
				return nil
			}
			c.enter(code, n, symbols[index])
			code++
			index++
		}
		c.limit[n] = code << (16 - n)
		code <<= 1
	}
	c.limit[17] = 1 << 16
	return c
}

// enter writes a code of n bits to every entry that starts with it.
func (c *codes) enter(code, n int32, symbol byte) {
	if n > lookBits {
		return
	}
	spare := lookBits - n
	size := int32(symbol & 15)
	for rest := range int32(1) << spare {
		e := n | int32(symbol)<<16
		if size > 0 && size <= spare {
			value := extend(rest>>(spare-size), size)
			e = n + size | whole | int32(symbol>>4)<<6 | value<<16
		}
		c.look[code<<spare|rest] = e
	}
}

// extend makes a signed value of size bits (T.81, F.2.2.1).
func extend(v, size int32) int32 {
	if v < 1<<(size-1) {
		return v - 1<<size + 1
	}
	return v
}

// reader takes bits of a scan. acc holds n bits at its top; past the end of the scan it holds zeros, pad of them.
type reader struct {
	in  []byte
	at  int
	acc uint64
	n   int
	pad int
}

// fill brings at least 48 bits into sight.
func (r *reader) fill() {
	if r.at+8 <= len(r.in) {
		w := binary.BigEndian.Uint64(r.in[r.at:])
		if (^w-0x0101010101010101)&w&0x8080808080808080 == 0 { // no byte is 0xff
			r.acc |= w >> (r.n & 63)
			r.at += (63 - r.n) >> 3
			r.n |= 56
			return
		}
	}
	r.fillSlowly()
}

// fillSlowly takes byte by byte: 0xff is followed by 0, or by a marker, which ends the scan.
func (r *reader) fillSlowly() {
	r.acc &^= 1<<(64-uint(r.n)) - 1 //nolint:gosec // 0..64
	for r.n <= 56 {
		b := byte(0)
		switch {
		case r.at < len(r.in) && r.in[r.at] != 0xff:
			b = r.in[r.at]
			r.at++
		case r.at+1 < len(r.in) && r.in[r.at+1] == 0:
			b = 0xff
			r.at += 2
		default:
			r.pad += 8
		}
		r.acc |= uint64(b) << (56 - r.n)
		r.n += 8
	}
}

// over tells that bits were taken that are not there.
func (r *reader) over() bool { return r.n < r.pad }

// bits takes up to 16 bits; they must be in sight.
func (r *reader) bits(n int32) int32 {
	v := int32(r.acc >> 1 >> (63 - n)) //nolint:gosec // at most 16 bits
	r.acc <<= n
	r.n -= int(n)
	return v
}

// symbol takes one code; 48 bits must be in sight. -1: no such code.
func (r *reader) symbol(c *codes) int32 {
	e := c.look[r.acc>>(64-lookBits)]
	if e != 0 && e&whole == 0 {
		r.acc <<= e & 31
		r.n -= int(e & 31)
		return e >> 16 & 255
	}
	top := int32(r.acc >> 48) //nolint:gosec // 16 bits
	n := int32(1)
	for top >= c.limit[n] {
		n++
	}
	if n > 16 {
		return -1
	}
	r.acc <<= n
	r.n -= int(n)
	return int32(c.symbols[top>>(16-n)+c.offset[n]])
}

// value takes a signed value of size bits.
func (r *reader) value(size int32) int32 {
	if size == 0 {
		return 0
	}
	return extend(r.bits(size), size)
}
