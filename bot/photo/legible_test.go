package photo

import (
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// pixelsPerMM is how large a card is laid flat before its digits are read: they are 46 pixels high then.
const pixelsPerMM = 16

// Places on a card of 85.6 x 54 mm: left, top, right, bottom (the manifest's card_mm).
var (
	numberPlace   = [4]float64{27.5, 43.6, 82, 49.2}
	validityPlace = [4]float64{33, 44.4, 78, 49.6}
)

// reads adds which digits of a card tesseract finds in a JPEG; all of them count as lost where nothing can be read at all.
func (o *outcome) reads(b *testing.B, file string, e entry, orientation int) {
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
	pic := orient(scale(img, max(img.Bounds().Dx(), img.Bounds().Dy())), orientation)
	place, truth := numberPlace, e.Number
	if e.Side == "back" {
		place, truth = validityPlace, e.Validity
	}
	flat := filepath.Join(b.TempDir(), "flat.png")
	out, err := os.Create(flat)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	if err := png.Encode(out, flatten(pic, e, place)); err != nil {
		b.Fatal(err)
	}
	text, err := exec.CommandContext(b.Context(), "tesseract", flat, "stdout", "--psm", "7",
		"-c", "tessedit_char_whitelist=0123456789X.-").Output()
	if err != nil {
		b.Logf("nothing read in %s: %v", e.File, err)
	}
	o.read = append(o.read, matched(onlyDigits(truth), onlyDigits(string(text)))...)
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == 'X' {
			return r
		}
		return -1
	}, s)
}

// flatten lays a part of the card flat: the square to the card's four corners, by Heckbert's projective mapping.
func flatten(pic *image.NRGBA, e entry, place [4]float64) *image.Gray {
	scale := float64(pic.Rect.Dx()) / float64(e.Width)
	var q [4][2]float64 // top left, top right, bottom right, bottom left
	for i, corner := range e.Quad {
		q[i] = [2]float64{corner[0] * scale, corner[1] * scale}
	}
	d1, d2 := [2]float64{q[1][0] - q[2][0], q[1][1] - q[2][1]}, [2]float64{q[3][0] - q[2][0], q[3][1] - q[2][1]}
	d3 := [2]float64{q[0][0] - q[1][0] + q[2][0] - q[3][0], q[0][1] - q[1][1] + q[2][1] - q[3][1]}
	det := d1[0]*d2[1] - d2[0]*d1[1]
	g, h := (d3[0]*d2[1]-d2[0]*d3[1])/det, (d1[0]*d3[1]-d3[0]*d1[1])/det
	const margin = 1.2 // mm
	left, top := place[0]-margin, place[1]-margin
	w, height := int((place[2]-left+margin)*pixelsPerMM), int((place[3]-top+margin)*pixelsPerMM)
	out := image.NewGray(image.Rect(0, 0, w, height))
	for y := range height {
		for x := range w {
			u, v := (left+float64(x)/pixelsPerMM)/85.6, (top+float64(y)/pixelsPerMM)/54
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
