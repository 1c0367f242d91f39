package dct

import "encoding/binary"

// headerBytes is what a file of colours has around its codes, the most common symbols assumed.
const headerBytes = 600

// write makes the file of tokens; coded is about how long the codes are, in bytes.
func (p Picture) write(scale float64, b *book, coded int, tokens ...[]token) []byte {
	out := make([]byte, 0, coded+coded/64+1024)
	out = append(out, 0xff, mSOI)
	out = segment(out, mAPP0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"))
	components := 3
	if p.Grey() {
		components = 1
	}
	out = quantTable(out, 0, steps(&lumaTable, scale))
	frame := binary.BigEndian.AppendUint16([]byte{8}, uint16(p.Y.Height)) //nolint:gosec // a JPEG's sides have 16 bits
	frame = binary.BigEndian.AppendUint16(frame, uint16(p.Y.Width))       //nolint:gosec // a JPEG's sides have 16 bits
	if components == 1 {
		frame = append(frame, 1, 1, 0x11, 0)
	} else {
		out = quantTable(out, 1, steps(&colourTable, scale))
		frame = append(frame, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1)
	}
	out = segment(out, mSOF0, frame)
	for t := range min(4, components+1) {
		perLength, symbols := b[t].listed()
		body := append([]byte{byte(t&1)<<4 | byte(t>>1)}, perLength[:]...)
		out = segment(out, mDHT, append(body, symbols...))
	}
	scan := []byte{1, 1, 0, 0, 63, 0}
	if components == 3 {
		scan = []byte{3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0}
	}
	out = entropy(segment(out, mSOS, scan), b, tokens)
	return append(out, 0xff, mEOI)
}

func segment(out []byte, m byte, body []byte) []byte {
	out = binary.BigEndian.AppendUint16(append(out, 0xff, m), uint16(len(body)+2)) //nolint:gosec // tables are short
	return append(out, body...)
}

func quantTable(out []byte, id byte, q [64]uint8) []byte {
	body := []byte{id}
	for _, at := range unzigzag {
		body = append(body, q[at])
	}
	return segment(out, mDQT, body)
}

// entropy writes the codes of all tokens; the last byte is filled with ones.
func entropy(out []byte, b *book, tokens [][]token) []byte {
	table := b.codes()
	acc, n := uint64(0), uint(0)
	for _, part := range tokens {
		for _, t := range part {
			code := table[t>>16&1023]
			size := uint(t >> 16 & 15)
			acc = acc<<(code&31) | uint64(code>>5)
			acc = acc<<size | uint64(t&0xffff)
			n += uint(code&31) + size
			for n >= 32 {
				n -= 32
				out = stuff(out, uint32(acc>>n)) //nolint:gosec // the top 32 of the bits held
			}
		}
	}
	acc, n = acc<<7|127, n+7
	for ; n >= 8; n -= 8 {
		v := byte(acc >> (n - 8)) //nolint:gosec // eight bits of it
		if out = append(out, v); v == 0xff {
			out = append(out, 0)
		}
	}
	return out
}

// stuff writes four bytes, each 0xff with a zero behind.
func stuff(out []byte, v uint32) []byte {
	if (^v-0x01010101)&v&0x80808080 == 0 { // no byte is 0xff
		return binary.BigEndian.AppendUint32(out, v)
	}
	for shift := 24; shift >= 0; shift -= 8 {
		c := byte(v >> shift) //nolint:gosec // eight bits of it
		if out = append(out, c); c == 0xff {
			out = append(out, 0)
		}
	}
	return out
}

// codes are code<<5 | length by table and symbol (T.81 annex C).
func (b *book) codes() (out [1024]uint32) {
	for t := range b {
		code, at := uint32(0), 0
		perLength, symbols := b[t].listed()
		for i, n := range perLength {
			for range n {
				out[256*t+int(symbols[at])] = code<<5 | uint32(i+1) //nolint:gosec // 1..16
				code++
				at++
			}
			code <<= 1
		}
	}
	return out
}
