package photo

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/disintegration/imaging"
)

// demoShots are the demo's sample pictures of two people (their licences: ../app/demo/README.md) and where things are in them.
func demoShots(t testing.TB) []shot {
	t.Helper()
	out := []shot{
		{name: "front.jpg", quad: [4][2]float64{{493, 407}, {812, 445}, {798, 643}, {468, 619}}, face: image.Rect(216, 299, 456, 571)},
		{name: "back.jpg", quad: [4][2]float64{{479, 407}, {798, 444}, {784, 643}, {454, 618}}, face: image.Rect(202, 299, 442, 571), back: true},
		{name: "front2.jpg", quad: [4][2]float64{{483, 448}, {813, 445}, {811, 651}, {487, 653}}, face: image.Rect(216, 294, 456, 577)},
		{name: "back2.jpg", quad: [4][2]float64{{462, 429}, {791, 426}, {790, 633}, {466, 634}}, face: image.Rect(195, 275, 435, 558), back: true},
	}
	for i := range out {
		raw, err := os.ReadFile(filepath.Join("..", "app", "demo", out[i].name)) //nolint:gosec // our own pictures
		if err != nil {
			t.Fatal(err)
		}
		img, err := jpeg.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		out[i].pic = opaque(img, 1)
	}
	return out
}

// tally counts verdicts on pictures whose right answer is known.
type tally struct {
	good, warned, refused, bad, named int
	wrong                             []string
}

func (c *tally) add(name string, want []Reason, got []Finding) {
	if len(want) == 0 {
		c.good++
		switch {
		case len(got) == 0:
			return
		case got[0].Verdict == Reject:
			c.refused++
		default:
			c.warned++
		}
	} else {
		c.bad++
		if len(got) > 0 && slices.Contains(want, got[0].Reason) {
			c.named++
			return
		}
	}
	c.wrong = append(c.wrong, fmt.Sprintf("%s: want %v, got %v", name, want, got))
}

func (c *tally) String() string {
	return fmt.Sprintf("good %d: accepted %d, warned %d, refused %d; bad %d: right reason %d",
		c.good, c.good-c.warned-c.refused, c.warned, c.refused, c.bad, c.named)
}

// also are further right answers of a changed picture: a face painted over is covered, a card out of focus is none to see.
var also = map[Reason][]Reason{NoFace: {FaceCovered}, softCard: {Illegible, NoCard}, NoCard: {Illegible}}

const softCard Reason = "soft card"

// variants judges the good and bad changes of a shot that a seed makes.
func (s shot) variants(seed uint64, judge Judge) *tally {
	c, r := &tally{}, rand.New(rand.NewPCG(seed, 7))
	good := s.good(r)
	for _, name := range slices.Sorted(maps.Keys(good)) {
		c.add(fmt.Sprintf("%s, seed %d, %s", s.name, seed, name), nil, judge(Picture{Image: good[name]}))
	}
	bad := s.bad(r)
	bad[softCard] = s.soft(r)
	for _, want := range slices.Sorted(maps.Keys(bad)) {
		c.add(fmt.Sprintf("%s, seed %d", s.name, seed), append([]Reason{want}, also[want]...), judge(Picture{Image: bad[want]}))
	}
	return c
}

func (c *tally) merge(o *tally) {
	c.good, c.warned, c.refused = c.good+o.good, c.warned+o.warned, c.refused+o.refused
	c.bad, c.named, c.wrong = c.bad+o.bad, c.named+o.named, append(c.wrong, o.wrong...)
}

// Rows: P8 S29 U9
func TestAPhonePictureIsAcceptedAndAFaultIsNamed(t *testing.T) {
	t.Parallel()
	var all tally
	for i, s := range demoShots(t) {
		if i == 1 || i == 2 {
			continue // one front and one back of two people are enough here; make bench judges them all
		}
		if got := Strict(Picture{Image: s.pic}); len(got) > 0 {
			t.Errorf("%s: %v", s.name, got)
		}
		all.merge(s.variants(uint64(i)+11, Strict)) //nolint:gosec // a small count
	}
	t.Log(all.String())
	if all.refused > 0 || all.warned*100 > 10*all.good || all.named*100 < 90*all.bad {
		t.Error(strings.Join(all.wrong, "\n"))
	}
}

func TestAFindingSaysWhere(t *testing.T) {
	t.Parallel()
	s := demoShots(t)[0]
	r := rand.New(rand.NewPCG(3, 7))
	pic := s.bad(r)[Glare]
	got := Strict(Picture{Image: pic})
	if len(got) != 1 || got[0].Verdict != Warn {
		t.Fatal(got)
	}
	number, box := s.cardBox(.3, .8, .9, .92), got[0].Box
	part := got[0].Share(pic.Rect.Size())
	if !box.Overlaps(number) || part.Right-part.Left > .3 || int(part.Left*float64(pic.Rect.Dx())+.5) != box.Min.X {
		t.Errorf("the number is at %v, marked is %v, %+v", number, box, part)
	}
}

