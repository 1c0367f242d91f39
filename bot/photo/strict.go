package photo

import "image"

// The reasons of a judge of quality; their texts in locales say how to mend it.
const (
	TooDark       Reason = "too_dark"
	OverExposed   Reason = "over_exposed"
	GreyCopy      Reason = "greyscale_copy"
	NotHandheld   Reason = "not_handheld_id"
	Blurred       Reason = "blur"
	UpsideDown    Reason = "upside_down" // or lying on a side
	FaceCovered   Reason = "face_covered"
	NoFace        Reason = "no_face"
	TwoPeople     Reason = "two_people"
	BodyMissing   Reason = "arm_body_missing"
	FaceSmall     Reason = "face_small"
	Mirrored      Reason = "mirrored"
	CardCut       Reason = "card_cropped"
	Illegible     Reason = "text_illegible"
	Glare         Reason = "glare"
	NumberCovered Reason = "number_covered"
	NoCard        Reason = "no_card"
)

// check is one line of the judge's table. It says whether it has something against the picture, and what it measured where.
type check struct {
	reason  Reason
	verdict Verdict // the hardest it may come to; the check may say less
	look    func(*sight) (Finding, bool)
}

// Strict is the judge of hand-held ID pictures. It refuses only what is certain: for light and blur two signs that know
// nothing of each other must agree, and whatever hangs on finding the card is a warning at most. The checks stand in the order
// of cause: what is too dark is not told to have no face. Nothing is looked at after a refusal; of warnings all are told.
//
// The thresholds lie in the gaps that photos.md and this package's corpus test show between good pictures and bad ones:
//
//	check             good                     bad          bound
//	mean brightness   62 and more              17           30
//	burnt share       .07 at most              .15-.19      .12, and no face (no number: a warning)
//	colour            180 and more             0 (10 dark)  6
//	sharpness, whole  47-203                   4-14         35, and
//	sharpness, face   203 and more             11-90        110, and no number (otherwise a warning)
//	face score        505 and more             21 at most   100; from 35 on a warning
//	face size         .25-.30 of short side    .17, .56     .18 and .52: warnings; .70
//	second face       93 at most               840          120, and .6 of the first one's size
//	places of number  17-19                    10-15        17 (16 digits of a term: 14): warnings
//	digit             7 px and more            4.2          5.5 px in the picture kept: a warning
//	portrait          60 on the right side     on the left  3 times as likely on the left: mirrored
//
// Left to the reviewer, since nothing cheap decides it: whether the person is the one on the card, whether the card is real,
// whether a photo shows a screen or a colour print, whether names and addresses are legible where the number is, an arm out
// of the picture beside a face of the right size, a face that a mask hides in part, a mirrored back, and light that only
// washes the card out.
func Strict(p Picture) []Finding {
	s := look(p)
	var all []Finding
	for _, c := range checks() {
		f, bad := c.look(s)
		if !bad {
			continue
		}
		f.Reason = c.reason
		if f.Verdict == "" {
			f.Verdict = c.verdict
		}
		all = append(all, f)
		if f.Verdict == Reject {
			return []Finding{f}
		}
	}
	return all
}

func checks() []check {
	return []check{
		{TooDark, Reject, (*sight).tooDark},
		{GreyCopy, Reject, (*sight).greyCopy},
		{NotHandheld, Reject, (*sight).notHandheld},
		{OverExposed, Reject, (*sight).overExposed},
		{Blurred, Reject, (*sight).blurred},
		{UpsideDown, Reject, (*sight).turned},
		{FaceCovered, Reject, (*sight).faceCovered},
		{NoFace, Reject, (*sight).noFace},
		{TwoPeople, Reject, (*sight).twoPeople},
		{BodyMissing, Reject, (*sight).bodyMissing},
		{Mirrored, Reject, (*sight).mirrored},
		{CardCut, Warn, (*sight).cardCut},
		{Illegible, Warn, (*sight).tooFar},
		{Glare, Warn, (*sight).glare},
		{NumberCovered, Warn, (*sight).numberCovered},
		{Illegible, Warn, (*sight).illegible},
		{NoCard, Warn, (*sight).noCard},
		{FaceSmall, Warn, (*sight).faceSmall},
	}
}

func under(measured, bound float64) (Finding, bool) {
	return Finding{Measured: measured, Bound: bound}, measured < bound
}

func over(measured, bound float64) (Finding, bool) {
	return Finding{Measured: measured, Bound: bound}, measured > bound
}

func (s *sight) tooDark() (Finding, bool) { return under(s.light.mean, 30) }

// greyCopy is a photocopy or a black-and-white scan: not one sample is far from grey.
func (s *sight) greyCopy() (Finding, bool) { return under(s.light.grey, 6) }

