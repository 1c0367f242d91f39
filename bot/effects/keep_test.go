package effects_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"guiwei/bot/photo/samples"
	"guiwei/flows"
	"guiwei/storage/photos"
)

// Rows: F18
func TestPicturesThatNothingRefersToGoAndOthersStay(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	c := must(s.Store.Case(t.Context(), no))(t)
	foreign := must(s.Photos.Put(t.Context(), "another bot's", samples.Front()))(t)
	orphan := c.Front.Blob[:8] + foreign[8:] // of this house, as a register restored from a backup leaves it
	if err := s.Photos.PutAs(t.Context(), orphan, "x", samples.Front()); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after time.Duration // since the pictures were put, which the store's own clock says
		gone  int
	}{{0, 0}, {time.Hour, 1}, {time.Hour, 0}} {
		s.Clock.(*quick).now = time.Now().Add(step.after)
		if n := must(s.SweepOrphans(t.Context()))(t); n != step.gone {
			t.Errorf("after %v: %d gone, want %d", step.after, n, step.gone)
		}
	}
	var left []string
	err := s.Photos.List(t.Context(), func(blob string, _ time.Time) error { left = append(left, blob); return nil })
	want := []string{c.Front.Blob, c.Back.Blob, foreign}
	slices.Sort(left)
	slices.Sort(want)
	if err != nil || !slices.Equal(left, want) {
		t.Errorf("left %d pictures, %v", len(left), err)
	}
}

// Rows: F18 P16
func TestAPairWithoutBothPicturesIsNotSubmitted(t *testing.T) {
	t.Parallel()
	s := setup(t)
	mine := must(s.do(student, flows.Register{Applicant: s.applicant("+8613900000042", "")}))(t).(flows.Registered).Account
	put := func(side string) flows.Photo {
		blob := must(s.Store.KeepBlob(t.Context(), side, mine.Person, student, s.Clock.Now()))(t)
		if err := s.Photos.PutAs(t.Context(), blob, string(mine.Person)+"|"+side, samples.Front()); err != nil {
			t.Fatal(err)
		}
		return flows.Photo{Blob: blob, SHA256: side}
	}
	front, back := put("front"), put("back")
	for name, row := range map[string]struct {
		pair flows.Submit
		gone []string
	}{
		"sides changed": {flows.Submit{Account: mine, Generation: 1, Front: back, Back: front}, []string{"front", "back"}},
		"no back":       {flows.Submit{Account: mine, Generation: 1, Front: front, Back: flows.Photo{Blob: "0123456789abcdef0123456789abcdef"}}, []string{"back"}},
		"no name":       {flows.Submit{Account: mine, Generation: 1, Back: back}, []string{"front"}},
	} {
		got := must(s.do(student, row.pair))(t).(flows.Submitted)
		if got.Outcome != flows.Gone || !slices.Equal(got.Gone, row.gone) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if st := must(s.Store.Standing(t.Context(), mine, s.Clock.Now()))(t); st.Quota != (flows.Quota{}) || st.Open != nil {
		t.Errorf("counted: %+v", st)
	}
	if got := must(s.do(student, flows.Submit{Account: mine, Generation: 1, Front: front, Back: back}))(t).(flows.Submitted); got.Outcome != flows.OK {
		t.Errorf("the whole pair: %v", got.Outcome)
	}
}

// Rows: D3
func TestCopiesGoFromTheReviewersChatAfterADayWhateverBecameOfTheCase(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	s.role(reviewer)
	s.move(no, flows.CaseClaim)
	if _, err := s.do(reviewer, flows.ShowPhotos{No: no}); err != nil {
		t.Fatal(err)
	}
	shown := func() int {
		_, messages, err := s.Store.TakePhotos(t.Context(), no)
		if err != nil {
			t.Fatal(err)
		}
		return len(messages)
	}
	for _, step := range []struct {
		after time.Duration
		left  int
	}{{23 * time.Hour, 2}, {2 * time.Hour, 0}} {
		s.Clock.(*quick).now = s.Clock.Now().Add(step.after)
		if _, err := s.Sweep(t.Context()); err != nil || shown() != step.left {
			t.Errorf("%v later: %d shown, %v", step.after, shown(), err)
		}
	}
	c := must(s.Store.Case(t.Context(), no))(t)
	if _, err := s.Photos.Get(t.Context(), string(c.Person)+"|front", c.Front.Blob); errors.Is(err, photos.ErrNone) {
		t.Error("the open case lost its picture")
	}
}
