package photo

import "encoding/binary"

const pngMagic = "\x89PNG\r\n\x1a\n"

// guardPNG walks the chunks up to IEND (PNG 3rd edition, 5.3). The sums of the chunks are the decoder's business. What IHDR
// tells comes before a torn end.
func guardPNG(raw []byte) (source, Reason) {
	src := source{kind: KindPNG, orientation: 1}
	at := len(pngMagic)
	memory, pixels, ended := 0, false, false
	for !ended {
		name, body, ok := pngChunk(raw[at:])
		if !ok || (at == len(pngMagic)) != (name == "IHDR") {
			break
		}
		at += 12 + len(body)
		switch name {
		case "IHDR":
			if len(body) != 13 {
				return src, Corrupt
			}
			src.width, src.height = pngSide(body), pngSide(body[4:])
			memory = pngMemory(src.width, src.height, body[8:])
		case "acTL":
			src.animated = true
		case "eXIf":
			src.orientation = exifOrientation(body)
		case "IDAT":
			pixels = true
		case "IEND":
			ended = true
		}
	}
	src.body = raw[:at]
	return src, firstOf(
		guardSize(src.width, src.height),
		unless(ended && pixels, Corrupt),
		unless(memory+len(raw) <= maxMemory, TooComplex),
	)
}

// pngChunk cuts one chunk off: its name and its body.
func pngChunk(b []byte) (name string, body []byte, ok bool) {
	if len(b) < 12 {
		return "", nil, false
	}
	n := int64(binary.BigEndian.Uint32(b))
	if n > int64(len(b)-12) {
		return "", nil, false
	}
	return string(b[4:8]), b[8 : 8+n], true
}

// pngSide reads a side; what does not fit 31 bits is no side.
func pngSide(b []byte) int { return int(binary.BigEndian.Uint32(b) & 0x7fffffff) }

// pngMemory is what image/png will hold: one byte per pixel for grey and palette, four for colour, the double for 16 bit
// samples, and half as much again for the last pass of an interlaced picture; and the opaque copy. depth, colour type,
// compression, filter and interlace stand in that order.
func pngMemory(w, h int, depthOn []byte) int {
	if guardSize(w, h) == TooManyPixels {
		return 0
	}
	perPixel := 4
	if t := depthOn[1]; t == 0 || t == 3 {
		perPixel = 1
	}
	if depthOn[0] == 16 {
		perPixel *= 2
	}
	memory := w * h * perPixel
	if depthOn[4] != 0 {
		memory += memory / 2
	}
	n := wholeFactor(w, h, LongSide)
	return memory + 4*w*h/(n*n)
}
