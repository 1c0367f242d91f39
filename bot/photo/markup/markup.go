// Package markup draws what a judge found onto a small picture, and lays pictures side by side. It makes what a student is
// shown, never what is kept.
//
// A mark says the same without colours: a light and a dark line, a number in a disc, and the words beside the picture.
package markup

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"strconv"

	"github.com/disintegration/imaging"
	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Whole is the edge of a mark's coordinates: 0 is left or top, Whole right or bottom.
const Whole = 1000

// Mark is a place in a picture, in thousandths of its sides. One without an extent means the whole picture.
type Mark struct{ Left, Top, Right, Bottom int }

// quality of the JPEGs, which are looked at once: 40 to 90 KB at 720 px.
const quality = 80

// Colours: amber on near-black, seen on skin, on cards and in the dark, and by who does not tell red from green.
var (
	ink   = color.NRGBA{24, 24, 27, 255}
	amber = color.NRGBA{255, 193, 7, 255}
	paper = color.NRGBA{255, 255, 255, 255}
)

// Draw makes a JPEG of a picture with its marks, numbered from 1 in their order. Nothing of the source's metadata is in it.
func Draw(small image.Image, marks []Mark) ([]byte, error) {
	pic := imaging.Clone(small)
	unit := line(pic)
	for _, m := range marks {
		outline(pic, m.in(pic.Bounds()), unit, m.whole())
	}
	var taken []image.Rectangle
	for i, m := range marks {
		at := spot(pic.Bounds(), m.in(pic.Bounds()), disc(unit), taken)
		taken = append(taken, at)
		badge(pic, at, strconv.Itoa(i+1))
	}
	return encode(pic)
}

// Beside lays pictures next to one another, equally high, each with its number.
func Beside(list ...image.Image) ([]byte, error) {
	const height, gap = 560, 12
	width, scaled := -gap, make([]*image.NRGBA, len(list))
	for i, p := range list {
		scaled[i] = imaging.Resize(p, 0, height, imaging.Linear)
		width += scaled[i].Bounds().Dx() + gap
	}
	out := imaging.New(max(1, width), height, paper)
	left := 0
	for i, p := range scaled {
		at := image.Rect(left, 0, left+p.Bounds().Dx(), height)
		draw.Draw(out, at, p, image.Point{}, draw.Src)
		badge(out, image.Rect(left+gap, gap, left+gap+64, gap+64), strconv.Itoa(i+1))
		left = at.Max.X + gap
	}
	return encode(out)
}

// encode takes an opaque picture, which is the same in the form that the encoder reads fastest.
func encode(pic *image.NRGBA) ([]byte, error) {
	var out bytes.Buffer
	same := &image.RGBA{Pix: pic.Pix, Stride: pic.Stride, Rect: pic.Rect}
	if err := jpeg.Encode(&out, same, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("encode small picture: %w", err)
	}
	return out.Bytes(), nil
}

func (m Mark) whole() bool { return m.Right <= m.Left || m.Bottom <= m.Top }

// in is a mark's place in pixels, a little around what it marks.
func (m Mark) in(b image.Rectangle) image.Rectangle {
	if m.whole() {
		return b.Inset(2 * line(b))
	}
	at := func(v, size int) int { return int(math.Round(float64(v) / Whole * float64(size))) }
	box := image.Rect(at(m.Left, b.Dx()), at(m.Top, b.Dy()), at(m.Right, b.Dx()), at(m.Bottom, b.Dy()))
	box = box.Inset(-2 * line(b)).Intersect(b.Inset(line(b)))
	if box.Empty() {
		return b.Inset(2 * line(b))
	}
	return box
}

// line is the width of a stroke in pixels: a 120th of the short side, 3 at least.
func line(pic interface{ Bounds() image.Rectangle }) int {
	return max(3, min(pic.Bounds().Dx(), pic.Bounds().Dy())/120)
}

// disc is the diameter of a number's disc, in pixels.
func disc(unit int) int { return 9 * unit }

