// Package dct reads and writes JPEG by its blocks of cosines (ITU-T T.81): Decode makes a picture smaller by eighths while it is
// read, so that most pixels are never made, and Encode finds the largest file of a budget without writing it twice.
//
// A picture stays in planes of luma and colour differences all the way; turning it costs nothing, because a plane is read by
// steps. Most callers want Decode, Turn and Encode, in this order.
package dct

import "errors"

var (
	// ErrUnusual marks a JPEG of a kind that Decode leaves to others: four components, arithmetic or lossless coding, 12 bits,
	// RGB, odd sampling. Nothing is wrong with it.
	ErrUnusual = errors.New("unusual jpeg")
	// ErrBroken marks bytes that are no whole JPEG.
	ErrBroken = errors.New("broken jpeg")
)

// Plane is one component of a picture, one byte per sample. The sample at (x, y) is Pix[Base+x*StepX+y*StepY].
type Plane struct {
	Pix                []byte
	Base, StepX, StepY int
	Width, Height      int
}

// Picture is luma with colour differences of half its width and height, rounded up (4:2:0); Cb and Cr have no size in a grey one.
type Picture struct {
	Y, Cb, Cr Plane
}

// Grey tells a picture without colours.
func (p Picture) Grey() bool { return p.Cb.Width == 0 }

// newPlane makes a plane whose rows stand stride bytes apart.
func newPlane(w, h, stride, rows int) Plane {
	return Plane{Pix: make([]byte, stride*rows), StepX: 1, StepY: stride, Width: w, Height: h}
}

// At is the sample at (x, y), which must lie inside.
func (p Plane) At(x, y int) byte { return p.Pix[p.Base+x*p.StepX+y*p.StepY] }

// Turn stands a picture upright: orientation is EXIF's 1..8 (Exif 2.32, 4.6.4, tag 0x0112: the sides that row 0 and column 0 of
// the stored picture are on). The pixels are shared. Where a side of odd length is mirrored its last row goes, so that colours
// stay in step with luma.
func (p Picture) Turn(orientation int) Picture {
	mirrorX := orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8
	mirrorY := orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7
	w, h := p.Y.Width, p.Y.Height
	if mirrorX {
		w = even(w)
	}
	if mirrorY {
		h = even(h)
	}
	p = p.crop(w, h)
	for _, plane := range []*Plane{&p.Y, &p.Cb, &p.Cr} {
		if mirrorX && plane.Width > 0 {
			plane.Base += (plane.Width - 1) * plane.StepX
			plane.StepX = -plane.StepX
		}
		if mirrorY && plane.Width > 0 {
			plane.Base += (plane.Height - 1) * plane.StepY
			plane.StepY = -plane.StepY
		}
		if orientation >= 5 && orientation <= 8 {
			plane.Width, plane.Height = plane.Height, plane.Width
			plane.StepX, plane.StepY = plane.StepY, plane.StepX
		}
	}
	return p
}

// crop keeps the top left part of a picture.
func (p Picture) crop(w, h int) Picture {
	p.Y.Width, p.Y.Height = w, h
	if !p.Grey() {
		p.Cb.Width, p.Cb.Height = (w+1)/2, (h+1)/2
		p.Cr.Width, p.Cr.Height = (w+1)/2, (h+1)/2
	}
	return p
}

// even rounds down; one pixel stays one.
func even(v int) int { return max(1, v&^1) }
