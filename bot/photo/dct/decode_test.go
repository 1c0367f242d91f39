package dct

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// samples are files of libjpeg-turbo (cjpeg 2.1.5 and ImageMagick) that show one drawing of 109 x 75 pixels: every sampling,
// baseline and progressive, with restart markers, with a scan per component; three are of kinds that Decode leaves to others.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/*.jpg")
	if err != nil || len(files) < 14 {
		t.Fatal(len(files), err)
	}
	all := map[string][]byte{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = raw
	}
	return all
}

func unusual(name string) bool {
	return name == "cmyk.jpg" || name == "rgb.jpg" || name == "arithmetic.jpg"
}

// reference is what image/jpeg makes of a file, as planes of their own sampling.
func reference(t testing.TB, raw []byte) (luma Plane, cb, cr Plane) {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	size := img.Bounds()
	switch pic := img.(type) {
	case *image.Gray:
		luma = Plane{pic.Pix, 0, 1, pic.Stride, size.Dx(), size.Dy()}
	case *image.YCbCr:
		luma = Plane{pic.Y, 0, 1, pic.YStride, size.Dx(), size.Dy()}
		chroma := Plane{nil, 0, 1, pic.CStride, pic.CStride, len(pic.Cb) / pic.CStride}
		cb, cr = chroma, chroma
		cb.Pix, cr.Pix = pic.Cb, pic.Cr
	default:
		t.Fatalf("%T", img)
	}
	return luma, cb, cr
}

// byDefinition makes the block at (bx, by) of a plane n pixels wide and high by the definition of the transform: 8 points
// forward, the lowest n back.
func byDefinition(p Plane, bx, by, n int) (out [8][8]float64) {
	basis := func(points, x, u int) float64 {
		scale := math.Sqrt(2 / float64(points))
		if u == 0 {
			scale = math.Sqrt(1 / float64(points))
		}
		return scale * math.Cos(float64(2*x+1)*float64(u)*math.Pi/float64(2*points))
	}
	for u := range n {
		for v := range n {
			coef := 0.0
			for x := range 8 {
				for y := range 8 {
					coef += float64(p.At(8*bx+x, 8*by+y)) * basis(8, x, u) * basis(8, y, v)
				}
			}
			for x := range n {
				for y := range n {
					out[y][x] += coef * basis(n, x, u) * basis(n, y, v) * float64(n) / 8
				}
			}
		}
	}
	return out
}

// far compares a decoded plane, n eighths of its block's size, with the definition: the worst distance of a sample.
func far(got, want Plane, n int) float64 {
	worst := 0.0
	for by := range want.Height / 8 {
		for bx := range want.Width / 8 {
			block := byDefinition(want, bx, by, n)
			for y := range n {
				for x := range n {
					clipped := max(0, min(255, block[y][x]))
					worst = max(worst, math.Abs(clipped-float64(got.At(bx*n+x, by*n+y))))
				}
			}
		}
	}
	return worst
}

// The reference is rounded and cut to 0..255 before it is transformed again: hence two levels. image/jpeg does not read restart
// markers between progressive scans; libjpeg makes the same pixels of that file and of restart420.jpg.
func TestDecodedPlanesAreThoseOfTheStandardLibrary(t *testing.T) {
	t.Parallel()
	all := samples(t)
	for name, raw := range all {
		if unusual(name) {
			continue
		}
		known := raw
		if name == "progressiverestart.jpg" {
			known = all["restart420.jpg"]
		}
		luma, cb, cr := reference(t, known)
		for n := 1; n <= 8; n++ {
			p, err := Decode(t.Context(), raw, n)
			if err != nil {
				t.Fatalf("%s at %d: %v", name, n, err)
			}
			if p.Y.Width != Size(109, n) || p.Y.Height != Size(75, n) {
				t.Errorf("%s at %d: %d x %d", name, n, p.Y.Width, p.Y.Height)
			}
			if d := far(p.Y, luma, n); d > 2.5 {
				t.Errorf("%s at %d: luma is off by %.1f", name, n, d)
			}
			if grey := luma.Pix != nil && cb.Pix == nil; grey != p.Grey() {
				t.Errorf("%s: grey is %v", name, p.Grey())
			}
			if cb.Width == (109+1)/2 && cb.Height == (75+1)/2 && max(far(p.Cb, cb, n), far(p.Cr, cr, n)) > 2.5 {
				t.Errorf("%s at %d: colours are off by %.1f and %.1f", name, n, far(p.Cb, cb, n), far(p.Cr, cr, n))
			}
		}
	}
}

// A colour plane of any sampling must be near to the means of the finest one.
func TestColoursBecomeHalfAsLargeAsLuma(t *testing.T) {
	t.Parallel()
	all := samples(t)
	_, cb, cr := reference(t, all["444.jpg"])
	for _, name := range []string{"420.jpg", "422.jpg", "440.jpg", "444.jpg", "progressive444.jpg", "threescans.jpg"} {
		for n := 1; n <= 8; n++ {
			p, err := Decode(t.Context(), all[name], n)
			if err != nil {
				t.Fatal(err)
			}
			if p.Cb.Width != (p.Y.Width+1)/2 || p.Cr.Height != (p.Y.Height+1)/2 {
				t.Errorf("%s at %d: %d x %d", name, n, p.Cb.Width, p.Cr.Height)
			}
			if d := max(meanGap(p.Cb, cb, n), meanGap(p.Cr, cr, n)); d > 4 {
				t.Errorf("%s at %d: colours are off by %.1f in the mean", name, n, d)
			}
		}
	}
}

