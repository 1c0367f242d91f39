package sim

import "strconv"

// getChat answers a ChatFullInfo.
func (s *Server) getChat(c *call) (any, *apiError) {
	to, fault := s.reading(c)
	if fault != nil {
		return nil, fault
	}
	o := s.chatObject(to)
	o["accent_color_id"], o["max_reaction_count"] = 0, 11
	o["accepted_gift_types"] = object{
		"unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false, "gifts_from_channels": false,
	}
	if to.kind != private {
		o["permissions"] = object{"can_send_messages": true, "can_send_photos": true, "can_send_documents": true, "can_invite_users": true}
	}
	if m := to.visible(to.pinned); m != nil {
		o["pinned_message"] = s.messageObject(m, false)
	}
	return o, nil
}

// reading is target for methods that only look: a private chat may have blocked the bot.
func (s *Server) reading(c *call) (*chat, *apiError) {
	to, fault := s.chatByID(c)
	if fault != nil || to.kind == private {
		return to, fault
	}
	return to, s.mayWrite(to)
}

func (s *Server) getChatMember(c *call) (any, *apiError) {
	to, fault := s.reading(c)
	if fault != nil {
		return nil, fault
	}
	id, err := strconv.ParseInt(c.values["user_id"], 10, 64)
	if err != nil || id <= 0 {
		return nil, badRequest("invalid user_id specified")
	}
	status := to.members[id]
	if status == "" && s.world.person(id) == nil {
		return nil, badRequest("PARTICIPANT_ID_INVALID")
	}
	if status == "" {
		status = statusLeft
	}
	return s.member(id, status), nil
}

func (s *Server) getChatAdministrators(c *call) (any, *apiError) {
	to, fault := s.reading(c)
	if fault != nil {
		return nil, fault
	}
	if to.kind == private {
		return nil, badRequest("there are no administrators in the private chat")
	}
	found := []object{}
	for _, id := range append([]int64{botID}, to.order...) {
		if status := to.members[id]; status == statusCreator || status == statusAdmin {
			found = append(found, s.member(id, status))
		}
	}
	return found, nil
}

func (s *Server) getChatMemberCount(c *call) (any, *apiError) {
	to, fault := s.reading(c)
	if fault != nil {
		return nil, fault
	}
	n := 0
	for _, status := range to.members {
		if present(status) {
			n++
		}
	}
	return n, nil
}

func (s *Server) leaveChat(c *call) (any, *apiError) {
	to, fault := s.target(c)
	if fault != nil {
		return nil, fault
	}
	if to.kind == private {
		return nil, badRequest("chat member status can't be changed in private chats")
	}
	s.setBotStatus(to, botID, statusLeft)
	s.post(&message{chat: to, from: botID, service: &service{left: botID, words: s.botName() + " ↩"}})
	s.tellPeople()
	return true, nil
}

func (s *Server) pinChatMessage(c *call) (any, *apiError) {
	to, fault := s.target(c)
	if fault != nil {
		return nil, fault
	}
	m := to.visible(c.number("message_id", 0))
	if m == nil {
		return nil, badRequest("message to pin not found")
	}
	if to.kind != private && to.members[botID] != statusAdmin {
		return nil, badRequest("not enough rights to manage pinned messages in the chat")
	}
	to.pinned = m.id
	s.post(&message{chat: to, from: botID, service: &service{pinned: m, words: "📌"}})
	return true, nil
}

func (s *Server) unpinChatMessage(c *call) (any, *apiError) {
	to, fault := s.target(c)
	if fault != nil {
		return nil, fault
	}
	to.pinned = 0
	return true, nil
}
