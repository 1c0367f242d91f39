package photo

import (
	"image"
	"image/color"
)

// opaque makes an 8-bit picture over white of whatever a decoder gave, each side divided by n (rounded down) by averaging
// squares of n x n pixels. It reads row by row, so that the largest picture never exists twice, and the result starts at
// (0,0) with rows without gaps: imaging works in goroutines, where a panic over an odd picture could not be recovered.
func opaque(img image.Image, n int) *image.NRGBA {
	if src, ok := img.(*image.NRGBA); ok && n == 1 && src.Opaque() {
		return src
	}
	if src, ok := img.(*image.YCbCr); ok {
		return shrinkPlanes(src, n)
	}
	return shrinkRows(rows(img), img.Bounds().Dx(), img.Bounds().Dy(), n)
}

// rowFunc writes row y of a picture as opaque RGBA bytes, four per pixel.
type rowFunc func(y int, dst []byte)

// shrinkRows averages squares of any picture.
func shrinkRows(row rowFunc, w, h, n int) *image.NRGBA {
	dst := image.NewNRGBA(image.Rect(0, 0, w/n, h/n))
	if n == 1 {
		for y := range h {
			row(y, dst.Pix[y*dst.Stride:(y+1)*dst.Stride])
		}
		return dst
	}
	line, sums := make([]byte, 4*w), make([]uint32, dst.Stride)
	area := uint32(n * n) //nolint:gosec // n is at most MaxSide
	for y := range h / n {
		clear(sums)
		for i := range n {
			row(y*n+i, line)
			addSquares(sums, line, n)
		}
		for i, s := range sums {
			dst.Pix[y*dst.Stride+i] = mean(s, area)
		}
	}
	return dst
}

// addSquares adds n neighbours of a row to each sum, channel by channel.
func addSquares(sums []uint32, line []byte, n int) {
	for x := 0; x < len(sums); x += 4 {
		s := sums[x : x+4 : x+4]
		for _, at := 0, x*n; at < (x+4)*n; at += 4 {
			p := line[at : at+4 : at+4]
			s[0] += uint32(p[0])
			s[1] += uint32(p[1])
			s[2] += uint32(p[2])
			s[3] += uint32(p[3])
		}
	}
}

// shrinkPlanes averages the planes of a JPEG before its colours are converted: a quarter of the work at n = 2.
func shrinkPlanes(src *image.YCbCr, n int) *image.NRGBA {
	b := src.Bounds()
	dst := image.NewNRGBA(image.Rect(0, 0, b.Dx()/n, b.Dy()/n))
	luma := make([]uint32, b.Dx()/n)
	area := uint32(n * n) //nolint:gosec // n is at most MaxSide
	for y := range b.Dy() / n {
		clear(luma)
		for i := range n {
			line := src.Y[src.YOffset(b.Min.X, b.Min.Y+y*n+i):]
			for x := range luma {
				for _, v := range line[x*n : (x+1)*n] {
					luma[x] += uint32(v)
				}
			}
		}
		near := src.COffset(b.Min.X, b.Min.Y+y*n)
		far := src.COffset(b.Min.X, b.Min.Y+y*n+n-1)
		out := dst.Pix[y*dst.Stride : (y+1)*dst.Stride]
		for x, sum := range luma {
			left := src.COffset(b.Min.X+x*n, b.Min.Y) - src.COffset(b.Min.X, b.Min.Y)
			right := src.COffset(b.Min.X+x*n+n-1, b.Min.Y) - src.COffset(b.Min.X, b.Min.Y)
			cb := corners(src.Cb, near, far, left, right)
			cr := corners(src.Cr, near, far, left, right)
			p := out[4*x : 4*x+4 : 4*x+4]
			p[0], p[1], p[2] = color.YCbCrToRGB(mean(sum, area), cb, cr)
			p[3] = 255
		}
	}
	return dst
}

