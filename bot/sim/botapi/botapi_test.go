package botapi

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// specification is the one that SPEC names or that lies beside the checkout; nil where there is none.
func specification(t *testing.T) *Spec {
	t.Helper()
	spec, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	if spec == nil {
		t.Log("contract: no SPEC given")
	}
	return spec
}

func said(found []Complaint) []string {
	all := []string{}
	for _, c := range found {
		mark := ""
		if c.Over {
			mark = "over: "
		}
		all = append(all, mark+c.String())
	}
	slices.Sort(all)
	return all
}

const good = `{"inline_keyboard":[[{"text":"好","callback_data":"a","style":"success"},{"text":"看","url":"https://example.org"}]]}`

// TestDoctoredCallsAreFound takes calls that are right and spoils one thing at a time.
func TestDoctoredCallsAreFound(t *testing.T) {
	t.Parallel()
	spec := specification(t)
	if spec == nil {
		return
	}
	type values = map[string]string
	say := func(name, value string) values {
		v := values{"chat_id": "42", "text": "好", "parse_mode": "HTML", "reply_markup": good}
		v[name] = value
		return v
	}
	data := func(n int) string {
		return `{"inline_keyboard":[[{"text":"好","callback_data":"` + strings.Repeat("a", n) + `"}]]}`
	}
	commands := func(n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(`{"command":"start","description":"x"},`, n), ",") + "]"
	}
	photo := drawing(t, 40, 30)
	for name, c := range map[string]struct {
		method string
		values values
		files  map[string][]byte
		want   []string
	}{
		"a message":         {method: "sendMessage", values: say("disable_notification", "true")},
		"in any case":       {method: "SENDMESSAGE", values: say("disable_notification", "true")},
		"to a name":         {method: "sendMessage", values: say("chat_id", "@guiwei")},
		"unknown method":    {"sendMassage", say("disable_notification", "true"), nil, []string{"sendMassage: no such method"}},
		"unknown parameter": {"sendMessage", say("txt", "x"), nil, []string{"sendMessage.txt: unknown"}},
		"missing parameter": {"sendMessage", values{"chat_id": "42"}, nil, []string{"sendMessage: lacks text"}},
		"wrong type":        {"sendMessage", say("disable_notification", "yes"), nil, []string{"sendMessage.disable_notification: a string, not Boolean"}},
		"no number":         {"sendMessage", say("message_thread_id", "1.5"), nil, []string{"sendMessage.message_thread_id: a number, not Integer"}},
		"no chat":           {"sendMessage", say("chat_id", "guiwei"), nil, []string{`sendMessage.chat_id: letters that are not allowed: ^@[A-Za-z0-9_]+$`}},
		"parse mode":        {"sendMessage", say("parse_mode", "html5"), nil, []string{"sendMessage.parse_mode: not one of the values HTML, MarkdownV2, Markdown"}},
		"empty text":        {"sendMessage", say("text", "<b></b>"), nil, []string{"over: sendMessage.text: 0 characters, 1-4096 allowed"}},
		"full text":         {method: "sendMessage", values: say("text", "<b>"+strings.Repeat("&lt;", 4096)+"</b>")},
		"long text":         {"sendMessage", say("text", strings.Repeat("字", 4097)), nil, []string{"over: sendMessage.text: 4097 characters, 1-4096 allowed"}},
		"full data":         {method: "sendMessage", values: say("reply_markup", data(64))},
		"long data":         {"sendMessage", say("reply_markup", data(65)), nil, []string{"over: sendMessage.reply_markup.inline_keyboard[0][0].callback_data: 65 bytes, 1-64 allowed"}},
		"many wrong buttons": {"sendMessage", say("reply_markup", `{"inline_keyboard":[[{"text":"x","callback_data":"","style":"red"}],[{"text":"x"}]]}`), nil, []string{
			"over: sendMessage.reply_markup.inline_keyboard[0][0].callback_data: 0 bytes, 1-64 allowed",
			"sendMessage.reply_markup.inline_keyboard[0][0].style: not one of the values danger, success, primary",
			"sendMessage.reply_markup.inline_keyboard[1][0]: 0 of them given: Exactly one of the fields other than text, icon_custom_emoji_id, and style must be used",
		}},
		"unknown in a button": {"sendMessage", say("reply_markup", `{"keyboard":[[{"text":"x","colour":"red"}]]}`), nil, []string{"sendMessage.reply_markup.keyboard[0][0].colour: unknown"}},
		"deep link":           {method: "sendMessage", values: say("text", "https://t.me/guiwei_bot?startgroup="+strings.Repeat("a", 64))},
		"long deep link":      {"sendMessage", say("text", "https://t.me/guiwei_bot?start="+strings.Repeat("a", 65)+" x"), nil, []string{"over: sendMessage.text: start= of a deep link has 65 characters, at most 64"}},
		"wrong deep link":     {"sendMessage", say("text", "tg://resolve?domain=x&start=a.b"), nil, []string{"sendMessage.text: start= of a deep link has letters that are not allowed"}},
		"edit of nothing":     {"editMessageText", values{"text": "x"}, nil, []string{"editMessageText: lacks chat_id", "editMessageText: lacks message_id"}},
		"edit inline":         {method: "editMessageText", values: values{"text": "x", "inline_message_id": "1"}},
		"toast":               {"answerCallbackQuery", values{"callback_query_id": "1", "text": strings.Repeat("x", 201)}, nil, []string{"over: answerCallbackQuery.text: 201 characters, 0-200 allowed"}},
		"action":              {"sendChatAction", values{"chat_id": "1", "action": "sleeping"}, nil, []string{"sendChatAction.action: not one of the values typing, upload_photo, record_video, upload_video, record_voice, upload_voice, upload_document, choose_sticker, find_location, record_video_note, upload_video_note"}},
		"commands":            {method: "setMyCommands", values: values{"commands": commands(100), "scope": `{"type":"all_private_chats"}`, "language_code": "zh"}},
		"many commands":       {"setMyCommands", values{"commands": commands(101)}, nil, []string{"over: setMyCommands.commands: 101 items, 0-100 allowed"}},
		"command":             {"setMyCommands", values{"commands": `[{"command":"Start","description":""}]`}, nil, []string{"over: setMyCommands.commands[0].description: 0 characters, 1-256 allowed", "setMyCommands.commands[0].command: letters that are not allowed: ^[a-z0-9_]*$"}},
		"scope":               {"setMyCommands", values{"commands": "[]", "scope": `{"type":"everybody"}`}, nil, []string{"setMyCommands.scope.type: not one of the values default"}},
		"language":            {"setMyCommands", values{"commands": "[]", "language_code": "zh-hans"}, nil, []string{"setMyCommands.language_code: letters that are not allowed: ^([a-z][a-z])?$"}},
		"webhook":             {"setWebhook", values{"url": "https://x", "secret_token": "a b", "allowed_updates": `["message","massage"]`, "max_connections": "101"}, nil, []string{"over: setWebhook.max_connections: 101, 1-100 allowed", "setWebhook.allowed_updates[1]: not one of the values " + strings.Join(spec.updateKinds(), ", "), "setWebhook.secret_token: letters that are not allowed: ^[A-Za-z0-9_-]*$"}},
		"a photo":             {method: "sendPhoto", values: values{"chat_id": "1", "caption": strings.Repeat("x", 1024)}, files: map[string][]byte{"photo": photo}},
		"photo by id":         {method: "sendPhoto", values: values{"chat_id": "1", "photo": "12345"}},
		"caption":             {"sendPhoto", values{"chat_id": "1", "photo": "1", "caption": strings.Repeat("x", 1025)}, nil, []string{"over: sendPhoto.caption: 1025 characters, 0-1024 allowed"}},
		"big photo":           {"sendPhoto", values{"chat_id": "1"}, map[string][]byte{"photo": make([]byte, 10*mega+1)}, []string{"over: sendPhoto.photo: 10485761 bytes, 1-10485760 allowed"}},
		"flat photo":          {"sendPhoto", values{"chat_id": "1"}, map[string][]byte{"photo": drawing(t, 2100, 100)}, []string{"over: sendPhoto.photo: a photo of 2100 x 100: at most 10000 in total and 1:20"}},
		"a file as a flag":    {"sendPhoto", values{"chat_id": "1", "photo": "1"}, map[string][]byte{"has_spoiler": {1}}, []string{"sendPhoto.has_spoiler: a file, not Boolean"}},
		"album":               {method: "sendMediaGroup", values: values{"chat_id": "1", "media": `[{"type":"photo","media":"attach://a"},{"type":"photo","media":"x"}]`}, files: map[string][]byte{"a": photo}},
		"album of one":        {"sendMediaGroup", values{"chat_id": "1", "media": `[{"type":"photo","media":"x"}]`}, nil, []string{"over: sendMediaGroup.media: 1 items, 2-10 allowed"}},
		"nothing attached":    {"sendMediaGroup", values{"chat_id": "1", "media": `[{"type":"document","media":"attach://a"},{"type":"document","media":"x"}]`}, map[string][]byte{"b": photo}, []string{"sendMediaGroup.b: unknown", "sendMediaGroup: attach://a was not uploaded"}},
		"deletions":           {"deleteMessages", values{"chat_id": "1", "message_ids": "[]"}, nil, []string{"over: deleteMessages.message_ids: 0 items, 1-100 allowed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(append([]string{}, c.want...), said(spec.Call(c.method, c.values, c.files))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func drawing(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestDoctoredAnswersAndUpdatesAreFound does the same with what the simulator sends.
func TestDoctoredAnswersAndUpdatesAreFound(t *testing.T) {
	t.Parallel()
	spec := specification(t)
	if spec == nil {
		return
	}
	const chat = `{"id":-1,"type":"group","title":"x"}`
	const user = `{"id":42,"is_bot":false,"first_name":"三"}`
	for body, want := range map[string][]string{
		`{"update_id":1,"message":{"message_id":1,"date":1,"chat":` + chat + `}}`:           nil,
		`{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":1,"type":"club"}}}`: {"Update.message.chat.type: not one of the values private, group, supergroup, channel"},
		`{"update_id":1,"message":{"message_id":1,"chat":` + chat + `,"txt":"x"}}`:          {"Update.message.txt: unknown", "Update.message: lacks date"},
		`{"update_id":1,"massage":{}}`: {"Update.massage: unknown"},
		`{"update_id":"1"}`:            {"Update.update_id: a string, not Integer"},
		`{"message":null}`:             {"Update.message: null, not Message", "Update: lacks update_id"},
		`{"update_id":1,"callback_query":{"id":"1","from":` + user + `,"chat_instance":"1"},"poll_answer":{"poll_id":"1","option_ids":[],"option_persistent_ids":[]}}`:                                        {"Update: 2 of them given: At most one of the optional fields"},
		`{"update_id":1,"chat_member":{"chat":` + chat + `,"from":` + user + `,"date":1,"old_chat_member":{"status":"member","user":` + user + `},"new_chat_member":{"status":"guest","user":` + user + `}}}`: {"Update.chat_member.new_chat_member.status: not one of the values member"},
	} {
		if diff := cmp.Diff(append([]string{}, want...), said(spec.Update([]byte(body)))); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
	for _, c := range []struct {
		method, body string
		want         []string
	}{
		{"getMe", `{"ok":true,"result":` + user + `}`, nil},
		{"getMe", `{"ok":true,"result":true}`, []string{"answer to getMe.result: a boolean, not User"}},
		{"editMessageText", `{"ok":true,"result":true}`, nil},
		{"getMe", `{"ok":true}`, []string{"answer to getMe: lacks result"}},
		{"getMe", `{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":1}}`, nil},
		{"getMe", `{"ok":false,"description":"x","parameters":{"retry_in":1}}`, []string{"answer to getMe.parameters.retry_in: unknown", "answer to getMe: lacks error_code"}},
		{"getMe", `<html>`, []string{"getMe: the answer is no JSON object"}},
		{"getFile", `{"ok":true,"result":{"file_id":"a","file_unique_id":"b","file_size":20971521}}`, []string{"over: answer to getFile.file_size: 20971521 bytes, at most 20 MB"}},
	} {
		if diff := cmp.Diff(append([]string{}, c.want...), said(spec.Answer(c.method, []byte(c.body)))); diff != "" {
			t.Errorf("%s %s: %s", c.method, c.body, diff)
		}
	}
}

func TestTheLedgerCountsAndNamesWhatItFound(t *testing.T) {
	t.Parallel()
	spec := specification(t)
	if spec == nil {
		return
	}
	l := NewLedger(spec)
	for range 3 {
		l.Call("sendMessage", map[string]string{"chat_id": "1", "text": strings.Repeat("x", 5000), "colour": "red"}, nil)
	}
	l.Call("getMe", nil, nil)
	l.Answer("getMe", []byte(`{"ok":true,"result":{}}`))
	l.Update([]byte(`{"update_id":1}`))
	want := "contract: 4 calls of 2 methods, 1 updates, 1 answers; 6 unknown, 3 over a limit"
	if l.String() != want {
		t.Errorf("%s, want %s", l, want)
	}
	if diff := cmp.Diff([]string{
		"answer to getMe.result: lacks first_name (1 times)", "answer to getMe.result: lacks id (1 times)",
		"answer to getMe.result: lacks is_bot (1 times)", "sendMessage.colour: unknown (3 times)",
		"sendMessage.text: 5000 characters, 1-4096 allowed (3 times)",
	}, l.Complaints()); diff != "" {
		t.Error(diff)
	}
}

// TestTheTablesRestOnWordsOfTheSpecification holds what tables.go says of a sentence that could not be read as a rule.
func TestTheTablesRestOnWordsOfTheSpecification(t *testing.T) {
	t.Parallel()
	spec := specification(t)
	if spec == nil {
		return
	}
	photo := spec.Methods["sendPhoto"].Fields[slices.IndexFunc(spec.Methods["sendPhoto"].Fields, func(f Field) bool { return f.Name == "photo" })]
	for text, words := range map[string][]string{
		photo.Description: {"must be at most 10 MB", "must not exceed 10000 in total", "ratio must be at most 20"},
		strings.Join(spec.Methods["sendDocument"].Description, " "): {"up to 50 MB in size"},
		strings.Join(spec.Methods["getFile"].Description, " "):      {"up to 20MB in size"},
	} {
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("the specification does not say %q any more", w)
			}
		}
	}
	if n := len(spec.updateKinds()); n < 25 {
		t.Errorf("%d kinds of updates", n)
	}
}

// TestFindFollowsSPEC is alone because it sets the environment.
func TestFindFollowsSPEC(t *testing.T) {
	dir := t.TempDir()
	small := filepath.Join(dir, "api.json")
	if err := os.WriteFile(small, []byte(`{"version":"small","methods":{"getMe":{"name":"getMe","returns":["User"]}},"types":{"Update":{"name":"Update"}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SPEC", small)
	if s, err := Find(); err != nil || s == nil || s.Version != "small" {
		t.Errorf("named: %v, %v", s, err)
	}
	t.Setenv("SPEC", "")
	if s, err := Find(); err != nil || s != nil {
		t.Errorf("empty: %v, %v", s, err)
	}
	for _, wrong := range []string{filepath.Join(dir, "missing.json"), "../botapi"} {
		t.Setenv("SPEC", wrong)
		if _, err := Find(); err == nil {
			t.Errorf("%s: no complaint", wrong)
		}
	}
	if _, err := Read([]byte(`{}`)); err == nil {
		t.Error("an empty specification is taken")
	}
}
