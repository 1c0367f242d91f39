package photo

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/math/fixed"
)

// markFont is Noto Sans SC Regular (OFL 1.1, font/LICENSE), the ASCII, the words of the mark and some 200 frequent surnames of it.
//
//go:embed font/mark.ttf
var markFont []byte

// How the mark lies on a picture: a line of letters a thirty-eighth of the long side high, rising by 30 degrees, again and
// again. White by a third with an edge by a fifth is seen on any ground, and lets the smallest print of a card be read.
const (
	markPart  = 38.0
	markAngle = 30 * math.Pi / 180
	markWhite = 85 // of 255
	markEdge  = 50 // of 255
	markGap   = 5  // line heights between the rows
)

// markQuality is what a marked copy is compressed with: it is looked at and deleted, and may weigh more than a stored one.
const markQuality = 88

// Watermark lays the first of the texts whose characters can all be drawn over a JPEG of this package, again and again from
// edge to edge. The copy has no metadata. It takes one of the room's places: 5 megapixels cost about 0.2 s of one core.
func (r *Room) Watermark(ctx context.Context, picture []byte, texts ...string) ([]byte, error) {
	select {
	case r.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-r.slots }()
	about, err := jpeg.DecodeConfig(bytes.NewReader(picture))
	if err != nil || max(about.Width, about.Height) > KeepSide {
		return nil, errors.New("watermark: not a picture that was stored")
	}
	img, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("watermark: %w", err)
	}
	m, err := newMark(texts, float64(max(about.Width, about.Height))/markPart)
	if err != nil {
		return nil, fmt.Errorf("watermark: %w", err)
	}
	luma, stride := brightness(&img)
	m.cover(luma, stride, about.Width, about.Height)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: markQuality}); err != nil {
		return nil, fmt.Errorf("watermark: %w", err)
	}
	return out.Bytes(), nil
}

// brightness is the plane of a decoded JPEG that the mark changes; a picture of other planes is made one of these.
func brightness(img *image.Image) (plane []byte, stride int) {
	switch pic := (*img).(type) {
	case *image.YCbCr:
		return pic.Y, pic.YStride
	case *image.Gray:
		return pic.Pix, pic.Stride
	}
	gray := image.NewGray((*img).Bounds())
	draw.Draw(gray, gray.Bounds(), *img, (*img).Bounds().Min, draw.Src)
	*img = gray
	return gray.Pix, gray.Stride
}

// mark is one line of letters, turned: where it brightens and where it darkens.
type mark struct {
	white, edge *image.Alpha
	width, row  float64 // of the line before it was turned, and from one row to the next
}

func newMark(texts []string, size float64) (mark, error) {
	f, err := opentype.Parse(markFont)
	if err != nil {
		return mark{}, err
	}
	text, err := drawable(f, texts)
	if err != nil {
		return mark{}, err
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		return mark{}, err
	}
	defer face.Close()
	line := written(face, text, size)
	white := turned(line)
	return mark{white: white, edge: around(white, max(1, int(size/24))), width: float64(line.Bounds().Dx()), row: size * (1 + markGap)}, nil
}

// drawable is the first text that the font has every character of.
func drawable(f *sfnt.Font, texts []string) (string, error) {
	var b sfnt.Buffer
	for _, text := range texts {
		whole := text != ""
		for _, c := range text {
			glyph, err := f.GlyphIndex(&b, c)
			whole = whole && err == nil && glyph != 0
		}
		if whole {
			return text, nil
		}
	}
	return "", errors.New("no text that can be drawn")
}

// written draws a line on a ground of its own size.
func written(face font.Face, text string, size float64) *image.Alpha {
	width := font.MeasureString(face, text).Ceil()
	line := image.NewAlpha(image.Rect(0, 0, width, int(size*1.5)))
	d := font.Drawer{Dst: line, Src: image.NewUniform(color.Alpha{A: 255}), Face: face, Dot: fixed.P(0, int(size*1.1))}
	d.DrawString(text)
	return line
}

// turned lets a line rise by the mark's angle, on a ground that holds it.
func turned(line *image.Alpha) *image.Alpha {
	sin, cos := math.Sincos(markAngle)
	w, h := float64(line.Bounds().Dx()), float64(line.Bounds().Dy())
	out := image.NewAlpha(image.Rect(0, 0, int(w*cos+h*sin)+2, int(w*sin+h*cos)+2))
	draw.ApproxBiLinear.Transform(out, f64.Aff3{cos, sin, 1, -sin, cos, w*sin + 1}, line, line.Bounds(), draw.Src, nil)
	return out
}

// around is what lies within so many pixels of letters, and not in them.
func around(letters *image.Alpha, reach int) *image.Alpha {
	b := letters.Bounds()
	near := func(in *image.Alpha, dx, dy int) *image.Alpha {
		out := image.NewAlpha(b)
		for y := range b.Dy() {
			for x := range b.Dx() {
				most := uint8(0)
				for n := -reach; n <= reach; n++ {
					if p := image.Pt(x+n*dx, y+n*dy); p.In(b) {
						most = max(most, in.Pix[p.Y*in.Stride+p.X])
					}
				}
				out.Pix[y*out.Stride+x] = most
			}
		}
		return out
	}
	wide := near(near(letters, 1, 0), 0, 1)
	for i, a := range letters.Pix {
		wide.Pix[i] -= a
	}
	return wide
}

// cover stamps the line in rows from edge to edge, every second row moved by half a line.
func (m mark) cover(luma []byte, stride, w, h int) {
	sin, cos := math.Sincos(markAngle)
	step := m.width * 1.15
	reach := math.Hypot(float64(w), float64(h))
	for row := -int(reach/m.row) - 1; row <= int(reach/m.row)+1; row++ {
		shift := float64(row&1) * step / 2
		for n := -int(reach/step) - 1; n <= int(reach/step)+1; n++ {
			along, across := float64(n)*step+shift, float64(row)*m.row
			x, y := float64(w)/2+along*cos+across*sin, float64(h)/2-along*sin+across*cos
			m.stamp(luma, stride, w, h, int(x)-m.white.Rect.Dx()/2, int(y)-m.white.Rect.Dy()/2)
		}
	}
}

// stamp lays one line with its corner at left, top.
func (m mark) stamp(luma []byte, stride, w, h, left, top int) {
	size := m.white.Rect
	for y := max(0, -top); y < size.Dy() && top+y < h; y++ {
		from, to := max(0, -left), min(size.Dx(), w-left)
		if from >= to {
			return
		}
		at := luma[(top+y)*stride+left+from : (top+y)*stride+left+to]
		white, edge := m.white.Pix[y*m.white.Stride+from:], m.edge.Pix[y*m.edge.Stride+from:]
		for i, v := range at {
			if white[i]|edge[i] == 0 {
				continue
			}
			bright := int(v) + (255-int(v))*int(white[i])*markWhite/(255*255)
			at[i] = uint8(bright - bright*int(edge[i])*markEdge/(255*255)) //nolint:gosec // both parts stay within 0..255
		}
	}
}
