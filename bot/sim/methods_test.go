package sim

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTokenAndMethodNamesAreChecked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a, err := b.post(context.Background(), "/bot999:wrong/getMe", "application/json", strings.NewReader("{}"))
	must(t, err)
	b.refused(a, 401, "Unauthorized")
	b.refused(b.call("flyToTheMoon", object{}), 404, "Not Found")
	if a := b.call("GETME", object{}); !a.OK {
		t.Fatal("method names are case-insensitive")
	}
}

func TestFormsAreReadLikeJSON(t *testing.T) {
	t.Parallel()
	b := setup(t)
	form := url.Values{"chat_id": {"42"}, "text": {"你好"}, "protect_content": {"true"}}
	a, err := b.post(context.Background(), "/bot"+testToken+"/sendMessage", "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	must(t, err)
	var m gotMessage
	a.into(t, &m)
	if m.Text != "你好" || !m.Guarded {
		t.Fatalf("got %+v", m)
	}
}

func TestSendMessageKeepsTheLimits(t *testing.T) {
	t.Parallel()
	b := setup(t)
	buttons := make([]string, 2*101)
	for i := range buttons {
		buttons[i] = "x"
	}
	for _, c := range []struct {
		params object
		code   int
		words  string
	}{
		{object{"text": "  \n"}, 400, "message text is empty"},
		{object{"text": strings.Repeat("字", 4097)}, 400, "message is too long"},
		{object{"text": strings.Repeat("𠮷", 2049)}, 400, "message is too long"},
		{object{"text": "x", "reply_markup": keys("a", strings.Repeat("d", 65))}, 400, "BUTTON_DATA_INVALID"},
		{object{"text": "x", "reply_markup": keys("a", "")}, 400, "BUTTON_DATA_INVALID"},
		{object{"text": "x", "reply_markup": keys(buttons...)}, 400, "reply markup is too long"},
		{object{"text": "x", "reply_markup": "[]"}, 400, "object expected as reply markup"},
		{object{"text": "x", "chat_id": 4711}, 400, "chat not found"},
		{object{"text": "x", "chat_id": 43}, 400, "chat not found"},
		{object{"text": "x", "chat_id": 8}, 403, "bot can't initiate conversation with a user"},
		{object{"text": "x", "reply_parameters": object{"message_id": 999}}, 400, "message to be replied not found"},
		{object{"text": "x", "parse_mode": "LaTeX"}, 400, "unsupported parse_mode"},
	} {
		if c.params["chat_id"] == nil {
			c.params["chat_id"] = 42
		}
		b.refused(b.call("sendMessage", c.params), c.code, c.words)
	}
	b.call("sendMessage", object{"chat_id": 42, "text": "<b>" + strings.Repeat("字", 4096) + "</b>", "parse_mode": "HTML"}).id(t)
	b.call("sendMessage", object{"chat_id": 42, "text": "x", "reply_markup": keys("a", strings.Repeat("d", 64))}).id(t)
}

func TestHTMLBecomesEntitiesInUTF16(t *testing.T) {
	t.Parallel()
	text, ents, err := parseHTML(`𠮷<b>粗<i>斜</i></b> &lt;&#x41;&amp &foo; <a href="https://x.cn/?a=1&amp;b=2">链</a><span class="tg-spoiler">密</span><pre><code class="language-go">x</code></pre>`)
	must(t, err)
	if want := "𠮷粗斜 <A& &foo; 链密x"; text != want {
		t.Fatalf("text %q, want %q", text, want)
	}
	want := []Entity{
		{Type: "bold", Offset: 2, Length: 2}, {Type: "italic", Offset: 3, Length: 1},
		{Type: "text_link", Offset: 15, Length: 1, URL: "https://x.cn/?a=1&b=2"},
		{Type: "spoiler", Offset: 16, Length: 1}, {Type: "pre", Offset: 17, Length: 1, Language: "go"},
	}
	if diff := cmp.Diff(want, ents); diff != "" {
		t.Fatal(diff)
	}
}

func TestBrokenHTMLIsRefusedInTelegramsWords(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for src, words := range map[string]string{
		"a<x>b</x>":                  `Unsupported start tag "x" at byte offset 1`,
		"<b>a":                       `Can't find end tag corresponding to start tag "b"`,
		"a</b>":                      "Unexpected end tag at byte offset 1",
		"<b>a</i>":                   `Unmatched end tag at byte offset 4, expected "</b>", found "</i>"`,
		"3 < 4":                      `Unsupported start tag "" at byte offset 2`,
		"a<b":                        "Unclosed start tag at byte offset 1",
		"<b>a</b":                    "Unclosed end tag at byte offset 4",
		`<a href>x</a>`:              `Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0`,
		`<span class="red">x</span>`: `Tag "span" must have class "tg-spoiler" at byte offset 0`,
		`<a href=x/y>z</a>`:          "Unexpected end of name token at byte offset 8",
		`<a href="x>z</a>`:           "Unclosed start tag at byte offset 0",
	} {
		a := b.call("sendMessage", object{"chat_id": 42, "text": src, "parse_mode": "HTML"})
		b.refused(a, 400, "Bad Request: can't parse entities: "+words)
	}
}

func FuzzHTMLNeverBreaksThePage(f *testing.F) {
	for _, s := range []string{`<b>x</b>`, `<a href="javascript:alert(1)">x</a>`, `&#x1F600;<pre>`, "<script>", `<blockquote expandable>a</blockquote>`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		text, ents, err := parseHTML(src)
		if err != nil {
			return
		}
		for _, e := range ents {
			if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > units(text) {
				t.Fatalf("entity %+v leaves the text %q", e, text)
			}
		}
		shown := renderHTML(text, ents)
		if strings.Contains(shown, "<script") || strings.Contains(shown, `href="javascript`) {
			t.Fatalf("unsafe: %s", shown)
		}
	})
}

