package effects_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"guiwei/bot/courier"
	"guiwei/flows"
)

// school is a system that is told of results: it answers as it is bidden, 200 after that.
type school struct {
	mu      sync.Mutex
	answers []int
	keys    []string
	bodies  []string
	signed  []string
}

func (s *school) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(req.Body)
	s.keys, s.bodies = append(s.keys, req.Header.Get("Idempotency-Key")), append(s.bodies, string(body))
	s.signed = append(s.signed, req.Header.Get("Guiwei-Signature"))
	if len(s.answers) == 0 {
		return
	}
	code := s.answers[0]
	s.answers = s.answers[1:]
	switch code {
	case 0: // cut off in the midst
		panic(http.ErrAbortHandler)
	case http.StatusTemporaryRedirect:
		http.Redirect(w, req, "/elsewhere", code)
	default:
		w.WriteHeader(code)
	}
}

// Rows: P33
func TestASchoolIsToldOfAResultUntilItTakesIt(t *testing.T) {
	t.Parallel()
	s, key := setup(t), strings.Repeat("k", 32)
	there := &school{answers: []int{500, 0, 307, 404, 503}}
	server := httptest.NewServer(there)
	t.Cleanup(server.Close)
	s.Hook = courier.Hook{URL: server.URL + "/results", Key: key, Now: s.Clock.Now}
	_, no := s.claim()
	s.decide(no, flows.CaseApprove)
	waits := []time.Duration{0, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 16 * time.Minute, time.Hour}
	for i, wait := range waits {
		if wait > 0 { // a second early nothing is tried
			if err := s.Clock.Sleep(t.Context(), wait-time.Second); err != nil {
				t.Fatal(err)
			}
			if err := s.Notify(t.Context()); err != nil || len(there.keys) != min(i, 6) {
				t.Fatalf("try %d came early: %v", i, err)
			}
			if err := s.Clock.Sleep(t.Context(), time.Second); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Notify(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(there.keys) != 6 {
		t.Fatalf("%d tries", len(there.keys))
	}
	mac := hmac.New(sha256.New, []byte(key))
	for i := range there.keys {
		if there.keys[i] != there.keys[0] || there.bodies[i] != there.bodies[0] || !strings.HasPrefix(there.keys[i], no+".") {
			t.Errorf("try %d: %s %s", i, there.keys[i], there.bodies[i])
		}
		at, sum, _ := strings.Cut(strings.TrimPrefix(there.signed[i], "t="), ",v1=")
		mac.Reset()
		mac.Write([]byte(at + "." + there.bodies[i]))
		if want := hex.EncodeToString(mac.Sum(nil)); sum != want {
			t.Errorf("try %d is signed %s, want %s", i, sum, want)
		}
	}
	body := there.bodies[0]
	if !strings.Contains(body, `"outcome":"approved"`) || strings.Contains(body, idNumber) || strings.Contains(body, "张") || strings.Contains(body, "13900000042") {
		t.Errorf("told %s", body)
	}
	if log := s.log.String(); strings.Contains(log, server.URL) || !strings.Contains(log, "put off") {
		t.Error("the log holds the address, or nothing")
	}
}

// Rows: P33
func TestANoticeIsGivenUpAfterThreeDaysAndOffByDefault(t *testing.T) {
	t.Parallel()
	s := setup(t)
	there := &school{}
	server := httptest.NewServer(there)
	t.Cleanup(server.Close)
	_, no := s.claim()
	s.decide(no, flows.CaseRefuse)
	if err := s.Notify(t.Context()); err != nil || len(there.keys) != 0 {
		t.Fatalf("told without a hook: %v", err)
	}
	away := courier.Hook{URL: "http://127.0.0.1:1/", Key: "k", Now: s.Clock.Now}
	s.Hook = away
	if err := s.Store.AddNotice(t.Context(), "1-1.2", []byte("{}"), s.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	for range 80 {
		if err := s.Notify(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Clock.Sleep(t.Context(), time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	left := must(s.Store.NoticesDue(t.Context(), s.Clock.Now().Add(time.Hour), 9))(t)
	if n := strings.Count(s.log.String(), "given up"); n != 1 || len(left) != 0 {
		t.Errorf("given up %d times, %d left", n, len(left))
	}
}
