package metrics

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows"
	"guiwei/storage"
)

// door is a flow of two steps.
func door() flows.Flow {
	return flows.Define(flows.Table[struct{}]{Name: "door", Version: 1, Steps: []flows.Step[struct{}]{
		{At: "shut", Judge: knock, Leads: map[flows.Event]flows.State{"open": "ajar"}},
		{At: "ajar", Judge: knock, Leads: map[flows.Event]flows.State{"shut": "shut", "through": flows.Done}},
	}})
}

func knock(*struct{}, flows.Input) flows.Verdict { return flows.Move("open") }

// scrape reads the figures as Prometheus does, without help lines and zeroes.
func scrape(t *testing.T, m *Metrics) map[string]string {
	t.Helper()
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	all := map[string]string{}
	for line := range strings.Lines(w.Body.String()) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.HasPrefix(name, "guiwei_") && value != "0" && !strings.Contains(name, "_bucket{") && !strings.HasSuffix(strings.Split(name, "{")[0], "_sum") {
			all[name] = value
		}
	}
	return all
}

func talk(frames ...flows.Frame) flows.Conversation { return flows.Conversation{Frames: frames} }

func frame(id int, flow string, at flows.State) flows.Frame {
	return flows.Frame{ID: id, Flow: flow, State: at}
}

// Rows: P44
func TestTheFunnelFollowsConversationsFromStepToStep(t *testing.T) {
	t.Parallel()
	m := New(map[string]flows.Flow{"door": door()})
	said := flows.Input{Kind: flows.Text}
	shut, ajar := talk(frame(1, "door", "shut")), talk(frame(1, "door", "ajar"))
	m.Decided(talk(), said, flows.Decision{Conversation: shut}, time.Millisecond)                                       // begins
	m.Decided(shut, said, flows.Decision{Conversation: shut, Flow: "door", From: "shut", To: "shut"}, time.Millisecond) // a refused answer
	m.Decided(shut, said, flows.Decision{Conversation: ajar, Flow: "door", From: "shut", To: "ajar", Event: "open"}, time.Millisecond)
	m.Decided(ajar, said, flows.Decision{Conversation: talk()}, time.Millisecond)                             // cancelled
	m.Decided(talk(), said, flows.Decision{Conversation: talk(frame(1, "window", "shut"))}, time.Millisecond) // no flow of the book
	want := map[string]string{
		`guiwei_step_entered_total{flow="door",state="shut"}`:              "1",
		`guiwei_step_entered_total{flow="door",state="ajar"}`:              "1",
		`guiwei_step_entered_total{flow="other",state="other"}`:            "1",
		`guiwei_step_refused_total{flow="door",state="shut"}`:              "1",
		`guiwei_step_left_total{event="open",flow="door",state="shut"}`:    "1",
		`guiwei_step_left_total{event="dropped",flow="door",state="ajar"}`: "1",
		`guiwei_decide_seconds_count`:                                      "5",
	}
	if diff := cmp.Diff(want, scrape(t, m)); diff != "" {
		t.Error(diff)
	}
}

func TestEffectsTellWhatBecameOfThem(t *testing.T) {
	t.Parallel()
	m := New(nil)
	m.Did(flows.Submit{}, flows.Submitted{Outcome: flows.DayUsed}, OK, time.Millisecond)
	m.Did(flows.Submit{}, nil, Later, time.Millisecond)
	m.Did(flows.Examine{}, flows.Examined{Verdict: "reject"}, OK, time.Second)
	m.Did(flows.Examine{}, flows.Examined{Verdict: "李老师"}, OK, time.Second)
	m.Did(flows.LogIn{}, flows.LoggedIn{Outcome: flows.Wrong}, OK, time.Second)
	m.Did(flows.MoveCase{}, flows.CaseMoved{Event: flows.CaseClaim, Outcome: flows.Taken}, OK, time.Second)
	c := flows.CaseView{Case: flows.Case{State: flows.CaseApproved, Attempt: 1}}
	c.Decided = c.Submitted.Add(time.Hour)
	m.Ended(c)
	want := map[string]string{
		`guiwei_effects_total{effect="Submit",result="ok"}`:     "1",
		`guiwei_effects_total{effect="Submit",result="later"}`:  "1",
		`guiwei_effects_total{effect="Examine",result="ok"}`:    "2",
		`guiwei_effects_total{effect="LogIn",result="ok"}`:      "1",
		`guiwei_effects_total{effect="MoveCase",result="ok"}`:   "1",
		`guiwei_effect_seconds_count{effect="Submit"}`:          "2",
		`guiwei_effect_seconds_count{effect="Examine"}`:         "2",
		`guiwei_effect_seconds_count{effect="LogIn"}`:           "1",
		`guiwei_effect_seconds_count{effect="MoveCase"}`:        "1",
		`guiwei_photo_seconds_count{verdict="reject"}`:          "1",
		`guiwei_quota_hits_total{limit="day"}`:                  "1",
		`guiwei_answers_total{of="submit",outcome="day"}`:       "1",
		`guiwei_answers_total{of="login",outcome="wrong"}`:      "1",
		`guiwei_answers_total{of="claim",outcome="taken"}`:      "1",
		`guiwei_verdicts_total{attempt="1",verdict="approved"}`: "1",
		`guiwei_review_seconds_count{verdict="approved"}`:       "1",
	}
	if diff := cmp.Diff(want, scrape(t, m)); diff != "" {
		t.Error(diff)
	}
}

