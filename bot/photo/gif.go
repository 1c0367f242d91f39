package photo

import "encoding/binary"

// gifWalk goes through the blocks of a GIF without decoding any.
type gifWalk struct {
	in            []byte
	frames        int
	pixels        int // of all frames
	width, height int // of the first frame
	outside       bool
}

// guardGIF walks the blocks up to the trailer (GIF89a). The screen and all frames together must keep the limit of pixels: an
// animation of a thousand full frames is a bomb for whoever plays it, and no ID photo. What the headers tell comes before a
// torn end.
func guardGIF(raw []byte) (source, Reason) {
	src := source{kind: KindGIF, orientation: 1, body: raw}
	if len(raw) < 13 {
		return src, Corrupt
	}
	screenW, screenH := le16(raw[6:]), le16(raw[8:])
	w := gifWalk{in: raw[13:]}
	w.skip(gifTable(raw[10]))
	ended := w.walk(screenW, screenH)
	src.width, src.height, src.animated = w.width, w.height, w.frames > 1
	src.body = raw[:len(raw)-len(w.in)]
	return src, firstOf(
		unless(screenW <= MaxSide && screenH <= MaxSide && screenW*screenH <= MaxPixels, TooManyPixels),
		unless(w.pixels <= MaxPixels, TooManyPixels),
		unless(w.frames <= maxFrames, TooComplex),
		unless(ended && w.frames > 0 && !w.outside, Corrupt),
		guardSize(src.width, src.height),
	)
}

// walk takes the blocks one by one; false when the file ends or breaks before its trailer.
func (w *gifWalk) walk(screenW, screenH int) bool {
	const extension, frame, trailer = 0x21, 0x2c, 0x3b
	for {
		kind, ok := w.byte()
		switch {
		case !ok:
			return false
		case kind == trailer:
			return true
		case kind == extension:
			ok = w.skip(1) && w.blocks()
		case kind == frame:
			ok = w.frame(screenW, screenH)
		default:
			ok = false
		}
		if !ok {
			return false
		}
	}
}

// frame reads an image descriptor and passes over its colours and codes.
func (w *gifWalk) frame(screenW, screenH int) bool {
	if len(w.in) < 9 {
		return false
	}
	d := w.in[:9]
	width, height := le16(d[4:]), le16(d[6:])
	w.outside = w.outside || le16(d)+width > screenW || le16(d[2:])+height > screenH
	if w.frames == 0 {
		w.width, w.height = width, height
	}
	w.frames++
	w.pixels += width * height
	return w.skip(9) && w.skip(gifTable(d[8])) && w.skip(1) && w.blocks()
}

// blocks passes over sub-blocks up to the empty one.
func (w *gifWalk) blocks() bool {
	for {
		n, ok := w.byte()
		if !ok || !w.skip(int(n)) {
			return false
		}
		if n == 0 {
			return true
		}
	}
}

func (w *gifWalk) byte() (byte, bool) {
	if len(w.in) == 0 {
		return 0, false
	}
	b := w.in[0]
	w.in = w.in[1:]
	return b, true
}

func (w *gifWalk) skip(n int) bool {
	if n > len(w.in) {
		w.in = nil
		return false
	}
	w.in = w.in[n:]
	return true
}

// gifTable is the length of the colour table that a packed byte announces, in bytes.
func gifTable(packed byte) int {
	if packed&0x80 == 0 {
		return 0
	}
	return 3 << (1 + packed&7)
}

func le16(b []byte) int { return int(binary.LittleEndian.Uint16(b)) }
