package home_test

import (
	"testing"

	"guiwei/flows/flowtest"
	"guiwei/flows/home"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, home.Flow)
}
