package photo

import (
	"image"

	"guiwei/bot/photo/dct"
)

// Picture is what a judge sees: upright and opaque.
type Picture struct {
	Image *image.NRGBA // the picture that is kept, or half of its size where that has a long side of judgeSide or more
	Kept  image.Point  // pixels of the picture that is kept, as far as no budget makes it smaller
	Kind  string       // what was sent
	// SourceWidth and SourceHeight are the pixels as sent, before turning: they tell how much scaling hides.
	SourceWidth, SourceHeight int
}

// judgeSide is the long side, in pixels, that is enough for a judge: what it sees costs time by the pixel.
const judgeSide = 1200

// Finding is one thing a judge has to say against a picture: how much it weighs, where it is seen and what was measured.
type Finding struct {
	Reason  Reason
	Verdict Verdict // Warn or Reject
	// Box is where it is seen, in pixels of the picture judged; empty: the whole of it. Share tells it of any size.
	Box image.Rectangle
	// Measured is what was found and Bound what it should have reached or stayed under, in the unit of the check.
	Measured, Bound float64
	Turn            int // quarter turns clockwise that put the picture upright; 0 where that is not what is wrong
}

// Judge decides on the quality of a picture: blur, glare, no face, no card. This is its place in the room: after the picture
// stands upright, before it is compressed. No findings mean that it is good; the first one is what the student is told. It
// must be pure and safe for concurrent use, and must not change the picture. What a header tells for certain (size, type,
// structure) is guard's and never comes here.
type Judge func(Picture) []Finding

// Judges are the ways to judge by the name an operator gives them: strict refuses and warns, warn only warns, off looks at
// nothing but what the header tells. ok is false for any other name.
func Judges(name string) (judge Judge, ok bool) {
	switch name {
	case "strict":
		return Strict, true
	case "warn":
		return Judge(Strict).lenient(), true
	}
	return nil, name == "off"
}

// lenient turns refusals into warnings.
func (j Judge) lenient() Judge {
	return func(p Picture) []Finding {
		all := j(p)
		for i := range all {
			all[i].Verdict = Warn
		}
		return all
	}
}

// judged asks the judge, if there is one, and weighs the findings: the heaviest verdict counts, all reasons are told.
func (r *Room) judged(res Result, src source, kept dct.Picture) Result {
	res.DHash = dhash(kept.Y)
	res.Small = shrink(kept.RGB(max(kept.Y.Width, kept.Y.Height) >= 2*smallLeast), SmallSide)
	if r.judge == nil {
		return res
	}
	size := image.Pt(kept.Y.Width, kept.Y.Height)
	pic := Picture{
		Image: kept.RGB(max(size.X, size.Y) >= 2*judgeSide), Kept: size,
		Kind: src.kind, SourceWidth: src.width, SourceHeight: src.height,
	}
	res.Seen = pic.Image.Bounds().Size()
	for _, f := range r.judge(pic) {
		res.Reasons = append(res.Reasons, f.Reason)
		res.Findings = append(res.Findings, f)
		switch {
		case f.Verdict == Reject:
			res = res.refuse()
		case f.Verdict == Warn && res.Verdict == Accept:
			res.Verdict = Warn
		}
	}
	return res
}

// Share is the part of a picture that a finding marks: each edge from 0 (left, top) to 1 (right, bottom), so that a preview
// of any size can draw it. An empty one means the whole picture.
type Share struct{ Left, Top, Right, Bottom float64 }

// Share puts a finding's box in relation to the size of the picture that was judged (Result.Seen).
func (f Finding) Share(seen image.Point) Share {
	box := f.Box.Intersect(image.Rectangle{Max: seen})
	if box.Empty() {
		return Share{}
	}
	w, h := float64(seen.X), float64(seen.Y)
	return Share{float64(box.Min.X) / w, float64(box.Min.Y) / h, float64(box.Max.X) / w, float64(box.Max.Y) / h}
}
