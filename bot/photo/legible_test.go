package photo

import (
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/disintegration/imaging"
)

// pixelsPerMM is how large a card is laid flat: its digits are 46 pixels high then.
const pixelsPerMM = 16

// area is a part of a card of 85.6 x 54 mm: left, top, right, bottom (the manifest's card_mm).
type area [4]float64

var (
	numberArea   = area{26.3, 42.4, 83.2, 50.4}
	validityArea = area{31.8, 43.2, 79.2, 50.8}
	wholeCard    = area{0, 0, 85.6, 54}
)

// upright reads a JPEG as it is meant to be seen.
func upright(b *testing.B, file string, orientation int) *image.NRGBA {
	b.Helper()
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	img, err := jpeg.Decode(f)
	if err != nil {
		b.Fatal(err)
	}
	return orient(opaque(img, 1), orientation)
}

// distant is a picture of the same size that shows the entry's nine times, in three rows; the entry is the one in the middle.
func distant(b *testing.B, e entry, dir, out string) entry {
	b.Helper()
	pic := upright(b, filepath.Join(dir, e.File), max(1, e.Orientation))
	small := imaging.Resize(pic, e.Width/3, e.Height/3, imaging.Lanczos)
	crowd := image.NewNRGBA(image.Rect(0, 0, e.Width, e.Height))
	for i := range 9 {
		at := image.Pt(i%3*e.Width/3, i/3*e.Height/3)
		draw.Draw(crowd, small.Rect.Add(at), small, image.Point{}, draw.Src)
	}
	e.File, e.Orientation, e.Faces = "far_"+e.File, 1, nil
	for i, c := range e.Quad {
		e.Quad[i] = [2]float64{(c[0] + float64(e.Width)) / 3, (c[1] + float64(e.Height)) / 3}
	}
	if err := os.WriteFile(filepath.Join(out, e.File), asJPEG(b, crowd, 92), 0o600); err != nil {
		b.Fatal(err)
	}
	return e
}

// reads adds which digits of a card tesseract finds in a picture.
func (o *outcome) reads(b *testing.B, pic *image.NRGBA, e entry) {
	b.Helper()
	part, truth := numberArea, e.Number
	if e.Side == "back" {
		part, truth = validityArea, e.Validity
	}
	flat := filepath.Join(b.TempDir(), "flat.png")
	out, err := os.Create(flat)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	if err := png.Encode(out, flatten(pic, e, e.Quad, part)); err != nil {
		b.Fatal(err)
	}
	text, err := exec.CommandContext(b.Context(), "tesseract", flat, "stdout", "--psm", "7",
		"-c", "tessedit_char_whitelist=0123456789X.-").Output()
	if err != nil {
		b.Logf("nothing read in %s: %v", e.File, err)
	}
	o.read = append(o.read, matched(onlyDigits(truth), onlyDigits(string(text)))...)
}

// resembles adds how alike card and face are to the source's.
func (o *outcome) resembles(pic, source *image.NRGBA, e entry) {
	o.card = append(o.card, likeness(flatten(pic, e, e.Quad, wholeCard), flatten(source, e, e.Quad, wholeCard)))
	for _, f := range e.Faces {
		box := [4][2]float64{{f[0], f[1]}, {f[0] + f[2], f[1]}, {f[0] + f[2], f[1] + f[3]}, {f[0], f[1] + f[3]}}
		o.face = append(o.face, likeness(flatten(pic, e, box, wholeCard), flatten(source, e, box, wholeCard)))
	}
}

// likeness is the structural similarity of two pictures of one size, by squares of 8 x 8 pixels (Wang, Bovik, Sheikh and
// Simoncelli 2004), at a half and a quarter of the size too.
func likeness(a, b *image.Gray) float64 {
	total := 0.0
	for _, every := range []int{1, 2, 4} {
		sum, n := 0.0, 0
		for y := 0; y+8*every <= a.Rect.Dy(); y += 4 * every {
			for x := 0; x+8*every <= a.Rect.Dx(); x += 4 * every {
				sum += similarity(a, b, x, y, every)
				n++
			}
		}
		total += sum / float64(n)
	}
	return total / 3
}

