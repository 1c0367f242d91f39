package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/bot/sim/botapi"
)

// arrivals sets a webhook and notes the texts in the order they come.
func (b *bench) arrivals() func() []string {
	var mu sync.Mutex
	var texts []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var u got
		err := json.NewDecoder(r.Body).Decode(&u)
		mu.Lock()
		defer mu.Unlock()
		if err == nil && u.Message != nil {
			texts = append(texts, u.Message.Text)
		}
	}))
	b.t.Cleanup(server.Close)
	b.call("setWebhook", object{"url": server.URL})
	return func() []string {
		b.t.Helper()
		if !b.sim.Idle(nil, 10*time.Millisecond, 5*time.Second) {
			b.t.Fatal("not idle")
		}
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(texts)
	}
}

func (b *bench) says(user int64, texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		b.act("send", object{"user": user, "chat": user, "text": text}, nil)
	}
}

func TestHeldUpdatesComeInAnOrderOfTheSeed(t *testing.T) {
	t.Parallel()
	order := []string{"一", "二", "三", "四", "五", "六"}
	var runs [2][]string
	for i := range runs {
		b := setup(t)
		seen := b.arrivals()
		b.act("hold", object{}, nil)
		b.says(42, order...)
		if b.sim.Idle(nil, time.Millisecond, 30*time.Millisecond) {
			t.Fatal("idle although updates are held back")
		}
		b.act("release", object{"shuffled": true}, nil)
		runs[i] = seen()
	}
	if diff := cmp.Diff(runs[0], runs[1]); diff != "" || slices.Equal(runs[0], order) {
		t.Fatalf("order %v: %s", runs[0], diff)
	}
	slices.Sort(runs[0])
	if slices.Sort(order); !slices.Equal(runs[0], order) {
		t.Fatalf("lost or doubled: %v", runs[0])
	}
}

func TestPollingKeepsTheOrderWhateverIsHeldBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.act("hold", object{}, nil)
	b.says(42, "一", "二", "三")
	if list := b.updates(); len(list) != 0 {
		t.Fatalf("held back, and still %d came", len(list))
	}
	b.act("release", object{"shuffled": true}, nil)
	list := b.updates()
	if len(list) != 3 || !slices.IsSortedFunc(list, func(x, y got) int { return x.ID - y.ID }) {
		t.Fatalf("got %+v", list)
	}
}

// TestALateUpdateIsOvertaken holds that only those of its chat that come after it go first, and that it does come.
func TestALateUpdateIsOvertaken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	seen := b.arrivals()
	b.act("faults", object{"kind": "late", "ms": 3_600_000, "chat": 43, "count": 1}, nil)
	b.says(42, "不迟到")
	if n := len(b.sim.listFaults()); n != 1 {
		t.Error("the fault of another chat was used up")
	}
	b.says(43, "迟到")
	onlyLate := func() bool { return len(b.sim.updates.pending) == 1 && b.sim.updates.pending[0].late }
	b.waitFor(onlyLate)
	b.says(43, "先到")
	b.waitFor(onlyLate)
	b.sim.mu.Lock()
	b.sim.updates.pending[0].notBefore = time.Time{}
	b.sim.moved()
	b.sim.mu.Unlock()
	if diff := cmp.Diff([]string{"不迟到", "先到", "迟到"}, seen()); diff != "" {
		t.Fatal(diff)
	}
}

