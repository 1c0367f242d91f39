package rules_test

import (
	"testing"
	"time"

	"guiwei/flows/rules"
)

var china = time.FixedZone("", 8*60*60)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", text, china)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func calendarOf(t *testing.T, override string) rules.Calendar {
	t.Helper()
	c, err := rules.NewCalendar([]byte(override))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Rows: S40
func TestDeadlineCountsWorkingDaysOfChina(t *testing.T) {
	t.Parallel()
	c := calendarOf(t, "")
	for from, want := range map[string]string{
		"2026-11-23 17:07": "2026-11-26 18:00", // a Monday
		"2026-11-23 00:00": "2026-11-26 18:00",
		"2026-11-23 23:59": "2026-11-26 18:00",
		"2026-11-26 09:00": "2026-12-01 18:00", // over a weekend
		"2026-11-28 12:00": "2026-12-02 18:00", // from a Saturday
		"2026-09-30 12:00": "2026-10-10 18:00", // 国庆 1-7 October, Saturday the 10th is worked
		"2026-02-13 12:00": "2026-02-25 18:00", // 春节 15-23 February; Saturday the 14th is worked
	} {
		if got := c.Deadline(at(t, from), 3); !got.Equal(at(t, want)) {
			t.Errorf("%s: got %v, want %s", from, got, want)
		}
	}
}

func TestDeadlineIsOfTheDayInChinaWhereverTheClockStands(t *testing.T) {
	t.Parallel()
	c := calendarOf(t, "")
	from := at(t, "2026-11-23 00:30")
	if got := c.Deadline(from.In(time.FixedZone("", -5*60*60)), 3); !got.Equal(at(t, "2026-11-26 18:00")) {
		t.Errorf("got %v", got)
	}
	if !c.Working(time.Date(2026, 11, 29, 17, 0, 0, 0, time.UTC)) {
		t.Error("Monday morning in China is Sunday in London, and not worked")
	}
	if got := c.Deadline(from, 0); !got.Equal(at(t, "2026-11-23 18:00")) {
		t.Errorf("no days: %v", got)
	}
}

// Rows: S40
func TestOverrideCorrectsTheCalendar(t *testing.T) {
	t.Parallel()
	c := calendarOf(t, `{"2027-01-01":"holiday","2027-01-03":"work","2027-10-01":"holiday","2026-11-24":"holiday","2026-11-28":"work"}`)
	for day, want := range map[string]bool{"2027-01-01": false, "2027-01-03": true, "2026-11-24": false, "2026-11-28": true, "2026-11-25": true} {
		if got := c.Working(at(t, day+" 12:00")); got != want {
			t.Errorf("%s: working %v", day, got)
		}
	}
	if got := c.Deadline(at(t, "2026-11-23 17:07"), 3); !got.Equal(at(t, "2026-11-27 18:00")) {
		t.Errorf("got %v", got)
	}
	if !c.Covers(2027) {
		t.Error("2027 is not covered")
	}
}

func TestYearWithoutNoticeKeepsTheHolidaysOfTheLaw(t *testing.T) {
	t.Parallel()
	c := calendarOf(t, "")
	for year, want := range map[int]bool{2001: false, 2002: true, 2025: true, 2026: true, 2027: false} {
		if got := c.Covers(year); got != want {
			t.Errorf("covers %d: %v", year, got)
		}
	}
	off := map[string]bool{
		"2027-01-01": true, "2027-02-05": true, "2027-02-06": true, "2027-02-07": true, "2027-02-08": true, "2027-04-05": true,
		"2027-05-01": true, "2027-05-02": true, "2027-06-09": true, "2027-09-15": true, "2027-10-01": true, "2027-10-02": true, "2027-10-03": true,
	}
	for day := at(t, "2027-01-01 12:00"); day.Year() == 2027; day = day.AddDate(0, 0, 1) {
		weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
		if got, want := c.Working(day), !weekend && !off[day.Format("2006-01-02")]; got != want {
			t.Errorf("%s: working %v", day.Format("2006-01-02"), got)
		}
	}
}

func TestOverrideThatSaysNothingClearIsRefused(t *testing.T) {
	t.Parallel()
	for _, override := range []string{"[]", "{", `{"2027-1-1":"holiday"}`, `{"2027-02-30":"work"}`, `{"2027-01-01":"off"}`, `{"2027-01-01":true}`} {
		if _, err := rules.NewCalendar([]byte(override)); err == nil {
			t.Errorf("%s: taken", override)
		}
	}
}

func TestShanghaiDayTurnsAtMidnightInChina(t *testing.T) {
	t.Parallel()
	for want, when := range map[string]time.Time{
		"20261123": time.Date(2026, 11, 23, 15, 59, 59, 999_999_999, time.UTC),
		"20261124": time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC),
	} {
		if got := rules.ShanghaiDay(when); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
