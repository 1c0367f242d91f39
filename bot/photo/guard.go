package photo

// What a picture may cost beyond its pixels.
const (
	maxScans    = 32          // SOS segments of a JPEG: libjpeg and mozjpeg write 10 to 13 for progressive ones
	maxWork     = 512_000_000 // samples that all scans together go through: 8 to 14 times the pixels of a usual progressive JPEG
	maxSegments = 4096        // tables of a JPEG
	maxFrames   = 500         // of a GIF
	maxMemory   = 272_000_000 // bytes held at a time: the source and what is made of it, see each format's memory func
)

// source is a picture that the guard let pass: nothing of it was decoded yet.
type source struct {
	kind          string
	width, height int    // as stored, before turning; of a GIF: of its first frame
	orientation   int    // EXIF 1..8
	body          []byte // what the decoder gets: no metadata (JPEG), nothing after the end
	components    int    // of a JPEG
	heavy         bool   // a JPEG that may cost more than maxMemory where package dct does not read it
	animated      bool
}

func (s source) longSide() int  { return max(s.width, s.height) }
func (s source) shortSide() int { return min(s.width, s.height) }

// keepable tells a JPEG that can be passed on without compressing it anew: it is small enough, upright and in a colour space
// that every viewer shows.
func (s source) keepable() bool {
	return s.kind == KindJPEG && s.orientation == 1 && s.components != 4 &&
		len(s.body) <= MaxResultBytes && s.longSide() <= KeepSide
}

// notes say what is done to a picture that is compressed anew.
func (s source) notes() []string {
	var notes []string
	if s.animated && s.kind == KindGIF {
		notes = append(notes, NoteGIFFirstFrame)
	}
	if s.animated && s.kind == KindPNG {
		notes = append(notes, NoteAPNGFirstFrame)
	}
	if s.kind == KindWebP && s.animated {
		notes = append(notes, NoteWebPFirstFrame)
	} else if s.kind == KindWebP {
		notes = append(notes, NoteWebP)
	}
	if s.orientation != 1 {
		notes = append(notes, NoteReoriented)
	}
	return append(notes, NoteReencoded)
}

// guard decides from magic bytes, header and structure whether a picture may be decoded at all; "" means it may.
// It runs in time linear in the bytes, allocates at most a copy of them, and decodes nothing.
func guard(raw []byte) (source, Reason) {
	switch {
	case len(raw) == 0:
		return source{}, Empty
	case len(raw) > MaxSourceBytes:
		return source{kind: sniff(raw)}, TooLarge
	}
	kind := sniff(raw)
	switch kind {
	case KindJPEG:
		return guardJPEG(raw)
	case KindPNG:
		return guardPNG(raw)
	case KindGIF:
		return guardGIF(raw)
	case KindWebP:
		return guardWebP(raw)
	}
	return source{kind: kind}, UnsupportedType
}

// guardSize holds the limits of pixels. A strip so long that scaling it down leaves nothing to read is too small as well.
func guardSize(w, h int) Reason {
	switch {
	case w <= 0 || h <= 0:
		return Corrupt
	case w > MaxSide || h > MaxSide || w*h > MaxPixels:
		return TooManyPixels
	case min(w, h) < MinShortSide, min(w, h)*LongSide < MinShortSide*max(w, h):
		return TooSmall
	}
	return ""
}

// firstOf is the first reason that is one.
func firstOf(reasons ...Reason) Reason {
	for _, r := range reasons {
		if r != "" {
			return r
		}
	}
	return ""
}

// unless is the reason when cond does not hold.
func unless(cond bool, r Reason) Reason {
	if cond {
		return ""
	}
	return r
}
