package effects_test

import (
	"slices"
	"strings"
	"testing"

	"guiwei/bot/photo/samples"
	"guiwei/flows"
	"guiwei/locales"
)

// submits has another person than the claimant's register in a chat and submit pictures with these hashes.
func (s *stage) submits(chat int64, number string, front, back [4]uint64) flows.Submitted {
	t := s.t
	who := s.applicant("+8613900000050", "")
	who.IDNumber = number
	ref := must(s.do(chat, flows.Register{Applicant: who}))(t).(flows.Registered).Account
	put := func(side string, hash [4]uint64) flows.Photo {
		blob := must(s.Store.KeepBlob(t.Context(), number+side, ref.Person, chat, s.Clock.Now()))(t)
		if err := s.Photos.PutAs(t.Context(), blob, string(ref.Person)+"|"+side, samples.Front()); err != nil {
			t.Fatal(err)
		}
		return flows.Photo{Blob: blob, SHA256: number + side, DHash: hash, Flags: []string{"forwarded"}}
	}
	return must(s.do(chat, flows.Submit{Account: ref, Generation: 1, Front: put("front", front), Back: put("back", back)}))(t).(flows.Submitted)
}

// Rows: P39 T19
func TestTheSamePictureOfAnotherPersonIsToldToTheReviewerAlone(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.groups(map[int64]string{reviewers: "reviewers"})
	face := [4]uint64{0x0f1e2d3c4b5a6978, 0x8796a5b4c3d2e1f0, 0x13579bdf02468ace, 0xfdb97531eca86420}
	first := s.submits(student, "990101200001010030", face, [4]uint64{1: 0x123456789abcdef0})
	second := s.submits(oldOwner, "990101200001010057", flows.Mirrored(face), [4]uint64{2: 0xfedcba9876543210})
	if first.Outcome != flows.OK || second.Outcome != flows.OK {
		t.Fatal(first, second)
	}
	for _, row := range []struct {
		no          string
		front, risk []string
	}{{first.No, []string{"forwarded"}, nil}, {second.No, []string{"forwarded", "elsewhere"}, []string{"elsewhere"}}} {
		c := must(s.Store.Case(t.Context(), row.no))(t)
		if !slices.Equal(c.Front.Flags, row.front) || !slices.Equal(c.Risk, row.risk) || slices.Contains(c.Back.Flags, "elsewhere") {
			t.Errorf("%s: front %q, back %q, risk %q", row.no, c.Front.Flags, c.Back.Flags, c.Risk)
		}
		if _, err := s.do(0, flows.Card{No: row.no}); err != nil {
			t.Fatal(err)
		}
	}
	words := locales.Plain("zh-Hans", "flag.elsewhere", nil)
	if n := s.says(reviewers, words); n != 1 {
		t.Errorf("%d of two cards tell of the picture", n)
	}
	if n := s.says(student, words) + s.says(oldOwner, words); n != 0 {
		t.Errorf("students are told %d times", n)
	}
	if strings.Contains(s.log.String(), "elsewhere") {
		t.Error("it stands in the log")
	}
}
