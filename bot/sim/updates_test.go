package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOffsetConfirmsAndRepeatsWhatWasNotConfirmed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, text := range []string{"一", "二", "三"} {
		b.act("send", object{"user": 42, "chat": 42, "text": text}, nil)
	}
	var first, again, rest, newest []got
	b.call("getUpdates", object{"limit": 2}).into(t, &first)
	b.call("getUpdates", object{"limit": 2}).into(t, &again)
	if diff := cmp.Diff(first, again); diff != "" || len(first) != 2 {
		t.Fatalf("unconfirmed updates come again: %s", diff)
	}
	b.call("getUpdates", object{"offset": -1}).into(t, &newest)
	b.call("getUpdates", object{"offset": first[1].ID + 1}).into(t, &rest)
	if len(rest) != 1 || rest[0].Message.Text != "三" || rest[0].ID != first[1].ID+1 || newest[0].ID != rest[0].ID {
		t.Fatalf("rest %+v", rest)
	}
}

func TestLongPollWakesAndASecondPollerEndsTheFirst(t *testing.T) {
	t.Parallel()
	b := setup(t)
	answers := make(chan answer, 2)
	poll := func() {
		a, err := b.try(context.Background(), "getUpdates", object{"timeout": 20})
		if err != nil {
			t.Error(err)
		}
		answers <- a
	}
	go poll()
	b.waitFor(func() bool { return b.sim.updates.poller == 1 })
	go poll()
	b.refused(<-answers, 409, "terminated by other getUpdates request")
	b.act("send", object{"user": 42, "chat": 42, "text": "醒"}, nil)
	var list []got
	(<-answers).into(t, &list)
	if len(list) != 1 || list[0].Message.Text != "醒" {
		t.Fatalf("got %+v", list)
	}
}

// waitFor waits until a fact about the simulator's insides holds.
func (b *bench) waitFor(fact func() bool) {
	b.t.Helper()
	deadline := time.NewTimer(5 * time.Second)
	defer deadline.Stop()
	b.sim.mu.Lock()
	defer b.sim.mu.Unlock()
	for !fact() {
		if !b.sim.await(nil, deadline.C) {
			b.t.Fatal("waited in vain")
		}
	}
}

func TestCloseEndsLongPolls(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ended := make(chan answer)
	go func() {
		a, err := b.try(context.Background(), "getUpdates", object{"timeout": 50})
		if err != nil {
			t.Error(err)
		}
		ended <- a
	}()
	b.waitFor(func() bool { return b.sim.updates.poller == 1 })
	b.sim.Close()
	if a := <-ended; !a.OK || string(a.Result) != "[]" {
		t.Fatalf("got %+v", a)
	}
}

func TestThousandsOfUpdatesPassTheWebhookQuickly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const many = 3000
	seen := make(chan struct{}, many)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { seen <- struct{}{} }))
	t.Cleanup(server.Close)
	for range many {
		_, err := b.sim.Say(42, 42, "x", Extras{})
		must(t, err)
	}
	b.call("setWebhook", object{"url": server.URL})
	late := time.After(10 * time.Second)
	for range many {
		select {
		case <-seen:
		case <-late:
			t.Fatal("the queue is slow")
		}
	}
}

func TestPollingIsRefusedWhileAWebhookIsSet(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.refused(b.call("setWebhook", object{"url": "http://example.org/hook"}), 400, "An HTTPS URL must be provided")
	b.refused(b.call("setWebhook", object{"url": "https://example.org/hook", "secret_token": "a b"}), 400, "unallowed characters")
	if a := b.call("setWebhook", object{"url": "http://127.0.0.1:1/hook"}); !a.OK {
		t.Fatal(a.Description)
	}
	b.refused(b.call("getUpdates", object{}), 409, "can't use getUpdates method while webhook is active")
	b.call("deleteWebhook", object{})
	if a := b.call("getUpdates", object{}); !a.OK {
		t.Fatal(a.Description)
	}
}

