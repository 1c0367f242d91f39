package photo

import (
	"image"
	"math"

	"github.com/disintegration/imaging"
)

// Long sides of results, in pixels. The side matters more than the quality: at 2,560 px and 300,000 bytes the digits of an ID
// number stay readable where they were, at 1,600 px a quarter of small ones is lost (photos.md).
const (
	LongSide = 2560 // of a picture that was scaled pixel by pixel
	KeepSide = 3072 // of a JPEG that is passed on as it is, or was made smaller by blocks
	// SmallSide is that of a picture shown back to its sender: as wide as a phone's screen shows it.
	SmallSide = 720
	// smallLeast is what will do there: half of a photo of Telegram's is shown as it is.
	smallLeast = 600
)

// scale makes a picture opaque with a long side of at most side pixels; it never enlarges. Whole factors are averaged
// first, the rest is resampled.
func scale(img image.Image, side int) *image.NRGBA {
	return shrink(opaque(img, wholeFactor(img.Bounds().Dx(), img.Bounds().Dy(), side)), side)
}

// wholeFactor is how many pixels of each side can become one without falling short of a long side of side pixels.
func wholeFactor(w, h, side int) int { return max(1, max(w, h)/side) }

// shrink resamples down to a long side of at most side pixels.
func shrink(pic *image.NRGBA, side int) *image.NRGBA {
	w, h := pic.Bounds().Dx(), pic.Bounds().Dy()
	long := max(w, h)
	if long <= side {
		return pic
	}
	part := func(v int) int {
		return max(1, int(math.Round(float64(v)*float64(side)/float64(long))))
	}
	return imaging.Resize(pic, part(w), part(h), imaging.CatmullRom)
}

// orient turns a picture upright: EXIF says where row 0 and column 0 of the stored picture belong (Exif 2.32, 4.6.4, tag
// 0x0112). imaging turns counter-clockwise.
func orient(pic *image.NRGBA, orientation int) *image.NRGBA {
	switch orientation {
	case 2:
		return imaging.FlipH(pic)
	case 3:
		return imaging.Rotate180(pic)
	case 4:
		return imaging.FlipV(pic)
	case 5:
		return imaging.Transpose(pic)
	case 6:
		return imaging.Rotate270(pic)
	case 7:
		return imaging.Transverse(pic)
	case 8:
		return imaging.Rotate90(pic)
	}
	return pic
}
