package photo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
	"time"

	"github.com/disintegration/imaging"
	"github.com/google/go-cmp/cmp"

	"guiwei/bot/photo/dct"
)

// examine runs one picture through a room of its own, which is patient with slow machines, and holds what must be true of
// every result.
func examine(t *testing.T, raw []byte) Result {
	t.Helper()
	res, err := New(Options{Limit: 5 * time.Minute}).Examine(t.Context(), raw)
	if err != nil {
		t.Fatalf("examine: %v", err)
	}
	sound(t, res)
	return res
}

// sound holds the laws of a result: refused and empty, or a decodable JPEG within the limits that holds no metadata.
func sound(t *testing.T, res Result) {
	t.Helper()
	if res.Verdict == Reject {
		if len(res.Reasons) == 0 || res.JPEG != nil || res.Width+res.Height != 0 || res.Notes != nil {
			t.Fatalf("refusal without a reason, or with a result: %v %d bytes %v", res.Reasons, len(res.JPEG), res.Notes)
		}
		return
	}
	img, err := jpeg.Decode(bytes.NewReader(res.JPEG))
	if err != nil {
		t.Fatalf("result does not decode: %v", err)
	}
	if got, want := img.Bounds().Size(), image.Pt(res.Width, res.Height); got != want {
		t.Errorf("result is %v, told %v", got, want)
	}
	if len(res.JPEG) > MaxResultBytes || max(res.Width, res.Height) > KeepSide {
		t.Errorf("result has %d bytes and a side of %d px", len(res.JPEG), max(res.Width, res.Height))
	}
	if rest := metadata(res.JPEG); rest != nil {
		t.Errorf("result holds segments %x", rest)
	}
	if bytes.Contains(res.JPEG, []byte(canary[:6])) {
		t.Error("result holds the canary")
	}
}

// metadata lists the markers of a JPEG that a viewer does not need, 0xd9 standing for bytes after the end.
func metadata(raw []byte) []byte {
	var rest []byte
	at := 2
	for at+4 <= len(raw) && raw[at+1] != mEOI {
		m, n := raw[at+1], int(binary.BigEndian.Uint16(raw[at+2:]))
		switch {
		case m == mAPP0 && n == 16, m == mAPP14 && n == 14:
		case m >= mAPP0 && m <= mAPP15, m == mCOM:
			rest = append(rest, m)
		}
		at += 2 + n
		for m == mSOS && (raw[at] != 0xff || raw[at+1] == 0 || raw[at+1] >= mRST0 && raw[at+1] <= mRST7) {
			at++
		}
	}
	if at+2 != len(raw) {
		rest = append(rest, mEOI)
	}
	return rest
}

