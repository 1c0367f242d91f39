// Package paper draws what is looked at as a picture or a sheet: the desk's figures of a day. It takes words as they are to
// be read, and knows nothing of cases.
package paper

import (
	"bytes"
	_ "embed"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// paperFont is Noto Sans SC Regular (OFL 1.1, font/LICENSE): ASCII and the characters of the texts that are drawn.
//
//go:embed font/paper.ttf
var paperFont []byte

// Colours: near-black and one blue on white, seen alike by who does not tell red from green.
var (
	white = color.NRGBA{255, 255, 255, 255}
	ink   = color.NRGBA{24, 24, 27, 255}
	grey  = color.NRGBA{100, 106, 115, 255}
	pale  = color.NRGBA{241, 244, 248, 255}
	blue  = color.NRGBA{29, 95, 191, 255}
)

// sheet is a picture while it is drawn, with its three sizes of letters.
type sheet struct {
	img                 *image.NRGBA
	small, middle, huge font.Face
}

func newSheet(width, height int) (*sheet, error) {
	parsed, err := opentype.Parse(paperFont)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	s := &sheet{img: image.NewNRGBA(image.Rect(0, 0, width, height))}
	for _, f := range []struct {
		face *font.Face
		size float64
	}{{&s.small, 26}, {&s.middle, 32}, {&s.huge, 54}} {
		if *f.face, err = opentype.NewFace(parsed, &opentype.FaceOptions{Size: f.size, DPI: 72, Hinting: font.HintingNone}); err != nil {
			return nil, fmt.Errorf("read font: %w", err)
		}
	}
	s.fill(s.img.Bounds(), white)
	return s, nil
}

func (s *sheet) fill(r image.Rectangle, c color.Color) {
	draw.Draw(s.img, r, image.NewUniform(c), image.Point{}, draw.Src)
}

// write puts text on a base line, its left end at x.
func (s *sheet) write(f font.Face, c color.Color, x, y int, text string) {
	d := font.Drawer{Dst: s.img, Src: image.NewUniform(c), Face: f, Dot: fixed.P(x, y)}
	d.DrawString(text)
}

// wide is how many pixels a text takes.
func wide(f font.Face, text string) int { return font.MeasureString(f, text).Ceil() }

// fitted cuts a text to a width.
func fitted(f font.Face, text string, width int) string {
	if wide(f, text) <= width {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && wide(f, string(runes)+"…") > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// png is the picture with few colours, which a chat loads at once.
func (s *sheet) png() ([]byte, error) {
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, s.img); err != nil {
		return nil, fmt.Errorf("write picture: %w", err)
	}
	return out.Bytes(), nil
}

// Drawable says whether the font has every character of a text.
func Drawable(text string) bool {
	parsed, err := sfnt.Parse(paperFont)
	if err != nil {
		return false
	}
	var b sfnt.Buffer
	for _, r := range text {
		if g, err := parsed.GlyphIndex(&b, r); err != nil || g == 0 {
			return false
		}
	}
	return true
}
