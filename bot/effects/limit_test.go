package effects_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/storage"
)

// wants registers the i-th fictitious ID number for a chat.
func (s *stage) wants(chat int64, phone string, i int) flows.Registered {
	a := s.applicant(phone, "")
	a.IDNumber = fmt.Sprintf("99010120000101%04d", i)
	return must(s.do(chat, flows.Register{Applicant: a}))(s.t).(flows.Registered)
}

// Rows: T9 P40
func TestTheFourthNumberOfAChatIsAnsweredAlikeWhetherItIsKnown(t *testing.T) {
	t.Parallel()
	for name, taken := range map[string]bool{"registered": true, "free": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setup(t)
			s.groups(map[int64]string{counselors: storage.Counselors})
			if taken {
				s.wants(oldOwner, "+8613900000040", 9)
			}
			for i := range 3 {
				if a := s.wants(student, "+8613900000042", i); a.Outcome != flows.OK {
					t.Fatalf("number %d: %+v", i, a)
				}
			}
			for range 2 {
				before := s.Store.Trips()
				if a := s.wants(student, "+8613900000042", 9); a.Outcome != flows.Limited || a.Account != (flows.AccountRef{}) || a.Old != nil {
					t.Errorf("the fourth: %+v", a)
				}
				t.Logf("%d trips", s.Store.Trips()-before)
			}
			if a := s.wants(student, "+8613900000042", 2); a.Outcome != flows.Taken {
				t.Errorf("one of the three again: %+v", a)
			}
			if n := s.says(counselors, "139****0042"); n != 1 {
				t.Errorf("the counselors are told %d times", n)
			}
			if n := s.says(oldOwner, "刚才有人在这里用你的证件号码"); n != 0 {
				t.Error("the owner is told of an attempt that was none")
			}
		})
	}
}

// Rows: T9
func TestTheOwnerHearsOfAnAttemptOnceADay(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.provider(http.StatusOK)
	s.wants(oldOwner, "+8613900000040", 9)
	for _, want := range []int{1, 1, 2} {
		if want == 2 {
			_ = s.Clock.Sleep(t.Context(), 24*time.Hour)
		}
		if a := s.wants(student, "+8613900000042", 9); a.Outcome != flows.Taken {
			t.Fatalf("%+v", a)
		}
		if n := s.says(oldOwner, "刚才有人在这里用你的证件号码"); n != want {
			t.Errorf("told %d times, want %d", n, want)
		}
	}
	if a := s.wants(oldOwner, "+8613900000040", 9); a.Outcome != flows.Taken {
		t.Fatalf("%+v", a)
	}
	if n := s.says(oldOwner, "刚才有人在这里用你的证件号码"); n != 2 {
		t.Error("told of one's own attempt")
	}
}
