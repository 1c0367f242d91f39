package photo

import (
	"image"
)

// workSide is the long side, in pixels, that the judge works at: Telegram's own photos as they are, larger ones averaged.
const workSide = 1280

// sight is a picture as the checks look at it. What several checks need is measured once, when the first one asks.
type sight struct {
	pic          *image.NRGBA
	kept         int   // width of the picture that is kept, pixels
	luma, cb, cr plane // the working planes: pixels of pic averaged by whole numbers
	fine         plane // luma with a long side of at most 1024, for sharpness
	small        plane // and of faceSide, for faces
	light        exposure
	sharp        float64

	scanned, read, searched bool
	found                   []face          // upright ones, samples of small; those on the card left out
	rows                    []line          // samples of working
	number                  line            // the complete one, if there is any
	card                    card            // where that number puts the card
	shape                   image.Rectangle // around the portrait of a card without text, samples of working
}

func look(p Picture) *sight {
	pic := p.Image
	s := &sight{pic: pic, kept: max(p.Kept.X, pic.Rect.Dx())}
	w, h := pic.Rect.Dx(), pic.Rect.Dy()
	s.luma, s.cb, s.cr = planesOf(pic, min(w, h, wholeFactor(w, h, workSide)))
	s.fine = s.luma.shrunk(1024)
	s.small = s.fine.shrunk(faceSide)
	s.light = expose(s.luma, s.cb, s.cr)
	s.sharp = s.fine.sharpness()
	return s
}

// lines are the rows of glyphs. Small digits of a large picture are looked for once more at its full size.
func (s *sight) lines() []line {
	if s.read {
		return s.rows
	}
	s.read = true
	s.readLines(s.luma)
	if s.number.glyphs == nil && s.luma.w < s.pic.Rect.Dx() {
		s.readLines(lumaOf(s.pic))
	}
	if s.number.glyphs == nil && s.luma.long() <= workSide*5/4 {
		s.readLines(s.luma.doubled())
	}
	return s.rows
}

// readLines keeps what a plane shows, in samples of the working planes.
func (s *sight) readLines(p plane) {
	rows := linesOf(p.glyphs(), leastRow)
	scale := float64(s.luma.w) / float64(p.w)
	for i := range rows {
		rows[i] = rows[i].scaled(scale)
	}
	if !anyComplete(rows) && glyphsOf(rows) < glyphsOf(s.rows) {
		return
	}
	s.rows = rows
	for _, l := range rows {
		if l.complete() && (s.number.glyphs == nil || l.better(s.number)) {
			s.number, s.card = l, cardOf(l)
		}
	}
}

func anyComplete(rows []line) bool {
	for _, l := range rows {
		if l.complete() {
			return true
		}
	}
	return false
}

func glyphsOf(rows []line) int {
	n := 0
	for _, l := range rows {
		n += len(l.glyphs)
	}
	return n
}

// hasNumber tells whether a whole number or term of validity was found.
func (s *sight) hasNumber() bool {
	s.lines()
	return s.number.glyphs != nil
}

// faces are the upright ones that are not printed on the card.
func (s *sight) faces() []face {
	if s.scanned {
		return s.found
	}
	s.scanned = true
	card := image.Rectangle{}
	if s.hasNumber() {
		card = rescale(s.card.box(), s.luma, s.small)
	}
	for _, f := range s.small.faces(fine(s.small)) {
		if !f.middle().In(card) || f.size() > card.Dx() {
			s.found = append(s.found, f)
		}
	}
	return s.found
}

// holder is who holds the card: the likeliest face, or one beside it that is clearly larger and sure.
func (s *sight) holder() (face, bool) {
	all := s.faces()
	if len(all) == 0 || all[0].score < faceScore {
		return face{}, false
	}
	best := all[0]
	for _, f := range all[1:] {
		if f.score >= 3*faceScore && 2*f.size() > 3*best.size() {
			best = f
		}
	}
	return best, true
}

// share is a face's size as part of the picture's short side.
func (s *sight) share(f face) float64 {
	return float64(f.size()) / float64(min(s.small.w, s.small.h))
}

// zoom is how many pixels of the picture that is kept one working sample stands for.
func (s *sight) zoom() float64 { return float64(s.kept) / float64(s.luma.w) }

// rescale moves a rectangle from one plane of the picture to another.
func rescale(r image.Rectangle, from, to plane) image.Rectangle {
	return resized(r, from.bounds().Size(), to.bounds().Size())
}

func resized(r image.Rectangle, from, to image.Point) image.Rectangle {
	return image.Rect(r.Min.X*to.X/from.X, r.Min.Y*to.Y/from.Y, r.Max.X*to.X/from.X, r.Max.Y*to.Y/from.Y)
}

// inPicture is a rectangle of a plane in pixels of the picture, inside of it.
func (s *sight) inPicture(r image.Rectangle, from plane) image.Rectangle {
	return resized(r, from.bounds().Size(), s.pic.Rect.Size()).Intersect(s.pic.Rect)
}
