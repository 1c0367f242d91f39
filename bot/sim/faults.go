package sim

import (
	"context"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// Fault is something that goes wrong with calls of matching methods.
type Fault struct {
	Method      string  `json:"method"`      // pattern as of path.Match, any case: "sendMessage", "send*"; also "file" (downloads), "sms", "mail"
	Kind        string  `json:"kind"`        // 429, 500, reset, latency, lost; of updates: duplicate, late
	Count       int     `json:"count"`       // how often; 0: for ever
	Probability float64 `json:"probability"` // 0 means always
	RetryAfter  int     `json:"retry_after"` // seconds, of 429
	MS          int     `json:"ms"`          // of latency; the most of late (by webhook), the seed draws how much
	Status      int     `json:"status"`      // of 500, default 502
	Chat        int64   `json:"chat"`        // only calls to and updates of this chat; 0: all
}

// faults is the switched-on faults. Guarded by Server.mu.
type faults struct {
	list []*Fault
}

var faultKinds = []string{"429", "500", "reset", "latency", "lost", "duplicate", "late"}

// Fault switches a fault on.
func (s *Server) Fault(f Fault) error {
	if !slices.Contains(faultKinds, f.Kind) {
		return errors.New("unknown kind of fault")
	}
	f.Method = strings.ToLower(f.Method)
	if f.Method == "" {
		f.Method = "*"
	}
	if f.Kind == "duplicate" || f.Kind == "late" {
		f.Method = "update"
	}
	if _, err := path.Match(f.Method, ""); err != nil {
		return errors.New("method is not a pattern")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.list = append(s.faults.list, &f)
	return nil
}

// ClearFaults switches all faults off.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.list = nil
}

// takeFor finds the first fault of a kind for a method (in lower case) and a chat, and uses it up; the caller holds mu.
func (f *faults) takeFor(s *Server, method, kind, chatID string) *Fault {
	for i, one := range f.list {
		if match, _ := path.Match(one.Method, method); !match || one.Kind != kind {
			continue
		}
		if one.Chat != 0 && decimal(one.Chat) != chatID {
			continue
		}
		if one.Probability > 0 && s.random.Float64() >= one.Probability {
			continue
		}
		hit := *one
		if one.Count == 1 {
			f.list = slices.Delete(f.list, i, i+1)
		} else if one.Count > 1 {
			one.Count--
		}
		return &hit
	}
	return nil
}

// hits is the faults that strike one call: latency may come with another, the others exclude each other.
type hits []Fault

func (s *Server) faultsFor(c *call) hits {
	s.mu.Lock()
	defer s.mu.Unlock()
	var h hits
	if f := s.faults.takeFor(s, strings.ToLower(c.name), "latency", c.values["chat_id"]); f != nil {
		h = append(h, *f)
	}
	for _, kind := range []string{"429", "500", "reset", "lost"} {
		if f := s.faults.takeFor(s, strings.ToLower(c.name), kind, c.values["chat_id"]); f != nil {
			return append(h, *f)
		}
	}
	return h
}

// before waits out the latency and says whether the call fails without being run.
func (h hits) before(ctx context.Context) bool {
	for _, f := range h {
		if f.Kind == "latency" {
			wait(ctx, time.Duration(f.MS)*time.Millisecond)
		}
	}
	return h.refused()
}

func (h hits) refused() bool {
	return len(h) > 0 && h[len(h)-1].Kind != "latency" && !h.lost()
}

func (h hits) lost() bool { return len(h) > 0 && h[len(h)-1].Kind == "lost" }

func (h hits) names() string {
	var names []string
	for _, f := range h {
		names = append(names, f.Kind)
	}
	return strings.Join(names, " ")
}

// instead answers in place of the method.
func (h hits) instead(w http.ResponseWriter) {
	f := h[len(h)-1]
	switch f.Kind {
	case "429":
		writeAnswer(w, nil, tooMany(max(f.RetryAfter, 1)))
	case "500":
		status := f.Status
		if status < 500 || status > 599 {
			status = http.StatusBadGateway
		}
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		title := decimal(int64(status)) + " " + http.StatusText(status)
		_, _ = w.Write([]byte("<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title + "</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n")) // the reader may be gone
	default:
		drop(w)
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
