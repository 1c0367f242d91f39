package sim

import (
	"testing"

	"guiwei/bot/sim/botapi"
)

// heldAnswers holds every answer and update of a test against the specification. Calls are the tests' own, often wrong on
// purpose.
type heldAnswers struct{ *botapi.Ledger }

func (heldAnswers) Call(string, map[string]string, map[string][]byte) {}

// TestEveryKindOfUpdateKeepsTheContract sends one of each; what setup watches with does the judging.
func TestEveryKindOfUpdateKeepsTheContract(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.call("getUpdates", object{"allowed_updates": []string{"message", "edited_message", "callback_query", "my_chat_member", "chat_member"}})
	for _, kind := range []string{"sticker", "voice", "video", "location", "poll"} {
		b.act("other", object{"user": 42, "chat": 42, "kind": kind}, nil)
	}
	b.act("sample", object{"user": 42, "chat": 42, "names": []string{"front.jpg", "back.jpg"}, "as": "document"}, nil)
	b.act("send", object{"user": 42, "chat": 42, "text": "转发", "forward": "李四"}, nil)
	b.act("groups/promote", object{"group": -1001, "by": 1}, nil)
	b.act("groups/join", object{"group": -1001, "user": 43}, nil)
	b.act("groups/leave", object{"group": -1001, "user": 43, "by": 1}, nil)
	b.act("groups/kickbot", object{"group": -1001, "by": 1}, nil)
	if n := len(b.updates()); n != 14 {
		t.Fatalf("%d updates, want 14", n)
	}
	for method, params := range map[string]object{
		"getMe": {}, "getWebhookInfo": {}, "getChat": {"chat_id": 42}, "getChatMember": {"chat_id": 42, "user_id": 42},
		"getMyName": {}, "getMyCommands": {}, "getChatMenuButton": {}, "sendChatAction": {"chat_id": 42, "action": "typing"},
	} {
		if a := b.call(method, params); !a.OK {
			t.Errorf("%s: %s", method, a.Description)
		}
	}
}