// outline draws a frame, dark outside and light inside; of one around the whole picture only the corners.
func outline(pic *image.NRGBA, box image.Rectangle, unit int, corners bool) {
	arm := 0
	if corners {
		arm = min(box.Dx(), box.Dy()) / 6
	}
	for i := range 3 {
		shade, width := ink, max(1, unit/2)
		if i == 1 {
			shade, width = amber, unit
		}
		frame(pic, box, width, arm, shade)
		box, arm = box.Inset(width), max(0, arm-width)
	}
}

// frame draws the four sides of a box inwards, or so many pixels of each from its corners.
func frame(pic *image.NRGBA, box image.Rectangle, width, arm int, shade color.NRGBA) {
	for _, side := range []image.Rectangle{
		{box.Min, image.Pt(box.Max.X, box.Min.Y+width)}, {image.Pt(box.Min.X, box.Max.Y-width), box.Max},
		{box.Min, image.Pt(box.Min.X+width, box.Max.Y)}, {image.Pt(box.Max.X-width, box.Min.Y), box.Max},
	} {
		first, last := side, side
		if arm > 0 {
			first.Max = image.Pt(min(side.Max.X, side.Min.X+arm), min(side.Max.Y, side.Min.Y+arm))
			last.Min = image.Pt(max(side.Min.X, side.Max.X-arm), max(side.Min.Y, side.Max.Y-arm))
		}
		draw.Draw(pic, first, image.NewUniform(shade), image.Point{}, draw.Src)
		draw.Draw(pic, last, image.NewUniform(shade), image.Point{}, draw.Src)
	}
}

// spot finds a place for a disc: at a corner of the box, outside what it marks where there is room, on no other disc.
func spot(b, box image.Rectangle, size int, taken []image.Rectangle) image.Rectangle {
	half := size / 2
	corners := []image.Point{box.Min, {X: box.Max.X, Y: box.Min.Y}, {X: box.Min.X, Y: box.Max.Y}, box.Max}
	first := image.Rectangle{}
	for i, c := range corners {
		at := image.Rect(c.X-half, c.Y-half, c.X+half, c.Y+half)
		at = at.Add(image.Pt(max(0, b.Min.X-at.Min.X)-max(0, at.Max.X-b.Max.X), max(0, b.Min.Y-at.Min.Y)-max(0, at.Max.Y-b.Max.Y)))
		if i == 0 {
			first = at
		}
		if free(at, taken) {
			return at
		}
	}
	for ; !free(first, taken) && first.Max.X+size <= b.Max.X; first = first.Add(image.Pt(size+2, 0)) {
		continue
	}
	return first
}

func free(at image.Rectangle, taken []image.Rectangle) bool {
	for _, t := range taken {
		if at.Overlaps(t) {
			return false
		}
	}
	return true
}

// badge draws a number in a disc.
func badge(pic *image.NRGBA, at image.Rectangle, number string) {
	filled(pic, at, ink)
	filled(pic, at.Inset(max(2, at.Dx()/14)), amber)
	face, err := digits(float64(at.Dx()) * .62)
	if err != nil {
		return // a disc without its number still marks the place
	}
	bounds, advance := font.BoundString(face, number)
	high := bounds.Max.Y - bounds.Min.Y
	d := font.Drawer{Dst: pic, Src: image.NewUniform(ink), Face: face, Dot: fixed.Point26_6{
		X: fixed.I(at.Min.X) + (fixed.I(at.Dx())-advance)/2,
		Y: fixed.I(at.Min.Y) + (fixed.I(at.Dy())+high)/2,
	}}
	d.DrawString(number)
}

func digits(size float64) (font.Face, error) {
	f, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	return opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72})
}

// filled draws a disc into a square.
func filled(pic *image.NRGBA, at image.Rectangle, shade color.NRGBA) {
	const bend = .5522847 // of a quarter circle by a cubic curve
	r := float32(at.Dx()) / 2
	v, k := vector.NewRasterizer(at.Dx(), at.Dy()), r*bend
	v.MoveTo(2*r, r)
	v.CubeTo(2*r, r+k, r+k, 2*r, r, 2*r)
	v.CubeTo(r-k, 2*r, 0, r+k, 0, r)
	v.CubeTo(0, r-k, r-k, 0, r, 0)
	v.CubeTo(r+k, 0, 2*r, r-k, 2*r, r)
	v.ClosePath()
	v.Draw(pic, at, image.NewUniform(shade), image.Point{})
}
