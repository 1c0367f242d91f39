package sim

import (
	"encoding/json"
	"strings"
)

// Call is one recorded call of the bot. The token is in no field.
type Call struct {
	Seq         int               `json:"seq"`
	At          int64             `json:"at"` // unix ms, simulator's clock
	Method      string            `json:"method"`
	Params      map[string]string `json:"params"` // JSON values in compact form
	Files       []CallFile        `json:"files,omitempty"`
	OK          bool              `json:"ok"`
	Code        int               `json:"error_code,omitempty"`
	Description string            `json:"description,omitempty"`
	MessageIDs  []int             `json:"message_ids,omitempty"` // of the answer
	Fault       string            `json:"fault,omitempty"`       // kinds of the faults that hit the call
	Reply       bool              `json:"reply,omitempty"`       // came as the answer to a posted update
}

// CallFile is a file the bot uploaded.
type CallFile struct {
	Field string `json:"field"`
	Name  string `json:"name"`
	Size  int    `json:"size"`
}

// calls is the record. Guarded by Server.mu. Long polls that brought nothing are not kept.
type calls struct {
	list    []Call
	gone    int // recorded once and forgotten, by Options.KeepCalls
	serial  int // calls begun, long polls aside
	running int // calls being answered, long polls aside
}

func (c *call) isPoll() bool { return strings.EqualFold(c.name, "getUpdates") }

func (s *Server) begin(c *call) {
	if c.isPoll() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls.serial++
	s.calls.running++
	s.moved()
}

func (s *Server) record(c *call, result json.RawMessage, fault *apiError, hit hits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !c.isPoll() {
		s.calls.running--
		s.moved()
	} else if fault == nil && len(hit) == 0 && len(result) <= len("[]") {
		return
	}
	entry := Call{
		Seq: s.calls.gone + len(s.calls.list) + 1, At: s.now().UnixMilli(), Method: s.masked(c.name), Params: map[string]string{},
		OK: fault == nil && !hit.refused(), Fault: hit.names(), MessageIDs: messageIDs(result), Reply: c.reply,
	}
	for k, v := range c.values {
		entry.Params[k] = s.masked(v)
	}
	if entry.Params["secret_token"] != "" {
		entry.Params["secret_token"] = "(set)"
	}
	for field, f := range c.files {
		entry.Files = append(entry.Files, CallFile{Field: field, Name: f.name, Size: len(f.bytes)})
	}
	if fault != nil {
		entry.Code, entry.Description = fault.Code, s.masked(fault.Description)
	}
	s.calls.add(entry, s.opts.KeepCalls)
}

// add keeps a call, and at least the newest keep of them; 0 keeps all.
func (r *calls) add(entry Call, keep int) {
	r.list = append(r.list, entry)
	if keep > 0 && len(r.list) >= 2*keep {
		old := len(r.list) - keep
		r.list, r.gone = append([]Call(nil), r.list[old:]...), r.gone+old
	}
}

func (s *Server) masked(text string) string {
	if s.opts.Token == "" {
		return text
	}
	return strings.ReplaceAll(text, s.opts.Token, "(token)")
}

func messageIDs(result json.RawMessage) []int {
	type message struct {
		ID int `json:"message_id"`
	}
	var one message
	if json.Unmarshal(result, &one) == nil && one.ID != 0 {
		return []int{one.ID}
	}
	var many []message
	if json.Unmarshal(result, &many) != nil {
		return nil
	}
	var ids []int
	for _, m := range many {
		if m.ID != 0 {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// Calls lists the recorded calls after the one numbered since, as far as Options.KeepCalls still has them.
func (s *Server) Calls(since int) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := min(max(since-s.calls.gone, 0), len(s.calls.list))
	return append([]Call{}, s.calls.list[from:]...)
}

// Called is how many calls were recorded, forgotten ones included: the number of the newest.
func (s *Server) Called() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls.gone + len(s.calls.list)
}
