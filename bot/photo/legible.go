package photo

import (
	"image"
	"math"
)

// leastDigit is how high a digit of the number must be in the picture that is kept, in pixels: 5.5 and more are read nearly
// always, 4.7 to 5.2 three times of four, 4.5 hardly ever (photos.md).
const leastDigit = 5.5

// mirrored is told by the portrait: it stands to the right of the number's middle on every card.
func (s *sight) mirrored() (Finding, bool) {
	if !s.hasNumber() || !s.number.spaced() {
		return Finding{}, false
	}
	return Finding{Box: s.inPicture(s.card.box(), s.luma)}, s.card.mirrored(s.luma)
}

// cardCut sees the number run into the edge of the picture, or the card that belongs to it reach over. The size of a card is
// told less exactly by its back.
func (s *sight) cardCut() (Finding, bool) {
	if s.hasNumber() {
		bound := 6.0
		if !s.number.spaced() {
			bound = 12
		}
		f, bad := over(s.card.beyond(s.luma.bounds()), bound)
		f.Box = s.inPicture(s.card.box(), s.luma)
		return f, bad
	}
	text, found := s.text()
	for _, l := range s.rows {
		box, near := l.box(), int(1.5*l.pitch)
		sure := len(l.glyphs) >= 8 || found && box.Overlaps(text)
		if sure && (box.Min.X < near || box.Max.X > s.luma.w-near) {
			return Finding{Box: s.inPicture(box.Inset(-near), s.luma)}, true
		}
	}
	return Finding{}, false
}

// tooFar is a number that can be found but not read.
func (s *sight) tooFar() (Finding, bool) {
	if !s.hasNumber() {
		return Finding{}, false
	}
	f, bad := under(s.number.height*s.zoom(), leastDigit)
	f.Box = s.inPicture(s.card.box(), s.luma)
	return f, bad
}

// text is where other lines of a card stand when its number is not found: two of them at least, one above the other.
func (s *sight) text() (image.Rectangle, bool) {
	rows := s.lines()
	for i, a := range rows {
		box, n := a.box(), 1
		for j, b := range rows {
			far := b.box().Min.Sub(a.box().Min)
			reach := int(25 * a.height)
			if i != j && abs(far.X) < reach && abs(far.Y) < reach && diff(a.slope, b.slope) < .08 && 2*b.height > a.height && b.height < 2*a.height {
				box, n = box.Union(b.box()), n+1
			}
		}
		if n >= 2 {
			return box, true
		}
	}
	return image.Rectangle{}, false
}

func abs(v int) int { return max(v, -v) }

func diff(a, b float64) float64 { return max(a-b, b-a) }

// glare has burnt the number away beside text that is readable: a spot, not a card that is white all over.
func (s *sight) glare() (Finding, bool) {
	box, found := s.text()
	if s.hasNumber() || !found {
		return Finding{}, false
	}
	part := box.Inset(-box.Dy()).Intersect(s.luma.bounds())
	near := s.luma.cut(part)
	f, bad := over(near.burnt(), .01)
	f.Box = s.inPicture(near.brightest().Add(part.Min), s.luma)
	return f, bad && f.Measured < .12
}

// brightest is the largest spot of burnt samples.
func (p plane) brightest() image.Rectangle {
	var best spot
	for _, o := range p.marked(burntFrom - 1).spots() {
		if o.area > best.area {
			best = o
		}
	}
	return best.box
}

// marked has 1 where a sample is over a value.
func (p plane) marked(value int) plane {
	out := newPlane(p.w, p.h)
	for i, v := range p.pix {
		if int(v) > value {
			out.pix[i] = 1
		}
	}
	return out
}

// burntFrom is the brightness from which no paper is told from skin any more.
const burntFrom = 250

// burnt is the share of such samples.
func (p plane) burnt() float64 {
	n := 0
	for _, v := range p.pix {
		if v >= burntFrom {
			n++
		}
	}
	return float64(n) / float64(max(1, len(p.pix)))
}

// numberCovered has text of a size at which the number would have been found, and no whole number. What covers it is not
// asked: fingers hold every card, and near the number they are skin below the text in good pictures too.
func (s *sight) numberCovered() (Finding, bool) {
	box, found := s.text()
	if s.hasNumber() || !found {
		return Finding{}, false
	}
	if _, cut := s.cardCut(); cut {
		return Finding{}, false
	}
	if _, bright := s.glare(); bright {
		return Finding{}, false
	}
	least := math.Inf(1)
	for _, l := range s.rows {
		if l.box().Overlaps(box) {
			least = min(least, l.height*s.zoom())
		}
	}
	const enough = 9 // pixels; smaller digits are sometimes missed though they are there
	f, bad := over(least, enough)
	f.Box = s.inPicture(box, s.luma)
	return f, bad
}

// illegible has no text at all where the portrait of a card is seen.
func (s *sight) illegible() (Finding, bool) {
	if s.cardSeen() {
		return Finding{}, false
	}
	box, found := s.portrait()
	return Finding{Box: s.inPicture(box, s.luma)}, found
}

// noCard has neither number nor text nor portrait. A back that alone is out of focus looks so too.
func (s *sight) noCard() (Finding, bool) {
	if s.cardSeen() {
		return Finding{}, false
	}
	_, found := s.portrait()
	return Finding{}, !found
}

// portrait looks for the one on the card: a face of a seventh to a half of the holder's, which stays one when it is out of
// focus. In pictures with a front it scores 40 and more, in those without none reaches 5.
func (s *sight) portrait() (image.Rectangle, bool) {
	h, held := s.holder()
	if s.searched || !held {
		return s.shape, !s.shape.Empty()
	}
	s.searched = true
	const side, least, enough = 640, 16, 12
	p := s.luma.shrunk(side)
	holder := rescale(h.box, s.small, p)
	for _, f := range p.facesOf(scan{least, max(24, holder.Dx()/2), .1, 1.1}, enough) {
		if !f.middle().In(holder.Inset(-holder.Dx() / 6)) {
			s.shape = rescale(f.box.Inset(-f.size()), p, s.luma).Intersect(s.luma.bounds())
			return s.shape, true
		}
	}
	return s.shape, false
}

// cardSeen tells whether text of a card was found.
func (s *sight) cardSeen() bool {
	if s.hasNumber() {
		return true
	}
	_, found := s.text()
	_, cut := s.cardCut()
	return found || cut
}
