package telegram

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCallsCarryTheirFields(t *testing.T) {
	t.Parallel()
	buttons := [][]Button{{{Text: "是", Data: "v1.7.1.yes.ab", Style: "success"}, {Text: "?", URL: "https://example.org/"}}}
	const buttonsWire = `{"inline_keyboard":[[{"text":"是","callback_data":"v1.7.1.yes.ab","style":"success"},{"text":"?","url":"https://example.org/"}]]}`
	const noPreviewWire = `{"is_disabled":true}`
	tests := []struct {
		name   string
		call   func(context.Context, *Client) error
		method string
		fields map[string]string
		files  map[string]string
	}{
		{"text with buttons", func(ctx context.Context, c *Client) error {
			_, err := c.SendMessage(ctx, Outgoing{Chat: 42, Text: "<b>a</b>&amp;", Keyboard: buttons, Protect: true, Silent: true})
			return err
		}, "sendMessage", map[string]string{"chat_id": "42", "text": "<b>a</b>&amp;", "parse_mode": "HTML", "protect_content": "true",
			"disable_notification": "true", "link_preview_options": noPreviewWire, "reply_markup": buttonsWire}, nil},
		{"contact request in a topic", func(ctx context.Context, c *Client) error {
			_, err := c.SendMessage(ctx, Outgoing{Chat: -5, ThreadID: 3, Text: "x", Placeholder: "p",
				Reply: &ReplyKeyboard{OneTime: true, Resize: true, Rows: [][]ReplyButton{{{Text: "share", RequestContact: true}}}}})
			return err
		}, "sendMessage", map[string]string{"chat_id": "-5", "message_thread_id": "3", "text": "x", "parse_mode": "HTML", "link_preview_options": noPreviewWire,
			"reply_markup": `{"keyboard":[[{"text":"share","request_contact":true}]],"resize_keyboard":true,"one_time_keyboard":true,"input_field_placeholder":"p"}`}, nil},
		{"forced reply", func(ctx context.Context, c *Client) error {
			_, err := c.SendMessage(ctx, Outgoing{Chat: -5, Text: "x", ReplyTo: 9, ForceReply: true})
			return err
		}, "sendMessage", map[string]string{"chat_id": "-5", "text": "x", "parse_mode": "HTML", "link_preview_options": noPreviewWire,
			"reply_parameters": `{"message_id":9,"allow_sending_without_reply":true}`, "reply_markup": `{"force_reply":true,"selective":true}`}, nil},
		{"keyboard removed", func(ctx context.Context, c *Client) error {
			_, err := c.SendMessage(ctx, Outgoing{Chat: 42, Text: "x", RemoveReply: true})
			return err
		}, "sendMessage", map[string]string{"chat_id": "42", "text": "x", "parse_mode": "HTML", "link_preview_options": noPreviewWire,
			"reply_markup": `{"remove_keyboard":true}`}, nil},
		{"protected photo", func(ctx context.Context, c *Client) error {
			_, err := c.SendPhoto(ctx, Outgoing{Chat: 7, Text: "front", Protect: true, Keyboard: buttons}, Upload{Name: "photo.jpg", Bytes: []byte("JPEG")})
			return err
		}, "sendPhoto", map[string]string{"chat_id": "7", "caption": "front", "parse_mode": "HTML", "protect_content": "true", "reply_markup": buttonsWire},
			map[string]string{"photo": "photo.jpg JPEG"}},
		{"document", func(ctx context.Context, c *Client) error {
			_, err := c.SendDocument(ctx, Outgoing{Chat: 7}, Upload{Name: "report.xlsx", Bytes: []byte("PK")})
			return err
		}, "sendDocument", map[string]string{"chat_id": "7"}, map[string]string{"document": "report.xlsx PK"}},
		{"edited text", func(ctx context.Context, c *Client) error {
			return c.EditText(ctx, Edit{Chat: 42, Message: 5, Text: "y", Keyboard: buttons})
		}, "editMessageText", map[string]string{"chat_id": "42", "message_id": "5", "text": "y", "parse_mode": "HTML",
			"link_preview_options": noPreviewWire, "reply_markup": buttonsWire}, nil},
		{"edited caption", func(ctx context.Context, c *Client) error {
			return c.EditCaption(ctx, Edit{Chat: 42, Message: 5, Text: "y"})
		}, "editMessageCaption", map[string]string{"chat_id": "42", "message_id": "5", "caption": "y", "parse_mode": "HTML", "reply_markup": `{"inline_keyboard":[]}`}, nil},
		{"stripped buttons", func(ctx context.Context, c *Client) error {
			return c.EditKeyboard(ctx, Edit{Chat: 42, Message: 5})
		}, "editMessageReplyMarkup", map[string]string{"chat_id": "42", "message_id": "5", "reply_markup": `{"inline_keyboard":[]}`}, nil},
		{"deletion", func(ctx context.Context, c *Client) error { return c.DeleteMessage(ctx, 42, 5) },
			"deleteMessage", map[string]string{"chat_id": "42", "message_id": "5"}, nil},
		{"answered tap", func(ctx context.Context, c *Client) error { return c.AnswerCallback(ctx, "q1", "done", true) },
			"answerCallbackQuery", map[string]string{"callback_query_id": "q1", "text": "done", "show_alert": "true"}, nil},
		{"typing", func(ctx context.Context, c *Client) error { return c.SendChatAction(ctx, -5, 3, "typing") },
			"sendChatAction", map[string]string{"chat_id": "-5", "message_thread_id": "3", "action": "typing"}, nil},
		{"commands of a scope", func(ctx context.Context, c *Client) error {
			return c.SetMyCommands(ctx, []Command{{"help", "帮助"}}, CommandScope{Kind: "chat", Chat: -5}, "zh")
		}, "setMyCommands", map[string]string{"commands": `[{"command":"help","description":"帮助"}]`, "scope": `{"type":"chat","chat_id":-5}`, "language_code": "zh"}, nil},
		{"description", func(ctx context.Context, c *Client) error { return c.SetMyDescription(ctx, "d", "en") },
			"setMyDescription", map[string]string{"description": "d", "language_code": "en"}, nil},
		{"short description", func(ctx context.Context, c *Client) error { return c.SetMyShortDescription(ctx, "d", "") },
			"setMyShortDescription", map[string]string{"short_description": "d"}, nil},
		{"webhook", func(ctx context.Context, c *Client) error {
			return c.SetWebhook(ctx, Hook{URL: "https://bot.example/h", Secret: "s3cret", MaxConnections: 10})
		}, "setWebhook", map[string]string{"url": "https://bot.example/h", "secret_token": "s3cret", "max_connections": "10",
			"allowed_updates": `["message","edited_message","callback_query","my_chat_member","chat_member"]`}, nil},
		{"no webhook", func(ctx context.Context, c *Client) error { return c.DeleteWebhook(ctx) }, "deleteWebhook", map[string]string{}, nil},
		{"leaving", func(ctx context.Context, c *Client) error { return c.LeaveChat(ctx, -5) }, "leaveChat", map[string]string{"chat_id": "-5"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, c := newFake(t, func(int, asked) (int, string) { return 200, `{"ok":true,"result":{"message_id":11}}` })
			if err := tt.call(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			fields, files := url.Values{}, map[string]string{}
			for name, value := range tt.fields {
				fields.Set(name, value)
			}
			for name, value := range tt.files {
				files[name] = value
			}
			want := []asked{{method: tt.method, fields: fields, files: files}}
			if diff := cmp.Diff(want, f.seen(), cmp.AllowUnexported(asked{})); diff != "" {
				t.Error(diff)
			}
			checkContract(t, f.seen())
		})
	}
}

func TestAlbumIsOneCallWithAttachedFiles(t *testing.T) {
	t.Parallel()
	f, c := newFake(t, func(int, asked) (int, string) {
		return 200, `{"ok":true,"result":[{"message_id":11},{"message_id":12}]}`
	})
	photos := []Upload{{Name: "front.jpg", Bytes: []byte("F")}, {Name: "back.jpg", Bytes: []byte("B")}}
	ids, err := c.SendMediaGroup(t.Context(), Outgoing{Chat: 7, Text: "case 1", Protect: true}, photos)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{11, 12}, ids); diff != "" {
		t.Error(diff)
	}
	got := f.seen()[0]
	if diff := cmp.Diff(map[string]string{"f0": "front.jpg F", "f1": "back.jpg B"}, got.files); diff != "" {
		t.Error(diff)
	}
	const media = `[{"type":"photo","media":"attach://f0","caption":"case 1","parse_mode":"HTML"},{"type":"photo","media":"attach://f1"}]`
	if got.fields.Get("media") != media || got.fields.Get("protect_content") != "true" {
		t.Errorf("fields %v", got.fields)
	}
	checkContract(t, f.seen())
}

