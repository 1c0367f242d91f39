package flows

import (
	"fmt"
	"time"
)

// Took says how long something took, in the unit that people would use.
func Took(d time.Duration) Phrase {
	if d < 90*time.Minute {
		return Say("office.minutes", "minutes", max(1, int(d.Minutes()+0.5)))
	}
	if d < 36*time.Hour {
		return Say("office.hours", "hours", int(d.Hours()+0.5))
	}
	return Say("office.days", "days", fmt.Sprintf("%.1f", d.Hours()/24))
}
