package telegram

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	wang       = &User{ID: 42, FirstName: "W", Username: "w", Language: "zh-hans"}
	own        = Chat{ID: 42, Type: "private"}
	group      = Chat{ID: -100, Type: "supergroup", Title: "审核组", Forum: true}
	wireOwn    = `"message_id":5,"date":100,"chat":{"id":42,"type":"private","first_name":"W"},"from":{"id":42,"is_bot":false,"first_name":"W","username":"w","language_code":"zh-hans"}`
	wireGroup  = `"message_id":5,"date":100,"chat":{"id":-100,"type":"supergroup","title":"审核组","is_forum":true}`
	wirePhoto  = `"photo":[{"file_id":"a","file_unique_id":"ua","width":90,"height":60,"file_size":1000},{"file_id":"b","file_unique_id":"ub","width":1280,"height":853}]`
	photoSizes = []PhotoSize{{FileID: "a", UniqueID: "ua", Width: 90, Height: 60, Size: 1000}, {FileID: "b", UniqueID: "ub", Width: 1280, Height: 853}}
)

func TestUpdatesAreDecoded(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, raw string
		want      Update
	}{
		{"text", `{"message":{` + wireOwn + `,"text":"你好","entities":"of any shape"}}`,
			Update{Message: &Message{ID: 5, Chat: own, From: wang, Date: 100, Text: "你好"}}},
		{"edited text", `{"edited_message":{` + wireOwn + `,"edit_date":120,"text":"改"}}`,
			Update{EditedMessage: &Message{ID: 5, Chat: own, From: wang, Date: 100, EditDate: 120, Text: "改"}}},
		{"photo of an album", `{"message":{` + wireOwn + `,` + wirePhoto + `,"media_group_id":"g","caption":"c"}}`,
			Update{Message: &Message{ID: 5, Chat: own, From: wang, Date: 100, Photo: photoSizes, MediaGroupID: "g", Caption: "c"}}},
		{"live photo is a photo", `{"message":{` + wireOwn + `,` + wirePhoto + `,"live_photo":{"file_id":"v"}}}`,
			Update{Message: &Message{ID: 5, Chat: own, From: wang, Date: 100, Photo: photoSizes}}},
		{"forwarded document", `{"message":{` + wireOwn + `,"forward_origin":{"type":"user"},"document":{"file_id":"d","file_unique_id":"ud","file_name":"正面.jpg","mime_type":"image/jpeg","file_size":9}}}`,
			Update{Message: &Message{ID: 5, Chat: own, From: wang, Date: 100, Forwarded: true,
				Document: &Document{FileID: "d", UniqueID: "ud", Name: "正面.jpg", MIME: "image/jpeg", Size: 9}}}},
		{"animation is no document", `{"message":{` + wireOwn + `,"animation":{},"document":{"file_id":"d"}}}`,
			Update{Message: &Message{ID: 5, Chat: own, From: wang, Date: 100, Other: "animation"}}},
		{"venue is no location", `{"message":{` + wireOwn + `,"location":{},"venue":{}}}`,
			Update{Message: &Message{ID: 5, Chat: own, From: wang, Date: 100, Other: "venue"}}},
		{"sticker", `{"message":{` + wireOwn + `,"sticker":{"emoji":"x"},"voice":null}}`,
			Update{Message: &Message{ID: 5, Chat: own, From: wang, Date: 100, Other: "sticker"}}},
		{"pinned message", `{"message":{` + wireOwn + `,"pinned_message":{}}}`,
			Update{Message: &Message{ID: 5, Chat: own, From: wang, Date: 100, Other: "service"}}},
		{"own contact", `{"message":{` + wireOwn + `,"contact":{"phone_number":"+8613900000000","first_name":"W","user_id":42}}}`,
			Update{Message: &Message{ID: 5, Chat: own, From: wang, Date: 100, Contact: &Contact{Phone: "+8613900000000", FirstName: "W", UserID: 42}}}},
		{"anonymous admin in a topic, replying", `{"message":{` + wireGroup + `,"sender_chat":{"id":-100,"type":"supergroup"},"message_thread_id":3,"is_topic_message":true,"reply_to_message":{"message_id":2},"via_bot":{"id":1},"text":"/bind A1"}}`,
			Update{Message: &Message{ID: 5, Chat: group, SenderChat: &Chat{ID: -100, Type: "supergroup"}, Date: 100, ThreadID: 3, ReplyToID: 2, ViaBot: true, Text: "/bind A1"}}},
		{"a reply's thread is no topic", `{"message":{` + wireGroup + `,"message_thread_id":3,"text":"x"}}`,
			Update{Message: &Message{ID: 5, Chat: group, Date: 100, Text: "x"}}},
		{"migration", `{"message":{` + wireGroup + `,"migrate_to_chat_id":-1001234567890}}`,
			Update{Message: &Message{ID: 5, Chat: group, Date: 100, MigrateTo: -1001234567890}}},
		{"comers and goers", `{"message":{` + wireGroup + `,"new_chat_members":[{"id":9,"is_bot":true,"first_name":"B"}],"left_chat_member":{"id":8,"first_name":"L"}}}`,
			Update{Message: &Message{ID: 5, Chat: group, Date: 100, NewMembers: []User{{ID: 9, Bot: true, FirstName: "B"}}, LeftMember: &User{ID: 8, FirstName: "L"}}}},
		{"tap", `{"callback_query":{"id":"q","from":{"id":42,"first_name":"W"},"message":{` + wireGroup + `,"message_thread_id":3,"is_topic_message":true},"chat_instance":"i","data":"v1.7"}}`,
			Update{Callback: &Callback{ID: "q", From: User{ID: 42, FirstName: "W"}, Chat: group, Message: 5, Thread: 3, Data: "v1.7"}}},
		{"tap on an old message", `{"callback_query":{"id":"q","from":{"id":42},"message":{"message_id":5,"date":0,"chat":{"id":42,"type":"private"}},"data":"v1.7"}}`,
			Update{Callback: &Callback{ID: "q", From: User{ID: 42}, Chat: own, Message: 5, Data: "v1.7", Old: true}}},
		{"tap without a message", `{"callback_query":{"id":"q","from":{"id":42},"inline_message_id":"i","data":"v1.7"}}`,
			Update{Callback: &Callback{ID: "q", From: User{ID: 42}, Data: "v1.7"}}},
		{"bot added", `{"my_chat_member":{"date":100,"chat":{"id":-100,"type":"supergroup","title":"审核组","is_forum":true},"from":{"id":1},"old_chat_member":{"status":"left","user":{"id":2}},"new_chat_member":{"status":"administrator","user":{"id":2},"can_delete_messages":true}}}`,
			Update{MyChatMember: &MemberChange{Chat: group, From: User{ID: 1}, Date: 100, Old: Member{User: User{ID: 2}, Status: "left"}, New: Member{User: User{ID: 2}, Status: "administrator", Deletes: true}}}},
		{"reviewer restricted", `{"chat_member":{"chat":{"id":42,"type":"private"},"from":{"id":1},"old_chat_member":{"status":"member","user":{"id":7}},"new_chat_member":{"status":"restricted","is_member":true,"user":{"id":7}}}}`,
			Update{ChatMember: &MemberChange{Chat: own, From: User{ID: 1}, Old: Member{User: User{ID: 7}, Status: "member"}, New: Member{User: User{ID: 7}, Status: "restricted", Inside: true}}}},
		{"kind without use", `{"message_reaction_count":{"chat":7}}`, Update{}},
		{"kind of tomorrow", `{"dream":[[]]}`, Update{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.want.ID = 123
			got, err := DecodeUpdate([]byte(`{"update_id":123,` + tt.raw[1:]))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBadUpdatesAreRefusedWithTheirNumber(t *testing.T) {
	t.Parallel()
	tests := []struct {
		raw string
		id  int64
	}{
		{``, 0}, {`null`, 0}, {`[]`, 0}, {`7`, 0}, {`{}`, 0}, {`{"update_id":`, 0}, {`{"update_id":"9"}`, 0},
		{`{"update_id":0}`, 0}, {`{"update_id":-9}`, 0}, {`{"update_id":9.5}`, 0}, {`{"update_id":1e30}`, 0},
		{`{"update_id":9}x`, 0}, {strings.Repeat(`[`, 20_000), 0},
		{`{"update_id":9,"message":{}}`, 9},
		{`{"update_id":9,"message":{"message_id":1}}`, 9},
		{`{"update_id":9,"message":{"message_id":1,"chat":{"id":"张三"}}}`, 9},
		{`{"message":{"message_id":1,"chat":{"id":1},"photo":{}},"update_id":9}`, 9},
		{`{"chat_member":{"chat":{"id":1},"new_chat_member":{"status":5}},"update_id":9}`, 9},
		{`{"update_id":9,"chat_member":{"chat":{"id":1}}}`, 9},
		{`{"update_id":9,"callback_query":{"id":"q"}}`, 9},
		{`{"update_id":9,"callback_query":{"from":{"id":1}}}`, 9},
	}
	for _, tt := range tests {
		u, err := DecodeUpdate([]byte(tt.raw))
		if err == nil || u.ID != tt.id || !u.Empty() {
			t.Errorf("%.60s: id %d, %v", tt.raw, u.ID, err)
		}
		if err != nil && strings.Contains(err.Error(), "张三") {
			t.Errorf("a person's words in %v", err)
		}
	}
}

func TestUpdatesOfOneChatBelongTogether(t *testing.T) {
	t.Parallel()
	tests := map[string]int64{
		text(1, 42): 42,
		`{"update_id":1,"edited_message":{` + wireGroup + `}}`:                                                   -100,
		`{"update_id":1,"callback_query":{"id":"q","from":{"id":42},"message":{` + wireGroup + `}}}`:             -100,
		`{"update_id":1,"callback_query":{"id":"q","from":{"id":42},"inline_message_id":"i"}}`:                   42,
		`{"update_id":1,"my_chat_member":{"chat":{"id":-7},"new_chat_member":{"status":"member"}}}`:              -7,
		`{"update_id":1,"chat_member":{"chat":{"id":-8},"new_chat_member":{"status":"kicked","user":{"id":1}}}}`: -8,
		`{"update_id":1,"poll":{}}`: 0,
	}
	for raw, want := range tests {
		u, err := DecodeUpdate([]byte(raw))
		if err != nil || u.Conversation() != want {
			t.Errorf("%s: %d, %v", raw, u.Conversation(), err)
		}
	}
}

func TestCommandsAreRead(t *testing.T) {
	t.Parallel()
	tests := map[string][3]string{
		"/start":                      {"start", "", ""},
		"/START  abc ":                {"start", "", "abc"},
		"/bind@GuiweiBot A-1":         {"bind", "GuiweiBot", "A-1"},
		"/bind\nA-1 x":                {"bind", "", "A-1 x"},
		"/bind@GuiweiBot\nA-1":        {"bind", "GuiweiBot", "A-1"},
		"hello /start":                {},
		"/":                           {},
		"/etc/passwd":                 {},
		"/a-b":                        {},
		"/帮助":                         {},
		"":                            {},
		"/" + strings.Repeat("a", 33): {},
	}
	for text, want := range tests {
		name, bot, rest := (&Message{Text: text}).Command()
		if name == "" {
			bot, rest = "", ""
		}
		if diff := cmp.Diff(want, [3]string{name, bot, rest}); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestMembersArePresent(t *testing.T) {
	t.Parallel()
	for _, m := range []Member{{Status: "creator"}, {Status: "administrator"}, {Status: "member"}, {Status: "restricted", Inside: true}} {
		if !m.Present() {
			t.Errorf("%s is absent", m.Status)
		}
	}
	for _, m := range []Member{{}, {Status: "left"}, {Status: "kicked"}, {Status: "restricted"}, {Status: "tomorrow"}} {
		if m.Present() {
			t.Errorf("%q is present", m.Status)
		}
	}
}

func FuzzDecodeUpdate(f *testing.F) {
	f.Add([]byte(text(1, 42)))
	f.Add([]byte(`{"update_id":1,"message":{` + wireOwn + `,` + wirePhoto + `,"sticker":{}}}`))
	f.Add([]byte(`{"update_id":1,"callback_query":{"id":"q","from":{"id":1},"message":null}}`))
	f.Add([]byte(`{"update_id":1,"chat_member":{"chat":{"id":1},"new_chat_member":{"status":"left"}}}`))
	f.Add([]byte(`{"message":{"chat":[]},"update_id":3}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		u, err := DecodeUpdate(raw)
		if err != nil && !u.Empty() {
			t.Errorf("a refused update holds something: %+v", u)
		}
		if err == nil && (u.ID <= 0 || u.Empty() != (u.Conversation() == 0)) {
			t.Errorf("number %d, chat %d", u.ID, u.Conversation())
		}
		for _, m := range []*Message{u.Message, u.EditedMessage} {
			if m != nil {
				m.Command()
			}
		}
	})
}

func BenchmarkDecodeUpdate(b *testing.B) {
	raw := []byte(`{"update_id":1,"message":{` + wireOwn + `,"text":"你好"}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeUpdate(raw); err != nil {
			b.Fatal(err)
		}
	}
}
