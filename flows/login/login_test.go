package login_test

import (
	"testing"

	"guiwei/flows/flowtest"
	"guiwei/flows/login"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, login.Flow)
}