// hook is a bot's webhook that refuses the first tries of an update.
type hook struct {
	mu     sync.Mutex
	refuse int
	got    []string
	secret string
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var u got
	raw, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(raw, &u)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.secret = r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
	verdict := "taken"
	if h.refuse > 0 && u.Message.Chat.ID == 42 {
		h.refuse--
		verdict = "refused"
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	h.got = append(h.got, fmt.Sprintf("%d %s %s", u.Message.Chat.ID, u.Message.Text, verdict))
}

func TestWebhookRepeatsAnUpdateAndKeepsTheOrderOfAChat(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h := &hook{refuse: 2}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	b.call("setWebhook", object{"url": server.URL, "secret_token": "s3cret"})
	for _, text := range []string{"一", "二"} {
		b.act("send", object{"user": 42, "chat": 42, "text": text}, nil)
	}
	b.act("send", object{"user": 1, "chat": 1, "text": "别人"}, nil)
	var idle struct{ Idle bool }
	b.look("idle?quiet=10&timeout=5000", &idle)
	if !idle.Idle {
		t.Fatal("not idle")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	var mine []string
	for _, line := range h.got {
		if line[:2] == "42" {
			mine = append(mine, line)
		}
	}
	want := []string{"42 一 refused", "42 一 refused", "42 一 taken", "42 二 taken"}
	if diff := cmp.Diff(want, mine); diff != "" || h.secret != "s3cret" || len(h.got) != 5 {
		t.Fatalf("secret %q, all %v: %s", h.secret, h.got, diff)
	}
	var info struct {
		Failure string `json:"last_error_message"`
		Pending int    `json:"pending_update_count"`
	}
	b.call("getWebhookInfo", object{}).into(t, &info)
	if info.Pending != 0 || info.Failure != "Wrong response from the webhook: 503 Service Unavailable" {
		t.Fatalf("info %+v", info)
	}
}

func TestIdleWaitsForConfirmationAndForRunningCalls(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.act("send", object{"user": 42, "chat": 42, "text": "一"}, nil)
	var list []got
	b.call("getUpdates", object{}).into(t, &list)
	if b.sim.Idle(nil, time.Millisecond, 30*time.Millisecond) {
		t.Fatal("idle although the update is not confirmed")
	}
	must(t, b.sim.Fault(Fault{Method: "sendMessage", Kind: "latency", MS: 150, Count: 1}))
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = b.try(context.Background(), "sendMessage", object{"chat_id": 42, "text": "慢"})
	}()
	b.waitFor(func() bool { return b.sim.calls.running == 1 })
	b.call("getUpdates", object{"offset": list[0].ID + 1})
	if !b.sim.Idle(nil, time.Millisecond, 5*time.Second) || b.lastText(42) != "慢" {
		t.Fatal("idle before the running call was done")
	}
	<-sent
}

func TestDuplicatesKeepTheirUpdateID(t *testing.T) {
	t.Parallel()
	b := setup(t)
	must(t, b.sim.Fault(Fault{Kind: "duplicate", Count: 1}))
	b.act("send", object{"user": 42, "chat": 42, "text": "两次"}, nil)
	b.act("send", object{"user": 42, "chat": 42, "text": "一次"}, nil)
	list := b.updates()
	if len(list) != 3 || list[0].ID != list[1].ID {
		t.Fatalf("got %+v", list)
	}
	b.act("duplicate", object{"n": 1}, nil)
	again := b.updates()
	if len(again) != 1 || again[0].ID != list[2].ID || len(b.updates()) != 0 {
		t.Fatalf("again %+v", again)
	}
	b.act("skip_update_ids", object{"n": 1000}, nil)
	b.act("send", object{"user": 42, "chat": 42, "text": "跳"}, nil)
	if next := b.updates(); next[0].ID != list[2].ID+1001 {
		t.Fatalf("next id %d", next[0].ID)
	}
}

func TestAllowedUpdatesLeaveOtherKindsOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.act("groups/promote", object{"group": -1001, "by": 1}, nil)
	b.act("groups/join", object{"group": -1001, "user": 43}, nil)
	for _, u := range b.updates() {
		if u.Other != nil {
			t.Fatal("chat_member comes only when asked for")
		}
	}
	b.call("getUpdates", object{"allowed_updates": []string{"chat_member"}})
	b.act("groups/leave", object{"group": -1001, "user": 43}, nil)
	list := b.updates()
	if len(list) != 1 || list[0].Other == nil || list[0].Other.New.Status != "left" {
		t.Fatalf("got %+v", list)
	}
}