// TestAllKindsOfUpdatesCanBeInjected sends the smallest object of every kind that the specification has.
func TestAllKindsOfUpdatesCanBeInjected(t *testing.T) {
	t.Parallel()
	b := setup(t)
	spec, err := botapi.Find()
	must(t, err)
	if spec == nil {
		return
	}
	if diff := cmp.Diff(len(updateKinds), len(spec.UpdateKinds())); diff != "" {
		t.Fatal(diff)
	}
	b.call("getUpdates", object{"allowed_updates": updateKinds})
	for _, kind := range updateKinds {
		of := spec.UpdateKinds()[kind]
		var out struct{ Taken bool }
		b.act("update", object{"kind": kind, "chat": 42, "body": spec.Example(of)}, &out)
		if !out.Taken {
			t.Errorf("%s is not taken", kind)
		}
	}
	var list []map[string]json.RawMessage
	b.call("getUpdates", object{}).into(t, &list)
	var kinds []string
	for _, u := range list {
		delete(u, "update_id")
		for kind := range u {
			kinds = append(kinds, kind)
		}
	}
	if diff := cmp.Diff(updateKinds, kinds); diff != "" {
		t.Fatal(diff)
	}
}

func TestInjectedUpdatesKeepTheRules(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.call("getUpdates", object{"allowed_updates": []string{}})
	for kind, taken := range map[string]bool{"poll_answer": true, "message_reaction": false} {
		got, err := b.sim.Inject(kind, 42, json.RawMessage(`{"poll_id":"1","option_ids":[],"option_persistent_ids":[]}`))
		if err != nil || got != taken {
			t.Errorf("%s: %v, %v", kind, got, err)
		}
	}
	for kind, body := range map[string]string{"massage": `{}`, "poll": `[]`, "message": ``} {
		if _, err := b.sim.Inject(kind, 42, json.RawMessage(body)); err == nil {
			t.Errorf("%s %s is taken", kind, body)
		}
	}
	if n := len(b.sim.updates.pending); n != 1 {
		t.Errorf("%d updates", n)
	}
}

func TestThePaceOfTheBotIsThirtyASecondInAll(t *testing.T) {
	t.Parallel()
	b := setup(t, stillClock, func(o *Options) {
		o.Pace = true
		for i := range int64(40) {
			o.Cast = append(o.Cast, Person{ID: 1000 + i, Name: fmt.Sprint(i), Started: true})
		}
	})
	for i := range 30 {
		b.call("sendMessage", object{"chat_id": 1000 + i, "text": "x"}).id(t)
	}
	a, err := b.try(context.Background(), "sendMessage", object{"chat_id": 1031, "text": "x"})
	must(t, err)
	b.refused(a, 429, "Too Many Requests: retry after 1")
	if a.Parameters["retry_after"] != 1.0 {
		t.Fatalf("parameters %v", a.Parameters)
	}
	b.sim.Advance(time.Second)
	b.call("sendMessage", object{"chat_id": 1031, "text": "x"}).id(t)
}

func TestWebhookInfoTellsHowThingsStand(t *testing.T) {
	t.Parallel()
	b := setup(t)
	type info struct {
		URL         string   `json:"url"`
		Pending     int      `json:"pending_update_count"`
		Connections int      `json:"max_connections"`
		Allowed     []string `json:"allowed_updates"`
		FailedAt    int64    `json:"last_error_date"`
		Failure     string   `json:"last_error_message"`
	}
	look := func() (i info) {
		b.call("getWebhookInfo", object{}).into(t, &i)
		return i
	}
	b.says(42, "一", "二")
	if diff := cmp.Diff(info{Pending: 2}, look()); diff != "" {
		t.Error("without a webhook:", diff)
	}
	link := "http://127.0.0.1:1/hook"
	b.call("setWebhook", object{"url": link, "max_connections": 7, "allowed_updates": []string{"message"}})
	b.waitFor(func() bool { return b.sim.updates.hook.failure != "" })
	got := look()
	if got.FailedAt == 0 {
		t.Error("the failure has no date")
	}
	got.FailedAt = 0
	if diff := cmp.Diff(info{URL: link, Pending: 2, Connections: 7, Allowed: []string{"message"}, Failure: "Connection failed"}, got); diff != "" {
		t.Error("with a webhook that is down:", diff)
	}
	b.call("deleteWebhook", object{"drop_pending_updates": true})
	if diff := cmp.Diff(info{Allowed: []string{"message"}}, look()); diff != "" {
		t.Error("after it was deleted:", diff)
	}
}
