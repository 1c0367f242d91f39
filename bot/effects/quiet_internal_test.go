package effects

import (
	"testing"
	"time"

	"guiwei/flows"
)

func TestAtNightOnlyAlarmsRing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key    string
		hour   int // in Shanghai
		silent bool
	}{{"verdict.approved", 21, false}, {"verdict.approved", 22, true}, {"verdict.refused_final", 3, true}, {"verdict.refused", 8, false},
		{"verdict.frozen", 23, false}, {"erase.notice", 2, false}} {
		now := time.Date(2026, 11, 23, c.hour, 0, 0, 0, time.FixedZone("", 8*60*60))
		if got := hushed(flows.Tell{Phrase: flows.Say(c.key)}, now).Silent; got != c.silent {
			t.Errorf("%s at %d: silent %v", c.key, c.hour, got)
		}
	}
}