func TestPageGetsSafeHTML(t *testing.T) {
	t.Parallel()
	text, ents, err := parseHTML(`<b>a<i>b</i></b>&lt;img&gt; <a href="javascript:x.y">c</a> <a href="https://x.cn/&quot;">d</a>`)
	must(t, err)
	want := `<b>a<i>b</i></b>&lt;img&gt; c <a href="https://x.cn/&#34;" target="_blank" rel="noopener noreferrer">d</a>`
	if got := renderHTML(text, ents); got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
}

func TestEditsFollowTheRules(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.call("sendMessage", object{"chat_id": 42, "text": "一", "reply_markup": keys("好", "ok")}).id(t)
	edit := func(method string, params object) answer {
		if params["message_id"] == nil {
			params["message_id"] = id
		}
		params["chat_id"] = 42
		return b.call(method, params)
	}
	b.refused(edit("editMessageText", object{"text": " 一 ", "reply_markup": keys("好", "ok")}), 400, "message is not modified")
	b.refused(edit("editMessageReplyMarkup", object{"reply_markup": keys("好", "ok")}), 400, "message is not modified")
	b.refused(edit("editMessageText", object{"text": "二", "message_id": 999}), 400, "message to edit not found")
	b.refused(edit("editMessageCaption", object{"caption": "二"}), 400, "there is no caption in the message to edit")
	ids, err := b.sim.Say(42, 42, "我的", Extras{})
	must(t, err)
	b.refused(edit("editMessageText", object{"text": "二", "message_id": ids[0]}), 400, "message can't be edited")
	var m gotMessage
	edit("editMessageText", object{"text": "二"}).into(t, &m)
	if m.Text != "二" || m.Keys != nil {
		t.Fatalf("an edit without reply_markup removes the keyboard: %+v", m)
	}
	menu := b.call("sendMessage", object{"chat_id": 42, "text": "菜单", "reply_markup": object{"keyboard": [][]string{{"登录"}}}}).id(t)
	b.refused(edit("editMessageText", object{"text": "二", "message_id": menu}), 400, "message can't be edited")
}

func TestDeletionsFollowTheRules(t *testing.T) {
	t.Parallel()
	b := setup(t, stillClock)
	id := b.call("sendMessage", object{"chat_id": 42, "text": "一"}).id(t)
	ids, err := b.sim.Say(42, 42, "密码", Extras{})
	must(t, err)
	if a := b.call("deleteMessage", object{"chat_id": 42, "message_id": ids[0]}); !a.OK {
		t.Fatalf("a bot may delete incoming messages of private chats: %s", a.Description)
	}
	b.refused(b.call("deleteMessage", object{"chat_id": 42, "message_id": ids[0]}), 400, "message to delete not found")
	inGroup, err := b.sim.Say(7, -1001, "大家好", Extras{})
	must(t, err)
	b.refused(b.call("deleteMessage", object{"chat_id": -1001, "message_id": inGroup[0]}), 400, "message can't be deleted")
	if a := b.call("deleteMessages", object{"chat_id": 42, "message_ids": []int{999, id}}); !a.OK || b.lastText(42) != "" {
		t.Fatal("deleteMessages skips what is gone and deletes the rest")
	}
	old := b.call("sendMessage", object{"chat_id": 42, "text": "旧"}).id(t)
	b.sim.Advance(48 * time.Hour)
	b.refused(b.call("deleteMessage", object{"chat_id": 42, "message_id": old}), 400, "message can't be deleted for everyone")
}