// notHandheld is a screenshot or a scanned sheet: sharper than any lens draws, and nobody in it.
func (s *sight) notHandheld() (Finding, bool) {
	f, bad := over(s.sharp, 900)
	if !bad {
		return f, false
	}
	_, held := s.holder()
	return f, !held
}

// overExposed is a bright window or a flash too, which hurts only where it takes the face or the number away.
func (s *sight) overExposed() (Finding, bool) {
	f, bad := over(s.light.burnt, .12)
	h, held := s.holder()
	switch {
	case bad && !held:
		return f, true
	case bad && (f.Measured > .25 || !s.hasNumber()):
		f.Verdict = Warn
		return f, true
	case !held:
		return f, false
	}
	part := rescale(h.box, s.small, s.luma)
	f, bad = over(s.luma.cut(part).burnt(), .15)
	f.Verdict, f.Box = Warn, s.inPicture(part, s.luma)
	return f, bad
}

// blurred asks the whole picture, the face and the number; one alone may be a plain wall, a soft lens or a small card.
func (s *sight) blurred() (Finding, bool) {
	const whole, faceSamples, soft = 35, 96, 110
	h, held := s.holder()
	if !held {
		f, bad := under(s.sharp, whole/2)
		return f, bad && !s.hasNumber()
	}
	part := rescale(h.box, s.small, s.fine)
	f, bad := under(s.fine.cut(part).shrunk(faceSamples).sharpness(), soft)
	f.Box = s.inPicture(h.box, s.small)
	if s.hasNumber() || s.sharp >= whole {
		f.Verdict = Warn
	}
	return f, bad
}

// turned finds a face only after turning: the picture lies on a side or on its head. The portrait of a turned card is too
// small to be found.
func (s *sight) turned() (Finding, bool) {
	if _, held := s.holder(); held {
		return Finding{}, false
	}
	least := float64(faceScore)
	if all := s.faces(); len(all) > 0 {
		least = max(least, 3*all[0].score)
	}
	p := s.small
	for quarter := 1; quarter <= 3; quarter++ {
		p = p.turned()
		if all := p.faces(fine(p)); len(all) > 0 && all[0].score >= least {
			return Finding{Measured: all[0].score, Bound: least, Turn: quarter}, true
		}
	}
	return Finding{}, false
}

// faceCovered sees skin or hair right above the card, and no face: the card is held before it.
func (s *sight) faceCovered() (Finding, bool) {
	if _, held := s.holder(); held || !s.hasNumber() || s.card.box().Dx()*10 > 6*s.luma.w {
		return Finding{}, false
	}
	above := s.card.part(10, -22, cardWide-10, -1).Intersect(s.luma.bounds())
	f, bad := over(s.skin(above), .25)
	f.Box = s.inPicture(above, s.luma)
	return f, bad
}

// skin is the share of samples in a part that may be skin, by their colour: Cb and Cr as in Chai and Ngan (1999), widened.
func (s *sight) skin(part image.Rectangle) float64 {
	part = part.Intersect(s.luma.bounds())
	n, all := 0, part.Dx()*part.Dy()
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if cb, cr := s.cb.at(x, y), s.cr.at(x, y); cb >= 77 && cb <= 127 && cr >= 133 && cr <= 173 {
				n++
			}
		}
	}
	return float64(n) / float64(max(1, all))
}

func (s *sight) noFace() (Finding, bool) {
	f := Finding{Bound: faceScore}
	if all := s.faces(); len(all) > 0 {
		f.Measured = all[0].score
		if f.Measured >= faceDoubt {
			f.Verdict = Warn
		}
	}
	return f, f.Measured < faceScore
}

// twoPeople is a second face nearly as large; those on posters and shirts are smaller, mostly.
func (s *sight) twoPeople() (Finding, bool) {
	const secondScore = 120 // patterns of clothes reach 65 to 93
	h, held := s.holder()
	if !held {
		return Finding{}, false
	}
	for _, o := range s.faces() {
		if o != h && 10*o.size() >= 6*h.size() && o.score >= secondScore {
			return Finding{Measured: o.score, Bound: secondScore, Box: s.inPicture(o.box, s.small)}, true
		}
	}
	return Finding{}, false
}

// bodyMissing is a face so near that no arm fits beside it.
func (s *sight) bodyMissing() (Finding, bool) {
	h, held := s.holder()
	if !held {
		return Finding{}, false
	}
	f, bad := over(s.share(h), .52)
	if f.Measured < .7 {
		f.Verdict = Warn
	}
	f.Box = s.inPicture(h.box, s.small)
	return f, bad
}

func (s *sight) faceSmall() (Finding, bool) {
	h, held := s.holder()
	if !held {
		return Finding{}, false
	}
	f, bad := under(s.share(h), .18)
	f.Box = s.inPicture(h.box, s.small)
	return f, bad
}
