package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// wall is the real clock.
type wall struct{}

func (wall) Now() time.Time { return time.Now() }

func (wall) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// story is the clock of a test: real time, moved on by the test. It asks the test's URL with the version it knows and
// is answered, once there is a newer one, {"offset_ms":…,"version":…}.
type story struct {
	url    string
	mu     sync.Mutex
	offset time.Duration
	moved  chan struct{} // closed and replaced at every move
}

type position struct {
	Offset  int64 `json:"offset_ms"`
	Version int   `json:"version"`
}

// follow reads the first position, then the next ones until ctx ends.
func (s *story) follow(ctx context.Context) error {
	s.moved = make(chan struct{})
	p, err := s.ask(ctx, -1)
	if err != nil {
		return fmt.Errorf("TEST_CLOCK: %w", err)
	}
	s.move(p)
	go func() {
		for ctx.Err() == nil {
			next, err := s.ask(ctx, p.Version)
			if err != nil {
				_ = wall{}.Sleep(ctx, 50*time.Millisecond)
				continue
			}
			p = next
			s.move(p)
		}
	}()
	return nil
}

func (s *story) ask(ctx context.Context, version int) (position, error) {
	var p position
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s?version=%d", s.url, version), nil)
	if err != nil {
		return p, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return p, err
	}
	defer resp.Body.Close()
	return p, json.NewDecoder(resp.Body).Decode(&p)
}

func (s *story) move(p position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset = time.Duration(p.Offset) * time.Millisecond
	close(s.moved)
	s.moved = make(chan struct{})
}

func (s *story) now() (time.Time, chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.offset), s.moved
}

func (s *story) Now() time.Time {
	t, _ := s.now()
	return t
}

// Sleep waits until the clock shows d later, by itself or because the test moved it.
func (s *story) Sleep(ctx context.Context, d time.Duration) error {
	until := s.Now().Add(d)
	for {
		now, moved := s.now()
		if !now.Before(until) {
			return nil
		}
		t := time.NewTimer(until.Sub(now))
		select {
		case <-t.C:
		case <-moved:
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
		t.Stop()
	}
}

// hurry is the pacer's clock in a story: waiting costs nothing, but counts.
type hurry struct {
	base    interface{ Now() time.Time }
	mu      sync.Mutex
	skipped time.Duration
}

func (h *hurry) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.base.Now().Add(h.skipped)
}

func (h *hurry) Sleep(ctx context.Context, d time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.skipped += d
	return ctx.Err()
}