func TestAScrapeLooksUpWhatWaits(t *testing.T) {
	t.Parallel()
	m := New(nil)
	now := time.Unix(1_800_000_000, 0)
	m.Sampled(func(ctx context.Context) Sample {
		if _, bounded := ctx.Deadline(); !bounded {
			t.Error("a scrape may wait for ever")
		}
		return Sample{Known: true, Ready: true, Polling: true, Lanes: 2, Waiting: 3, Now: now, Look: now.Add(-7 * time.Second),
			Backlog: storage.Backlog{Outboxes: 4, Oldest: now.Add(-5 * time.Second), Timers: 6, OldestCase: now.Add(-time.Hour),
				Cases: map[flows.CaseState]int{flows.CaseQueued: 7}},
			Calls: []Call{{"sendMessage", "limited", 429, 1}, {"sendMessage", "retry", 599, 2}, {"sendMessage", "retry", 598, 3}}}
	})
	m.Took(string(flows.Text), nil, time.Millisecond)
	m.Took("李老师", errors.New("no"), time.Millisecond)
	m.Committed(time.Millisecond)
	m.Trip(time.Millisecond, true)
	m.Parked(ParkedInput)
	m.Hook(8, false)
	want := map[string]string{
		"guiwei_redis_up": "1", "guiwei_ready": "1", "guiwei_polling": "1", "guiwei_lanes": "2", "guiwei_lane_entries": "3",
		"guiwei_outboxes": "4", "guiwei_outbox_oldest_seconds": "5", "guiwei_timers": "6", "guiwei_case_oldest_seconds": "3600",
		"guiwei_photo_past_term_seconds": "7",
		`guiwei_cases{state="queued"}`:   "7", "guiwei_webhook_pending": "8", "guiwei_webhook_drifts_total": "1",
		`guiwei_telegram_calls_total{code="429",method="sendMessage",outcome="limited"}`: "1",
		`guiwei_telegram_calls_total{code="other",method="sendMessage",outcome="retry"}`: "5",
		`guiwei_updates_total{kind="text",result="ok"}`:                                  "1",
		`guiwei_updates_total{kind="other",result="other"}`:                              "1",
		"guiwei_update_seconds_count":                                                    "2", "guiwei_commit_seconds_count": "1",
		`guiwei_redis_trip_seconds_count{result="failed"}`: "1", `guiwei_parked_total{what="input"}`: "1",
	}
	if diff := cmp.Diff(want, scrape(t, m)); diff != "" {
		t.Error(diff)
	}
}

// BenchmarkDecided is what following one decision costs the update path.
func BenchmarkDecided(b *testing.B) {
	m := New(map[string]flows.Flow{"door": door()})
	was, now := talk(frame(1, "door", "shut")), talk(frame(1, "door", "ajar"))
	d := flows.Decision{Conversation: now, Flow: "door", From: "shut", To: "ajar", Event: "open"}
	b.ReportAllocs()
	for b.Loop() {
		m.Decided(was, flows.Input{Kind: flows.Text}, d, time.Millisecond)
	}
}
