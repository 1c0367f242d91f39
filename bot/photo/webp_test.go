package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"
)

// bitsOf writes bits as VP8L wants them, the lowest first.
type bitsOf struct {
	out  []byte
	held uint64
	n    uint
}

func (b *bitsOf) put(v uint64, n uint) {
	b.held |= v << b.n
	for b.n += n; b.n >= 8; b.n -= 8 {
		b.out = append(b.out, byte(b.held))
		b.held >>= 8
	}
}

// vp8l writes a picture as the bits of a lossless WebP (RFC 9649, 3) that compresses nothing: each channel has 256 codes of
// eight bits, whose bits stand the highest first.
func vp8l(pic *image.RGBA) string {
	w, h := pic.Rect.Dx(), pic.Rect.Dy()
	var b bitsOf
	b.put(0x2f, 8)
	b.put(uint64(w-1), 14)
	b.put(uint64(h-1), 14)
	b.put(0, 4)                                 // no alpha, version 0
	b.put(0, 3)                                 // no transform, no colour cache, one group of codes
	for _, size := range []int{280, 256, 256} { // green with lengths, red, blue
		b.put(0, 1)
		b.put(12-4, 4) // lengths of lengths, in the order 17 18 0 1 2 3 4 5 16 6 7 8
		for _, of := range []uint64{0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1} {
			b.put(of, 3)
		}
		b.put(0, 1) // no maximum
		for range 256 {
			b.put(0, 1) // the code of 8, which is less than 18
		}
		if size == 280 {
			b.put(1, 1)
			b.put(24-11, 7) // 24 times none
		}
	}
	b.put(0b101|255<<3, 11) // alpha is always 255
	b.put(0b001, 4)         // distance is always 0
	for i := 0; i < len(pic.Pix); i += 4 {
		for _, v := range []byte{pic.Pix[i+1], pic.Pix[i], pic.Pix[i+2]} {
			for bit := 7; bit >= 0; bit-- {
				b.put(uint64(v>>bit&1), 1)
			}
		}
	}
	b.put(0, 7)
	return string(b.out)
}

// riffOf joins chunks, each a name and a body.
func riffOf(chunks ...string) []byte {
	body := "WEBP"
	for pair := range slices.Chunk(chunks, 2) {
		name, bits := pair[0], pair[len(pair)-1]
		body += name + string(binary.LittleEndian.AppendUint32(nil, uint32(len(bits)))) + bits //nolint:gosec // a test's
		if len(bits)%2 == 1 {
			body += "\x00"
		}
	}
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...) //nolint:gosec // a test's
}

// framed is a frame of an animation.
func framed(kind, bits string) string {
	return string(bytes.Repeat([]byte{0}, 16)) + string(riffOf(kind, bits)[riffHead:])
}

// lossyHead is the header of a lossy key frame (RFC 6386, 9.1) with nothing behind it.
func lossyHead(w, h, first int) string {
	tag := uint32(1<<4 | first<<5) //nolint:gosec // a test's
	b := append(binary.LittleEndian.AppendUint32(nil, tag)[:3], "\x9d\x01\x2a"...)
	b = binary.LittleEndian.AppendUint16(b, uint16(w))            //nolint:gosec // a test's
	return string(binary.LittleEndian.AppendUint16(b, uint16(h))) //nolint:gosec // a test's
}

// Rows: S32 T18
func TestWebPBecomesACleanJPEG(t *testing.T) {
	t.Parallel()
	pic := scene(480, 640, 5)
	bits := vp8l(pic)
	extended := "\x3e\x00\x00\x00\xdf\x01\x00\x7f\x02\x00"
	meta := []string{"ICCP", canary, "EXIF", exifBlock(binary.BigEndian, 6) + canary, "XMP ", canary}
	for name, row := range map[string]struct {
		raw           []byte
		width, height int
		note          string
	}{
		"plain":      {riffOf("VP8L", bits), 480, 640, NoteWebP},
		"metadata":   {append(riffOf(append([]string{"VP8X", extended}, append(meta[:2:2], append([]string{"VP8L", bits}, meta[2:]...)...)...)...), canary...), 640, 480, NoteWebP},
		"alpha away": {riffOf("VP8X", extended, "ALPH", "\x01wild"+canary, "VP8L", bits), 480, 640, NoteWebP},
		"animated":   {riffOf("VP8X", extended, "ANIM", "\x00\x00\x00\x00\x00\x00", "ANMF", framed("VP8L", bits), "ANMF", framed("VP8L", canary)), 480, 640, NoteWebPFirstFrame},
	} {
		res := examine(t, row.raw)
		if res.Verdict != Accept || res.Width != row.width || res.Height != row.height || len(res.Notes) == 0 || res.Notes[0] != row.note {
			t.Errorf("%s: %s %v, %dx%d, %v", name, res.Verdict, res.Reasons, res.Width, res.Height, res.Notes)
			continue
		}
		if bytes.Contains(res.JPEG, []byte(canary)) || len(res.JPEG) > MaxResultBytes {
			t.Errorf("%s: %d bytes, or the canary is in them", name, len(res.JPEG))
		}
		if d := Distance(res.DHash, examine(t, asPNG(t, pic)).DHash); row.width == 480 && d > 2 {
			t.Errorf("%s: another picture, %d apart", name, d)
		}
	}
}

