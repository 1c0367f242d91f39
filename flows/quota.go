package flows

import "time"

// The guide's limits: 每天只能上传3次,累计上传不能超过5次. One upload is one submitted pair; a day is a calendar day in
// Asia/Shanghai; both count per person, not per chat or account.
const (
	PerDay = 3
	InAll  = 5
)

// Quota is what a person has used up.
type Quota struct {
	Today int `json:"today"`
	Total int `json:"total"`
}

// LeftInAll is how many submissions remain.
func (q Quota) LeftInAll() int { return max(0, InAll-q.Total) }

// LeftToday is how many submissions remain before midnight.
func (q Quota) LeftToday() int { return max(0, min(PerDay-q.Today, q.LeftInAll())) }

// shanghai is the guide's time. The zone has had no summer time since 1991, so no tzdata is needed.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Shanghai shows a time as the guide's people read it.
func Shanghai(t time.Time) time.Time { return t.In(shanghai) }

// Day names the quota's day of a time, "20261123".
func Day(t time.Time) string { return t.In(shanghai).Format("20060102") }

// Midnight is when the quota's next day begins.
func Midnight(t time.Time) time.Time {
	y, m, d := t.In(shanghai).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, shanghai)
}

// Minute shows a time to the minute, in Shanghai.
func Minute(t time.Time) string { return t.In(shanghai).Format("2006-01-02 15:04") }

// Soon shows a time of the coming days, in Shanghai.
func Soon(t time.Time) string { return t.In(shanghai).Format("01-02 15:04") }

// Clock shows the time of day, in Shanghai.
func Clock(t time.Time) string { return t.In(shanghai).Format("15:04") }
