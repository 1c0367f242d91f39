package photo

import (
	"bytes"
	"image"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/disintegration/imaging"

	"guiwei/bot/photo/dct"
	"guiwei/flows"
)

// Rows: T19
func TestCopiesOfAPictureHaveItsHash(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(19, 39))
	hash := func(pic *image.NRGBA) [4]uint64 {
		luma := imaging.Grayscale(pic)
		return dhash(dct.Plane{Pix: luma.Pix, StepX: 4, StepY: luma.Stride, Width: luma.Rect.Dx(), Height: luma.Rect.Dy()})
	}
	kept, of := map[string]int{}, map[string]int{}
	worst := map[string]int{}
	add := func(kind string, distance int) {
		of[kind]++
		worst[kind] = max(worst[kind], distance)
		if distance <= SameDistance {
			kept[kind]++
		}
	}
	shots := demoShots(t)[1:3]
	for i, s := range shots {
		s.pic = imaging.Resize(s.pic, 480, 0, imaging.Box)
		was := hash(s.pic)
		for _, quality := range []int{30, 70} {
			add("re-encoded", Distance(was, hash(squeezed(s.pic, quality))))
			add("mirrored", Distance(was, flows.Mirrored(hash(squeezed(imaging.FlipH(s.pic), quality)))))
		}
		for _, width := range []int{240, 400, 720} {
			add("scaled", Distance(was, hash(imaging.Resize(s.pic, width, 0, imaging.CatmullRom))))
		}
		add("brighter", Distance(was, hash(imaging.AdjustBrightness(s.pic, 10))))
		add("noisy", Distance(was, hash(noisy(s.pic, 5, r))))
		w, h := s.pic.Rect.Dx(), s.pic.Rect.Dy()
		for _, part := range []image.Rectangle{{Max: image.Pt(w*95/100, h)}, {Max: image.Pt(w, h*95/100)}, {Min: image.Pt(w/20, 0), Max: image.Pt(w, h)},
			{Min: image.Pt(w/40, h/40), Max: image.Pt(w*39/40, h*39/40)}} {
			add("cropped 5%", Distance(was, hash(imaging.Crop(s.pic, part))))
		}
		for _, other := range shots[i+1:] {
			if d := min(Distance(was, hash(other.pic)), Distance(was, flows.Mirrored(hash(other.pic)))); d <= SameDistance {
				t.Errorf("%s and %s are two pictures, %d apart", s.name, other.name, d)
			}
		}
	}
	for kind, n := range of {
		t.Logf("%-11s %d of %d known again, at most %d apart", kind, kept[kind], n, worst[kind])
		if kept[kind] < n && kind != "cropped 5%" { // a cut shifts every cell: see SameDistance
			t.Errorf("%s: %d of %d known again", kind, kept[kind], n)
		}
	}
}

// Rows: S31
func TestAFittingPictureKeepsNothingHiddenBesideItsPixels(t *testing.T) {
	t.Parallel()
	raw := asJPEG(t, scene(900, 900, 1), 80)
	end := len(raw) - 2
	unused := segment(mDQT, "\x03"+strings.Repeat(canary, 64)[:64])
	for name, hidden := range map[string][]byte{
		"after the last block":      slices.Insert(slices.Clone(raw), end, []byte(canary)...),
		"steps that nothing uses":   withSegments(raw, unused),
		"steps after the last scan": slices.Insert(slices.Clone(raw), end, unused...),
	} {
		res := examine(t, hidden)
		if res.Verdict != Accept || !slices.Equal(res.Notes, []string{NoteStripped}) {
			t.Errorf("%s: %s %v %v", name, res.Verdict, res.Reasons, res.Notes)
		}
		if bytes.Contains(res.JPEG, []byte(canary)) {
			t.Errorf("%s: the result holds the canary", name)
		}
		if !bytes.Equal(res.JPEG, examine(t, raw).JPEG) {
			t.Errorf("%s: the result tells what was hidden", name)
		}
	}
}
