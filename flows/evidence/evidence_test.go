package evidence_test

import (
	"testing"

	"guiwei/flows/evidence"
	"guiwei/flows/flowtest"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, evidence.Flow)
}
