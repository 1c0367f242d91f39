package sim

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestStateHoldsWhatThePageNeeds(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) {
		o.Texts = map[string]string{"page.title": "归位"}
		o.Cheats = []Cheat{{Title: "人物", Rows: [][2]string{{"张三", "学生"}}}}
	})
	b.call("sendMessage", object{"chat_id": 42, "text": "你好", "reply_markup": keys("好", "ok")})
	b.act("sms", object{"to": "+8613800000042", "text": "校验码 123456"}, nil)
	var st pageState
	b.look("state", &st)
	if len(st.People) != 5 || len(st.Groups) != 2 || len(st.Photos) != 2 || len(st.Cheats) != 1 || st.Texts["page.title"] != "归位" {
		t.Fatalf("state %+v", st)
	}
	m := st.Chats["42:42"][0]
	if m.Text != "你好" || !m.From.Bot || m.Keyboard[0][0].Data != "ok" || len(st.Inbox) != 1 {
		t.Fatalf("message %+v", m)
	}
	if !st.Groups[0].Bot || st.Groups[0].ID != -1001 {
		t.Fatalf("groups %+v", st.Groups)
	}
}

func TestEventsTellWhatHappens(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.url+"/sim/events?since=0", nil)
	must(t, err)
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	id := b.call("sendMessage", object{"chat_id": 42, "text": "?", "reply_markup": keys("好", "ok")}).id(t)
	tap, err := b.sim.Tap(Tap{User: 42, Chat: 42, Data: "ok"})
	must(t, err)
	b.call("answerCallbackQuery", object{"callback_query_id": tap, "text": "收到", "show_alert": true})
	b.call("editMessageText", object{"chat_id": 42, "message_id": id, "text": "!"})
	b.call("sendChatAction", object{"chat_id": 42, "action": "typing"})
	b.call("deleteMessage", object{"chat_id": 42, "message_id": id})
	b.act("mail", object{"to": "a@example.org", "subject": "s", "text": "t"}, nil)
	want := []string{"message", "toast", "tapped", "edit", "action", "delete", "inbox"}
	for _, kind := range want {
		if e := nextEvent(t, lines); e["type"] != kind {
			t.Fatalf("got %v, want %s", e, kind)
		}
	}
}

func nextEvent(t *testing.T, lines *bufio.Scanner) Event {
	t.Helper()
	for lines.Scan() {
		if raw, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			var e Event
			must(t, json.Unmarshal([]byte(raw), &e))
			return e
		}
	}
	t.Fatal("the stream ended")
	return nil
}

func TestPageAndUploadsAreServedSafely(t *testing.T) {
	t.Parallel()
	b := setup(t)
	get := func(path string) (*http.Response, string) {
		res, err := http.Get(b.url + path) //nolint:noctx // a test's own server
		must(t, err)
		defer func() { _ = res.Body.Close() }()
		raw, err := io.ReadAll(res.Body)
		must(t, err)
		return res, string(raw)
	}
	if res, body := get("/"); res.StatusCode != http.StatusOK || !strings.Contains(body, "<html") || res.Header.Get("Content-Security-Policy") == "" {
		t.Fatalf("page: %d", res.StatusCode)
	}
	b.attach("document", false, []byte("<html><script>alert(1)</script>"))
	v, err := b.sim.Chat(42, false)
	must(t, err)
	if res, _ := get(v.Messages[0].Document.URL); res.Header.Get("Content-Disposition") != "attachment" || res.Header.Get("Content-Type") != "application/octet-stream" {
		t.Fatalf("headers %v", res.Header)
	}
	if res, _ := get("/sim/photos/front.jpg"); res.Header.Get("Content-Type") != "image/jpeg" {
		t.Fatalf("headers %v", res.Header)
	}
}

func TestOtherSitesMayNotPost(t *testing.T) {
	t.Parallel()
	b := setup(t)
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, b.url+"/sim/send", strings.NewReader(`{"user":42,"chat":42,"text":"x"}`))
	must(t, err)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	_ = res.Body.Close()
	if res.StatusCode != http.StatusForbidden || len(b.updates()) != 0 {
		t.Fatalf("status %d", res.StatusCode)
	}
}

func TestNewPeopleGetTheNextID(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var out struct{ ID int64 }
	b.act("people", object{"name": "赵六", "language": "en"}, &out)
	if out.ID != 44 {
		t.Fatalf("id %d", out.ID)
	}
	b.act("send", object{"user": 44, "chat": 44, "text": "/start"}, nil)
	b.call("sendMessage", object{"chat_id": 44, "text": "hi"}).id(t)
}

func TestClockMovesOverHTTP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var before, after struct {
		MS int64 `json:"unix_ms"`
	}
	b.act("clock", object{"freeze_at": 1_700_000_000_000}, &before)
	b.act("clock", object{"advance_ms": 60_000}, &after)
	if after.MS-before.MS != 60_000 || before.MS != 1_700_000_000_000 {
		t.Fatalf("%d -> %d", before.MS, after.MS)
	}
}
