package effects_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"guiwei/bot/effects"
	"guiwei/bot/telegram"
	"guiwei/flows"
)

// Rows: V9
func TestTheReviewersHearOfTheirDayOnceAtSix(t *testing.T) {
	t.Parallel()
	s := setup(t) // 18:00 in China
	_, no := s.claim()
	s.decide(no, flows.CaseRefuse)
	if err := s.Clock.Sleep(t.Context(), 23*time.Hour+59*time.Minute); err != nil { // 17:59 on the next day
		t.Fatal(err)
	}
	if err := s.Digest(t.Context()); err != nil || strings.Count(s.plain(reviewers), "审核的一天") != 0 {
		t.Fatalf("before six: %v", err)
	}
	if err := s.Clock.Sleep(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := s.Digest(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	text := s.plain(reviewers)
	if n := strings.Count(s.plain(reviewers), "审核的一天 · 11 月 25 日"); n != 1 || s.pictures(reviewers) != 1 {
		t.Errorf("told %d times with %d pictures", n, s.pictures(reviewers))
	}
	for _, want := range []string{"在审 0 件", "办结 1 件：通过 0，不通过 1", "照片模糊：1 次"} {
		if !strings.Contains(text, want) {
			t.Errorf("does not say %q: %s", want, text)
		}
	}
	if err := s.Clock.Sleep(t.Context(), 48*time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := s.Digest(t.Context()); err != nil || strings.Count(s.plain(reviewers), "审核的一天") != 1 {
		t.Errorf("a day without anything: %v", err)
	}
}

// noPictures is a group that takes words only.
type noPictures struct{ effects.Pictures }

func (noPictures) SendPhoto(context.Context, telegram.Outgoing, telegram.Upload) (int, error) {
	return 0, &telegram.Error{Kind: telegram.ErrRejected}
}

// Rows: V9
func TestADayIsToldInWordsWhereNoPictureIsTaken(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.claim()
	s.role(reviewer)
	s.Pictures = noPictures{s.Pictures}
	if err := s.Digest(t.Context()); err != nil || strings.Count(s.plain(reviewers), "在审 1 件") != 1 {
		t.Errorf("%v: %s", err, s.plain(reviewers))
	}
}
