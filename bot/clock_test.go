package main_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// storyClock is the one clock of a story: real time, moved on by the script. The simulator reads it here, each replica over
// HTTP (TEST_CLOCK, ending in its name): it asks with the version it knows and is answered once there is a newer one.
type storyClock struct {
	mu      sync.Mutex
	offset  time.Duration
	version int
	known   map[string]int // by replica, the newest version that it asked with: it lives by that one
	changed chan struct{}  // closed and replaced at every change
}

// dawn is when every story begins: a Monday, 10:00 in Shanghai, in a year whose holidays are known.
func dawn() time.Time {
	return time.Date(2026, 11, 23, 10, 0, 0, 0, time.FixedZone("Asia/Shanghai", 8*60*60))
}

func newStoryClock() *storyClock {
	return &storyClock{offset: time.Until(dawn()), version: 1, known: map[string]int{}, changed: make(chan struct{})}
}

func (c *storyClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

// move moves the clock on; heard tells when every replica lives by the new time.
func (c *storyClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
	c.version++
	c.wake()
}

func (c *storyClock) wake() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// heard waits until every replica knows the time; false when gone or the limit came first.
func (c *storyClock) heard(gone <-chan struct{}, limit time.Duration) bool {
	late := time.NewTimer(limit)
	defer late.Stop()
	for {
		c.mu.Lock()
		known, changed := true, c.changed
		for _, version := range c.known {
			known = known && version >= c.version
		}
		c.mu.Unlock()
		if known {
			return true
		}
		select {
		case <-changed:
		case <-gone:
			return false
		case <-late.C:
			return false
		}
	}
}

// enter is for a new replica, that has heard nothing yet; leave for one that is dead.
func (c *storyClock) enter(replica string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[replica] = 0
}

func (c *storyClock) leave(replica string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, replica)
	c.wake()
}

// ServeHTTP answers {"offset_ms":…,"version":…} once the version is newer than the one asked with.
func (c *storyClock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked, err := strconv.Atoi(r.URL.Query().Get("version"))
	if err != nil {
		http.Error(w, "version must be a number", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	if _, lives := c.known[r.PathValue("replica")]; lives {
		c.known[r.PathValue("replica")] = asked
	}
	c.wake()
	for c.version <= asked {
		changed := c.changed
		c.mu.Unlock()
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
		c.mu.Lock()
	}
	answer := map[string]int64{"offset_ms": c.offset.Milliseconds(), "version": int64(c.version)}
	c.mu.Unlock()
	_ = json.NewEncoder(w).Encode(answer)
}
