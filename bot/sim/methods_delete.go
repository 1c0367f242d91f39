package sim

import "encoding/json"

// deletable says why a message may not be deleted (Bot API, deleteMessage).
func (s *Server) deletable(m *message) *apiError {
	if s.now().Sub(m.at) >= deleteWindow {
		return badRequest("message can't be deleted for everyone")
	}
	if m.from == botID || m.chat.kind == private {
		return nil
	}
	if m.chat.members[botID] == statusAdmin {
		return nil
	}
	return badRequest("message can't be deleted")
}

func (s *Server) deleteMessage(c *call) (any, *apiError) {
	to, fault := s.target(c)
	if fault != nil {
		return nil, fault
	}
	m := to.visible(c.number("message_id", 0))
	if m == nil {
		return nil, badRequest("message to delete not found")
	}
	if fault := s.deletable(m); fault != nil {
		return nil, fault
	}
	s.erase(m)
	return true, nil
}

// deleteMessages deletes what it can; messages that are gone are skipped.
func (s *Server) deleteMessages(c *call) (any, *apiError) {
	to, fault := s.target(c)
	if fault != nil {
		return nil, fault
	}
	var ids []int
	if json.Unmarshal([]byte(c.values["message_ids"]), &ids) != nil || len(ids) == 0 {
		return nil, badRequest("message identifiers are not specified")
	}
	if len(ids) > 100 {
		return nil, badRequest("too many message identifiers specified")
	}
	for _, id := range ids {
		if m := to.visible(id); m != nil && s.deletable(m) == nil {
			s.erase(m)
		}
	}
	return true, nil
}

// answerCallbackQuery ends the spinner of a tap, once.
func (s *Server) answerCallbackQuery(c *call) (any, *apiError) {
	q := s.world.queries[c.values["callback_query_id"]]
	if q == nil || q.answered || s.now().Sub(q.at) > answerWindow {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	if len([]rune(c.values["text"])) > maxAnswer {
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	q.answered, q.text, q.alert = true, c.values["text"], c.flag("show_alert")
	if q.text != "" {
		s.tell(Event{"type": "toast", "user": q.user, "text": q.text, "alert": q.alert})
	}
	s.tell(Event{"type": "tapped", "chat": q.chat, "message_id": q.message, "data": q.data, "done": true})
	return true, nil
}
