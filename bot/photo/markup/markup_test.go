package markup_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"github.com/disintegration/imaging"

	"guiwei/bot/photo/markup"
)

// shown is where the pictures of a test are left to be looked at, where MARKUP_OUT names a folder.
func shown(t *testing.T, name string, raw []byte) image.Image {
	t.Helper()
	if folder := os.Getenv("MARKUP_OUT"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pic, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return pic
}

func grey(w, h int) *image.NRGBA { return imaging.New(w, h, color.NRGBA{128, 128, 128, 255}) }

// far says that a pixel is far from the grey that everything was before.
func far(pic image.Image, x, y int) bool {
	r, g, b, _ := pic.At(x, y).RGBA()
	apart := func(v uint32) int { return max(int(v>>8)-128, 128-int(v>>8)) }
	return max(apart(r), apart(g), apart(b)) > 60
}

// Rows: M4
func TestAMarkIsSeenWhereItIsAndNowhereElse(t *testing.T) {
	t.Parallel()
	small := grey(540, 720)
	raw, err := markup.Draw(small, []markup.Mark{{200, 500, 700, 800}})
	if err != nil {
		t.Fatal(err)
	}
	pic := shown(t, "one.jpg", raw)
	if pic.Bounds() != small.Bounds() {
		t.Errorf("bounds %v", pic.Bounds())
	}
	for _, at := range []image.Point{{104, 450}, {382, 450}, {240, 356}, {240, 580}} { // left, right, top, bottom
		seen := false
		for d := -8; d <= 8; d++ {
			seen = seen || far(pic, at.X+d, at.Y) || far(pic, at.X, at.Y+d)
		}
		if !seen {
			t.Errorf("no line at %v", at)
		}
	}
	for _, at := range []image.Point{{240, 450}, {500, 100}, {30, 700}} {
		if far(pic, at.X, at.Y) {
			t.Errorf("something is drawn at %v", at)
		}
	}
	if far(small, 104, 450) {
		t.Error("the picture itself was drawn on")
	}
}

func TestMarksOfAnySizeStayInsideAndApart(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{720, 540}, {405, 720}, {60, 40}, {1, 1}} {
		marks := []markup.Mark{{}, {0, 0, 1000, 1000}, {0, 0, 1, 1}, {999, 999, 1000, 1000}, {-50, -50, 2000, 3000}, {700, 700, 100, 100}}
		raw, err := markup.Draw(grey(size.X, size.Y), marks)
		if err != nil {
			t.Fatalf("%v: %v", size, err)
		}
		if got := shown(t, "many.jpg", raw).Bounds().Size(); got != size {
			t.Errorf("%v became %v", size, got)
		}
	}
}

func TestPicturesLieBesideEachOther(t *testing.T) {
	t.Parallel()
	raw, err := markup.Beside(grey(540, 720), grey(720, 540))
	if err != nil {
		t.Fatal(err)
	}
	pic := shown(t, "beside.jpg", raw)
	if b := pic.Bounds(); b.Dy() != 560 || b.Dx() != 420+12+747 {
		t.Errorf("size %v", b)
	}
	for _, x := range []int{44, 432 + 44} {
		if !far(pic, x-20, 44) {
			t.Errorf("no number at %d", x)
		}
	}
	if _, err := markup.Beside(); err != nil {
		t.Errorf("nothing beside nothing: %v", err)
	}
}

func TestNothingButPixelsIsInAMarkedPicture(t *testing.T) {
	t.Parallel()
	raw, err := markup.Draw(grey(540, 720), []markup.Mark{{}})
	if err != nil {
		t.Fatal(err)
	}
	for i := 2; i+4 < len(raw) && raw[i] == 0xff && raw[i+1] != 0xda; i += 2 + int(raw[i+2])<<8 + int(raw[i+3]) {
		if raw[i+1] >= 0xe0 {
			t.Errorf("segment %#x", raw[i+1])
		}
	}
}
