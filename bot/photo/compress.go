package photo

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"

	"guiwei/bot/photo/dct"
)

// Scales of quantisation, see dct.Budget.
const (
	finest    = 0.16 // quality 92: above it a JPEG grows and shows nothing more
	worthy    = 1.7  // quality 30: beyond it a smaller picture shows more; small digits stand 3,072 px at 33 better than 2,048 at 60
	coarsest  = 20
	lastSide  = 640 // pixels; at this long side any quality will do
	tooLittle = .9  // a next size that is not this much smaller is passed over
)

// compress makes a JPEG of at most MaxResultBytes, as large and as good as fits, and tells its size in pixels. The long side
// falls when the quality would: pictures that are nothing but noise become small.
func compress(ctx context.Context, p plate) ([]byte, image.Point, error) {
	before := 0
	for i, side := range p.sides {
		last := i == len(p.sides)-1
		if i > 0 && !last && float64(side) > tooLittle*float64(before) {
			continue
		}
		if before = side; i > 0 {
			var err error
			p.planes = dct.Picture{} // not both at a time
			if p.planes, err = p.smaller(ctx, i); err != nil {
				return nil, image.Point{}, err
			}
		}
		budget := dct.Budget{Bytes: MaxResultBytes, Finest: finest, Coarsest: worthy}
		if last {
			budget.Coarsest = coarsest
		}
		out, err := dct.Encode(ctx, p.planes, budget)
		if errors.Is(err, dct.ErrLarge) {
			continue
		}
		if err != nil {
			return nil, image.Point{}, fmt.Errorf("encode jpeg: %w", err)
		}
		return out, image.Pt(p.planes.Y.Width, p.planes.Y.Height), nil
	}
	return nil, image.Point{}, fmt.Errorf("no quality fits %d bytes", MaxResultBytes)
}

// planes parts pixels: luma, and colour differences averaged over 2 x 2 pixels.
func planes(pic *image.NRGBA) dct.Picture {
	w, h := pic.Bounds().Dx(), pic.Bounds().Dy()
	out := image.NewYCbCr(pic.Bounds(), image.YCbCrSubsampleRatio420)
	cb, cr := make([]int, out.CStride), make([]int, out.CStride)
	for y := range h {
		if y%2 == 0 {
			clear(cb)
			clear(cr)
		}
		line := pic.Pix[y*pic.Stride : y*pic.Stride+4*w]
		for x := range w {
			p := line[4*x : 4*x+4 : 4*x+4]
			yy, b, r := color.RGBToYCbCr(p[0], p[1], p[2])
			out.Y[y*out.YStride+x] = yy
			cb[x/2] += int(b)
			cr[x/2] += int(r)
		}
		if y%2 == 1 || y == h-1 {
			meanRow(out.Cb[y/2*out.CStride:], cb, w, y%2+1)
			meanRow(out.Cr[y/2*out.CStride:], cr, w, y%2+1)
		}
	}
	cw, ch := (w+1)/2, (h+1)/2
	return dct.Picture{
		Y:  dct.Plane{Pix: out.Y, StepX: 1, StepY: out.YStride, Width: w, Height: h},
		Cb: dct.Plane{Pix: out.Cb, StepX: 1, StepY: out.CStride, Width: cw, Height: ch},
		Cr: dct.Plane{Pix: out.Cr, StepX: 1, StepY: out.CStride, Width: cw, Height: ch},
	}
}

// meanRow divides sums of 2 columns and the given number of rows; an odd width leaves a last column of its own.
func meanRow(dst []byte, sums []int, w, rows int) {
	for x, sum := range sums {
		dst[x] = mean(sum, rows*min(2, w-2*x))
	}
}
