package cancel_test

import (
	"testing"

	"guiwei/flows/cancel"
	"guiwei/flows/flowtest"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, cancel.Flow)
}

func TestCancellingAsksOnce(t *testing.T) {
	t.Parallel()
	p := flowtest.Story(t).Walk("register/name").Command("cancel").Is("cancel/sure").Type("?").Is("cancel/sure").Says("kit.unexpected")
	p.Tap("go_on").Is("register/name").Command("cancel").Command("back").Is("register/name").Command("cancel").Tap("stop")
	p.Is("home/menu").Says("cancel.done")
	if len(p.C.Frames) != 1 {
		t.Errorf("frames %+v", p.C.Frames)
	}
}
