// Package photo is the photo room: bytes in, bytes out. Most callers want Room.Examine, which turns whatever a student sent into
// an upright JPEG of at most 300,000 bytes without metadata, or into a refusal with a code and the name of what was sent.
//
// The bytes are hostile until proven otherwise. A picture passes six stations, each in the file of its name:
// guard (magic bytes, header, structure; no pixel is decoded), decode (package dct for a usual JPEG, else the format's own decoder,
// never the registry), scale, orient, judge (quality, see Strict), compress (package dct).
//
// Strict decides only what cheap signs tell for certain and warns of what they make likely. What they cannot tell (the right
// person, a real card, a photographed screen, legible names) is the reviewer's, and its doc says so.
package photo

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"time"
)

// Limits, from rulings.md (Photos) and photos.md (The bar).
const (
	MaxSourceBytes = 20 << 20   // what Telegram's getFile delivers at most
	MaxPixels      = 50_000_000 // of the picture, and of all frames of an animation together
	MaxSide        = 12_000     // pixels
	MinShortSide   = 400        // pixels; below it no ID number can be read
	MaxResultBytes = 300_000
)

// Verdict is what the room makes of a picture.
type Verdict string

// A warned picture has a result too: the student may send it all the same.
const (
	Accept Verdict = "accept"
	Warn   Verdict = "warn"
	Reject Verdict = "reject"
)

// Reason is a code of the manifest; locales turn it into the mend a student reads.
type Reason string

// The reasons that the room finds by itself; a Judge brings its own.
const (
	Empty           Reason = "empty"
	TooLarge        Reason = "too_large"
	UnsupportedType Reason = "unsupported_type"
	TooManyPixels   Reason = "too_many_pixels"
	TooComplex      Reason = "too_complex"
	Corrupt         Reason = "corrupt"
	TooSmall        Reason = "too_small"
)

// Notes say what was done to an accepted picture.
const (
	NoteGIFFirstFrame  = "gif_first_frame"  // an animation: only its first frame was taken
	NoteAPNGFirstFrame = "apng_first_frame" // the same for an animated PNG
	NoteWebP           = "webp"             // a WebP became a JPEG
	NoteWebPFirstFrame = "webp_first_frame" // the same, of an animation the first frame
	NoteReoriented     = "reoriented"       // turned or mirrored as EXIF says
	NoteReencoded      = "reencoded"        // compressed anew
	NoteStripped       = "stripped"         // a JPEG written anew around its coefficients: no pixel changed, nothing else is left
)

// Result is what became of one picture. JPEG, Width and Height are zero on Reject, Small and DHash where nothing was decoded.
type Result struct {
	Verdict Verdict
	Reasons []Reason
	// Findings are the judge's, in the order of Reasons, with their places in a picture of Seen's size: upright, the result's
	// shape but not always its size. Refusals that the judge never saw have none.
	Findings []Finding
	Seen     image.Point
	// Kind is the sniffed type, so that a refusal can name it: see the Kind constants; "" when unknown.
	Kind string
	// JPEG is the upright result, at most MaxResultBytes, without metadata.
	JPEG          []byte
	Width, Height int // of JPEG, pixels
	SourceBytes   int
	SHA256        [32]byte  // of the bytes as sent; zero when there were more than MaxSourceBytes
	DHash         [4]uint64 // of the upright picture, see Distance
	// Small is the upright picture with a long side of at most SmallSide, to be shown back. Nobody changes it.
	Small *image.NRGBA
	Notes []string
	// Traces are signs of a picture that is not as a camera made it: TraceEditor, TraceScreenshot.
	Traces []string
}

// Options of a Room; the zero value is usable.
type Options struct {
	Parallel int // pictures decoded at a time; 2 when zero. Each may hold up to 270 MB for a moment, a 12 MP photo 35.
	// Limit is the longest that one picture may take once it has its slot; 15 s when zero (T18). Past it the picture is too complex.
	Limit time.Duration
	Judge Judge // nil: no quality judgement
}

