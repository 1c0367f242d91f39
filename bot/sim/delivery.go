package sim

import (
	"encoding/json"
	"errors"
	"slices"
)

// keptUpdates is how many of the newest updates can be delivered again.
const keptUpdates = 200

func (s *Server) repeat(u *update) {
	s.updates.pending = append(s.updates.pending, &update{id: u.id, chat: u.chat, kind: u.kind, body: u.body, again: true})
}

// Duplicate delivers the newest n updates once more, with their old update ids.
func (s *Server) Duplicate(n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.updates.last) == 0 {
		return errors.New("no update yet")
	}
	from := max(0, len(s.updates.last)-max(n, 1))
	for _, u := range s.updates.last[from:] {
		s.repeat(u)
	}
	s.moved()
	return nil
}

// SkipUpdateIDs makes the next update id jump, as it does after a quiet week.
func (s *Server) SkipUpdateIDs(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updates.nextID += max(n, 0)
}

// Hold keeps all updates back, whatever the bot asks for.
func (s *Server) Hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updates.held = true
}

// Release hands out what Hold kept back. Shuffled, the updates come in an order that the seed draws, also within a chat, as
// they may by webhook when some have to be sent again; by polling they always come by their ids.
func (s *Server) Release(shuffled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updates.held = false
	if waiting := s.updates.pending; shuffled && s.updates.hook.url != "" {
		s.random.Shuffle(len(waiting), func(i, j int) { waiting[i], waiting[j] = waiting[j], waiting[i] })
	}
	s.moved()
}

// updateKinds are all there are (Bot API 10.1, Update).
var updateKinds = []string{
	"message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
	"edited_business_message", "deleted_business_messages", "guest_message", "message_reaction", "message_reaction_count",
	"inline_query", "chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media",
	"poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
}

// Inject gives the bot an update of any kind, with its object as it shall arrive; chat says with whose updates it keeps its
// place. Nothing else in the world changes. False: the bot has not asked for the kind.
func (s *Server) Inject(kind string, chatID int64, body json.RawMessage) (bool, error) {
	if !slices.Contains(updateKinds, kind) {
		return false, errors.New("unknown kind of update")
	}
	if fields := (object{}); json.Unmarshal(body, &fields) != nil {
		return false, errors.New("the update is no JSON object")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emit(kind, chatID, body)
	return s.updates.wants(kind), nil
}
