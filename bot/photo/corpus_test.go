package photo

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"
)

// canary stands in every place of a file where metadata or a payload can hide; no result may hold it.
const canary = "CANARY-99-Guiwei"

// scene draws a picture with soft shades and fine grain, different at every corner, the same for the same seed.
func scene(w, h int, seed uint32) *image.RGBA {
	pic := image.NewRGBA(image.Rect(0, 0, w, h))
	noise := seed*2654435761 + 1
	for y := range h {
		for x := range w {
			noise ^= noise << 13
			noise ^= noise >> 17
			noise ^= noise << 5
			grain := int(noise>>28) - 8
			cell := int((uint32(x*13/w)*7+uint32(y*11/h)*5+seed)*2654435761>>26) - 32 //nolint:gosec // a picture's coordinates
			p := pic.Pix[pic.PixOffset(x, y):]
			p[0] = clamp(60 + 120*x/w + cell + grain)
			p[1] = clamp(70 + 110*y/h + cell + grain)
			p[2] = clamp(150 - 60*x/w + cell/2 + grain)
			p[3] = 255
		}
	}
	return pic
}

func clamp(v int) byte { return byte(max(0, min(255, v))) }

// noise draws nothing but noise, which no encoder can make small.
func noise(w, h int) *image.RGBA {
	pic := image.NewRGBA(image.Rect(0, 0, w, h))
	n := uint32(99)
	for i := range pic.Pix {
		n ^= n << 13
		n ^= n >> 17
		n ^= n << 5
		pic.Pix[i] = byte(n >> 24)
	}
	for i := 3; i < len(pic.Pix); i += 4 {
		pic.Pix[i] = 255
	}
	return pic
}

func asJPEG(t testing.TB, pic image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, pic, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, pic image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, pic); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// asGIF makes an animation of the given number of frames, the first of them the picture.
func asGIF(t testing.TB, pic *image.RGBA, frames int) []byte {
	t.Helper()
	first := image.NewPaletted(pic.Bounds(), palette.WebSafe)
	for i := range first.Pix {
		p := pic.Pix[4*i:]
		first.Pix[i] = p[0]/51*36 + p[1]/51*6 + p[2]/51
	}
	g := gif.GIF{Image: []*image.Paletted{first}, Delay: make([]int, frames)}
	for range frames - 1 {
		g.Image = append(g.Image, image.NewPaletted(image.Rect(0, 0, 8, 8), palette.WebSafe))
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// segment is a JPEG marker segment.
func segment(marker byte, body string) []byte {
	out := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2)) //nolint:gosec // bodies of tests are short
	return append(out, body...)
}

// withSegments puts segments behind SOI.
func withSegments(raw []byte, segments ...[]byte) []byte {
	return append(append([]byte{0xff, mSOI}, bytes.Join(segments, nil)...), raw[2:]...)
}

// byteOrder reads and appends.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// exifBlock is a TIFF block with a maker's name, GPS-like text and an orientation.
func exifBlock(order byteOrder, orientation int) string {
	mark := "II*\x00"
	if order.Uint16([]byte{1, 0}) != 1 {
		mark = "MM\x00*"
	}
	b := order.AppendUint32([]byte(mark), 8)
	b = order.AppendUint16(b, 2)
	entry := func(tag, kind uint16, n uint32) {
		b = order.AppendUint16(order.AppendUint16(b, tag), kind)
		b = order.AppendUint32(b, n)
	}
	entry(0x010f, 2, uint32(len(canary)))
	b = order.AppendUint32(b, 38)
	entry(0x0112, 3, 1)
	b = order.AppendUint16(b, uint16(orientation)) //nolint:gosec // 1..8, or wild on purpose
	b = append(b, 0, 0)
	return string(order.AppendUint32(b, 0)) + canary
}

// withEXIF is a JPEG with orientation, and the canary in every kind of metadata and behind the picture.
func withEXIF(raw []byte, orientation int) []byte {
	thumb := "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x04\x02" + (canary + canary)[:24]
	out := withSegments(raw,
		segment(mAPP0, thumb),
		segment(mAPP1, "Exif\x00\x00"+exifBlock(binary.LittleEndian, orientation)),
		segment(mAPP1, "http://ns.adobe.com/xap/1.0/\x00"+canary),
		segment(0xe2, "ICC_PROFILE\x00\x01\x01"+canary),
		segment(0xed, "Photoshop 3.0\x00"+canary),
		segment(mCOM, canary),
		[]byte(canary), // between two segments: decoders pass over it
	)
	return append(out, "ftypmp42"+canary+"\xff\xda\xff\xda"...)
}

