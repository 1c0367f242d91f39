package sim

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTypedTextArrivesWithCommandsAndLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.act("send", object{"user": 43, "chat": 43, "text": "/start abc 好"}, nil)
	m := b.updates()[0].Message
	if diff := cmp.Diff([]Entity{{Type: "bot_command", Offset: 0, Length: 6}}, m.Entities); diff != "" || m.From.Language != "en" || m.Chat.Type != "private" {
		t.Fatalf("%+v %s", m, diff)
	}
	b.act("language", object{"user": 43, "language": "zh-hant"}, nil)
	b.act("send", object{"user": 43, "chat": 43, "text": "x"}, nil)
	if m := b.updates()[0].Message; m.From.Language != "zh-hant" {
		t.Fatalf("language %q", m.From.Language)
	}
}

func TestBotMayWriteOnlyAfterStart(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.refused(b.call("sendMessage", object{"chat_id": 8, "text": "x"}), 403, "can't initiate conversation")
	b.act("send", object{"user": 8, "chat": 8, "text": "/start"}, nil)
	b.call("sendMessage", object{"chat_id": 8, "text": "x"}).id(t)
}

func TestBlockingIsToldAndRefusesMessages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.act("block", object{"user": 42, "blocked": true}, nil)
	b.refused(b.call("sendMessage", object{"chat_id": 42, "text": "x"}), 403, "Forbidden: bot was blocked by the user")
	b.act("block", object{"user": 42, "blocked": false}, nil)
	b.call("sendMessage", object{"chat_id": 42, "text": "x"}).id(t)
	list := b.updates()
	if len(list) != 2 || list[0].Mine.New.Status != "kicked" || list[1].Mine.New.Status != "member" {
		t.Fatalf("got %+v", list)
	}
}

func TestAddingTheBotBringsTheDeepLink(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.act("groups/addbot", object{"group": -1002, "by": 1, "start": "CODE"}, nil)
	list := b.updates()
	if len(list) != 3 || list[0].Mine.New.Status != "member" || len(list[1].Message.Joined) != 1 || list[2].Message.Text != "/start@guiwei_demo_bot CODE" {
		t.Fatalf("got %+v", list)
	}
	if a := b.call("leaveChat", object{"chat_id": -1002}); !a.OK {
		t.Fatal(a.Description)
	}
	b.refused(b.call("sendMessage", object{"chat_id": -1002, "text": "x"}), 403, "bot is not a member of the group chat")
	b.act("groups/kickbot", object{"group": -1001, "by": 1}, nil)
	b.refused(b.call("sendMessage", object{"chat_id": -1001, "text": "x"}), 403, "bot was kicked from the group chat")
}

func TestGroupsHaveMembersAndPrivacy(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.call("sendMessage", object{"chat_id": -1001, "text": "案件"}).id(t)
	b.act("send", object{"user": 7, "chat": -1001, "text": "闲聊"}, nil)
	b.act("send", object{"user": 7, "chat": -1001, "text": "/queue"}, nil)
	b.act("send", object{"user": 7, "chat": -1001, "text": "/queue@other_bot"}, nil)
	b.act("send", object{"user": 7, "chat": -1001, "text": "回复", "reply_to": id}, nil)
	var heard []string
	for _, u := range b.updates() {
		heard = append(heard, u.Message.Text)
	}
	if diff := cmp.Diff([]string{"/queue", "回复"}, heard); diff != "" {
		t.Fatal(diff)
	}
	status := func(user int) string {
		var m struct {
			Status string `json:"status"`
		}
		b.call("getChatMember", object{"chat_id": -1001, "user_id": user}).into(t, &m)
		return m.Status
	}
	if status(1) != "creator" || status(7) != "member" || status(42) != "left" {
		t.Fatal("wrong statuses")
	}
	b.refused(b.call("getChatMember", object{"chat_id": -1001, "user_id": 4711}), 400, "PARTICIPANT_ID_INVALID")
	var admins []object
	b.call("getChatAdministrators", object{"chat_id": -1001}).into(t, &admins)
	if len(admins) != 1 {
		t.Fatalf("admins %v", admins)
	}
}

func TestMigrationTellsBothIDs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var out struct{ ID int64 }
	b.act("groups/migrate", object{"group": -1001}, &out)
	list := b.updates()
	if len(list) != 3 || list[0].Mine == nil || list[1].Message.MigrateTo != out.ID || list[2].Message.Chat.ID != out.ID {
		t.Fatalf("got %+v", list)
	}
	a := b.call("sendMessage", object{"chat_id": -1001, "text": "x"})
	b.refused(a, 400, "group chat was upgraded to a supergroup chat")
	if a.Parameters["migrate_to_chat_id"] != float64(out.ID) {
		t.Fatalf("parameters %v", a.Parameters)
	}
	b.call("sendMessage", object{"chat_id": out.ID, "text": "x"}).id(t)
}

func TestReplyKeyboardSharesTheContact(t *testing.T) {
	t.Parallel()
	b := setup(t)
	keyboard := object{"keyboard": [][]object{{{"text": "发送我的号码", "request_contact": true}}, {{"text": "取消"}}}, "one_time_keyboard": true}
	b.call("sendMessage", object{"chat_id": 42, "text": "手机号", "reply_markup": keyboard}).id(t)
	_, err := b.sim.Tap(Tap{User: 42, Chat: 42, Button: "发送我的号码"})
	must(t, err)
	m := b.updates()[0].Message
	if m.Contact == nil || m.Contact.Phone != "8613800000042" || m.Contact.User != 42 {
		t.Fatalf("got %+v", m)
	}
	if v, _ := b.sim.Chat(42, false); v.ReplyKeyboard != nil {
		t.Fatal("a one-time keyboard stays")
	}
	b.act("contact", object{"user": 42, "chat": 42, "phone": "+8613900000000", "name": "别人"}, nil)
	if m := b.updates()[0].Message; m.Contact.User != 0 {
		t.Fatal("somebody else's contact has no user_id of ours")
	}
}

func TestEditsOfPeopleReachTheBotAndDeletionsDoNot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var sent struct {
		IDs []int `json:"message_ids"`
	}
	b.act("send", object{"user": 42, "chat": 42, "text": "一"}, &sent)
	b.act("edit", object{"user": 42, "chat": 42, "message_id": sent.IDs[0], "text": "二"}, nil)
	b.act("delete", object{"user": 42, "chat": 42, "message_id": sent.IDs[0]}, nil)
	list := b.updates()
	if len(list) != 2 || list[1].Edited == nil || list[1].Edited.Text != "二" {
		t.Fatalf("got %+v", list)
	}
	v, err := b.sim.Chat(42, true)
	must(t, err)
	if len(v.Messages) != 1 || v.Messages[0].Deleted == 0 || v.Messages[0].Past[0].Text != "一" {
		t.Fatalf("view %+v", v)
	}
}
