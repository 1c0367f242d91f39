package register_test

import (
	"testing"

	"guiwei/flows/flowtest"
	"guiwei/flows/register"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, register.Flow(register.Settings{}))
}
