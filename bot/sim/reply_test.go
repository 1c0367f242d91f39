package sim

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// replying sets a webhook that answers every update with the same body, sends it one text, and waits until all is done.
func (b *bench) replying(kind, body string) {
	b.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write([]byte(body))
	}))
	b.t.Cleanup(server.Close)
	b.call("setWebhook", object{"url": server.URL})
	b.act("send", object{"user": 42, "chat": 42, "text": "好"}, nil)
	if !b.sim.Idle(nil, 10*time.Millisecond, 5*time.Second) {
		b.t.Fatal("not idle")
	}
}

// newest is the last recorded call without its number and time.
func (b *bench) newest() Call {
	list := b.sim.Calls(0)
	c := list[len(list)-1]
	c.Seq, c.At = 0, 0
	return c
}

func TestAnAnswerToAPostedUpdateIsACall(t *testing.T) {
	t.Parallel()
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	for _, pair := range [][2]string{{"method", "sendDocument"}, {"chat_id", "42"}} {
		must(t, parts.WriteField(pair[0], pair[1]))
	}
	file, err := parts.CreateFormFile("document", "学籍.txt")
	must(t, err)
	_, err = file.Write([]byte("abc"))
	must(t, err)
	must(t, parts.Close())
	for name, c := range map[string]struct {
		kind, body string
		want       Call
	}{
		"json": {"application/json; charset=utf-8", `{"method":"sendMessage","chat_id":42,"text":"收到","reply_markup":{"inline_keyboard":[[{"text":"好","callback_data":"a"}]]}}`,
			Call{Method: "sendMessage", Params: map[string]string{"chat_id": "42", "text": "收到", "reply_markup": `{"inline_keyboard":[[{"text":"好","callback_data":"a"}]]}`}, OK: true, MessageIDs: []int{2}, Reply: true}},
		"form": {"application/x-www-form-urlencoded", "method=SENDmessage&chat_id=42&text=a%2Bb",
			Call{Method: "SENDmessage", Params: map[string]string{"chat_id": "42", "text": "a+b"}, OK: true, MessageIDs: []int{2}, Reply: true}},
		"multipart": {parts.FormDataContentType(), form.String(),
			Call{Method: "sendDocument", Params: map[string]string{"chat_id": "42"}, Files: []CallFile{{"document", "学籍.txt", 3}}, OK: true, MessageIDs: []int{2}, Reply: true}},
		"an error stays unseen": {"application/json", `{"method":"sendMessage","chat_id":4711,"text":"x"}`,
			Call{Method: "sendMessage", Params: map[string]string{"chat_id": "4711", "text": "x"}, Code: 400, Description: "Bad Request: chat not found", Reply: true}},
		"an unknown method": {"application/json", `{"method":"sendNothing"}`,
			Call{Method: "sendNothing", Params: map[string]string{}, Code: 404, Description: "Not Found", Reply: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.replying(c.kind, c.body)
			if diff := cmp.Diff(c.want, b.newest()); diff != "" || b.sim.Called() != 2 {
				t.Fatalf("%d calls: %s", b.sim.Called(), diff)
			}
		})
	}
}

func TestOtherAnswersToAPostedUpdateAreNoCalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][2]string{
		"empty":                  {"", ""},
		"plain words":            {"text/plain", "method=sendMessage&chat_id=42&text=x"},
		"json without a method":  {"application/json", `{"ok":true}`},
		"a question":             {"application/json", `{"method":"getMe"}`},
		"the end of the webhook": {"application/json", `{"method":"deleteWebhook"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.replying(c[0], c[1])
			if got := b.newest(); got.Method != "setWebhook" || b.sim.Called() != 1 {
				t.Fatalf("%d calls, the last %+v", b.sim.Called(), got)
			}
		})
	}
}

// TestFaultsStrikeReplies holds that a reply meets what a call would meet, and that nobody waits for it.
func TestFaultsStrikeReplies(t *testing.T) {
	t.Parallel()
	for kind, shown := range map[string]string{"429": "好", "500": "好", "reset": "好", "lost": "收到", "latency": "收到"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			must(t, b.sim.Fault(Fault{Method: "sendMessage", Kind: kind, Count: 1, MS: 50}))
			b.replying("application/json", `{"method":"sendMessage","chat_id":42,"text":"收到"}`)
			if c := b.newest(); c.Fault != kind || !c.Reply {
				t.Errorf("recorded %+v", c)
			}
			if got := b.lastText(42); got != shown {
				t.Errorf("the chat shows %q, want %q", got, shown)
			}
		})
	}
}

func TestABrokenAnswerIsAFailedDelivery(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tries := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if tries++; tries == 1 {
			_, _ = w.Write([]byte(`{"method":"sendMessage",`))
		}
	}))
	t.Cleanup(server.Close)
	b.call("setWebhook", object{"url": server.URL})
	b.act("send", object{"user": 42, "chat": 42, "text": "好"}, nil)
	if !b.sim.Idle(nil, 10*time.Millisecond, 5*time.Second) || tries != 2 {
		t.Fatalf("%d tries", tries)
	}
	var told struct {
		Failure string `json:"last_error_message"`
	}
	b.call("getWebhookInfo", object{}).into(t, &told)
	if told.Failure != "Wrong response from the webhook: can't parse the body" {
		t.Fatalf("told %q", told.Failure)
	}
}

func TestTheRecordOfCallsIsBoundedAndCountsOn(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.KeepCalls = 5 })
	for i := range 23 {
		b.call("sendMessage", object{"chat_id": 42, "text": fmt.Sprint(i + 1)})
		if n := len(b.sim.Calls(0)); n > 10 {
			t.Fatalf("%d calls kept", n)
		}
	}
	var out struct {
		Calls  []Call
		Called int
	}
	b.look("calls?since=20", &out)
	if out.Called != 23 || len(out.Calls) != 3 || out.Calls[0].Seq != 21 || out.Calls[0].Params["text"] != "21" {
		t.Fatalf("called %d, since 20: %+v", out.Called, out.Calls)
	}
	if rest := b.sim.Calls(2); len(rest) < 5 || rest[len(rest)-1].Seq != 23 {
		t.Fatalf("since 2: %+v", rest)
	}
}