// Rows: S32
func TestEveryUsualPictureBecomesASmallJPEG(t *testing.T) {
	t.Parallel()
	small := scene(600, 800, 1)
	deep := image.NewNRGBA64(small.Bounds())
	for y := range 800 {
		for x := range 600 {
			deep.Set(x, y, small.At(x, y))
		}
	}
	gray := image.NewGray(image.Rect(0, 0, 500, 700))
	type want struct {
		Kind          string
		Width, Height int
		Notes         []string
	}
	for name, tt := range map[string]struct {
		raw  []byte
		want want
	}{
		"12 MP phone photo held upright": {
			withEXIF(asJPEG(t, scene(4032, 3024, 2), 90), 6),
			want{KindJPEG, 2268, 3024, []string{NoteReoriented, NoteReencoded}},
		},
		"small jpeg": {asJPEG(t, small, 80), want{KindJPEG, 600, 800, []string{NoteStripped}}},
		"small jpeg with metadata": {
			withEXIF(asJPEG(t, small, 80), 1),
			want{KindJPEG, 600, 800, []string{NoteStripped}},
		},
		"png":        {asPNG(t, small), want{KindPNG, 600, 800, []string{NoteReencoded}}},
		"png 16 bit": {asPNG(t, deep), want{KindPNG, 600, 800, []string{NoteReencoded}}},
		"png turned by eXIf": {
			withChunks(asPNG(t, small), "eXIf", exifBlock(binary.BigEndian, 8), "tEXt", "Comment\x00"+canary),
			want{KindPNG, 800, 600, []string{NoteReoriented, NoteReencoded}},
		},
		"animated png": {
			withChunks(asPNG(t, small), "acTL", "\x00\x00\x00\x02\x00\x00\x00\x00"),
			want{KindPNG, 600, 800, []string{NoteAPNGFirstFrame, NoteReencoded}},
		},
		"gif":          {asGIF(t, small, 1), want{KindGIF, 600, 800, []string{NoteReencoded}}},
		"animated gif": {append(asGIF(t, small, 5), canary...), want{KindGIF, 600, 800, []string{NoteGIFFirstFrame, NoteReencoded}}},
		"cmyk":         {flatJPEG(mSOF0, 640, 480, 4, 1), want{KindJPEG, 640, 480, []string{NoteReencoded}}},
		"grey jpeg":    {asJPEG(t, gray, 80), want{KindJPEG, 500, 700, []string{NoteStripped}}},
		"progressive":  {flatJPEG(mSOF2, 640, 480, 3, 1), want{KindJPEG, 640, 480, []string{NoteStripped}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := examine(t, tt.raw)
			if res.Verdict != Accept || res.SourceBytes != len(tt.raw) || res.SHA256 != sha256.Sum256(tt.raw) {
				t.Fatalf("%s %v, %d bytes", res.Verdict, res.Reasons, res.SourceBytes)
			}
			if diff := cmp.Diff(tt.want, want{res.Kind, res.Width, res.Height, res.Notes}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Rows: S32
func TestAFittingJPEGKeepsItsPixels(t *testing.T) {
	t.Parallel()
	raw := asJPEG(t, scene(960, 1280, 3), 75)
	want, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	res := examine(t, withEXIF(raw, 1))
	got, err := jpeg.Decode(bytes.NewReader(res.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	before, okBefore := want.(*image.YCbCr)
	after, okAfter := got.(*image.YCbCr)
	if !okBefore || !okAfter || !bytes.Equal(before.Y, after.Y) || !bytes.Equal(before.Cb, after.Cb) || !bytes.Equal(before.Cr, after.Cr) {
		t.Error("pixels changed")
	}
}

// Rows: S32
func TestOrientationStandsThePictureUpright(t *testing.T) {
	t.Parallel()
	upright := corners4(480, 640)
	for o := 1; o <= 8; o++ {
		res := examine(t, withEXIF(asJPEG(t, stored(upright, o), 90), o))
		img, err := jpeg.Decode(bytes.NewReader(res.JPEG))
		if err != nil {
			t.Fatal(err)
		}
		var got string
		for _, p := range []image.Point{{120, 160}, {360, 160}, {120, 480}, {360, 480}} {
			c, _ := color.RGBAModel.Convert(img.At(p.X, p.Y)).(color.RGBA)
			got += map[[3]bool]string{{true, false, false}: "R", {false, true, false}: "G", {false, false, true}: "B", {true, true, true}: "W"}[[3]bool{c.R > 128, c.G > 128, c.B > 128}]
		}
		if got != "RGBW" || res.Width != 480 || res.Height != 640 {
			t.Errorf("orientation %d: quarters %s in %dx%d", o, got, res.Width, res.Height)
		}
	}
}

// Rows: S32
func TestNoiseStillFits(t *testing.T) {
	t.Parallel()
	res := examine(t, asJPEG(t, noise(2100, 1500), 60))
	if res.Verdict != Accept || max(res.Width, res.Height) >= 2048 {
		t.Errorf("%s %v at %dx%d", res.Verdict, res.Reasons, res.Width, res.Height)
	}
}

// A photo that is too busy for 3,024 px becomes 2,560 px long before it becomes smaller than results are meant to be.
func TestABusyPhotoFirstFallsToTheShortestLongSide(t *testing.T) {
	t.Parallel()
	src, reason := guard(withEXIF(flatJPEG(mSOF0, 4032, 3024, 3, 1), 6))
	pic, err := open(t.Context(), src, fullEighths(4032))
	if diff := cmp.Diff([]int{3024, 2560, 2520, 2016, 1512, 1008}, pic.sides); diff != "" || err != nil || reason != "" {
		t.Fatal(diff, err, reason)
	}
	for i, side := range pic.sides {
		planes, err := pic.smaller(t.Context(), i)
		if err != nil || planes.Y.Height != side || planes.Y.Width != side*3/4 {
			t.Errorf("%d: %d x %d %v", side, planes.Y.Width, planes.Y.Height, err)
		}
	}
}

func TestTheRoomNeverEnlarges(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{401, 403}, {2560, 1000}, {2561, 1001}} {
		res := examine(t, asPNG(t, scene(size.X, size.Y, 4)))
		if want := min(size.X, LongSide); res.Width != want || res.Height > size.Y {
			t.Errorf("%v became %dx%d", size, res.Width, res.Height)
		}
	}
}

// Whatever the sensor, the long side ends between LongSide and KeepSide.
func TestAPhotoOfAnySensorKeepsALongSide(t *testing.T) {
	t.Parallel()
	for side := LongSide; side <= MaxSide; side++ {
		long := min(KeepSide, dct.Size(side, fullEighths(side)))
		if long < LongSide {
			t.Errorf("%d becomes %d", side, long)
		}
	}
	for _, width := range []int{2592, 3264, 4160, 5000, 6528, 9000} {
		res := examine(t, withEXIF(flatJPEG(mSOF0, width, 1600, 3, 1), 6))
		if res.Verdict != Accept || res.Height < LongSide || res.Height > KeepSide {
			t.Errorf("%d became %d: %v", width, res.Height, res.Reasons)
		}
	}
}

func TestTransparencyBecomesWhite(t *testing.T) {
	t.Parallel()
	for name, pic := range map[string]image.Image{
		"clear":    image.NewNRGBA(image.Rect(0, 0, 500, 500)),
		"clear 16": image.NewNRGBA64(image.Rect(0, 0, 500, 500)),
		"palette":  image.NewPaletted(image.Rect(0, 0, 500, 500), color.Palette{color.Transparent, color.Black}),
	} {
		img, err := jpeg.Decode(bytes.NewReader(examine(t, asPNG(t, pic)).JPEG))
		if err != nil {
			t.Fatal(err)
		}
		if c, _ := color.GrayModel.Convert(img.At(250, 250)).(color.Gray); c.Y < 250 {
			t.Errorf("%s: grey level %d", name, c.Y)
		}
	}
}

// Rows: S28
func TestTheSamePictureAgainIsNear(t *testing.T) {
	t.Parallel()
	first := scene(1200, 1600, 5)
	hash := examine(t, asJPEG(t, first, 90)).DHash
	for name, raw := range map[string][]byte{
		"compressed harder": asJPEG(t, first, 30),
		"as png":            asPNG(t, first),
		"smaller":           asJPEG(t, scale(first, 900), 80),
		"turned by a phone": withEXIF(asJPEG(t, stored(first, 6), 85), 6),
	} {
		if d := Distance(hash, examine(t, raw).DHash); d > SameDistance {
			t.Errorf("%s: distance %d", name, d)
		}
	}
	if d := Distance(hash, examine(t, asJPEG(t, scene(1200, 1600, 6), 90)).DHash); d <= SameDistance {
		t.Errorf("another picture: distance %d", d)
	}
}

func TestAJudgeWarnsOrRefuses(t *testing.T) {
	t.Parallel()
	kept, renewed := asJPEG(t, scene(600, 800, 7), 80), asPNG(t, scene(600, 800, 7))
	for name, tt := range map[string]struct {
		findings []Finding
		verdict  Verdict
		reasons  []Reason
	}{
		"nothing":    {nil, Accept, nil},
		"a warning":  {[]Finding{{Reason: "glare", Verdict: Warn}}, Warn, []Reason{"glare"}},
		"a refusal":  {[]Finding{{Reason: "blur", Verdict: Reject}}, Reject, []Reason{"blur"}},
		"the harder": {[]Finding{{Reason: "blur", Verdict: Reject}, {Reason: "glare", Verdict: Warn}}, Reject, []Reason{"blur", "glare"}},
	} {
		for _, raw := range [][]byte{kept, renewed} {
			room := New(Options{Judge: func(p Picture) []Finding {
				if p.Image.Bounds().Size() != image.Pt(600, 800) || p.SourceHeight != 800 {
					t.Errorf("judge saw %v", p.Image.Bounds())
				}
				return tt.findings
			}})
			res, err := room.Examine(t.Context(), raw)
			if err != nil {
				t.Fatal(err)
			}
			sound(t, res)
			if diff := cmp.Diff(tt.reasons, res.Reasons); diff != "" || res.Verdict != tt.verdict {
				t.Errorf("%s: %s %s", name, res.Verdict, diff)
			}
		}
	}
}

// A large picture costs a judge time by the pixel: half of it is shown.
func TestAJudgeSeesALargePictureAtHalfItsSize(t *testing.T) {
	t.Parallel()
	var seen Picture
	room := New(Options{Judge: func(p Picture) []Finding {
		seen = p
		return nil
	}})
	upright := corners4(1512, 2016)
	res, err := room.Examine(t.Context(), withEXIF(asJPEG(t, imaging.Resize(stored(upright, 6), 4032, 0, imaging.NearestNeighbor), 80), 6))
	if err != nil || res.Verdict != Accept {
		t.Fatal(res.Reasons, err)
	}
	want, corner := image.Pt(2268, 3024), color.NRGBAModel.Convert(seen.Image.At(100, 100))
	if seen.Kept != want || seen.Image.Bounds().Size() != want.Div(2) || seen.SourceWidth != 4032 {
		t.Errorf("%v of %v", seen.Image.Bounds(), seen.Kept)
	}
	if c, ok := corner.(color.NRGBA); !ok || c.R < 200 || c.G > 20 || c.B > 20 {
		t.Errorf("top left is %v, not red", corner)
	}
}

// Rows: P46
func TestTheRoomHoldsABoundedNumber(t *testing.T) {
	t.Parallel()
	inside, leave := make(chan struct{}), make(chan struct{})
	room := New(Options{Parallel: 1, Judge: func(Picture) []Finding {
		inside <- struct{}{}
		<-leave
		return nil
	}})
	raw := asJPEG(t, scene(600, 800, 8), 80)
	first := make(chan error)
	go func() {
		_, err := room.Examine(context.WithoutCancel(t.Context()), raw)
		first <- err
	}()
	<-inside
	if res, err := room.Examine(t.Context(), []byte("no picture")); err != nil || res.Verdict != Reject {
		t.Errorf("a refusal from the header waited or failed: %v %v", res.Verdict, err)
	}
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := room.Examine(impatient, raw); !errors.Is(err, context.Canceled) {
		t.Errorf("second picture: %v", err)
	}
	close(leave)
	if err := <-first; err != nil {
		t.Errorf("first picture: %v", err)
	}
}

func TestAnEndedContextStopsTheDecoder(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	src, reason := guard(asPNG(t, scene(600, 800, 9)))
	if _, err := decode(ctx, src); reason != "" || !errors.Is(err, context.Canceled) {
		t.Errorf("%s %v", reason, err)
	}
}

// Rows: P46
func TestAPictureThatTakesTooLongIsTooComplex(t *testing.T) {
	t.Parallel()
	res, err := New(Options{Limit: 1}).Examine(t.Context(), asPNG(t, scene(600, 800, 9)))
	if err != nil || res.Verdict != Reject || res.Reasons[0] != TooComplex {
		t.Errorf("%s %v %v", res.Verdict, res.Reasons, err)
	}
	sound(t, res)
}

// RGB is read by image/jpeg alone, which holds four bytes a coefficient.
func TestARareJPEGIsHeldToWhatItsDecoderCosts(t *testing.T) {
	t.Parallel()
	rgb := segment(mAPP14, "Adobe\x00\x64\x00\x00\x00\x00\x00")
	for name, tt := range map[string]struct {
		raw     []byte
		verdict Verdict
		reasons []Reason
	}{
		"progressive":           {flatJPEG(mSOF2, 4600, 4000, 3, 1), Accept, nil},
		"progressive RGB":       {withSegments(flatJPEG(mSOF2, 4600, 4000, 3, 1), rgb), Reject, []Reason{TooComplex}},
		"small progressive RGB": {withSegments(flatJPEG(mSOF2, 600, 800, 3, 1), rgb), Accept, nil},
	} {
		if res := examine(t, tt.raw); res.Verdict != tt.verdict || !cmp.Equal(res.Reasons, tt.reasons) {
			t.Errorf("%s: %s %v", name, res.Verdict, res.Reasons)
		}
	}
}

func TestDistanceCountsBits(t *testing.T) {
	t.Parallel()
	if d := Distance([4]uint64{1, 0, 0, 7}, [4]uint64{0, 0, 1 << 63, 0}); d != 5 {
		t.Errorf("distance %d", d)
	}
}
