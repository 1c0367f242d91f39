package dct

import (
	"image/color"
	"testing"
)

// A turned picture's pixels are the planes' at the same places; half of it is their mean.
func TestPixelsAreThePlanes(t *testing.T) {
	t.Parallel()
	for _, grey := range []bool{false, true} {
		for orientation := 1; orientation <= 8; orientation++ {
			p := drawn(38, 20, grey, 3, 9).Turn(orientation)
			full, half := p.RGB(false), p.RGB(true)
			if full.Rect.Dx() != p.Y.Width || half.Rect.Dx() != p.Y.Width/2 || half.Rect.Dy() != p.Y.Height/2 {
				t.Fatalf("orientation %d: %v and %v", orientation, full.Rect, half.Rect)
			}
			for y := range p.Y.Height {
				for x := range p.Y.Width {
					cb, cr := byte(128), byte(128)
					if !grey {
						cb, cr = p.Cb.At(x/2, y/2), p.Cr.At(x/2, y/2)
					}
					r, g, b := color.YCbCrToRGB(p.Y.At(x, y), cb, cr)
					if full.NRGBAAt(x, y) != (color.NRGBA{r, g, b, 255}) {
						t.Fatalf("orientation %d: %v at (%d,%d)", orientation, full.NRGBAAt(x, y), x, y)
					}
				}
			}
			mean := (int(p.Y.At(4, 6)) + int(p.Y.At(5, 6)) + int(p.Y.At(4, 7)) + int(p.Y.At(5, 7)) + 2) / 4
			if got := half.NRGBAAt(2, 3); grey && int(got.G) != mean {
				t.Errorf("orientation %d: %v, want %d", orientation, got, mean)
			}
		}
	}
	if tiny := drawn(1, 1, false, 3, 9).RGB(true); tiny.Rect.Dx() != 1 || tiny.NRGBAAt(0, 0).A != 255 {
		t.Errorf("%v", tiny.Rect)
	}
}