// corners is the mean colour difference of the four corners of a square: the square itself where a plane is subsampled.
func corners(plane []byte, near, far, left, right int) byte {
	if near == far && left == right {
		return plane[near+left]
	}
	return mean(int(plane[near+left])+int(plane[near+right])+int(plane[far+left])+int(plane[far+right]), 4)
}

// mean is the rounded mean of n samples of 0..255 by their sum.
func mean[T int | uint32](sum, n T) byte {
	return byte((sum + n/2) / n)
}

// rows reads the picture types that image/jpeg, image/png and image/gif make; any other one pixel by pixel.
func rows(img image.Image) rowFunc {
	switch src := img.(type) {
	case *image.Gray:
		return func(y int, dst []byte) { grayRow(dst, src.Pix[y*src.Stride:], 1) }
	case *image.Gray16:
		return func(y int, dst []byte) { grayRow(dst, src.Pix[y*src.Stride:], 2) }
	case *image.RGBA:
		return func(y int, dst []byte) { overWhite(dst, src.Pix[y*src.Stride:], 1, true) }
	case *image.NRGBA:
		return func(y int, dst []byte) { overWhite(dst, src.Pix[y*src.Stride:], 1, false) }
	case *image.RGBA64:
		return func(y int, dst []byte) { overWhite(dst, src.Pix[y*src.Stride:], 2, true) }
	case *image.NRGBA64:
		return func(y int, dst []byte) { overWhite(dst, src.Pix[y*src.Stride:], 2, false) }
	case *image.CMYK:
		return func(y int, dst []byte) { cmykRow(dst, src.Pix[y*src.Stride:]) }
	case *image.Paletted:
		return palettedRows(src)
	}
	return plainRows(img)
}

// grayRow spreads samples of the given width in bytes; the high byte of 16 bits stands first.
func grayRow(dst, src []byte, width int) {
	for x := 0; x < len(dst); x += 4 {
		v := src[x/4*width]
		dst[x], dst[x+1], dst[x+2], dst[x+3] = v, v, v, 255
	}
}

// overWhite lays a row of RGBA samples over white; premultiplied says whether the colours carry their alpha already.
func overWhite(dst, src []byte, width int, premultiplied bool) {
	for x := 0; x < len(dst); x += 4 {
		s := src[x*width : (x+4)*width]
		a := uint32(s[3*width])
		for i := range 3 {
			v := uint32(s[i*width])
			if !premultiplied && a != 255 {
				v = v * a / 255
			}
			dst[x+i] = byte(min(v+255-a, 255))
		}
		dst[x+3] = 255
	}
}

// cmykRow mixes inks as image/color does, without a profile.
func cmykRow(dst, src []byte) {
	for x := 0; x < len(dst); x += 4 {
		white := 255 - uint32(src[x+3])
		for i := range 3 {
			dst[x+i] = mean((255-uint32(src[x+i]))*white, 255)
		}
		dst[x+3] = 255
	}
}

// palettedRows looks colours up in a table of 256, so that no index can point past it.
func palettedRows(src *image.Paletted) rowFunc {
	var table [256][4]byte
	for i := range table {
		table[i] = [4]byte{255, 255, 255, 255}
		if i < len(src.Palette) {
			c, _ := color.NRGBAModel.Convert(src.Palette[i]).(color.NRGBA)
			overWhite(table[i][:], []byte{c.R, c.G, c.B, c.A}, 1, false)
		}
	}
	return func(y int, dst []byte) {
		line := src.Pix[y*src.Stride:]
		for x := 0; x < len(dst); x += 4 {
			copy(dst[x:x+4], table[line[x/4]][:])
		}
	}
}

// plainRows is the slow way that fits all.
func plainRows(img image.Image) rowFunc {
	b := img.Bounds()
	return func(y int, dst []byte) {
		for x := 0; x < len(dst); x += 4 {
			c, _ := color.RGBAModel.Convert(img.At(b.Min.X+x/4, b.Min.Y+y)).(color.RGBA)
			overWhite(dst[x:x+4], []byte{c.R, c.G, c.B, c.A}, 1, true)
		}
	}
}
