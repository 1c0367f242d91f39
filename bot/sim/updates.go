package sim

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"
)

// update is one undelivered Update. Guarded by Server.mu.
type update struct {
	id        int
	chat      int64 // order is kept per chat
	kind      string
	body      json.RawMessage
	again     bool // a second copy: handed out once although its id may be confirmed already
	handed    bool // was in an answer to getUpdates
	inFlight  bool // a webhook delivery is under way
	tries     int
	notBefore time.Time // wall time of the next delivery
	late      bool      // on its way: those of its chat that come after it may overtake it
}

// updates is the queue between people and the bot.
type updates struct {
	nextID  int
	pending []*update
	last    []*update // the newest, for duplicates
	allowed []string  // nil: all but the kinds that must be asked for
	flying  int       // webhook deliveries under way
	poller  int       // number of the getUpdates call that holds the queue
	held    bool      // nothing is handed out
	hook    webhook
}

// asked is the kinds a bot gets only when allowed_updates names them.
var asked = []string{"chat_member", "message_reaction", "message_reaction_count"}

func newUpdates() updates { return updates{nextID: 500000001} }

func (u *updates) wants(kind string) bool {
	if len(u.allowed) == 0 {
		return !slices.Contains(asked, kind)
	}
	return slices.Contains(u.allowed, kind)
}

// emit queues an update for the bot unless it did not ask for the kind; the caller holds mu.
func (s *Server) emit(kind string, chatID int64, body any) {
	if !s.updates.wants(kind) {
		return
	}
	id := s.updates.nextID
	s.updates.nextID++
	raw, err := json.Marshal(object{"update_id": id, kind: body})
	if err != nil {
		return // objects are made of strings and numbers only
	}
	if s.opts.Auditor != nil {
		s.opts.Auditor.Update(raw)
	}
	u := &update{id: id, chat: chatID, kind: kind, body: raw}
	s.updates.pending = append(s.updates.pending, u)
	s.updates.last = append(s.updates.last, u)
	if len(s.updates.last) > keptUpdates {
		s.updates.last = s.updates.last[1:]
	}
	if f := s.faults.takeFor(s, "update", "late", decimal(chatID)); f != nil {
		u.late, u.notBefore = true, time.Now().Add(time.Duration(s.random.IntN(max(f.MS, 1))+1)*time.Millisecond)
	}
	if s.faults.takeFor(s, "update", "duplicate", decimal(chatID)) != nil {
		s.repeat(u)
	}
	s.moved()
}

// getUpdates is a long poll: it confirms what lies below offset and waits for more.
func (s *Server) getUpdates(c *call) (any, *apiError) {
	if s.updates.hook.url != "" {
		return nil, &apiError{Code: 409, Description: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"}
	}
	if raw, ok := c.values["allowed_updates"]; ok {
		if err := json.Unmarshal([]byte(raw), &s.updates.allowed); err != nil {
			return nil, badRequest("can't parse allowed_updates: expected an Array of String")
		}
	}
	limit := c.number("limit", 100)
	if limit < 1 || limit > 100 {
		limit = 100
	}
	offset := s.confirm(c.number("offset", 0))
	s.updates.poller++
	mine := s.updates.poller
	s.moved()
	deadline := time.NewTimer(time.Duration(min(max(c.number("timeout", 0), 0), 50)) * time.Second)
	defer deadline.Stop()
	for {
		if batch := s.batch(offset, limit); len(batch) > 0 {
			return batch, nil
		}
		if !s.await(c.ctx.Done(), deadline.C) {
			return []json.RawMessage{}, nil
		}
		if s.updates.poller != mine {
			return nil, &apiError{Code: 409, Description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
		}
		if s.updates.hook.url != "" {
			return nil, &apiError{Code: 409, Description: "Conflict: terminated by setWebhook request"}
		}
	}
}

// await lets go of mu until something moves; false when the time is up or the caller has gone.
func (s *Server) await(gone <-chan struct{}, deadline <-chan time.Time) bool {
	changed := s.changed
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case <-changed:
		return true
	case <-deadline:
	case <-gone:
	case <-s.done.Done():
	}
	return false
}

// confirm forgets the updates below offset and says from which id to go on. A negative offset
// keeps only the newest -offset updates.
func (s *Server) confirm(offset int) int {
	if offset < 0 {
		from := max(0, len(s.updates.pending)+offset)
		s.updates.pending = slices.Clone(s.updates.pending[from:])
		return 0
	}
	s.updates.pending = slices.DeleteFunc(s.updates.pending, func(u *update) bool {
		return u.id < offset && (!u.again || u.handed)
	})
	return offset
}

func (s *Server) batch(offset, limit int) []json.RawMessage {
	var batch []json.RawMessage
	if s.updates.held {
		return nil
	}
	for _, u := range s.updates.pending {
		if len(batch) == limit {
			break
		}
		if u.id >= offset || u.again {
			u.handed = true
			batch = append(batch, u.body)
		}
	}
	return batch
}

// Quiet reports whether every update was taken, none is on its way, and no call is being answered.
func (s *Server) quiet() bool {
	return len(s.updates.pending) == 0 && s.calls.running == 0
}

// Idle waits until the bot has taken every update and has made no call for calm; false when within
// did not suffice.
func (s *Server) Idle(gone <-chan struct{}, calm, within time.Duration) bool {
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		for !s.quiet() {
			if !s.await(gone, deadline.C) {
				return false
			}
		}
		seen := s.calls.serial
		rest := time.NewTimer(calm)
		for s.quiet() && s.calls.serial == seen {
			if !s.await(gone, rest.C) {
				break
			}
		}
		rest.Stop()
		if s.quiet() && s.calls.serial == seen {
			return true
		}
		select {
		case <-deadline.C:
			return false
		default:
		}
	}
}

// sameJSON compares two keyboards as values.
func sameJSON(a, b json.RawMessage) bool {
	var x, y bytes.Buffer
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}