// Rows: P46 T18
func TestHostileWebPIsRefusedFromItsHeader(t *testing.T) {
	t.Parallel()
	bits := vp8l(scene(480, 480, 6))
	giant := "\x2f" + string(binary.LittleEndian.AppendUint32(nil, 16383|16383<<14))
	for name, row := range map[string]struct {
		raw    []byte
		reason Reason
	}{
		"lossy 256 MP":         {riffOf("VP8 ", lossyHead(16000, 16000, 4)), TooManyPixels},
		"lossless 268 MP":      {riffOf("VP8L", giant), TooManyPixels},
		"lossless 49 MP":       {riffOf("VP8L", "\x2f"+string(binary.LittleEndian.AppendUint32(nil, 6999|6999<<14))), TooComplex},
		"small canvas":         {riffOf("VP8X", "\x00\x00\x00\x00\x01\x00\x00\x01\x00\x00", "VP8L", giant), TooManyPixels},
		"giant frame":          {riffOf("ANMF", framed("VP8L", giant)), TooManyPixels},
		"thumbnail":            {riffOf("VP8 ", lossyHead(200, 200, 4)), TooSmall},
		"without size":         {riffOf("VP8 ", lossyHead(0, 0, 4)), Corrupt},
		"frame that is hidden": {riffOf("VP8 ", "\x00"+lossyHead(500, 500, 4)[1:]), Corrupt},
		"no picture":           {riffOf("VP8X", "\x00\x00\x00\x00\x01\x00\x00\x01\x00\x00"), Corrupt},
		"frames in frames":     {riffOf("ANMF", framed("ANMF", framed("VP8L", bits))), Corrupt},
		"torn":                 {riffOf("VP8L", bits)[:5000], Corrupt},
		"chunk past the end":   {append(riffOf("VP8L", bits), "EXIF\xff\xff\xff\xff"...), ""},
		"size past the end":    {[]byte("RIFF\xff\xff\xff\xffWEBPVP8L\x05\x00\x00\x00\x2f\x00\x00\x00\x00"), Corrupt},
		"head alone":           {[]byte("RIFF\x00\x00\x00\x00WEBP"), Corrupt},
	} {
		took := quickest(3, func() {
			if _, reason := guard(row.raw); reason != row.reason {
				t.Errorf("%s: %q, want %q", name, reason, row.reason)
			}
		})
		if took > 100*time.Millisecond {
			t.Errorf("%s: %v", name, took)
		}
	}
}

// Rows: P46
func TestWebPWithWildBitsCostsLittleAndBreaksNothing(t *testing.T) {
	t.Parallel()
	bits := []byte(vp8l(scene(400, 400, 7)))
	seed := uint64(time.Now().UnixNano()) //nolint:gosec // a seed
	r := rand.New(rand.NewPCG(seed, 18))  //nolint:gosec // a test
	t.Logf("seed %d", seed)
	rounds := 30
	if os.Getenv("PROOF") != "" {
		rounds = 3000
	}
	for range rounds {
		wild := bytes.Clone(bits)
		for range 1 + r.IntN(8) {
			wild[5+r.IntN(min(len(wild)-5, 400))] = byte(r.Uint32())
		}
		examine(t, riffOf("VP8L", string(wild)))
		lossy := make([]byte, 400)
		for i := range lossy {
			lossy[i] = byte(r.Uint32())
		}
		examine(t, riffOf("VP8 ", lossyHead(400+r.IntN(400), 400+r.IntN(400), r.IntN(300))+string(lossy)))
	}
}

func FuzzWebP(f *testing.F) {
	f.Add(riffOf("VP8L", vp8l(scene(400, 400, 8))))
	f.Add(riffOf("VP8X", "\x3e\x00\x00\x00\xdf\x01\x00\x7f\x02\x00", "ANMF", framed("VP8 ", lossyHead(500, 500, 4))))
	f.Fuzz(func(t *testing.T, raw []byte) {
		src, reason := guardWebP(raw)
		if reason == "" && (len(src.body) > len(raw)+riffHead+8 || guardSize(src.width, src.height) != "") {
			t.Errorf("%d bytes of %d, %dx%d", len(src.body), len(raw), src.width, src.height)
		}
	})
}
