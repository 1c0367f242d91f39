package language_test

import (
	"testing"

	"guiwei/flows/flowtest"
	"guiwei/flows/language"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, language.Flow)
}
