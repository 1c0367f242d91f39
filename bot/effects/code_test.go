package effects_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/bot/courier"
	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/storage"
)

// provider is a school's gateway that answers with one status and keeps the orders.
type provider struct {
	mu     sync.Mutex
	status int
	orders []map[string]any
}

// ServeHTTP is http.Handler.
func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var order map[string]any
	_ = json.NewDecoder(r.Body).Decode(&order)
	p.orders = append(p.orders, order)
	w.Header().Set("Retry-After", "300")
	w.WriteHeader(p.status)
}

func (s *stage) provider(status int) *provider {
	p := &provider{status: status}
	server := httptest.NewServer(p)
	s.t.Cleanup(server.Close)
	log := slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.SMS = must(courier.OpenSMS(server.URL+"/?key="+strings.Repeat("k", 32), log, courier.Insecure(io.Discard)))(s.t)
	return p
}

func TestWhatAProviderAnswersBecomesWhatTheStudentIsTold(t *testing.T) {
	t.Parallel()
	rows := []struct {
		status  int
		outcome flows.Outcome
		wait    time.Duration
		counts  bool // the digits are good
		level   string
	}{
		{http.StatusOK, flows.OK, 0, true, ""},
		{http.StatusUnprocessableEntity, flows.Refused, 0, false, "WARN"},
		{http.StatusUnauthorized, flows.Failed, 5 * time.Minute, false, "ERROR"},
		{http.StatusServiceUnavailable, flows.Failed, 5 * time.Minute, false, "WARN"},
		{http.StatusInternalServerError, flows.Unsure, 0, true, "WARN"},
	}
	for _, row := range rows {
		t.Run(http.StatusText(row.status), func(t *testing.T) {
			t.Parallel()
			s := setup(t)
			p := s.provider(row.status)
			before := s.Clock.Now()
			sent := must(s.do(student, flows.SendCode{Phone: "+8613900000042", Code: "739105", Lang: "en"}))(t).(flows.CodeSent)
			if sent.Outcome != row.outcome || (sent.Digest != "") != row.counts {
				t.Errorf("%+v", sent)
			}
			if wait := sent.Until.Sub(before).Round(time.Minute); row.wait != 0 && wait != row.wait {
				t.Errorf("again after %v", wait)
			}
			if got := s.log.String(); row.level != "" && !strings.Contains(got, `"level":"`+row.level+`","msg":"sms not sent"`) {
				t.Errorf("log says %s", got)
			}
			for _, canary := range []string{"13900000042", "739105", "kkkk", "127.0.0.1"} {
				if strings.Contains(s.log.String(), canary) {
					t.Errorf("%s stands in the log", canary)
				}
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			id, _ := p.orders[0]["id"].(string)
			want := map[string]any{"id": id, "to": "+8613900000042", "kind": "code", "lang": "en",
				"text":   "【归位】Code 739105, good for 10 minutes. Tell it to nobody. 示例大学",
				"params": map[string]any{"code": "739105", "minutes": "10", "operator": "示例大学"}}
			if diff := cmp.Diff(want, p.orders[0]); diff != "" || len(id) != 32 {
				t.Error(diff)
			}
		})
	}
}

func TestAMessageSentAgainHasItsOldID(t *testing.T) {
	t.Parallel()
	s := setup(t)
	p := s.provider(http.StatusOK)
	order := flows.SendCode{Phone: "+8613900000042", Code: "739105", Lang: "en"}
	asked := engine.Task{Owner: storage.Owner{Chat: student}, Op: "u1.0", Effect: order, At: s.Clock.Now()}
	for range 2 { // the second time long after a crash in the midst
		must(s.Do(t.Context(), asked))(t)
		_ = s.Clock.Sleep(t.Context(), 15*time.Second)
	}
	must(s.again("u1.1", owner, flows.SendCode{Phone: "+8613900000043", Code: "739105", Lang: "en"}))(t)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.orders) != 3 || p.orders[0]["id"] != p.orders[1]["id"] || p.orders[0]["id"] == p.orders[2]["id"] {
		t.Errorf("orders %v", p.orders)
	}
}

func TestNoticesGoOutWithKindAndParameters(t *testing.T) {
	t.Parallel()
	s := setup(t)
	p := s.provider(http.StatusOK)
	_, no := s.claim()
	s.decide(no, flows.CaseApprove)
	must(s.do(0, flows.Announce{No: no}))(t)
	must(s.do(0, flows.Announce{No: no}))(t)
	p.mu.Lock()
	defer p.mu.Unlock()
	kinds := map[any]int{}
	for _, o := range p.orders {
		kinds[o["kind"]]++
		params, _ := o["params"].(map[string]any)
		if params["case"] != no || params["contact"] != "办公室" || params["operator"] != "示例大学" {
			t.Errorf("parameters %v", params)
		}
	}
	if diff := cmp.Diff(map[any]int{"verdict.approved": 1, "frozen": 1}, kinds); diff != "" {
		t.Error(diff)
	}
}

// Rows: T12
func TestACodeIsGoodInItsChatAndForItsPurposeOnly(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.provider(http.StatusOK)
	mine := must(s.do(student, flows.SendCode{Phone: "+8613900000042", Code: "739105"}))(t).(flows.CodeSent)
	theirs := must(s.do(oldOwner, flows.SendCode{Phone: "+8613900000040", Code: "739105"}))(t).(flows.CodeSent)
	if mine.Digest == "" || mine.Digest == theirs.Digest || mine.Digest == s.Vault.Digest(student, "mail", "739105") {
		t.Error("one digest for two chats, or two purposes")
	}
	if strings.Contains(mine.Digest, "739105") {
		t.Error("the digest tells the code")
	}
}

// Rows: T10
func TestTheBreakerStopsCodesAndTellsTheOwnersOnce(t *testing.T) {
	t.Parallel()
	s := setup(t)
	p := s.provider(http.StatusOK)
	s.SMSPerHour = 2
	send := func(i int) flows.CodeSent {
		return must(s.do(int64(1000+i), flows.SendCode{Phone: "+861390000010" + string(rune('0'+i)), Code: "739105"}))(t).(flows.CodeSent)
	}
	for i := range 4 {
		sent := send(i)
		if want := i < 2; want != (sent.Outcome == flows.OK) || want != sent.Until.IsZero() {
			t.Errorf("code %d: %+v", i, sent)
		}
	}
	if n := s.says(owner, "SMS_PER_HOUR"); n != 1 {
		t.Errorf("the owner is told %d times", n)
	}
	p.mu.Lock()
	if len(p.orders) != 2 {
		t.Errorf("%d messages sent", len(p.orders))
	}
	p.mu.Unlock()
	_ = s.Clock.Sleep(t.Context(), time.Hour)
	if sent := send(3); sent.Outcome != flows.OK { // the code that was stopped counts neither for the phone nor for the chat
		t.Errorf("in the next hour: %+v", sent)
	}
}
