package sim

import (
	"encoding/json"
	"slices"
)

const notModified = "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"

// editable finds the message of an edit and reads the new keyboard. A keyboard that is not given is removed.
func (s *Server) editable(c *call) (*message, markup, *apiError) {
	if c.values["inline_message_id"] != "" {
		return nil, markup{}, badRequest("MESSAGE_ID_INVALID")
	}
	to, fault := s.target(c)
	if fault != nil {
		return nil, markup{}, fault
	}
	m := to.visible(c.number("message_id", 0))
	if m == nil {
		return nil, markup{}, badRequest("message to edit not found")
	}
	if m.from != botID || m.hasReply || m.service != nil {
		return nil, markup{}, badRequest("message can't be edited")
	}
	keys, fault := parseMarkup(c.values["reply_markup"])
	if fault != nil {
		return nil, markup{}, fault
	}
	if keys.reply != nil || keys.remove || keys.force {
		return nil, markup{}, badRequest("inline keyboard expected")
	}
	return m, keys, nil
}

// change applies an edit: next is a copy of m with the new content.
func (s *Server) change(m *message, next message, keys markup) (any, *apiError) {
	next.inline, next.rawKeys = keys.inline, keys.raw
	if sameContent(m, &next) {
		return nil, badRequest(notModified)
	}
	if fault := s.charge(m.chat, 1); fault != nil {
		return nil, fault
	}
	past := append(m.past, Revision{Text: m.text, Caption: m.caption, Keyboard: m.inline})
	*m = next
	m.past, m.edited = past, s.now()
	s.showEdit(m)
	return s.messageObject(m, true), nil
}

func sameContent(a, b *message) bool {
	return a.text == b.text && a.caption == b.caption && slices.Equal(a.ents, b.ents) &&
		slices.Equal(a.capEnts, b.capEnts) && sameJSON(a.rawKeys, b.rawKeys) && sameMedia(a, b)
}

func sameMedia(a, b *message) bool {
	return a.document == b.document && slices.Equal(a.photo, b.photo)
}

func (s *Server) editMessageText(c *call) (any, *apiError) {
	m, keys, fault := s.editable(c)
	if fault != nil {
		return nil, fault
	}
	next := *m
	if next.text, next.ents, fault = messageText(c); fault != nil {
		return nil, fault
	}
	if m.hasMedia() {
		return nil, badRequest("there is no text in the message to edit")
	}
	return s.change(m, next, keys)
}

func (s *Server) editMessageCaption(c *call) (any, *apiError) {
	m, keys, fault := s.editable(c)
	if fault != nil {
		return nil, fault
	}
	if !m.hasMedia() {
		return nil, badRequest("there is no caption in the message to edit")
	}
	next := *m
	if next.caption, next.capEnts, fault = caption(c.values["caption"], c.values["parse_mode"], c.values["caption_entities"]); fault != nil {
		return nil, fault
	}
	return s.change(m, next, keys)
}

func (s *Server) editMessageReplyMarkup(c *call) (any, *apiError) {
	m, keys, fault := s.editable(c)
	if fault != nil {
		return nil, fault
	}
	return s.change(m, *m, keys)
}

func (s *Server) editMessageMedia(c *call) (any, *apiError) {
	m, keys, fault := s.editable(c)
	if fault != nil {
		return nil, fault
	}
	var item rawMedia
	if json.Unmarshal([]byte(c.values["media"]), &item) != nil {
		return nil, badRequest("can't parse InputMedia: expected an Object")
	}
	next := *m
	if fault := s.fill(c, &next, item); fault != nil {
		return nil, fault
	}
	if m.chat.visible(m.id) != m {
		return nil, badRequest("message to edit not found") // deleted while the photo was scaled
	}
	next.past = m.past
	return s.change(m, next, keys)
}