func TestAnswersBecomeValues(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"sendMessage":    `{"message_id":77,"chat":{"id":1},"something_new":[1]}`,
		"getMe":          `{"id":990000001,"is_bot":true,"first_name":"Guiwei","username":"GuiweiBot","can_join_groups":true}`,
		"getChatMember":  `{"status":"restricted","is_member":true,"user":{"id":7,"first_name":"R"}}`,
		"getWebhookInfo": `{"url":"https://bot.example/h","pending_update_count":3,"last_error_date":5,"last_error_message":"x"}`,
	}
	_, c := newFake(t, func(_ int, a asked) (int, string) { return 200, `{"ok":true,"result":` + answers[a.method] + `}` })
	ctx := t.Context()
	id, err := c.SendMessage(ctx, Outgoing{Chat: 1, Text: "x"})
	bot, err2 := c.GetMe(ctx)
	member, err3 := c.GetChatMember(ctx, -5, 7)
	hook, err4 := c.GetWebhookInfo(ctx)
	if err := errors.Join(err, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	if id != 77 {
		t.Errorf("message id %d", id)
	}
	if diff := cmp.Diff(Bot{ID: 990000001, Username: "GuiweiBot", FirstName: "Guiwei", CanJoinGroups: true}, bot); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Member{User: User{ID: 7, FirstName: "R"}, Status: "restricted", Inside: true}, member); diff != "" || !member.Present() {
		t.Error(diff)
	}
	if diff := cmp.Diff(HookStatus{URL: "https://bot.example/h", Pending: 3, LastErrorDate: 5, LastError: "x"}, hook); diff != "" {
		t.Error(diff)
	}
	want := []Count{{"getChatMember", "ok", 0, 1}, {"getMe", "ok", 0, 1}, {"getWebhookInfo", "ok", 0, 1}, {"sendMessage", "ok", 0, 1}}
	if diff := cmp.Diff(want, c.Counts()); diff != "" {
		t.Error(diff)
	}
}

