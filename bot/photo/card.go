package photo

import (
	"image"
	"math"
)

// An ID card (GA 467: ID-1, 85.6 x 54.0 mm) as far as the judge has to know it, in mm from its top left corner. The number on
// the front and the term of validity on the back stand around the same place.
const (
	cardWide, cardHigh = 85.6, 54.0
	numberX, numberY   = 54.75, 46.4  // the middle of the number
	portraitX          = 69.5         // the middle of the portrait
	portraitY          = 20.25        //
	portraitSide       = 22.0         // its width
	portraitScore      = 60           // of its face, which is small
	digitHigh          = .0339 * 85.6 // a digit of the number
	digitPitch         = 2.9          // from one digit of the number to the next
)

// card is where an ID card lies, told by the line of its number: samples of the working plane.
type card struct {
	x, y   float64 // the middle of the number
	ux, uy float64 // one mm along the number
}

// cardOf follows from a complete line. Perspective is left out: over a hand-held card it is a few per cent.
func cardOf(l line) card {
	first, last := l.glyphs[0], l.glyphs[len(l.glyphs)-1]
	dx, dy := last.x()-first.x(), last.y()-first.y()
	span := math.Hypot(dx, dy)
	mm := l.height / digitHigh
	if l.spaced() {
		mm = span / float64(l.slots-1) / digitPitch
	}
	return card{(first.x() + last.x()) / 2, (first.y() + last.y()) / 2, dx / span * mm, dy / span * mm}
}

// at is a place of the card in the plane.
func (c card) at(x, y float64) (px, py float64) {
	x, y = x-numberX, y-numberY
	return c.x + x*c.ux - y*c.uy, c.y + x*c.uy + y*c.ux
}

// mm is one millimetre, in samples.
func (c card) mm() float64 { return math.Hypot(c.ux, c.uy) }

// part is the smallest upright rectangle around a part of the card, in mm.
func (c card) part(left, top, right, bottom float64) image.Rectangle {
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range [][2]float64{{left, top}, {right, top}, {left, bottom}, {right, bottom}} {
		x, y := c.at(p[0], p[1])
		minX, maxX, minY, maxY = min(minX, x), max(maxX, x), min(minY, y), max(maxY, y)
	}
	return image.Rect(int(minX), int(minY), int(math.Ceil(maxX)), int(math.Ceil(maxY)))
}

func (c card) box() image.Rectangle { return c.part(0, 0, cardWide, cardHigh) }

// beyond is how far the card reaches out of a plane, in mm.
func (c card) beyond(frame image.Rectangle) float64 {
	b := c.box()
	out := max(frame.Min.X-b.Min.X, frame.Min.Y-b.Min.Y, b.Max.X-frame.Max.X, b.Max.Y-frame.Max.Y)
	return float64(out) / c.mm()
}

// portraitWindow is where the portrait is looked for: to the right of the number's middle, in a mirror to the left.
func (c card) portraitWindow(mirrored bool) image.Rectangle {
	x := portraitX
	if mirrored {
		x = 2*numberX - portraitX
	}
	const around = portraitSide/2 + 3
	return c.part(x-around, portraitY-around-2, x+around, portraitY+around+2)
}

// mirrored tells whether the portrait is found on the wrong side of the number, and not on the right one.
func (c card) mirrored(luma plane) bool {
	right, wrong := faceIn(luma, c.portraitWindow(false)), faceIn(luma, c.portraitWindow(true))
	return wrong >= portraitScore && wrong > 3*right
}

// faceIn is the score of the likeliest face of a window about twice its size.
func faceIn(luma plane, window image.Rectangle) float64 {
	part := luma.cut(window).shrunk(96)
	short := min(part.w, part.h)
	if short < 24 {
		return 0
	}
	best := 0.0
	for _, f := range part.facesOf(scan{short / 4, short * 4 / 5, .05, 1.05}, 0) {
		best = max(best, f.score)
	}
	return best
}
