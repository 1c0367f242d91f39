package dct

import (
	"image"
	"image/color"
)

// RGB makes pixels of a picture: all of them, or with half a quarter, for each of which four of luma are averaged and no colour
// is interpolated.
func (p Picture) RGB(half bool) *image.NRGBA {
	by := 1
	if half {
		by = 2
	}
	w, h := max(1, p.Y.Width/by), max(1, p.Y.Height/by)
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	nextX, nextY := p.Y.StepX, p.Y.StepY
	if p.Y.Width < by {
		nextX = 0
	}
	if p.Y.Height < by {
		nextY = 0
	}
	for y := range h {
		luma := p.Y.Base + y*by*p.Y.StepY
		for x := range w {
			v := p.Y.Pix[luma]
			if half {
				sum := int(v) + int(p.Y.Pix[luma+nextX]) + int(p.Y.Pix[luma+nextY]) + int(p.Y.Pix[luma+nextX+nextY])
				v = byte((sum + 2) / 4) //nolint:gosec // a mean of bytes
			}
			luma += by * p.Y.StepX
			to := out.Pix[y*out.Stride+4*x:][:4:4]
			to[0], to[1], to[2], to[3] = v, v, v, 255
			if !p.Grey() {
				to[0], to[1], to[2] = color.YCbCrToRGB(v, p.Cb.At(x*by/2, y*by/2), p.Cr.At(x*by/2, y*by/2))
			}
		}
	}
	return out
}