// similarity compares one square whose pixels are means of every x every pixels.
func similarity(a, b *image.Gray, x, y, every int) float64 {
	const c1, c2, n = 6.5025, 58.5225, 64
	var sa, sb, saa, sbb, sab float64
	for i := range n {
		var va, vb float64
		for j := range every * every {
			at := (y+i/8*every+j/every)*a.Stride + x + i%8*every + j%every
			va, vb = va+float64(a.Pix[at]), vb+float64(b.Pix[at])
		}
		va, vb = va/float64(every*every), vb/float64(every*every)
		sa, sb, saa, sbb, sab = sa+va, sb+vb, saa+va*va, sbb+vb*vb, sab+va*vb
	}
	ma, mb := sa/n, sb/n
	return (2*ma*mb + c1) * (2*(sab/n-ma*mb) + c2) / ((ma*ma + mb*mb + c1) * (saa/n - ma*ma + sbb/n - mb*mb + c2))
}

func average(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(max(1, len(v)))
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == 'X' {
			return r
		}
		return -1
	}, s)
}

// flatten lays a part of a card flat, the square to its four corners by Heckbert's projective mapping; corners are in pixels
// of the entry's size: top left, top right, bottom right, bottom left.
func flatten(pic *image.NRGBA, e entry, corners [4][2]float64, part area) *image.Gray {
	scale := float64(pic.Rect.Dx()) / float64(e.Width)
	var q [4][2]float64
	for i, corner := range corners {
		q[i] = [2]float64{corner[0] * scale, corner[1] * scale}
	}
	d1, d2 := [2]float64{q[1][0] - q[2][0], q[1][1] - q[2][1]}, [2]float64{q[3][0] - q[2][0], q[3][1] - q[2][1]}
	d3 := [2]float64{q[0][0] - q[1][0] + q[2][0] - q[3][0], q[0][1] - q[1][1] + q[2][1] - q[3][1]}
	det := d1[0]*d2[1] - d2[0]*d1[1]
	g, h := (d3[0]*d2[1]-d2[0]*d3[1])/det, (d1[0]*d3[1]-d3[0]*d1[1])/det
	w, height := int((part[2]-part[0])*pixelsPerMM), int((part[3]-part[1])*pixelsPerMM)
	out := image.NewGray(image.Rect(0, 0, w, height))
	for y := range height {
		for x := range w {
			u, v := (part[0]+float64(x)/pixelsPerMM)/85.6, (part[1]+float64(y)/pixelsPerMM)/54
			depth := g*u + h*v + 1
			px := ((q[1][0]-q[0][0]+g*q[1][0])*u + (q[3][0]-q[0][0]+h*q[3][0])*v + q[0][0]) / depth
			py := ((q[1][1]-q[0][1]+g*q[1][1])*u + (q[3][1]-q[0][1]+h*q[3][1])*v + q[0][1]) / depth
			out.Pix[y*out.Stride+x] = between(pic, px-.5, py-.5)
		}
	}
	return out
}

// between interpolates the brightness of four pixels.
func between(pic *image.NRGBA, x, y float64) byte {
	x, y = max(0, min(x, float64(pic.Rect.Dx()-2))), max(0, min(y, float64(pic.Rect.Dy()-2)))
	ix, iy := int(x), int(y)
	fx, fy := x-float64(ix), y-float64(iy)
	luma := func(x, y int) float64 {
		p := pic.Pix[pic.PixOffset(x, y):]
		return .299*float64(p[0]) + .587*float64(p[1]) + .114*float64(p[2])
	}
	top := luma(ix, iy)*(1-fx) + luma(ix+1, iy)*fx
	return byte(top*(1-fy) + (luma(ix, iy+1)*(1-fx)+luma(ix+1, iy+1)*fx)*fy + .5)
}

// matched tells which digits of the truth stand in a text, in their order (the longest common subsequence).
func matched(truth, text string) []bool {
	longest := make([][]int, len(truth)+1)
	for i := range longest {
		longest[i] = make([]int, len(text)+1)
	}
	for i := len(truth) - 1; i >= 0; i-- {
		for j := len(text) - 1; j >= 0; j-- {
			longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			if truth[i] == text[j] {
				longest[i][j] = max(longest[i][j], 1+longest[i+1][j+1])
			}
		}
	}
	found := make([]bool, len(truth))
	for i, j := 0, 0; i < len(truth) && j < len(text); {
		switch {
		case truth[i] == text[j] && longest[i][j] == 1+longest[i+1][j+1]:
			found[i] = true
			i, j = i+1, j+1
		case longest[i][j] == longest[i+1][j]:
			i++
		default:
			j++
		}
	}
	return found
}

func TestDigitsAreMatchedInTheirOrder(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"12345": "11111", "1x345": "10111", "0123": "11100", "": "00000", "54321": "10000"} {
		got := ""
		for _, ok := range matched("12345", text) {
			got += map[bool]string{true: "1", false: "0"}[ok]
		}
		if strings.Count(got, "1") != strings.Count(want, "1") || text != "54321" && got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
