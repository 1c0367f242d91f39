package photo

import (
	"bytes"
	"encoding/binary"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"
)

// refusal is what the guard must say, and about what.
type refusal struct {
	raw    []byte
	reason Reason
	kind   string
}

// hostile is our own corpus of files that no decoder may see.
func hostile(t testing.TB) map[string]refusal {
	t.Helper()
	small, idat := scene(500, 500, 1), "\x78\x9c\x03\x00\x00\x00\x00\x01"
	whole := asJPEG(t, small, 80)
	return map[string]refusal{
		"png 900 MP":             {pngOf("IHDR", ihdr(30000, 30000, 1, 0, 0), "IDAT", idat, "IEND", ""), TooManyPixels, KindPNG},
		"png header alone":       {pngOf("IHDR", ihdr(60000, 60000, 16, 6, 0)), TooManyPixels, KindPNG},
		"png past 31 bits":       {pngOf("IHDR", ihdr(0xffffffff, 0xffffffff, 8, 2, 0)), TooManyPixels, KindPNG},
		"png one long strip":     {pngOf("IHDR", ihdr(12001, 500, 8, 2, 0)), TooManyPixels, KindPNG},
		"png deep 49 MP":         {pngOf("IHDR", ihdr(7000, 7000, 16, 6, 0), "IDAT", idat, "IEND", ""), TooComplex, KindPNG},
		"png without size":       {pngOf("IHDR", ihdr(0, 500, 8, 2, 0)), Corrupt, KindPNG},
		"png without header":     {pngOf("IDAT", idat, "IEND", ""), Corrupt, KindPNG},
		"png with short header":  {pngOf("IHDR", "\x00\x00"), Corrupt, KindPNG},
		"png without pixels":     {pngOf("IHDR", ihdr(500, 500, 8, 2, 0), "IEND", ""), Corrupt, KindPNG},
		"png torn":               {asPNG(t, small)[:60000], Corrupt, KindPNG},
		"gif giant screen":       {gifHeader(65535, 65535, 1), TooManyPixels, KindGIF},
		"gif 1 GP of frames":     {gifHeader(3000, 3000, 120), TooManyPixels, KindGIF},
		"gif 5000 frames":        {gifHeader(90, 90, 5000), TooComplex, KindGIF},
		"gif without frames":     {gifHeader(500, 500, 0), Corrupt, KindGIF},
		"gif header torn":        {[]byte("GIF89a\x01"), Corrupt, KindGIF},
		"gif torn":               {asGIF(t, small, 1)[:9000], Corrupt, KindGIF},
		"gif frame off screen":   {append(gifHeader(500, 500, 0)[:19], gifHeader(600, 600, 1)[19:]...), Corrupt, KindGIF},
		"jpeg 4.3 GP":            {flatJPEG(mSOF0, 65500, 65500, 1, 0), TooManyPixels, KindJPEG},
		"jpeg 268 MP, valid":     {flatJPEG(mSOF0, 16384, 16384, 3, 1), TooManyPixels, KindJPEG},
		"jpeg 400 scans":         {flatJPEG(mSOF2, 2000, 2000, 1, 400), TooComplex, KindJPEG},
		"jpeg progressive 49 MP": {flatJPEG(mSOF2, 7000, 7000, 3, 1), TooComplex, KindJPEG},
		"jpeg 32 scans of 20 MP": {flatJPEG(mSOF2, 5000, 4000, 3, 32), TooComplex, KindJPEG},
		"jpeg cmyk 49 MP":        {flatJPEG(mSOF0, 7000, 7000, 4, 1), TooComplex, KindJPEG},
		"jpeg full of tables":    {withSegments(whole, bytes.Repeat(segment(mDRI, "\x00\x00"), 5000)), TooComplex, KindJPEG},
		"jpeg without size":      {flatJPEG(mSOF0, 0, 0, 3, 1), Corrupt, KindJPEG},
		"jpeg torn":              {whole[:len(whole)*6/10], Corrupt, KindJPEG},
		"jpeg header torn":       {whole[:300], Corrupt, KindJPEG},
		"jpeg magic alone":       {whole[:3], Corrupt, KindJPEG},
		"jpeg with two frames":   {withSegments(whole, segment(mSOF0, string(whole[140:155]))), Corrupt, KindJPEG},
		"jpeg arithmetic":        {flatJPEG(mSOF9, 500, 500, 3, 1), UnsupportedType, KindJPEGArithmetic},
		"jpeg lossless":          {flatJPEG(mSOF3, 500, 500, 3, 1), UnsupportedType, KindJPEGLossless},
		"jpeg hierarchical":      {flatJPEG(0xc5, 500, 500, 3, 1), UnsupportedType, KindJPEGUnusual},
		"thumbnail":              {asJPEG(t, scene(200, 200, 1), 80), TooSmall, KindJPEG},
		"strip":                  {pngOf("IHDR", ihdr(12000, 401, 8, 0, 0), "IDAT", idat, "IEND", ""), TooSmall, KindPNG},
		"empty":                  {nil, Empty, ""},
		"25 MB":                  {append(whole, make([]byte, 25<<20)...), TooLarge, KindJPEG},
		"text":                   {[]byte("我的照片\n"), UnsupportedType, KindText},
		"cut text":               {[]byte(strings.Repeat("归位", 400)), UnsupportedType, KindText},
		"html":                   {[]byte("<!DOCTYPE html><p>"), UnsupportedType, KindHTML},
		"svg":                    {[]byte("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"), UnsupportedType, KindSVG},
		"zip":                    {[]byte("PK\x03\x04\x14\x00"), UnsupportedType, KindZIP},
		"pdf":                    {[]byte("%PDF-1.7\n"), UnsupportedType, KindPDF},
		"bmp":                    {[]byte("BM\x00\x00\x00\x00"), UnsupportedType, KindBMP},
		"tiff":                   {[]byte("II*\x00\x08\x00\x00\x00"), UnsupportedType, KindTIFF},
		"tiff of motorola":       {[]byte("MM\x00*\x00\x00\x00\x08"), UnsupportedType, KindTIFF},
		"webp":                   {[]byte("RIFF\x1a\x00\x00\x00WEBPVP8L"), Corrupt, KindWebP},
		"heic":                   {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), UnsupportedType, KindHEIC},
		"heif without codec":     {[]byte("\x00\x00\x00\x10ftypmif1\x00\x00\x00\x00"), UnsupportedType, KindHEIC},
		"avif":                   {[]byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00avifmif1"), UnsupportedType, KindAVIF},
		"video":                  {[]byte("\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  "), UnsupportedType, KindMP4},
		"unknown":                {[]byte("\x01\x02\x03\x04"), UnsupportedType, ""},
	}
}

