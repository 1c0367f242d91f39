package desk_test

import (
	"testing"

	"guiwei/flows"
	"guiwei/flows/desk"
	"guiwei/flows/flowtest"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	for _, f := range []flows.Flow{desk.Invite, desk.Role, desk.Granting} {
		flowtest.Laws(t, f)
	}
}
