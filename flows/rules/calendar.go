package rules

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
	"github.com/6tail/lunar-go/calendar"
)

// The years that a calendar looks up, and the hours at which a working day begins and ends.
const (
	firstYear  = 2002 // lunar-go's table begins with the notice for 2002
	lastYear   = 2100
	opening    = 9
	closing    = 18
	dayLayout  = "2006-01-02"
	maxWorking = 366 // a deadline lies within a year
)

// Calendar knows the working days of China: the State Council's yearly notices (lunar-go), corrected by the
// operator's own file. In a year without a notice, weekends and the holidays that the law fixes are off.
type Calendar struct {
	works map[string]bool // "2026-10-10" -> a working day; days of no notice are absent
}

// NewCalendar makes a calendar. override is nil or JSON, days to "holiday" or "work":
// {"2027-01-01":"holiday","2027-01-03":"work"}.
func NewCalendar(override []byte) (Calendar, error) {
	c := Calendar{works: map[string]bool{}}
	for year := firstYear; year <= lastYear; year++ {
		for e := HolidayUtil.GetHolidaysByYear(year).Front(); e != nil; e = e.Next() {
			h := e.Value.(*HolidayUtil.Holiday)
			c.works[h.GetDay()] = h.IsWork()
		}
	}
	if len(override) == 0 {
		return c, nil
	}
	days := map[string]string{}
	if err := json.Unmarshal(override, &days); err != nil {
		return Calendar{}, fmt.Errorf("read holidays: %w", err)
	}
	for day, word := range days {
		if _, err := time.Parse(dayLayout, day); err != nil {
			return Calendar{}, fmt.Errorf("read holidays: %q is no day like 2027-01-31", day)
		}
		if word != "holiday" && word != "work" {
			return Calendar{}, fmt.Errorf("read holidays: %s is neither \"holiday\" nor \"work\"", day)
		}
		c.works[day] = word == "work"
	}
	return c, nil
}

// Covers says whether the notice for a year is known: both 1 January and 1 October are in the table.
func (c Calendar) Covers(year int) bool {
	_, first := c.works[fmt.Sprintf("%04d-01-01", year)]
	_, last := c.works[fmt.Sprintf("%04d-10-01", year)]
	return first && last
}

// Working says whether people work on the day in China at that instant.
func (c Calendar) Working(day time.Time) bool {
	day = day.In(shanghai)
	if works, ok := c.works[day.Format(dayLayout)]; ok {
		return works
	}
	if w := day.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	return c.Covers(day.Year()) || !lawful(day)
}

// Deadline is 18:00 in China at the end of the n-th working day after the day of at.
func (c Calendar) Deadline(at time.Time, days int) time.Time {
	y, m, d := at.In(shanghai).Date()
	day := time.Date(y, m, d, closing, 0, 0, 0, shanghai)
	for left := min(days, maxWorking); left > 0; {
		day = day.AddDate(0, 0, 1)
		if c.Working(day) {
			left--
		}
	}
	return day
}

// Mark is when a part of a term of working days has passed, in percent: each day counts from 9:00 to 18:00 in China, from the
// working day after the day of at on. 100 is the Deadline.
func (c Calendar) Mark(at time.Time, days, percent int) time.Time {
	const day = (closing - opening) * time.Hour
	left := min(time.Duration(days), maxWorking) * day * time.Duration(percent) / 100
	full := int((left - 1) / day) // days before the one in which it ends
	if left <= 0 {
		return at
	}
	return c.Deadline(at, full+1).Add(left - time.Duration(full+1)*day)
}

// lawful holidays are the thirteen days of 全国年节及纪念日放假办法 (as of 2025): 1 January; lunar new year's eve and the
// three days after it; 清明; 1 and 2 May; 端午; 中秋; 1 to 3 October. Which days are swapped around them only a notice says.
func lawful(day time.Time) bool {
	switch day.Format("0102") {
	case "0101", "0501", "0502", "1001", "1002", "1003":
		return true
	}
	lunar := calendar.NewSolarFromYmd(day.Year(), int(day.Month()), day.Day()).GetLunar()
	if lunar.GetJieQi() == "清明" {
		return true
	}
	switch lunar.GetMonth()*100 + lunar.GetDay() {
	case 101, 102, 103, 505, 815:
		return true
	}
	tomorrow := lunar.Next(1)
	return tomorrow.GetMonth() == 1 && tomorrow.GetDay() == 1
}
