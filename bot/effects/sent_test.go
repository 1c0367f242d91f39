package effects_test

import (
	"strings"
	"testing"
	"time"

	"guiwei/bot/photo/samples"
	"guiwei/flows"
)

// Rows: D3
func TestAPictureThatTelegramDoesNotDeleteAnyMoreIsNeverSaidToBeDeleted(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		after      time.Duration
		says, fear string
	}{{25 * time.Hour, "照片已删除", "Telegram 不让我删了"}, {50 * time.Hour, "Telegram 不让我删了", "照片已删除"}} {
		s := setup(t)
		f := s.send(samples.Front(), "photo")
		a := must(s.do(student, flows.Examine{File: f, Side: "front", Person: s.Vault.Person("resident", idNumber)}))(t).(flows.Examined)
		must(s.do(student, answer(f, a)))(t)
		s.sim.Advance(row.after)
		s.Clock.(*quick).now = s.Clock.Now().Add(row.after)
		for range 2 {
			must(s.Sweep(t.Context()))(t)
		}
		if s.says(student, row.says) != 1 || s.says(student, row.fear) != 0 {
			t.Errorf("after %v: %q %d times, %q %d times", row.after, row.says, s.says(student, row.says), row.fear, s.says(student, row.fear))
		}
		if logged := strings.Contains(s.log.String(), "pictures stay in a student's chat"); logged != (row.after > 48*time.Hour) {
			t.Errorf("after %v: logged: %v", row.after, logged)
		}
	}
}
