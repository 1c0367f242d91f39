package words_test

import (
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
)

// Rows: P30 V1 T4
func TestAQuestionToTheDeskLeavesTheConversationAsItIs(t *testing.T) {
	t.Parallel()
	const group = -100
	for _, word := range flows.DeskWords {
		p := flowtest.Story(t).Walk("register/name").Put(flows.Input{Kind: flows.Command, Word: word, Text: " 203-17 ", Group: group, Thread: 5})
		want := flows.AskDesk{Word: word, Text: "203-17", Chat: group, Thread: 5}
		if asked := flowtest.Asked[flows.AskDesk](p.Is("register/name").Silent()); len(asked) != 1 || asked[0] != want {
			t.Errorf("/%s in the group asks %+v", word, asked)
		}
		p = flowtest.Story(t).Walk("register/name").Put(flows.Input{Kind: flows.Command, Word: word}).Is("register/name").Silent()
		if asked := flowtest.Asked[flows.AskDesk](p); len(asked) != 1 || asked[0].Chat != 42 {
			t.Errorf("/%s in private asks %+v", word, asked)
		}
		p = flowtest.Story(t).Put(flows.Input{Kind: flows.Command, Word: word, Group: group, Thread: 5, Anonymous: true})
		told := flowtest.Asked[flows.Tell](p)
		if len(flowtest.Asked[flows.AskDesk](p)) != 0 || len(told) != 1 || told[0].Phrase.Key != "bind.anonymous" || told[0].Thread != 5 {
			t.Errorf("/%s of nobody: %+v", word, told)
		}
	}
	turn := flows.Turn("queue", "button.desk_after", 2)
	p := flowtest.Story(t).Put(flows.Input{Kind: flows.Tap, Act: turn.Act, Subject: turn.About, Group: group, Message: 9, Query: "q"})
	if asked := flowtest.Asked[flows.AskDesk](p); len(asked) != 1 || asked[0].Page != 2 || asked[0].Message != 9 || asked[0].Word != "queue" {
		t.Errorf("turned over: %+v", asked)
	}
	if taps := flowtest.Asked[flows.AnswerTap](p); len(taps) != 1 {
		t.Errorf("the tap is answered %d times", len(taps))
	}
	for _, forged := range []flows.Input{{Act: "desk_find", Subject: "1"}, {Act: "desk_queue", Subject: "-1"}, {Act: "desk_queue", Subject: "x"}} {
		forged.Kind, forged.Group, forged.Query = flows.Tap, group, "q"
		if asked := flowtest.Asked[flows.AskDesk](flowtest.Story(t).Put(forged)); len(asked) != 0 {
			t.Errorf("%s asks %+v", forged.Act, asked)
		}
	}
}