// flatJPEG is a JPEG of one colour with one bit per code: a valid picture of any size, coding and number of components in a
// few bytes. All its scans are the same.
func flatJPEG(sof byte, w, h int, components byte, scans int) []byte {
	size := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16([]byte{8}, uint16(h)), uint16(w)) //nolint:gosec // sides of tests
	frame, scan := string(append(size, components)), string([]byte{components})
	for i := range components {
		frame += string([]byte{i + 1, 0x11, 0})
		scan += string([]byte{i + 1, 0})
	}
	adobe := segment(mAPP14, "Adobe\x00\x64\x00\x00\x00\x00\x00") // decoders ask for it where there are four components
	end := "\x00\x3f\x00"
	if sof == mSOF2 {
		end = "\x00\x00\x00" // DC alone
	}
	oneCode := "\x01" + strings.Repeat("\x00", 15) + "\x00"
	out := bytes.Join([][]byte{
		{0xff, mSOI}, adobe[:len(adobe)*int(components/4)], segment(mDQT, "\x00"+strings.Repeat("\x01", 64)), segment(sof, frame),
		segment(mDHT, "\x00"+oneCode), segment(mDHT, "\x10"+oneCode),
	}, nil)
	bits := 2
	if sof == mSOF2 {
		bits = 1
	}
	coded := make([]byte, ((w+7)/8*((h+7)/8)*int(components)*bits+7)/8)
	for range scans {
		out = append(append(out, segment(mSOS, scan+end)...), coded...)
	}
	return append(out, 0xff, mEOI)
}

// pngOf is a PNG of raw chunks, each name followed by its body.
func pngOf(chunks ...string) []byte {
	out := []byte(pngMagic)
	for pair := range slices.Chunk(chunks, 2) {
		named := strings.Join(pair, "")
		out = binary.BigEndian.AppendUint32(out, uint32(len(named)-4)) //nolint:gosec // chunks of tests
		out = append(out, named...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE([]byte(named)))
	}
	return out
}

// ihdr is the header of a PNG: depth 8 or 16, colour type 0, 2, 3, 4 or 6.
func ihdr(w, h uint32, depth, colour, interlace byte) string {
	b := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return string(append(b, depth, colour, 0, 0, interlace))
}

// withChunks puts chunks behind IHDR.
func withChunks(raw []byte, chunks ...string) []byte {
	const header = 8 + 12 + 13
	return bytes.Join([][]byte{raw[:header], pngOf(chunks...)[8:], raw[header:]}, nil)
}

// gifHeader is a GIF with nothing but a screen and frames of the given sides that hold no codes.
func gifHeader(w, h, frames int) []byte {
	side := func(b []byte, v int) []byte { return binary.LittleEndian.AppendUint16(b, uint16(v)) } //nolint:gosec // sides of tests
	out := append(side(side([]byte("GIF89a"), w), h), 0x80, 0, 0, 0, 0, 0, 255, 255, 255)
	for range frames {
		out = append(side(side(append(out, 0x2c, 0, 0, 0, 0), w), h), 0, 2, 1, 0x2c, 0)
	}
	return append(out, 0x3b)
}

// stored lays an upright picture out as a camera held in the given orientation stores it: at says where a stored pixel
// belongs (Exif 2.32, 4.6.4: the side that row 0 and column 0 are on).
func stored(upright *image.RGBA, orientation int) *image.RGBA {
	w, h := upright.Bounds().Dx(), upright.Bounds().Dy()
	sw, sh := w, h
	if orientation >= 5 {
		sw, sh = h, w
	}
	at := map[int]func(x, y int) (int, int){
		1: func(x, y int) (int, int) { return x, y },
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return w - 1 - y, x },
		7: func(x, y int) (int, int) { return w - 1 - y, h - 1 - x },
		8: func(x, y int) (int, int) { return y, h - 1 - x },
	}[orientation]
	out := image.NewRGBA(image.Rect(0, 0, sw, sh))
	for y := range sh {
		for x := range sw {
			ux, uy := at(x, y)
			copy(out.Pix[out.PixOffset(x, y):][:4], upright.Pix[upright.PixOffset(ux, uy):][:4])
		}
	}
	return out
}

// corners4 draws a picture whose quarters are red, green, blue and white, from the top left row by row.
func corners4(w, h int) *image.RGBA {
	pic := image.NewRGBA(image.Rect(0, 0, w, h))
	for i, c := range []color.RGBA{{R: 220, A: 255}, {G: 220, A: 255}, {B: 220, A: 255}, {R: 255, G: 255, B: 255, A: 255}} {
		at := image.Rect(i%2*w/2, i/2*h/2, (i%2+1)*w/2, (i/2+1)*h/2)
		draw.Draw(pic, at, image.NewUniform(c), image.Point{}, draw.Src)
	}
	return pic
}

// flatPNG is a PNG of one colour with alpha, of 8 or 16 bits a sample.
func flatPNG(w, h int, depth byte) []byte {
	var packed bytes.Buffer
	z, line := zlib.NewWriter(&packed), make([]byte, 1+4*w*int(depth/8))
	for i := range line[1:] {
		line[1+i] = byte(100 + 50*(i%4))
	}
	for range h {
		_, _ = z.Write(line) // into memory
	}
	_ = z.Close()
	return pngOf("IHDR", ihdr(uint32(w), uint32(h), depth, 6, 0), "IDAT", packed.String(), "IEND", "") //nolint:gosec // sides of tests
}
