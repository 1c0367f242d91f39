package photo

import (
	"image"
	"math/bits"

	"github.com/disintegration/imaging"
)

// SameDistance is the largest Distance of two pictures that count as the same one sent again (photos.md). Two different
// pictures of one person taken seconds apart are farther from each other.
const SameDistance = 16

// hashSide is the long side, in pixels, at which a picture is large enough to be hashed.
const hashSide = 640

// dhash is a difference hash of 16 x 16 bits: is a cell of the shrunken picture brighter than its left neighbour? Row by
// row from the top left, the first bit highest. Compressing, scaling and brightening hardly move it.
func dhash(pic *image.NRGBA) [4]uint64 {
	const side = 16
	cells := imaging.Resize(pic, side+1, side, imaging.Box)
	var hash [4]uint64
	for i := range side * side {
		x, y := i%side, i/side
		if luma(cells, x+1, y) > luma(cells, x, y) {
			hash[i/64] |= 1 << (63 - i%64)
		}
	}
	return hash
}

// luma is the brightness of a pixel by ITU-R BT.601, in thousandths.
func luma(pic *image.NRGBA, x, y int) int {
	p := pic.Pix[pic.PixOffset(x, y):]
	return 299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])
}

// Distance counts the bits in which two hashes differ, 0..256; see SameDistance.
func Distance(a, b [4]uint64) int {
	d := 0
	for i := range a {
		d += bits.OnesCount64(a[i] ^ b[i])
	}
	return d
}
