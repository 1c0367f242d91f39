package photo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
)

// Qualities of image/jpeg, 1..100.
const (
	bestQuality  = 92 // above it a JPEG grows and shows nothing more
	worthQuality = 45 // below it a smaller picture shows more
	lastQuality  = 5
)

// fullEncodes bounds how often one size is compressed whole; the sample is right at the first or second.
const fullEncodes = 4

// hopeless is how far the sample may miss the budget before the whole picture is not tried at all.
const hopeless = 1.2

// compress makes a JPEG of at most MaxResultBytes, as large and as good as fits, and tells its size in pixels. The long side
// falls when the quality would: 2560, 2048, 1600, and on from there for pictures that are nothing but noise.
func compress(ctx context.Context, pic *image.NRGBA) ([]byte, image.Point, error) {
	for _, side := range []int{LongSide, 2048, 1600, 1280, 960, 640} {
		if side < LongSide && side >= max(pic.Bounds().Dx(), pic.Bounds().Dy()) {
			continue // that size was tried
		}
		pic = shrink(pic, side)
		floor := worthQuality
		if side == 640 {
			floor = lastQuality
		}
		out, err := squeeze(ctx, planes(pic), floor)
		if err != nil {
			return nil, image.Point{}, err
		}
		if out != nil {
			return out, pic.Bounds().Size(), nil
		}
	}
	return nil, image.Point{}, fmt.Errorf("no quality down to %d fits %d bytes", lastQuality, MaxResultBytes)
}

// squeeze finds the best quality whose JPEG fits; nil when that would be below floor. It bisects on a sample of an eighth of
// the rows, then corrects the target by what the whole picture weighed.
func squeeze(ctx context.Context, pic *image.YCbCr, floor int) ([]byte, error) {
	sampled := sample(pic)
	share := float64(len(sampled.Y)) / float64(len(pic.Y))
	target := MaxResultBytes * .985
	var best []byte
	low, high := floor, bestQuality // best fits below low; nothing fits above high
	for range fullEncodes {
		if low > high || ctx.Err() != nil {
			break
		}
		q, weight, err := bisect(sampled, low, high, target*share)
		if err != nil {
			return nil, err
		}
		if q == floor && floor != lastQuality && weight > hopeless*target*share {
			break
		}
		out, err := encode(pic, q)
		if err != nil {
			return nil, err
		}
		if len(out) > MaxResultBytes {
			high = q - 1
		} else if best, low = out, q+1; len(out) > MaxResultBytes*.96 {
			break
		}
		target *= MaxResultBytes * .985 / float64(len(out))
	}
	return best, ctx.Err()
}

// bisect finds the best quality in low..high whose JPEG of the sample keeps the budget in bytes, and what the sample weighs
// then; low when none does.
func bisect(pic *image.YCbCr, low, high int, budget float64) (quality int, weight float64, err error) {
	for {
		q := (low + high + 1) / 2
		out, err := encode(pic, q)
		if err != nil {
			return 0, 0, err
		}
		weight = float64(len(out))
		switch {
		case low == high:
			return low, weight, nil
		case weight <= budget:
			low = q
		default:
			high = q - 1
		}
	}
}

func encode(pic *image.YCbCr, quality int) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(MaxResultBytes + MaxResultBytes/4)
	if err := jpeg.Encode(&out, pic, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("encode jpeg: %w", err)
	}
	return out.Bytes(), nil
}

// planes converts once what every encoding needs: luma, and colour differences averaged over 2 x 2 pixels.
func planes(pic *image.NRGBA) *image.YCbCr {
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
	return out
}

// meanRow divides sums of 2 columns and the given number of rows; an odd width leaves a last column of its own.
func meanRow(dst []byte, sums []int, w, rows int) {
	for x, sum := range sums {
		dst[x] = mean(sum, rows*min(2, w-2*x))
	}
}

// sample stacks every eighth band of 16 rows, the height of a coded block, into a picture of its own. A low picture is its
// own sample.
func sample(pic *image.YCbCr) *image.YCbCr {
	const band, every = 16, 8
	w, h := pic.Bounds().Dx(), pic.Bounds().Dy()
	bands := int(math.Ceil(float64(h/band-every/2) / every))
	if bands < 4 {
		return pic
	}
	out := image.NewYCbCr(image.Rect(0, 0, w, bands*band), pic.SubsampleRatio)
	for i := range bands {
		from := (i*every + every/2) * band
		copy(out.Y[i*band*out.YStride:(i+1)*band*out.YStride], pic.Y[from*pic.YStride:])
		copy(out.Cb[i*band/2*out.CStride:(i+1)*band/2*out.CStride], pic.Cb[from/2*pic.CStride:])
		copy(out.Cr[i*band/2*out.CStride:(i+1)*band/2*out.CStride], pic.Cr[from/2*pic.CStride:])
	}
	return out
}