// Room examines pictures, a bounded number at a time, on what others leave of the processors where the system can tell them
// apart. It is safe for concurrent use; a goroutine that helps with a picture has ended when Examine returns.
type Room struct {
	slots chan struct{}
	limit time.Duration
	judge Judge
}

// New opens a room.
func New(o Options) *Room {
	if o.Parallel <= 0 {
		o.Parallel = 2
	}
	if o.Limit <= 0 {
		o.Limit = 15 * time.Second
	}
	return &Room{slots: make(chan struct{}, o.Parallel), limit: o.Limit, judge: o.Judge}
}

// Examine looks at the bytes of one picture. A bad picture is a Result with Reject, never an error: an error means that ctx ended
// or that the room itself is broken. Refusals that the header tells take no slot and wait for nobody.
func (r *Room) Examine(ctx context.Context, raw []byte) (Result, error) {
	res := Result{Verdict: Accept, SourceBytes: len(raw)}
	if len(raw) <= MaxSourceBytes {
		res.SHA256 = sha256.Sum256(raw)
	}
	src, reason := guard(raw)
	res.Kind = src.kind
	if reason != "" {
		return res.refuse(reason), nil
	}
	select {
	case r.slots <- struct{}{}:
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	defer func() { <-r.slots }()
	limited, cancel := context.WithTimeout(ctx, r.limit)
	defer cancel()
	var done Result
	var err error
	yielding(func() { done, err = r.develop(limited, src, res) })
	done.Traces = traces(raw, src)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return res.refuse(TooComplex), nil
	}
	return done, err
}

// ExamineAnyway is Examine for a student who sends a doubtful picture all the same: what the judge refuses it only warns of.
func (r *Room) ExamineAnyway(ctx context.Context, raw []byte) (Result, error) {
	lenient := *r
	if r.judge != nil {
		lenient.judge = r.judge.lenient()
	}
	return lenient.Examine(ctx, raw)
}

// develop decodes a guarded source and makes the result of it.
func (r *Room) develop(ctx context.Context, src source, res Result) (Result, error) {
	n := fullEighths(src.longSide())
	if src.keepable() && r.judge == nil {
		n = min(8, eighths(src.longSide(), hashSide)+1) // only the hash looks at it
	}
	pic, err := open(ctx, src, n)
	if ctx.Err() != nil {
		return Result{}, ctx.Err()
	}
	if errors.Is(err, errUnusual) {
		res.Kind = KindJPEGUnusual
		return res.refuse(UnsupportedType), nil
	}
	if errors.Is(err, errHeavy) {
		return res.refuse(TooComplex), nil
	}
	if err != nil {
		return res.refuse(Corrupt), nil
	}
	res.DHash = dhash(pic.planes.Y)
	if res = r.judged(res, src, pic.planes); res.Verdict == Reject {
		return res, nil
	}
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	if !src.keepable() {
		return res.renew(ctx, src, pic)
	}
	if same := rewrite(ctx, src); same != nil && len(same) <= MaxResultBytes {
		return res.keep(src, same), nil
	}
	if pic, err = open(ctx, src, fullEighths(src.longSide())); err != nil {
		return Result{}, fmt.Errorf("open picture again: %w", err)
	}
	return res.renew(ctx, src, pic)
}

// keep passes on the pixels as they were sent, in a file that holds nothing else.
func (res Result) keep(src source, same []byte) Result {
	res.JPEG, res.Width, res.Height = same, src.width, src.height
	res.Notes = append(res.Notes, NoteStripped)
	return res
}

// renew compresses.
func (res Result) renew(ctx context.Context, src source, pic plate) (Result, error) {
	out, size, err := compress(ctx, pic)
	if ctx.Err() != nil {
		return Result{}, ctx.Err()
	}
	if err != nil {
		return Result{}, fmt.Errorf("compress picture: %w", err)
	}
	res.JPEG, res.Width, res.Height = out, size.X, size.Y
	res.Notes = append(res.Notes, src.notes()...)
	return res, nil
}

// refuse is the result of a picture that cannot be used.
func (res Result) refuse(reasons ...Reason) Result {
	res.Verdict, res.Reasons, res.Notes = Reject, append(res.Reasons, reasons...), nil
	return res
}
