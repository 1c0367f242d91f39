package objection_test

import (
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/objection"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	flowtest.Laws(t, objection.Flow)
}

// One tap under the notice is all; each answer says what came of it, and the late one names the support.
func TestOneTapObjects(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[flows.Outcome]string{flows.OK: "objection.heard", flows.Before: "objection.before",
		flows.TooLate: "objection.late", flows.Refused: "objection.not_yours"} {
		p := flowtest.Story(t).Press("not_me", flowtest.No).Is("objection/objecting")
		if asked := flowtest.Asked[flows.Object](p); len(asked) != 1 || asked[0].No != flowtest.No {
			t.Fatalf("asked %+v", asked)
		}
		p.Answer(flows.Objected{Outcome: outcome, No: flowtest.No}).Is("home/menu").Says(want)
	}
}
