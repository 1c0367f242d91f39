package sim

import (
	"encoding/json"
	"slices"
	"strings"
)

// outgoing is what all sending methods have in common.
type outgoing struct {
	to   *chat
	keys markup
	msg  message // the settings every message of the call shares
}

// outgoing reads chat, markup, reply and flags of a sending call.
func (s *Server) outgoing(c *call) (outgoing, *apiError) {
	to, fault := s.target(c)
	if fault != nil {
		return outgoing{}, fault
	}
	keys, fault := parseMarkup(c.values["reply_markup"])
	if fault != nil {
		return outgoing{}, fault
	}
	o := outgoing{to: to, keys: keys}
	o.msg = message{
		chat: to, from: botID, guarded: c.flag("protect_content"), silent: c.flag("disable_notification"),
		inline: keys.inline, rawKeys: keys.raw, hasReply: keys.hasReply || keys.remove,
	}
	o.msg.replyTo, fault = s.replyTarget(c, to)
	return o, fault
}

// replyTarget reads reply_parameters (or the old reply_to_message_id).
func (s *Server) replyTarget(c *call, to *chat) (int, *apiError) {
	id, lenient := c.number("reply_to_message_id", 0), c.flag("allow_sending_without_reply")
	if raw := c.values["reply_parameters"]; raw != "" {
		var p struct {
			ID      int  `json:"message_id"`
			Lenient bool `json:"allow_sending_without_reply"`
		}
		if json.Unmarshal([]byte(raw), &p) != nil {
			return 0, badRequest("object expected as reply parameters")
		}
		id, lenient = p.ID, p.Lenient
	}
	if id == 0 || to.visible(id) != nil {
		return id, nil
	}
	if lenient {
		return 0, nil
	}
	return 0, badRequest("message to be replied not found")
}

// formatted reads a text with parse_mode or given entities and cleans it as the server does.
func formatted(c *call, key, entitiesKey string) (string, []Entity, *apiError) {
	return formattedText(c.values[key], c.values["parse_mode"], c.values[entitiesKey])
}

func formattedText(text, mode, entities string) (string, []Entity, *apiError) {
	var ents []Entity
	switch strings.ToLower(mode) {
	case "":
		if entities != "" && json.Unmarshal([]byte(entities), &ents) != nil {
			return "", nil, badRequest("can't parse MessageEntity: Expected an Object")
		}
	case "html":
		var err error
		if text, ents, err = parseHTML(text); err != nil {
			return "", nil, badRequest("can't parse entities: " + err.Error())
		}
	default:
		return "", nil, badRequest("unsupported parse_mode")
	}
	text, ents = trimText(strings.ReplaceAll(text, "\r", ""), ents)
	for _, e := range detect(text) {
		if !overlaps(ents, e) {
			ents = append(ents, e)
		}
	}
	sortEntities(ents)
	return text, ents, nil
}

func (s *Server) sendMessage(c *call) (any, *apiError) {
	o, fault := s.outgoing(c)
	if fault != nil {
		return nil, fault
	}
	m := o.msg
	if m.text, m.ents, fault = messageText(c); fault != nil {
		return nil, fault
	}
	if fault := s.charge(o.to, 1); fault != nil {
		return nil, fault
	}
	s.send(o, &m)
	return s.messageObject(&m, true), nil
}

// messageText is the text of sendMessage and editMessageText within its limits.
func messageText(c *call) (string, []Entity, *apiError) {
	text, ents, fault := formatted(c, "text", "entities")
	if fault != nil {
		return "", nil, fault
	}
	if text == "" {
		return "", nil, badRequest("message text is empty")
	}
	if units(text) > maxText {
		return "", nil, badRequest("message is too long")
	}
	return text, ents, nil
}

// send posts a message of the bot and moves the reply keyboard.
func (s *Server) send(o outgoing, m *message) {
	s.post(m)
	if o.keys.remove {
		s.setReplyKeyboard(o.to, nil)
	}
	if o.keys.reply != nil {
		s.setReplyKeyboard(o.to, o.keys.reply)
	}
}

func (s *Server) setReplyKeyboard(c *chat, k *ReplyKeyboard) {
	c.reply = k
	user := int64(0)
	if c.kind == private {
		user = c.id
	}
	s.tell(Event{"type": "reply_keyboard", "chat": c.id, "user": user, "keyboard": k})
}

func (s *Server) sendChatAction(c *call) (any, *apiError) {
	to, fault := s.target(c)
	if fault != nil {
		return nil, fault
	}
	actions := strings.Fields(`typing upload_photo record_video upload_video record_voice upload_voice
		upload_document choose_sticker find_location record_video_note upload_video_note`)
	if !slices.Contains(actions, c.values["action"]) {
		return nil, badRequest("wrong parameter action in request")
	}
	s.tell(Event{"type": "action", "chat": to.id, "action": c.values["action"]})
	return true, nil
}
