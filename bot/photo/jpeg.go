package photo

import (
	"bytes"
	"encoding/binary"
)

// Markers of ITU-T T.81, table B.1.
const (
	mSOF0, mSOF1, mSOF2, mSOF3     = 0xc0, 0xc1, 0xc2, 0xc3
	mDHT, mJPG, mSOF9, mDAC        = 0xc4, 0xc8, 0xc9, 0xcc
	mRST0, mRST7, mSOI, mEOI, mSOS = 0xd0, 0xd7, 0xd8, 0xd9, 0xda
	mDQT, mDRI, mAPP0, mAPP1       = 0xdb, 0xdd, 0xe0, 0xe1
	mAPP14, mAPP15, mCOM, mTEM     = 0xee, 0xef, 0xfe, 0x01
	mSOF15                         = 0xcf
)

// jpegWalk goes through the segments of a JPEG and copies what its pixels need.
type jpegWalk struct {
	in  []byte
	at  int
	out []byte

	sof                   byte // marker; 0 before the frame header
	precision, components int
	width, height         int
	ids, sampling         [4]byte // of each component; h<<4 | v
	orientation           int     // 0: no EXIF seen
	scans, segments, work int     // work: samples that all scans go through
	ended, broken         bool
}

// guardJPEG walks the markers to the end of the image: the scans are counted by structure, so that FFDA bytes in a video that
// hangs behind the picture do not count. What the frame header and the scans tell comes before a torn end.
func guardJPEG(raw []byte) (source, Reason) {
	w := jpegWalk{in: raw, at: 2, out: append(make([]byte, 0, len(raw)), 0xff, mSOI)}
	for !w.ended && !w.broken {
		w.step()
	}
	src := source{
		kind: w.kind(), width: w.width, height: w.height, orientation: max(1, w.orientation),
		body: w.out, components: w.components, heavy: w.rareMemory() > maxMemory,
	}
	if src.kind != KindJPEG {
		return src, UnsupportedType
	}
	if w.sof == 0 {
		return src, Corrupt
	}
	return src, firstOf(
		unless(w.scans <= maxScans && w.segments <= maxSegments, TooComplex),
		guardSize(w.width, w.height),
		unless(w.ended && w.scans > 0, Corrupt),
		unless(w.memory() <= maxMemory && w.work <= maxWork, TooComplex),
	)
}

// step takes one marker with its segment.
func (w *jpegWalk) step() {
	m, ok := w.marker()
	if !ok {
		w.broken = true
		return
	}
	switch {
	case m == mEOI:
		w.out = append(w.out, 0xff, mEOI)
		w.ended = true
	case m >= mRST0 && m <= mRST7, m == mTEM:
		// stray markers without a segment
	default:
		w.segment(m)
	}
}

// marker finds the next marker; bytes between segments are lost on the way, as they are in every decoder.
func (w *jpegWalk) marker() (byte, bool) {
	for {
		skip := bytes.IndexByte(w.in[w.at:], 0xff)
		if skip < 0 {
			return 0, false
		}
		w.at += skip
		for w.at < len(w.in) && w.in[w.at] == 0xff {
			w.at++
		}
		if w.at == len(w.in) {
			return 0, false
		}
		m := w.in[w.at]
		w.at++
		if m != 0 {
			return m, true
		}
	}
}

// segment reads the length and body of one segment and keeps it if the pixels need it.
func (w *jpegWalk) segment(m byte) {
	if w.at+2 > len(w.in) {
		w.broken = true
		return
	}
	n := int(binary.BigEndian.Uint16(w.in[w.at:]))
	if n < 2 || w.at+n > len(w.in) {
		w.broken = true
		return
	}
	body := w.in[w.at+2 : w.at+n]
	w.at += n
	switch {
	case m == mDHT, m == mDQT, m == mDRI, m == mDAC:
		w.put(m, body)
	case m == mSOS:
		w.scans++
		w.work += w.goesThrough(body)
		w.put(m, body)
		w.entropy()
	case m >= mSOF0 && m <= mSOF15 && m != mJPG:
		w.frame(m, body)
	case m == mAPP1 && w.orientation == 0 && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
		w.orientation = exifOrientation(body[6:])
	case m == mAPP0 && len(body) >= 14 && string(body[:5]) == "JFIF\x00":
		w.put(m, append(append([]byte{}, body[:12]...), 0, 0)) // without its thumbnail
	case m == mAPP14 && len(body) >= 12 && string(body[:5]) == "Adobe":
		w.put(m, append([]byte("Adobe\x00\x64\x00\x00\x00\x00"), body[11])) // the colour transform alone
	case m >= mAPP0 && m <= mAPP15, m == mCOM:
		// metadata
	default:
		w.broken = true
	}
}

