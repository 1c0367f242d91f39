package record_test

import (
	"testing"

	"guiwei/flows/flowtest"
	"guiwei/flows/record"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, record.Flow)
}
