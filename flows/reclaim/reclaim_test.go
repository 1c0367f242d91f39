package reclaim_test

import (
	"testing"

	"guiwei/flows/flowtest"
	"guiwei/flows/reclaim"
	"guiwei/flows/rules"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, reclaim.Flow(rules.Passphrase))
}