// meanGap compares a plane with the means of the squares of a larger one that its samples stand for.
func meanGap(got, fine Plane, n int) float64 {
	total, count := 0.0, 0
	side := 16 / float64(n)
	for y := range got.Height - 1 {
		for x := range got.Width - 1 {
			sum, area := 0.0, 0.0
			for fy := int(float64(y) * side); float64(fy) < float64(y+1)*side && fy < 75; fy++ {
				for fx := int(float64(x) * side); float64(fx) < float64(x+1)*side && fx < 109; fx++ {
					part := min(float64(fx+1), float64(x+1)*side) - max(float64(fx), float64(x)*side)
					part *= min(float64(fy+1), float64(y+1)*side) - max(float64(fy), float64(y)*side)
					sum, area = sum+part*float64(fine.At(fx, fy)), area+part
				}
			}
			total, count = total+math.Abs(sum/area-float64(got.At(x, y))), count+1
		}
	}
	return total / float64(count)
}

func TestRareKindsAreLeftToOthers(t *testing.T) {
	t.Parallel()
	for name, raw := range samples(t) {
		if _, err := Decode(t.Context(), raw, 8); errors.Is(err, ErrUnusual) != unusual(name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Decode(t.Context(), samples(t)["420.jpg"], 9); !errors.Is(err, ErrUnusual) {
		t.Errorf("9 eighths: %v", err)
	}
}

// What image/jpeg refuses of a torn file is refused, too: every length is tried.
func TestTornFilesAreBroken(t *testing.T) {
	t.Parallel()
	for name, raw := range samples(t) {
		for n := 0; n < len(raw) && !unusual(name); n++ {
			if _, err := Decode(t.Context(), raw[:n], 4); err == nil {
				t.Fatalf("%s was read although cut at %d of %d", name, n, len(raw))
			}
		}
	}
}

func TestALostRestartMarkerIsBroken(t *testing.T) {
	t.Parallel()
	raw := bytes.Replace(samples(t)["restart420.jpg"], []byte{0xff, mRST0 + 1}, []byte{0xff, mRST0 + 5}, 1)
	if _, err := Decode(t.Context(), raw, 8); !errors.Is(err, ErrBroken) {
		t.Errorf("%v", err)
	}
}

func TestAnEndedContextStopsTheDecoder(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, raw := range samples(t) {
		if _, err := Decode(ctx, raw, 8); !unusual(name) && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestScansAreBounded(t *testing.T) {
	t.Parallel()
	raw := samples(t)["progressivegrey.jpg"]
	sos := bytes.Index(raw, []byte{0xff, mSOS})
	next := sos + 2 + bytes.Index(raw[sos+2:], []byte{0xff, mDHT})
	more := bytes.Repeat(raw[sos:next], maxScans+1)
	if _, err := Decode(t.Context(), append(append(bytes.Clone(raw[:sos]), more...), raw[sos:]...), 8); !errors.Is(err, ErrBroken) {
		t.Errorf("%v", err)
	}
}

// Turning is checked against the table of Exif 2.32: where the pixel at (x, y) of the upright picture is stored.
func TestATurnedPictureIsReadByOtherSteps(t *testing.T) {
	t.Parallel()
	const w, h = 6, 4
	p := Picture{Y: newPlane(w, h, w, h), Cb: newPlane(3, 2, 3, 2), Cr: newPlane(3, 2, 3, 2)}
	for i := range p.Y.Pix {
		p.Y.Pix[i] = byte(i)
	}
	for o, stored := range map[int]func(x, y int) (int, int){
		1: func(x, y int) (int, int) { return x, y },
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, h - 1 - x },
		7: func(x, y int) (int, int) { return w - 1 - y, h - 1 - x },
		8: func(x, y int) (int, int) { return w - 1 - y, x },
	} {
		turned := p.Turn(o)
		if wide := turned.Y.Width == w; wide != (o < 5) || turned.Cb.Width*2 != turned.Y.Width {
			t.Errorf("orientation %d: %d wide, colours %d", o, turned.Y.Width, turned.Cb.Width)
		}
		for y := range turned.Y.Height {
			for x := range turned.Y.Width {
				if sx, sy := stored(x, y); turned.Y.At(x, y) != p.Y.At(sx, sy) {
					t.Fatalf("orientation %d at (%d,%d): %d", o, x, y, turned.Y.At(x, y))
				}
			}
		}
	}
	if odd := (Picture{Y: newPlane(5, 3, 5, 3), Cb: newPlane(3, 2, 3, 2), Cr: newPlane(3, 2, 3, 2)}).Turn(3); odd.Y.Width != 4 || odd.Cb.Width != 2 || odd.Y.Height != 2 {
		t.Errorf("a picture of 5 x 3 became %d x %d", odd.Y.Width, odd.Y.Height)
	}
}

// FuzzDecode: no bytes make the decoder panic, and what it takes has the size of its header.
func FuzzDecode(f *testing.F) {
	for _, raw := range samples(f) {
		f.Add(raw, 8)
		f.Add(raw, 3)
	}
	f.Fuzz(func(t *testing.T, raw []byte, n int) {
		header, err := jpeg.DecodeConfig(bytes.NewReader(raw))
		if err != nil || header.Width*header.Height > 1<<18 {
			return // the room's guard bounds the size before
		}
		p, err := Decode(t.Context(), raw, n)
		if err == nil && (p.Y.Width != Size(header.Width, n) || p.Y.Height != Size(header.Height, n)) {
			t.Errorf("%d x %d of %v at %d", p.Y.Width, p.Y.Height, header, n)
		}
	})
}
