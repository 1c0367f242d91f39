package photo

import (
	"math/bits"

	"guiwei/bot/photo/dct"
)

// SameDistance is the largest Distance of two pictures that count as the same one sent again (photos.md). Two different
// pictures of one person taken seconds apart are farther from each other.
const SameDistance = 16

// RefusedDistance is the largest Distance at which a picture counts as one that was refused before (P11): so near that a new
// try of the same pose is never taken for the old one.
const RefusedDistance = 6

// hashSide is the long side, in pixels, at which a picture is large enough to be hashed.
const hashSide = 640

// dhash is a difference hash of 16 x 16 bits: is a cell of the shrunken picture brighter than its left neighbour? Row by
// row from the top left, the first bit highest. Compressing, scaling and brightening hardly move it.
func dhash(luma dct.Plane) [4]uint64 {
	const side = 16
	cells := cellMeans(luma, side+1, side)
	var hash [4]uint64
	for i := range side * side {
		x, y := i%side, i/side
		if cells[y*(side+1)+x+1] > cells[y*(side+1)+x] {
			hash[i/64] |= 1 << (63 - i%64)
		}
	}
	return hash
}

// cellMeans are the mean brightnesses of a grid of cells. Of a large plane some rows and columns stand for all.
func cellMeans(luma dct.Plane, across, down int) []float64 {
	every := max(1, max(luma.Width, luma.Height)/(2*hashSide))
	sums, counts := make([]int, across*down), make([]int, across*down)
	for y := 0; y < luma.Height; y += every {
		row := y * down / luma.Height * across
		at := luma.Base + y*luma.StepY
		for x := 0; x < luma.Width; x += every {
			cell := row + x*across/luma.Width
			sums[cell] += int(luma.Pix[at])
			counts[cell]++
			at += every * luma.StepX
		}
	}
	means := make([]float64, len(sums))
	for i, sum := range sums {
		means[i] = float64(sum) / float64(max(1, counts[i]))
	}
	return means
}

// Distance counts the bits in which two hashes differ, 0..256; see SameDistance.
func Distance(a, b [4]uint64) int {
	d := 0
	for i := range a {
		d += bits.OnesCount64(a[i] ^ b[i])
	}
	return d
}