// put copies one segment to the output.
func (w *jpegWalk) put(m byte, body []byte) {
	w.segments++
	w.out = append(w.out, 0xff, m)
	w.out = binary.BigEndian.AppendUint16(w.out, uint16(len(body)+2)) //nolint:gosec // a body comes from a segment of at most 65,533 bytes
	w.out = append(w.out, body...)
}

// entropy copies the coded bytes of a scan up to the next marker that is no restart.
func (w *jpegWalk) entropy() {
	start := w.at
	for {
		skip := bytes.IndexByte(w.in[w.at:], 0xff)
		if skip < 0 || w.at+skip+1 >= len(w.in) {
			w.at = len(w.in)
			break
		}
		w.at += skip
		if m := w.in[w.at+1]; m != 0 && (m < mRST0 || m > mRST7) {
			break
		}
		w.at += 2
	}
	w.out = append(w.out, w.in[start:w.at]...)
}

// frame reads a frame header (T.81 B.2.2). A second one is a fault.
func (w *jpegWalk) frame(m byte, b []byte) {
	if w.sof != 0 || len(b) < 6 || len(b) < 6+3*int(b[5]) {
		w.broken = true
		return
	}
	w.sof, w.precision, w.components = m, int(b[0]), int(b[5])
	w.height, w.width = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	for i := range min(w.components, len(w.sampling)) {
		w.ids[i], w.sampling[i] = b[6+3*i], b[6+3*i+1]
	}
	w.put(m, b)
}

// kind names the codings that the decoder does not read; a picture without a frame header is simply a JPEG.
func (w *jpegWalk) kind() string {
	switch {
	case w.sof == 0:
		return KindJPEG
	case w.sof >= mSOF9:
		return KindJPEGArithmetic
	case w.sof == mSOF3:
		return KindJPEGLossless
	case w.sof > mSOF3:
		return KindJPEGUnusual
	case w.precision == 12:
		return KindJPEG12Bit
	}
	return KindJPEG
}

// samples counts what the picture is made of: a byte each where all of it is held.
func (w *jpegWalk) samples() int { return w.samplesOf(func(byte) bool { return true }) }

// goesThrough counts the samples of the components that a scan header names (T.81 B.2.3).
func (w *jpegWalk) goesThrough(scan []byte) int {
	return w.samplesOf(func(id byte) bool {
		for i := 1; i < len(scan)-3; i += 2 {
			if scan[i] == id {
				return true
			}
		}
		return false
	})
}

func (w *jpegWalk) samplesOf(in func(id byte) bool) int {
	hMax, vMax, area := 1, 1, 0
	for i, s := range w.sampling[:min(w.components, 4)] {
		hMax, vMax = max(hMax, int(s>>4)), max(vMax, int(s&15))
		if in(w.ids[i]) {
			area += int(s>>4) * int(s&15)
		}
	}
	return w.width * w.height / (hMax * vMax) * area
}

// memory is what package dct will hold: a byte per sample of the result, and two per coefficient when progressive; beside the
// source and its stripped copy. What it does not read at all is image/jpeg's.
func (w *jpegWalk) memory() int {
	if w.components != 1 && w.components != 3 {
		return w.rareMemory()
	}
	n := fullEighths(max(w.width, w.height))
	memory := w.samples() * n * n / 64
	if w.sof == mSOF2 {
		memory += 2 * w.samples()
	}
	return memory + 2*len(w.in)
}

// rareMemory is what image/jpeg will hold: a byte per sample, four more of coefficients when progressive (its block is
// [64]int32), and four per pixel where it converts CMYK at the end.
func (w *jpegWalk) rareMemory() int {
	memory := w.samples()
	if w.sof == mSOF2 {
		memory *= 5
	}
	if w.components == 4 {
		memory += 4 * w.width * w.height
	}
	return memory + 2*len(w.in)
}
