package photo

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"math/rand/v2"

	"github.com/disintegration/imaging"
)

// shot is a good picture and where things are in it.
type shot struct {
	name string
	pic  *image.NRGBA
	face image.Rectangle
	quad [4][2]float64 // the card: top left, top right, bottom right, bottom left
	back bool
}

// digit is the height of a digit of the number, pixels.
func (s shot) digit() float64 { return .0339 * s.cardWidth() }

func (s shot) cardWidth() float64 {
	return math.Hypot(s.quad[1][0]-s.quad[0][0], s.quad[1][1]-s.quad[0][1])
}

// onCard is a place of the card, in parts of its width and height.
func (s shot) onCard(u, v float64) (x, y float64) {
	q := s.quad
	mix := func(i int) float64 {
		return (1-v)*((1-u)*q[0][i]+u*q[1][i]) + v*((1-u)*q[3][i]+u*q[2][i])
	}
	return mix(0), mix(1)
}

// cardBox is the upright rectangle around a part of the card.
func (s shot) cardBox(u0, v0, u1, v1 float64) image.Rectangle {
	var r image.Rectangle
	for _, p := range [][2]float64{{u0, v0}, {u1, v0}, {u0, v1}, {u1, v1}} {
		x, y := s.onCard(p[0], p[1])
		r = r.Union(image.Rect(int(x), int(y), int(x)+1, int(y)+1))
	}
	return r
}

// scaled is the shot at another size.
func (s shot) scaled(k float64) shot {
	w := int(float64(s.pic.Rect.Dx()) * k)
	s.pic = imaging.Resize(s.pic, w, 0, imaging.CatmullRom)
	s.face = image.Rect(int(float64(s.face.Min.X)*k), int(float64(s.face.Min.Y)*k), int(float64(s.face.Max.X)*k), int(float64(s.face.Max.Y)*k))
	for i := range s.quad {
		s.quad[i][0], s.quad[i][1] = s.quad[i][0]*k, s.quad[i][1]*k
	}
	return s
}

// good are harmless changes: what another phone, room and hand make of the same picture.
func (s shot) good(r *rand.Rand) map[string]*image.NRGBA {
	between := func(lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }
	low := max(.45, 7.2/s.digit())
	s = s.scaled(min(1, between(low, 1.2)))
	w, h := s.pic.Rect.Dx(), s.pic.Rect.Dy()
	lean := imaging.Rotate(s.pic, between(2, 6)*float64(1-2*r.IntN(2)), color.NRGBA{90, 90, 90, 255})
	margin := between(.01, .05)
	gain := between(.75, 1.2)
	return map[string]*image.NRGBA{
		"smaller":  s.pic,
		"cropped":  imaging.Crop(s.pic, image.Rect(int(margin*float64(w)), int(margin*float64(h)), w-int(margin*float64(w)), h)),
		"leaning":  imaging.CropCenter(lean, w*95/100, h*95/100),
		"light":    imaging.AdjustFunc(s.pic, func(c color.NRGBA) color.NRGBA { return times(c, gain) }),
		"warmer":   imaging.AdjustSaturation(s.pic, between(-50, 30)),
		"noisy":    noisy(s.pic, between(2, 7), r),
		"squeezed": squeezed(s.pic, 40+r.IntN(40)),
		"softer":   imaging.Blur(s.pic, between(.25, .5)*s.digit()/9),
	}
}

