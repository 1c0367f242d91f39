package review_test

import (
	"testing"

	"guiwei/flows/flowtest"
	"guiwei/flows/review"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, review.Flow)
}