func TestATurnedPictureSaysHowToTurnIt(t *testing.T) {
	t.Parallel()
	s := demoShots(t)[2]
	for turn, pic := range map[int]*image.NRGBA{1: orient(s.pic, 8), 2: orient(s.pic, 3), 3: orient(s.pic, 6)} {
		got := Strict(Picture{Image: pic})
		if len(got) != 1 || got[0].Reason != UpsideDown || got[0].Turn != turn {
			t.Errorf("%d quarters: %v", turn, got)
		}
	}
}

func TestTheJudgeIsDeterministicAndLeavesThePictureAlone(t *testing.T) {
	t.Parallel()
	s := demoShots(t)[1]
	before := slices.Clone(s.pic.Pix)
	small := Picture{Image: s.scaled(.3).pic}
	first := fmt.Sprint(Strict(small), Strict(Picture{Image: s.pic}))
	if again := fmt.Sprint(Strict(small), Strict(Picture{Image: s.pic})); again != first {
		t.Errorf("%s, then %s", first, again)
	}
	if !bytes.Equal(before, s.pic.Pix) {
		t.Error("the picture was changed")
	}
}

// A judge looks at whatever passed the guard: noise, grids, one colour, and shapes of a single row.
func TestTheJudgeTakesAnyPicture(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 7))
	noise := image.NewNRGBA(image.Rect(0, 0, 700, 900))
	for i := range noise.Pix {
		noise.Pix[i] = byte(r.IntN(256)) | 255*byte(i%4/3)
	}
	grid := image.NewNRGBA(image.Rect(0, 0, 3000, 2200))
	for i := range grid.Pix {
		grid.Pix[i] = byte(i/4%12/6*255) | 255*byte(i%4/3)
	}
	for name, pic := range map[string]*image.NRGBA{"noise": noise, "grid": grid, "flat": painted(noise, noise.Rect, color.NRGBA{120, 120, 120, 255}),
		"thin": image.NewNRGBA(image.Rect(0, 0, 2560, 1)), "dot": image.NewNRGBA(image.Rect(0, 0, 1, 1)), "row": image.NewNRGBA(image.Rect(0, 0, 3, 400))} {
		got := Strict(Picture{Image: pic})
		if len(got) == 0 || got[0].Verdict != Reject {
			t.Errorf("%s: %v", name, got)
		}
		for _, f := range got {
			if !f.Box.In(pic.Rect) {
				t.Errorf("%s: %v lies outside", name, f.Box)
			}
		}
	}
}

// Rows: P8
func TestTheJudgeOnTheSharedCorpus(t *testing.T) {
	t.Parallel()
	dir, entries := sharedPhotos(t)
	if os.Getenv("PROOF") == "" { // the largest and the eight turns of one picture take a minute
		entries = slices.DeleteFunc(entries, func(e entry) bool {
			return e.Bytes > 1_000_000 || strings.HasPrefix(e.File, "ok_orient") || strings.HasPrefix(e.File, "h_")
		})
	}
	halves, table := judgeShared(t, dir, entries)
	for person, c := range halves {
		t.Logf("%s: %s", cmp.Or(person, "nobody"), c)
		if c.refused > 0 || (c.good-c.warned)*100 < 97*c.good || c.named*100 < 90*c.bad {
			t.Error(table)
		}
	}
}

func TestAJudgeHasAName(t *testing.T) {
	t.Parallel()
	blurred := Picture{Image: demoShots(t)[0].bad(rand.New(rand.NewPCG(9, 7)))[Blurred]}
	for name, want := range map[string]Verdict{"strict": Reject, "warn": Warn} {
		judge, ok := Judges(name)
		if got := judge(blurred); !ok || len(got) != 1 || got[0].Reason != Blurred || got[0].Verdict != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if judge, ok := Judges("off"); judge != nil || !ok {
		t.Error("off judges")
	}
	if _, ok := Judges("Solomon"); ok {
		t.Error("a judge of any name")
	}
}

// Rows: P11
func TestARefusedPictureIsKnownAgain(t *testing.T) {
	t.Parallel()
	shots := demoShots(t)
	r := rand.New(rand.NewPCG(13, 7))
	blurred, other := shots[0].bad(r)[Blurred], shots[1].bad(r)[Blurred]
	room := New(Options{Judge: Strict})
	hash := func(pic *image.NRGBA, quality int) [4]uint64 {
		res, err := room.Examine(t.Context(), asJPEG(t, pic, quality))
		if err != nil || res.Verdict != Reject || res.DHash == ([4]uint64{}) {
			t.Fatal(res.Verdict, res.Reasons, res.DHash, err)
		}
		return res.DHash
	}
	first := hash(blurred, 90)
	if d := Distance(first, hash(blurred, 60)); d > RefusedDistance {
		t.Errorf("sent again: %d", d)
	}
	if d := Distance(first, hash(imaging.Resize(blurred, 720, 0, imaging.Lanczos), 85)); d > RefusedDistance {
		t.Errorf("sent again, smaller: %d", d)
	}
	if d := Distance(first, hash(other, 90)); d <= SameDistance {
		t.Errorf("the other side: %d", d)
	}
}
