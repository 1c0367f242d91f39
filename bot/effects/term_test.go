package effects_test

import (
	"strings"
	"testing"
	"time"

	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/flows/rules"
)

// comes moves the clock to a time.
func (s *stage) comes(at time.Time) {
	if err := s.Clock.Sleep(s.t.Context(), at.Sub(s.Clock.Now())); err != nil {
		s.t.Fatal(err)
	}
}

// sweeps looks for terms that ran out and does what follows, as the sweeper and the engine would; it says how many were told.
func (s *stage) sweeps() int {
	s.t.Helper()
	n := must(s.Remind(s.t.Context()))(s.t)
	for _, o := range must(s.Store.Due(s.t.Context(), s.Clock.Now(), time.Minute, 100, nil))(s.t) {
		for _, entry := range must(s.Store.Pending(s.t.Context(), o))(s.t) {
			for i, e := range entry.Effects {
				if _, err := s.Do(s.t.Context(), engine.Task{Owner: o, Op: entry.ID + string(rune('a'+i)), Effect: e, At: s.Clock.Now()}); err != nil {
					s.t.Fatalf("%s: %v", flows.EffectName(e), err)
				}
			}
			if _, err := s.Store.Done(s.t.Context(), o, entry.ID, 0); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	return n
}

// Rows: P25 V6 S40
func TestATermIsToldAtHalfAtFourFifthsAndAtItsEnd(t *testing.T) {
	t.Parallel()
	s := setup(t) // Tuesday 24 November 2026, 18:00 in China
	_, no := s.claim()
	s.role(reviewer)
	s.Lead = counselor
	china := time.FixedZone("", 8*60*60)
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, china) }
	s.sweeps() // the card is posted
	told := func() []int {
		return []int{s.says(reviewers, "已用 50%"), s.says(reviewers, "已用 80%"), s.says(reviewers, "期限已过"), s.says(counselor, "已用 80%"),
			s.says(counselor, "过了期限"), s.says(student, "让你久等了"), s.says(reviewers, "负责老师")}
	}
	for _, c := range []struct {
		at   time.Time
		n    int
		want []int
	}{
		{at(26, 13, 29), 0, []int{0, 0, 0, 0, 0, 0, 0}},
		{at(26, 13, 30), 1, []int{1, 0, 0, 0, 0, 0, 0}},
		{at(26, 13, 31), 0, []int{1, 0, 0, 0, 0, 0, 0}},
		{at(27, 12, 35), 0, []int{1, 0, 0, 0, 0, 0, 0}},
		{at(27, 12, 36), 1, []int{0, 1, 0, 1, 0, 0, 0}},
		{at(27, 18, 0), 1, []int{0, 0, 1, 1, 1, 1, 0}},
		{at(30, 9, 0), 0, []int{0, 0, 1, 1, 1, 1, 0}},
	} {
		s.comes(c.at)
		n := s.sweeps()
		if got := told(); n != c.n || len(got) != len(c.want) || !same(got, c.want) {
			t.Errorf("%s: %d told, %v; want %d, %v", c.at.Format("02 15:04"), n, got, c.n, c.want)
		}
	}
	if !strings.Contains(s.plain(student), "最晚 11-30 18:00") {
		t.Errorf("the student's new promise: %s", s.plain(student))
	}
	st := must(s.Store.Case(t.Context(), no))(t)
	if now := must(s.Store.Standing(t.Context(), flows.AccountRef{Person: st.Person, ID: st.Account}, s.Clock.Now()))(t); !now.Due.Equal(at(30, 18, 0)) {
		t.Errorf("/status promises %v", now.Due)
	}
}

func same(a, b []int) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Rows: P25
func TestADecidedCaseRemindsNobodyAndAShutLeadIsCalledInTheGroup(t *testing.T) {
	t.Parallel()
	s := setup(t)
	_, no := s.claim()
	s.role(reviewer)
	s.Lead = counselor
	if err := s.Store.Shut(t.Context(), counselor, s.Clock.Now().AddDate(0, 0, 6)); err != nil {
		t.Fatal(err)
	}
	s.comes(s.Clock.Now().AddDate(0, 0, 6))
	s.sweeps()
	if n := s.says(reviewers, "负责老师：案件 "+no); n != 1 {
		t.Errorf("called %d times in the group", n)
	}
	s.decide(no, flows.CaseRefuse)
	s.comes(s.Clock.Now().AddDate(0, 0, 6))
	if n := s.sweeps(); n != 0 {
		t.Errorf("%d told after the end", n)
	}
	if _, err := s.do(0, flows.Remind{No: no, Percent: 100}); err != nil || s.says(student, "让你久等了") != 1 {
		t.Errorf("a late reminder: %v, said %d times", err, s.says(student, "让你久等了"))
	}
}

// Rows: F17
func TestAYearWithoutHolidaysIsAnAlarmBeforeItBegins(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for range 2 {
		if _, err := s.Remind(t.Context()); err != nil || s.says(owner, "放假安排") != 0 {
			t.Fatalf("in November: %v", err)
		}
	}
	s.comes(time.Date(2026, 12, 30, 12, 0, 0, 0, time.UTC))
	for range 2 {
		if _, err := s.Remind(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.says(owner, "2027 年的放假安排还没有录入"); n != 1 || !strings.Contains(s.log.String(), "holidays unknown") {
		t.Errorf("told %d times", n)
	}
	s.Calendar = must(rules.NewCalendar([]byte(`{"2027-01-01":"holiday","2027-10-01":"holiday"}`)))(t)
	before := strings.Count(s.log.String(), "holidays unknown")
	if _, err := s.Remind(t.Context()); err != nil || strings.Count(s.log.String(), "holidays unknown") != before {
		t.Errorf("alarmed with the file: %v", err)
	}
}
