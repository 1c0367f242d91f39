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
