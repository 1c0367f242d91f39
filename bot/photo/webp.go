package photo

import "encoding/binary"

// riffHead is what stands before the first chunk: "RIFF", the size of the rest, "WEBP".
const riffHead = 12

// webpGroups bounds what the decoder holds for the codes of a lossless picture: 65,536 groups of five at most, one for each
// tile of 4 x 4 pixels at most, each with a table of 512 bytes and its nodes.
const (
	webpGroups    = 1 << 16
	webpGroupSize = 5 * (512 + 48)
)

// webpWalk goes through the chunks of a WebP without decoding any.
type webpWalk struct {
	kind        string // of the first picture's bits: "VP8 " or "VP8L"; "" without one
	bits        []byte
	orientation int
	animated    bool
	torn        bool
}

// guardWebP walks the chunks (RFC 9649, section 2). Of a still picture, or of the first frame of an animation, only the
// bits go on to the decoder, in a file of their own: its size is the one their own header tells, and no alpha, profile or
// metadata is ever read.
func guardWebP(raw []byte) (source, Reason) {
	src := source{kind: KindWebP, orientation: 1}
	if len(raw) < riffHead {
		return src, Corrupt
	}
	size := int64(binary.LittleEndian.Uint32(raw[4:])) + 8
	w := webpWalk{orientation: 1, torn: size > int64(len(raw)) || size < riffHead}
	w.walk(raw[riffHead:max(riffHead, min(size, int64(len(raw))))], true)
	src.orientation, src.animated = w.orientation, w.animated
	var ok bool
	if src.width, src.height, ok = w.size(); !ok {
		return src, Corrupt
	}
	if reason := guardSize(src.width, src.height); reason != "" {
		return src, reason
	}
	src.body = webpFile(w.kind, w.bits)
	return src, firstOf(
		unless(!w.torn, Corrupt),
		unless(w.memory(src.width, src.height)+2*len(raw) <= maxMemory, TooComplex),
	)
}

// walk takes the chunks one by one; those of a frame stand within it.
func (w *webpWalk) walk(in []byte, outside bool) {
	const frameHead = 16
	for len(in) > 0 && !w.torn {
		name, body, rest, ok := webpChunk(in)
		if !ok {
			w.torn = true
			return
		}
		in = rest
		switch {
		case (name == "VP8 " || name == "VP8L") && w.kind == "":
			w.kind, w.bits = name, body
		case name == "ANMF" && outside:
			w.animated = true
			if w.kind == "" && len(body) >= frameHead {
				w.walk(body[frameHead:], false)
			}
		case name == "EXIF" && outside:
			w.orientation = exifOrientation(webpEXIF(body))
		}
	}
}

// webpChunk cuts one chunk off: its name, its body, and what follows the byte that fills it up.
func webpChunk(in []byte) (name string, body, rest []byte, ok bool) {
	if len(in) < 8 {
		return "", nil, nil, false
	}
	n := int64(binary.LittleEndian.Uint32(in[4:]))
	if n > int64(len(in)-8) {
		return "", nil, nil, false
	}
	return string(in[:4]), in[8 : 8+n], in[min(int64(len(in)), 8+n+n%2):], true
}

// webpEXIF takes off what some programs write before the TIFF block, as in a JPEG.
func webpEXIF(body []byte) []byte {
	if len(body) > 6 && string(body[:6]) == "Exif\x00\x00" {
		return body[6:]
	}
	return body
}

// size reads the header of the bits: RFC 6386, 9.1, of a key frame that is shown, or RFC 9649, 3.4.
func (w *webpWalk) size() (width, height int, ok bool) {
	b := w.bits
	if w.kind == "VP8 " && len(b) >= 10 && b[0]&1 == 0 && b[0]&0x10 != 0 && string(b[3:6]) == "\x9d\x01\x2a" {
		return le16(b[6:]) & 0x3fff, le16(b[8:]) & 0x3fff, true
	}
	if w.kind == "VP8L" && len(b) >= 5 && b[0] == 0x2f && b[4]>>5 == 0 {
		n := binary.LittleEndian.Uint32(b[1:])
		return int(n&0x3fff) + 1, int(n>>14&0x3fff) + 1, true
	}
	return 0, 0, false
}

// memory is what the decoder will hold, and the opaque copy: of lossy bits the planes, of lossless ones the pixels, once more
// where they were packed, and the codes.
func (w *webpWalk) memory(width, height int) int {
	n := wholeFactor(width, height, LongSide)
	opaque := 4 * width * height / (n * n)
	if w.kind == "VP8 " {
		return (width+15)*(height+15)*3/2 + width*height/8 + opaque
	}
	return 8*width*height + min(webpGroups, (width+3)/4*((height+3)/4))*webpGroupSize + opaque
}

// webpFile is the simple file format: one chunk.
func webpFile(kind string, bits []byte) []byte {
	long := len(bits) + len(bits)%2
	out := make([]byte, 0, riffHead+8+long)
	out = append(out, "RIFF"...)
	out = binary.LittleEndian.AppendUint32(out, uint32(4+8+long)) //nolint:gosec // at most MaxSourceBytes
	out = append(out, "WEBP"+kind...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(bits))) //nolint:gosec // the same
	out = append(out, bits...)
	return append(out, make([]byte, long-len(bits))...)
}
