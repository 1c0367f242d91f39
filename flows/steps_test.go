package flows_test

import (
	"regexp"
	"strings"
	"testing"

	"guiwei/flows/flowtest"
)

// Rows: U1 U2
//
// TestARegistrationIsNinePromptsInOneMessage walks the way that everybody takes, from the first button to 立即注册: each prompt names
// its step of nine, no step comes twice, and what follows a tap is an edit of the one live message, but where Telegram's own
// button for the phone number needs a new one.
func TestARegistrationIsNinePromptsInOneMessage(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Walk("register/registering")
	heading := regexp.MustCompile(`step\.header\(number=(\d) total=9 title=(\w+\.\w+)\.title\)`)
	var steps []string
	tapped, fresh := false, 0
	for line := range strings.Lines(p.Transcript()) {
		switch {
		case strings.HasPrefix(line, "student"), strings.HasPrefix(line, "world"):
			tapped = strings.HasPrefix(line, "student    [")
		case strings.HasPrefix(line, "bot"):
			found := heading.FindStringSubmatch(line)
			if found == nil {
				if len(steps) > 0 {
					t.Errorf("a prompt without its step: %s", line)
				}
				continue
			}
			if len(steps) == 0 || steps[len(steps)-1] != found[1] {
				steps = append(steps, found[1])
			}
			if tapped && strings.HasPrefix(line, "bot  ") && !strings.HasPrefix(line, "bot edits") {
				if fresh++; found[2] != "register.phone" {
					t.Errorf("a tap brings a new message: %s", line)
				}
			}
		}
	}
	if got := strings.Join(steps, ""); got != "123456789" {
		t.Errorf("steps %s", got)
	}
	if fresh > 1 {
		t.Errorf("%d new messages after taps", fresh)
	}
}
