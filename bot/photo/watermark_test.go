package photo_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"guiwei/bot/photo"
	"guiwei/bot/photo/samples"
)

const markText = "仅供账号核验 · 203-17 · 李老师 · 11-24 17:12"

func marked(t *testing.T, picture []byte, texts ...string) []byte {
	t.Helper()
	out, err := photo.New(photo.Options{}).Watermark(t.Context(), picture, texts...)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("MARKED"); dir != "" { // to be looked at
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(t.Name())+".jpg"), out, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func plainOf(t *testing.T, shade uint8, w, h int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(t *testing.T, picture []byte) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestMarkLiesEverywhereAndHidesNothing looks at squares of a sixth of the picture: each is marked, on any ground, and no
// point is changed so much that print in it would be lost.
func TestMarkLiesEverywhereAndHidesNothing(t *testing.T) {
	t.Parallel()
	for _, shade := range []uint8{0, 60, 128, 200, 255} {
		for _, size := range []image.Point{{2560, 1920}, {960, 1280}, {400, 400}} {
			before := plainOf(t, shade, size.X, size.Y)
			after := read(t, marked(t, before, markText))
			if after.Bounds().Size() != size {
				t.Fatalf("size %v", after.Bounds())
			}
			part := max(size.X, size.Y) / 6
			for y := 0; y+part <= size.Y; y += part {
				for x := 0; x+part <= size.X; x += part {
					least, most := differences(after, shade, image.Rect(x, y, x+part, y+part))
					if least-most > -25 || least < -70 || most > 105 {
						t.Errorf("%v on %d: at %d,%d from %d to %d", size, shade, x, y, least, most)
					}
				}
			}
		}
	}
}

func differences(img image.Image, from uint8, in image.Rectangle) (least, most int) {
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			d := int(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y) - int(from)
			least, most = min(least, d), max(most, d)
		}
	}
	return least, most
}

func TestMarkOfASample(t *testing.T) {
	t.Parallel()
	if out := marked(t, samples.Front(), markText); bytes.Equal(out, samples.Front()) {
		t.Error("unmarked")
	}
}

func TestTextThatCannotBeDrawnGivesWayToTheNext(t *testing.T) {
	t.Parallel()
	ground := plainOf(t, 128, 640, 480)
	if !bytes.Equal(marked(t, ground, "", "龘老师😀", "7 · 17:12"), marked(t, ground, "7 · 17:12")) {
		t.Error("another text was drawn")
	}
	room := photo.New(photo.Options{})
	for name, bad := range map[string]func() error{
		"nothing to draw": func() error { _, err := room.Watermark(t.Context(), ground, "龘"); return err },
		"no picture":      func() error { _, err := room.Watermark(t.Context(), []byte("text"), markText); return err },
		"too big":         func() error { _, err := room.Watermark(t.Context(), plainOf(t, 1, 4000, 8), markText); return err },
	} {
		if bad() == nil {
			t.Errorf("%s: marked", name)
		}
	}
}

func BenchmarkWatermark(b *testing.B) {
	picture, err := os.ReadFile("samples/front.jpg")
	if err != nil {
		b.Fatal(err)
	}
	room := photo.New(photo.Options{})
	for b.Loop() {
		if _, err := room.Watermark(b.Context(), picture, markText); err != nil {
			b.Fatal(err)
		}
	}
}