// Rows: S32 P46
func TestTheGuardRefusesAndNames(t *testing.T) {
	t.Parallel()
	for name, tt := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := examine(t, tt.raw)
			if res.Verdict != Reject || res.Reasons[0] != tt.reason || res.Kind != tt.kind {
				t.Errorf("%s %v %q, want %s %q", res.Verdict, res.Reasons, res.Kind, tt.reason, tt.kind)
			}
		})
	}
}

// Rows: P46
//
// Not parallel: it counts what the whole program allocates.
func TestTheGuardIsCheap(t *testing.T) { //nolint:paralleltest // see above
	for name, tt := range hostile(t) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, reason := guard(tt.raw)
		runtime.ReadMemStats(&after)
		if reason == "" {
			t.Errorf("%s: passed", name)
		}
		if grown := after.TotalAlloc - before.TotalAlloc; grown > uint64(len(tt.raw))+1<<16 {
			t.Errorf("%s: %d bytes allocated for %d", name, grown, len(tt.raw))
		}
		if took := quickest(3, func() { guard(tt.raw) }); took > 100*time.Millisecond {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

// quickest is the shortest of n runs: other programs share the machine.
func quickest(n int, run func()) time.Duration {
	best := time.Duration(math.MaxInt64)
	for range n {
		start := time.Now()
		run()
		best = min(best, time.Since(start))
	}
	return best
}

// Rows: P46
func TestATornPictureIsNeverTaken(t *testing.T) {
	t.Parallel()
	pic := scene(420, 420, 2)
	for kind, raw := range map[string][]byte{
		KindJPEG: asJPEG(t, pic, 60), KindPNG: asPNG(t, pic), KindGIF: asGIF(t, pic, 2),
		KindWebP: riffOf("VP8L", vp8l(pic)),
	} {
		for _, part := range []int{1, 10, 300, len(raw) / 3, len(raw) * 9 / 10, len(raw) - 30, len(raw) - 1} {
			torn := raw[:min(part, len(raw)-1)]
			if res := examine(t, torn); res.Verdict != Reject {
				t.Errorf("%s of %d bytes cut to %d: %s", kind, len(raw), len(torn), res.Verdict)
			}
		}
		mended := append(append([]byte{}, raw[:len(raw)/2]...), raw[len(raw)-12:]...)
		if res := examine(t, mended); res.Verdict != Reject {
			t.Errorf("%s without its middle: %s", kind, res.Verdict)
		}
	}
}

func TestOrientationOfWildTIFFBlocksIsOne(t *testing.T) {
	t.Parallel()
	good := exifBlock(binary.BigEndian, 6)
	for name, tt := range map[string]struct {
		tiff string
		want int
	}{
		"big endian":                  {good, 6},
		"little endian":               {exifBlock(binary.LittleEndian, 8), 8},
		"wild value":                  {exifBlock(binary.LittleEndian, 99), 1},
		"zero":                        {exifBlock(binary.LittleEndian, 0), 1},
		"empty":                       {"", 1},
		"no byte order":               {"XX" + good[2:], 1},
		"directory away":              {good[:4] + "\xff\xff\xff\xff" + good[8:], 1},
		"directory later":             {good[:4] + "\x00\x00\x00\x7f" + good[8:], 1},
		"count wild":                  {good[:26] + "\xff\xff\xff\xff" + good[30:], 1},
		"type wild":                   {good[:24] + "\x00\x07" + good[26:], 1},
		"cut in an entry":             {good[:25], 1},
		"more entries than there are": {good[:8] + "\xff\xff" + strings.Repeat("\x00", 40), 1},
	} {
		if got := exifOrientation([]byte(tt.tiff)); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}

// FuzzGuard throws bytes at the guard, and what it lets pass at the decoder: nothing may panic, a small file may not become
// a large picture unseen, and whatever is accepted keeps the laws of a result.
func FuzzGuard(f *testing.F) {
	for _, seed := range hostile(f) {
		if len(seed.raw) < 1<<16 {
			f.Add(seed.raw)
		}
	}
	pic := scene(400, 400, 3)
	for _, raw := range [][]byte{
		withEXIF(asJPEG(f, pic, 30), 5), asGIF(f, pic, 2), flatJPEG(mSOF2, 400, 400, 3, 2), flatJPEG(mSOF0, 400, 400, 4, 1),
		pngOf("IHDR", ihdr(400, 400, 8, 2, 1), "eXIf", exifBlock(binary.LittleEndian, 3), "IDAT", "", "IEND", ""),
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		src, reason := guard(raw)
		if reason != "" {
			return
		}
		if len(src.body) > len(raw) || src.width*src.height > MaxPixels || src.shortSide() < MinShortSide {
			t.Fatalf("passed: %d of %d bytes, %dx%d", len(src.body), len(raw), src.width, src.height)
		}
		if src.width*src.height > 1<<20 {
			return // decoding it is the business of the tests above
		}
		examine(t, raw)
	})
}
