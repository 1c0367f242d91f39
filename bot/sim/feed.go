package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// Event is one line of the page's event stream (GET /sim/events).
type Event map[string]any

// feed is the events the page may still ask for. Guarded by Server.mu.
type feed struct {
	seq   int      // of the newest event
	lines [][]byte // JSON; the last has number seq
}

// keptEvents is how far the stream can go back; an older page is told to load the state again.
const keptEvents = 20000

// tell adds an event to the stream; the caller holds mu.
func (s *Server) tell(e Event) {
	line, err := json.Marshal(e)
	if err != nil {
		return // events are made of plain values
	}
	s.feed.seq++
	s.feed.lines = append(s.feed.lines, line)
	if len(s.feed.lines) > keptEvents {
		s.feed.lines = append([][]byte(nil), s.feed.lines[keptEvents/2:]...)
	}
	s.moved()
}

// after is the events newer than since, at most 500, and the number of the last of them.
func (f *feed) after(since int) ([][]byte, int) {
	oldest := f.seq - len(f.lines)
	if since < oldest || since > f.seq {
		return [][]byte{[]byte(`{"type":"reset"}`)}, f.seq
	}
	lines := f.lines[since-oldest:]
	lines = lines[:min(len(lines), 500)]
	return lines, since + len(lines)
}

// serveEvents streams events until the reader leaves.
func (s *Server) serveEvents(w http.ResponseWriter, r *http.Request) {
	since, err := strconv.Atoi(r.Header.Get("Last-Event-ID"))
	if err != nil {
		since, _ = strconv.Atoi(r.URL.Query().Get("since")) // missing: from the beginning
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	_, _ = fmt.Fprint(w, "retry: 500\n\n")
	for out.Flush() == nil {
		s.mu.Lock()
		lines, last := s.feed.after(since)
		changed := s.changed
		s.mu.Unlock()
		for i, line := range lines {
			if _, err := fmt.Fprintf(w, "id: %d\ndata: %s\n\n", last-len(lines)+1+i, line); err != nil {
				return
			}
		}
		since = last
		if len(lines) > 0 {
			continue
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-s.done.Done():
			return
		}
	}
}