func TestUnreadableResultOfASendIsNotRepeated(t *testing.T) {
	t.Parallel()
	_, c := newFake(t, nil)
	_, err := c.SendMessage(t.Context(), Outgoing{Chat: 1, Text: "x"})
	if !errors.Is(err, ErrRejected) || errors.Is(err, ErrRetry) {
		t.Errorf("got %v", err)
	}
}

func TestRefusalsHaveAKind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code  int
		words string
		extra string
		kind  error
	}{
		{403, "Forbidden: bot was blocked by the user", "", ErrBlocked},
		{403, "Forbidden: user is deactivated", "", ErrBlocked},
		{403, "Forbidden: bot was kicked from the supergroup chat", "", ErrBlocked},
		{400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same", "", ErrNotModified},
		{400, "Bad Request: message to edit not found", "", ErrGone},
		{400, "Bad Request: message can't be edited", "", ErrGone},
		{400, "Bad Request: query is too old and response timeout expired or query ID is invalid", "", ErrQueryTooOld},
		{400, "Bad Request: group chat was upgraded to a supergroup chat", `,"parameters":{"migrate_to_chat_id":-1001}`, ErrMigrated},
		{400, "Bad Request: can't parse entities: Unsupported start tag \"张\"", "", ErrRejected},
		{400, "Bad Request: something of tomorrow", "", ErrRejected},
		{429, "Too Many Requests: retry after 3", `,"parameters":{"retry_after":3}`, ErrRetry},
		{500, "Internal Server Error", "", ErrRetry},
		{401, "Unauthorized", "", ErrUnauthorized},
		{409, "Conflict: terminated by other getUpdates request", "", ErrConflict},
		{413, "Request Entity Too Large", "", ErrTooBig},
	}
	upload := Upload{Name: "a.jpg", Bytes: []byte("x")}
	for _, tt := range tests {
		t.Run(tt.words, func(t *testing.T) {
			t.Parallel()
			quoted := strings.ReplaceAll(tt.words, `"`, `\"`)
			body := `{"ok":false,"error_code":` + itoa(tt.code) + `,"description":"` + quoted + `"` + tt.extra + `}`
			_, c := newFake(t, func(int, asked) (int, string) { return tt.code, body })
			_, plain := c.SendMessage(t.Context(), Outgoing{Chat: 1, Text: "x"})
			_, uploaded := c.SendPhoto(t.Context(), Outgoing{Chat: 2}, upload)
			for _, err := range []error{plain, uploaded} {
				var failed *Error
				if !errors.As(err, &failed) || !errors.Is(err, tt.kind) || failed.Code != tt.code {
					t.Fatalf("got %v, want %v with code %d", err, tt.kind, tt.code)
				}
				if strings.Contains(err.Error(), "张") {
					t.Errorf("a person's words in %q", err)
				}
				if errors.Is(err, ErrMigrated) && failed.MigrateTo != -1001 {
					t.Errorf("migrated to %d", failed.MigrateTo)
				}
				if tt.code == 429 && failed.RetryAfter != 3*time.Second {
					t.Errorf("retry after %s", failed.RetryAfter)
				}
				if failed.Unsure != (tt.code == 500) {
					t.Errorf("unsure is %v", failed.Unsure)
				}
			}
		})
	}
}

func TestEditsAndDeletionsMayBeRepeated(t *testing.T) {
	t.Parallel()
	_, c := newFake(t, func(_ int, a asked) (int, string) {
		words := "message is not modified"
		if a.method == "deleteMessage" {
			words = "message to delete not found"
		}
		if a.fields.Get("message_id") == "9" {
			words = "message can't be deleted for everyone"
		}
		return 400, `{"ok":false,"error_code":400,"description":"Bad Request: ` + words + `"}`
	})
	ctx, e := t.Context(), Edit{Chat: 1, Message: 2, Text: "x"}
	err := errors.Join(c.EditText(ctx, e), c.EditCaption(ctx, e), c.EditKeyboard(ctx, e), c.DeleteMessage(ctx, 1, 2))
	if err != nil {
		t.Error(err)
	}
	if err := c.DeleteMessage(ctx, 1, 9); !errors.Is(err, ErrGone) {
		t.Errorf("a message that stays: got %v", err)
	}
}
