package effects

import (
	"slices"
	"strings"
	"time"

	"guiwei/flows"
)

// calm are the notices that can be read in the morning, by what their keys begin with: whatever may be an alarm rings.
var calm = []string{"verdict.approved", "verdict.refused", "evidence.called", "erase.kept", "erase.put_off"}

// hushed makes a notice silent at night.
func hushed(t flows.Tell, now time.Time) flows.Tell {
	if !flows.Night(now) {
		return t
	}
	t.Silent = t.Silent || slices.ContainsFunc(calm, func(key string) bool { return strings.HasPrefix(t.Phrase.Key, key) })
	return t
}
