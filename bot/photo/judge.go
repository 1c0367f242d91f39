package photo

import "image"

// Picture is what a judge sees: upright and opaque.
type Picture struct {
	Image *image.NRGBA // long side at most LongSide, or as sent where the JPEG is passed on untouched (at most KeepSide)
	Kind  string       // what was sent
	// SourceWidth and SourceHeight are the pixels as sent, before turning: they tell how much scaling hides.
	SourceWidth, SourceHeight int
}

// Finding is one thing a judge has to say against a picture, and how much it weighs.
type Finding struct {
	Reason  Reason
	Verdict Verdict // Warn or Reject
}

// Judge decides on the quality of a picture: blur, glare, no face, no card. This is its place in the room: after the picture
// stands upright, before it is compressed. No findings mean that it is good. It must be pure and safe for concurrent use, and
// must not change the picture. What a header tells for certain (size, type, structure) is guard's and never comes here.
type Judge func(Picture) []Finding

// judged asks the judge, if there is one, and weighs the findings: the heaviest verdict counts, all reasons are told.
func (r *Room) judged(res Result, src source, pic *image.NRGBA) Result {
	if r.judge == nil {
		return res
	}
	for _, f := range r.judge(Picture{Image: pic, Kind: src.kind, SourceWidth: src.width, SourceHeight: src.height}) {
		res.Reasons = append(res.Reasons, f.Reason)
		switch {
		case f.Verdict == Reject:
			res = res.refuse()
		case f.Verdict == Warn && res.Verdict == Accept:
			res.Verdict = Warn
		}
	}
	return res
}
