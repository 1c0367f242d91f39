package status_test

import (
	"testing"

	"guiwei/flows/flowtest"
	"guiwei/flows/status"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, status.Flow)
}
