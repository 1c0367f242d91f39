package dct

import "encoding/binary"

// Markers of T.81, table B.1.
const (
	mSOF0, mSOF1, mSOF2            = 0xc0, 0xc1, 0xc2
	mDHT, mDAC                     = 0xc4, 0xcc
	mRST0, mRST7, mSOI, mEOI, mSOS = 0xd0, 0xd7, 0xd8, 0xd9, 0xda
	mDQT, mDNL, mDRI, mAPP0        = 0xdb, 0xdc, 0xdd, 0xe0
	mAPP14, mAPP15, mCOM, mTEM     = 0xee, 0xef, 0xfe, 0x01
	mSOF15                         = 0xcf
)

// unzigzag is the place in a block, row by row, of the k-th coefficient as stored (T.81, figure A.6).
var unzigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}

// component is one of the frame's, see T.81 B.2.2.
type component struct {
	id             byte
	h, v           int // samples per unit
	table          byte
	across, down   int     // blocks that hold pixels
	stride, rows   int     // blocks stored: whole units
	coefs          []int16 // 64 a block, when the scans come in parts
	scaleX, scaleY int     // pixels that a block becomes
	quant          [64]int32
	plane          Plane
}

// decoder reads one JPEG.
type decoder struct {
	in         []byte
	at         int
	scale      int
	frame      byte // marker, 0 before the frame header
	width      int
	height     int
	hMax, vMax int
	components []component
	quants     [4][64]uint16
	quantKnown [4]bool
	dc, ac     [4]*codes
	restart    int // units between restart markers, 0: none
	adobe      int // colour transform of an Adobe segment, -1: none
	jfif       bool
	scans      int
	done       bool // every block was read in one scan
	whole      bool // coefficients are kept, no pixels are made
}

// marker finds the next marker and passes over what stands before it, as every decoder does.
func (d *decoder) marker() (byte, bool) {
	for ; d.at+1 < len(d.in); d.at++ {
		if m := d.in[d.at+1]; d.in[d.at] == 0xff && m != 0 && m != 0xff {
			d.at += 2
			return m, true
		}
	}
	return 0, false
}

// segment is the body of the marker just read.
func (d *decoder) segment() ([]byte, bool) {
	if d.at+2 > len(d.in) {
		return nil, false
	}
	n := int(binary.BigEndian.Uint16(d.in[d.at:]))
	if n < 2 || d.at+n > len(d.in) {
		return nil, false
	}
	body := d.in[d.at+2 : d.at+n]
	d.at += n
	return body, true
}

// tables reads whatever segment is not the frame or a scan.
func (d *decoder) tables(m byte, b []byte) error {
	switch {
	case m == mDHT:
		return d.huffman(b)
	case m == mDQT:
		return d.quantisation(b)
	case m == mDRI:
		if len(b) != 2 {
			return ErrBroken
		}
		d.restart = int(binary.BigEndian.Uint16(b))
	case m == mAPP0:
		d.jfif = d.jfif || len(b) >= 5 && string(b[:5]) == "JFIF\x00"
	case m == mAPP14:
		if len(b) >= 12 && string(b[:5]) == "Adobe" {
			d.adobe = int(b[11])
		}
	case m > mAPP0 && m <= mAPP15, m == mCOM:
	case m == mDAC, m == mDNL:
		return ErrUnusual
	default:
		return ErrBroken
	}
	return nil
}

// quantisation reads tables of T.81 B.2.4.1; they stand in the order of the zigzag.
func (d *decoder) quantisation(b []byte) error {
	for len(b) > 0 {
		wide, id := int(b[0]>>4), b[0]&15
		n := 64 << (wide & 1)
		if wide > 1 || id > 3 || len(b) < 1+n {
			return ErrBroken
		}
		for k := range 64 {
			v := uint16(b[1+k])
			if wide == 1 {
				v = binary.BigEndian.Uint16(b[1+2*k:])
			}
			if v == 0 {
				return ErrBroken
			}
			d.quants[id][unzigzag[k]] = v
		}
		d.quantKnown[id] = true
		b = b[1+n:]
	}
	return nil
}

// huffman reads tables of T.81 B.2.4.2.
func (d *decoder) huffman(b []byte) error {
	for len(b) > 0 {
		if len(b) < 17 || b[0]>>4 > 1 || b[0]&15 > 3 {
			return ErrBroken
		}
		total := 0
		for _, n := range b[1:17] {
			total += int(n)
		}
		if total > 256 || len(b) < 17+total {
			return ErrBroken
		}
		c := newCodes(b[1:17], b[17:17+total])
		if c == nil {
			return ErrBroken
		}
		if b[0]>>4 == 0 {
			d.dc[b[0]&3] = c
		} else {
			d.ac[b[0]&3] = c
		}
		b = b[17+total:]
	}
	return nil
}

// header reads a frame header (T.81 B.2.2) and lays out its components.
func (d *decoder) header(m byte, b []byte) error {
	if m > mSOF2 {
		return ErrUnusual
	}
	if d.frame != 0 || len(b) < 6 || len(b) != 6+3*int(b[5]) {
		return ErrBroken
	}
	if n := b[5]; b[0] != 8 || n != 1 && n != 3 {
		return ErrUnusual
	}
	d.frame = m
	d.height, d.width = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	if d.width == 0 || d.height == 0 {
		return ErrUnusual
	}
	for b = b[6:]; len(b) > 0; b = b[3:] {
		c := component{id: b[0], h: int(b[1] >> 4), v: int(b[1] & 15), table: b[2]}
		if c.table > 3 {
			return ErrBroken
		}
		d.components = append(d.components, c)
	}
	return d.layout()
}

// layout checks the sampling and counts blocks. Luma must be the finest, colours as fine or half as fine each way.
func (d *decoder) layout() error {
	cs := d.components
	if len(cs) == 1 {
		cs[0].h, cs[0].v = 1, 1 // alone, its blocks stand row by row (T.81 A.2.2)
	}
	d.hMax, d.vMax = cs[0].h, cs[0].v
	for i := range cs {
		c := &cs[i]
		halfX, halfY := c.h*2 == d.hMax, c.v*2 == d.vMax
		if c.h < 1 || c.v < 1 || d.hMax > 2 || d.vMax > 2 || c.h != d.hMax && !halfX || c.v != d.vMax && !halfY {
			return ErrUnusual
		}
		c.across = ceil(ceil(d.width*c.h, d.hMax), 8)
		c.down = ceil(ceil(d.height*c.v, d.vMax), 8)
		c.stride = ceil(d.width, 8*d.hMax) * c.h
		c.rows = ceil(d.height, 8*d.vMax) * c.v
		c.scaleX, c.scaleY = d.scale, d.scale
		if i > 0 && !halfX && d.scale%2 == 0 {
			c.scaleX = d.scale / 2
		}
		if i > 0 && !halfY && d.scale%2 == 0 {
			c.scaleY = d.scale / 2
		}
	}
	return nil
}

// colours tells whether three components mean luma and colour differences; the rule is that of libjpeg.
func (d *decoder) colours() bool {
	cs := d.components
	if len(cs) == 1 || d.jfif {
		return true
	}
	if d.adobe >= 0 {
		return d.adobe != 0
	}
	return cs[0].id != 'R' || cs[1].id != 'G' || cs[2].id != 'B'
}

func ceil(a, b int) int { return (a + b - 1) / b }