func TestTapsAreAnsweredOnceAndInTime(t *testing.T) {
	t.Parallel()
	b := setup(t, stillClock)
	b.call("sendMessage", object{"chat_id": 42, "text": "?", "reply_markup": keys("好", "v1.1.1.ok.mac")})
	first, err := b.sim.Tap(Tap{User: 42, Chat: 42, Button: "好"})
	must(t, err)
	if a := b.call("answerCallbackQuery", object{"callback_query_id": first, "text": "收到"}); !a.OK {
		t.Fatal(a.Description)
	}
	b.refused(b.call("answerCallbackQuery", object{"callback_query_id": first}), 400, "query is too old and response timeout expired or query ID is invalid")
	second, err := b.sim.Tap(Tap{User: 42, Chat: 42, Data: "v1.1.1.ok.mac"})
	must(t, err)
	b.sim.Advance(answerWindow + time.Second)
	b.refused(b.call("answerCallbackQuery", object{"callback_query_id": second}), 400, "query is too old")
	if toasts := b.sim.Toasts(42); len(toasts) != 2 || toasts[0].Text != "收到" || toasts[1].Answered {
		t.Fatalf("toasts %+v", toasts)
	}
}

func TestStaleAndForgedTapsReachTheBot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.call("sendMessage", object{"chat_id": 42, "text": "?", "reply_markup": keys("好", "old")}).id(t)
	b.call("editMessageText", object{"chat_id": 42, "message_id": id, "text": "!", "reply_markup": keys("新", "new")})
	if _, err := b.sim.Tap(Tap{User: 42, Chat: 42, MessageID: id, Data: "old"}); err == nil {
		t.Fatal("a button that is gone cannot be tapped by the page")
	}
	_, err := b.sim.Tap(Tap{User: 42, Chat: 42, Data: "old", Stale: true})
	must(t, err)
	b.call("deleteMessage", object{"chat_id": 42, "message_id": id})
	_, err = b.sim.Tap(Tap{User: 42, Chat: 42, Button: "新", Stale: true})
	must(t, err)
	_, err = b.sim.Tap(Tap{User: 42, Chat: 42, Data: "forged", Forged: true})
	must(t, err)
	list := b.updates()
	var data []string
	for _, u := range list {
		data = append(data, u.Callback.Data)
	}
	if diff := cmp.Diff([]string{"old", "new", "forged"}, data); diff != "" {
		t.Fatal(diff)
	}
	if list[0].Callback.Message.Text != "!" || list[1].Callback.Message.Date != 0 {
		t.Fatal("a deleted message comes as InaccessibleMessage with date 0")
	}
}

func TestProfileAndCommandsAreKept(t *testing.T) {
	t.Parallel()
	b := setup(t)
	list := []object{{"command": "status", "description": "查进度"}}
	b.refused(b.call("setMyCommands", object{"commands": []object{{"command": "查", "description": "x"}}}), 400, "BOT_COMMAND_INVALID")
	for method, params := range map[string]object{
		"setMyCommands": {"commands": list}, "setMyDescription": {"description": "d"}, "setMyShortDescription": {"short_description": "s"},
		"setMyName": {"name": "归位二"}, "setChatMenuButton": {"menu_button": object{"type": "commands"}},
	} {
		if a := b.call(method, params); !a.OK {
			t.Fatalf("%s: %s", method, a.Description)
		}
	}
	var commands []command
	b.call("getMyCommands", object{}).into(t, &commands)
	if len(commands) != 1 || commands[0].Command != "status" {
		t.Fatalf("commands %+v", commands)
	}
	b.call("deleteMyCommands", object{})
	b.call("getMyCommands", object{}).into(t, &commands)
	if len(commands) != 0 {
		t.Fatal("commands stay after deleteMyCommands")
	}
}
