package sim

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestFaultsStrikeTheirMethodAndNoOther(t *testing.T) {
	t.Parallel()
	b := setup(t)
	say := object{"chat_id": 42, "text": "一"}
	b.act("faults", object{"method": "send*", "kind": "429", "count": 1, "retry_after": 7}, nil)
	if a := b.call("getMe", object{}); !a.OK {
		t.Fatal("getMe is not meant")
	}
	a := b.call("sendMessage", say)
	b.refused(a, 429, "Too Many Requests: retry after 7")
	if a.Parameters["retry_after"] != 7.0 {
		t.Fatalf("parameters %v", a.Parameters)
	}
	b.act("faults", object{"method": "sendMessage", "kind": "500", "count": 1}, nil)
	if a := b.call("sendMessage", say); a.Status != http.StatusBadGateway || !strings.HasPrefix(a.Description, "<html>") {
		t.Fatalf("got %d %q", a.Status, a.Description)
	}
	if b.lastText(42) != "" {
		t.Fatal("a refused call acts")
	}
	b.call("sendMessage", say).id(t)
}

func TestResetDoesNothingAndALostReplyActs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, c := range []struct{ kind, text, shown string }{{"reset", "一", ""}, {"lost", "二", "二"}} {
		must(t, b.sim.Fault(Fault{Method: "sendMessage", Kind: c.kind, Count: 1}))
		_, err := b.try(context.Background(), "sendMessage", object{"chat_id": 42, "text": c.text})
		broken := new(url.Error)
		if !errors.As(err, &broken) && !errors.Is(err, io.EOF) {
			t.Fatalf("%s: no transport error: %v", c.kind, err)
		}
		if got := b.lastText(42); got != c.shown {
			t.Fatalf("%s: the chat shows %q", c.kind, got)
		}
	}
}

func TestCourierMeetsFaultsToo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	letter := func() (answer, error) {
		return b.post(context.Background(), "/sim/sms", "application/json", strings.NewReader(`{"to":"1","text":"x"}`))
	}
	b.act("faults", object{"method": "sms", "kind": "500", "status": 503, "count": 1}, nil)
	if a, err := letter(); err != nil || a.Status != http.StatusServiceUnavailable || len(b.sim.Inbox("")) != 0 {
		t.Fatalf("status %d, %v", a.Status, err)
	}
	b.act("faults", object{"method": "sms", "kind": "lost", "count": 1}, nil)
	if _, err := letter(); err == nil || len(b.sim.Inbox("1")) != 1 {
		t.Fatalf("a lost reply acts: %v", err)
	}
}

func TestFaultsByProbabilityRepeatWithTheSeed(t *testing.T) {
	t.Parallel()
	var runs [2]string
	for i := range runs {
		b := setup(t)
		must(t, b.sim.Fault(Fault{Method: "getMe", Kind: "429", Probability: 0.5}))
		for range 20 {
			if b.call("getMe", object{}).OK {
				runs[i] += "."
			} else {
				runs[i] += "x"
			}
		}
	}
	if runs[0] != runs[1] || !strings.Contains(runs[0], ".") || !strings.Contains(runs[0], "x") {
		t.Fatalf("runs %q", runs)
	}
}

func TestPaceAllowsThreeAtOnceThenOneASecond(t *testing.T) {
	t.Parallel()
	b := setup(t, stillClock, func(o *Options) { o.Pace = true })
	say := func(chat int64) answer { return b.call("sendMessage", object{"chat_id": chat, "text": "x"}) }
	id := say(42).id(t)
	say(42).id(t)
	say(42).id(t)
	b.refused(say(42), 429, "retry after 1")
	say(1).id(t)
	if a := b.call("deleteMessage", object{"chat_id": 42, "message_id": id}); !a.OK {
		t.Fatal("deletions are not paced")
	}
	b.sim.Advance(time.Second)
	say(42).id(t)
	b.refused(say(42), 429, "retry after 1")
}

func TestPaceAllowsTwentyAMinuteInAGroup(t *testing.T) {
	t.Parallel()
	b := setup(t, stillClock, func(o *Options) { o.Pace = true })
	say := func() answer { return b.call("sendMessage", object{"chat_id": -1001, "text": "x"}) }
	for range 20 {
		b.sim.Advance(time.Second)
		say().id(t)
	}
	b.sim.Advance(time.Second)
	b.refused(say(), 429, "retry after 40")
	b.sim.Advance(40 * time.Second)
	say().id(t)
}

func TestCallsAreRecordedWithoutTheToken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.call("sendMessage", object{"chat_id": 42, "text": "hallo " + testToken}).id(t)
	b.call("sendMessage", object{"chat_id": 4711, "text": "x"})
	b.call("getUpdates", object{})
	var out struct{ Calls []Call }
	b.look("calls?since=0", &out)
	if len(out.Calls) != 2 {
		t.Fatalf("%d calls", len(out.Calls))
	}
	first, second := out.Calls[0], out.Calls[1]
	if !first.OK || first.Params["text"] != "hallo (token)" || len(first.MessageIDs) != 1 || first.MessageIDs[0] != id {
		t.Fatalf("first %+v", first)
	}
	if second.OK || second.Code != 400 || second.Description != "Bad Request: chat not found" {
		t.Fatalf("second %+v", second)
	}
}