// bad are changes that a judge must name.
func (s shot) bad(r *rand.Rand) map[Reason]*image.NRGBA {
	between := func(lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }
	box := image.Rect(0, 0, s.pic.Rect.Dx(), s.pic.Rect.Dy())
	dark, bright := between(.05, .15), between(2, 2.6)
	out := map[Reason]*image.NRGBA{
		TooDark:     imaging.AdjustFunc(s.pic, func(c color.NRGBA) color.NRGBA { return times(c, dark) }),
		OverExposed: imaging.AdjustFunc(s.pic, func(c color.NRGBA) color.NRGBA { return times(c, bright) }),
		Blurred:     imaging.Blur(s.pic, between(.5, .9)*s.digit()),
		GreyCopy:    imaging.Grayscale(s.pic),
		UpsideDown:  [...]func(image.Image) *image.NRGBA{imaging.Rotate90, imaging.Rotate180, imaging.Rotate270}[r.IntN(3)](s.pic),
		NoFace:      painted(s.pic, grown(s.face, .35), color.NRGBA{150, 160, 170, 255}),
		NoCard:      painted(s.pic, grown(s.cardBox(0, 0, 1, 1), .03), color.NRGBA{120, 60, 50, 255}),
		Glare:       s.spotted(.25+.5*r.Float64(), between(.18, .3), color.NRGBA{255, 255, 255, 255}),
	}
	if small := s.scaled(between(3.2, 4.6) / s.digit()).pic; min(small.Rect.Dx(), small.Rect.Dy()) >= MinShortSide {
		out[Illegible] = small
	}
	cut := s.cardBox(.3, 0, .31, 1).Min.X
	if s.face.Min.X > cut {
		box.Min.X = cut
	} else {
		box.Max.X = s.cardBox(.6, 0, .61, 1).Min.X
	}
	out[CardCut] = imaging.Crop(s.pic, box)
	if l, b, c := planesOf(out[OverExposed], 1); expose(l, b, c).burnt < .15 {
		delete(out, OverExposed) // a dim picture that became a normal one
	}
	if s.back {
		return out
	}
	out[Mirrored] = imaging.FlipH(s.pic)
	out[NumberCovered] = s.spotted(.4+.4*r.Float64(), between(.12, .2), color.NRGBA{190, 130, 105, 255})
	return out
}

// soft is the shot with only its card out of focus.
func (s shot) soft(r *rand.Rand) *image.NRGBA {
	part := s.cardBox(0, 0, 1, 1)
	out := imaging.Clone(s.pic)
	draw.Draw(out, part, imaging.Blur(imaging.Crop(s.pic, part), (.4+.4*r.Float64())*s.digit()), image.Point{}, draw.Src)
	return out
}

// spotted covers a part of the line of the number with an ellipse.
func (s shot) spotted(u, wide float64, c color.NRGBA) *image.NRGBA {
	out := imaging.Clone(s.pic)
	x, y := s.onCard(u, .86)
	a, b := wide*s.cardWidth(), .09*s.cardWidth()
	for dy := -b; dy <= b; dy++ {
		half := a * math.Sqrt(1-dy*dy/(b*b))
		for dx := -half; dx <= half; dx++ {
			out.SetNRGBA(int(x+dx), int(y+dy), c)
		}
	}
	return out
}

func times(c color.NRGBA, k float64) color.NRGBA {
	f := func(v uint8) uint8 { return uint8(min(255, float64(v)*k)) }
	return color.NRGBA{f(c.R), f(c.G), f(c.B), 255}
}

func noisy(pic *image.NRGBA, sigma float64, r *rand.Rand) *image.NRGBA {
	out := imaging.Clone(pic)
	for i := range out.Pix {
		if i%4 != 3 {
			out.Pix[i] = byteOf(int(float64(out.Pix[i]) + sigma*r.NormFloat64()))
		}
	}
	return out
}

func squeezed(pic *image.NRGBA, quality int) *image.NRGBA {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, pic, &jpeg.Options{Quality: quality}); err != nil {
		panic(err) // a buffer takes everything
	}
	back, err := jpeg.Decode(&b)
	if err != nil {
		panic(err) // it was just encoded
	}
	return opaque(back, 1)
}

func painted(pic *image.NRGBA, part image.Rectangle, c color.NRGBA) *image.NRGBA {
	out := imaging.Clone(pic)
	draw.Draw(out, part, image.NewUniform(c), image.Point{}, draw.Src)
	return out
}

func grown(r image.Rectangle, by float64) image.Rectangle {
	return image.Rect(r.Min.X-int(by*float64(r.Dx())), r.Min.Y-int(by*float64(r.Dy())), r.Max.X+int(by*float64(r.Dx())), r.Max.Y+int(by*float64(r.Dy())))
}
