package sim

import (
	"strconv"
	"strings"
)

// object is a JSON object of the Bot API.
type object map[string]any

// put sets a key unless the value is empty.
func (o object) put(key string, value string) {
	if value != "" {
		o[key] = value
	}
}

func (s *Server) botUser() object {
	return object{"id": botID, "is_bot": true, "first_name": s.botName(), "username": s.opts.BotUsername}
}

// user is a User, the bot included.
func (s *Server) user(id int64) object {
	if id == botID {
		return s.botUser()
	}
	p := s.world.person(id)
	if p == nil {
		return object{"id": id, "is_bot": false, "first_name": "Deleted Account"}
	}
	u := object{"id": p.ID, "is_bot": false, "first_name": p.FirstName}
	u.put("last_name", p.LastName)
	u.put("username", p.Username)
	u.put("language_code", p.Language)
	return u
}

// chatObject is a Chat.
func (s *Server) chatObject(c *chat) object {
	o := object{"id": c.id, "type": c.kind}
	if c.kind != private {
		o["title"] = c.title
		return o
	}
	if p := s.world.person(c.id); p != nil {
		o["first_name"] = p.FirstName
		o.put("last_name", p.LastName)
		o.put("username", p.Username)
	}
	return o
}

// message is a Message; deep also carries the message it replies to.
func (s *Server) messageObject(m *message, deep bool) object {
	o := object{"message_id": m.id, "date": m.at.Unix(), "chat": s.chatObject(m.chat), "from": s.user(m.from)}
	if !m.edited.IsZero() {
		o["edit_date"] = m.edited.Unix()
	}
	if m.forward != "" {
		o["forward_origin"] = object{"type": "hidden_user", "date": m.at.Unix() - 60, "sender_user_name": m.forward}
	}
	if m.guarded {
		o["has_protected_content"] = true
	}
	if m.rawKeys != nil {
		o["reply_markup"] = m.rawKeys
	}
	o.put("media_group_id", m.album)
	if deep && m.replyTo != 0 {
		if to := m.chat.visible(m.replyTo); to != nil {
			o["reply_to_message"] = s.messageObject(to, false)
		}
	}
	s.putContent(o, m)
	return o
}

func (s *Server) putContent(o object, m *message) {
	o.put("text", m.text)
	if len(m.ents) > 0 {
		o["entities"] = m.ents
	}
	o.put("caption", m.caption)
	if len(m.capEnts) > 0 {
		o["caption_entities"] = m.capEnts
	}
	if len(m.photo) > 0 {
		sizes := []object{}
		for _, f := range m.photo {
			sizes = append(sizes, f.photoSize())
		}
		o["photo"] = sizes
	}
	if m.document != nil {
		o["document"] = m.document.documentObject()
	}
	if m.contact != nil {
		c := object{"phone_number": m.contact.phone, "first_name": m.contact.first}
		if m.contact.user != 0 {
			c["user_id"] = m.contact.user
		}
		o["contact"] = c
	}
	s.putOther(o, m)
	s.putService(o, m)
}

// putOther adds the smallest valid object of a kind of message the bot has no use for.
func (s *Server) putOther(o object, m *message) {
	if m.other == "" {
		return
	}
	id := "AwAC" + strconv.Itoa(m.id)
	media := object{"file_id": id, "file_unique_id": "u" + strconv.Itoa(m.id)}
	with := func(more object) object {
		for k, v := range more {
			media[k] = v
		}
		return media
	}
	switch m.other {
	case "sticker":
		o["sticker"] = with(object{"type": "regular", "width": 512, "height": 512, "is_animated": false, "is_video": false})
	case "voice":
		o["voice"] = with(object{"duration": 2, "mime_type": "audio/ogg"})
	case "video":
		o["video"] = with(object{"width": 640, "height": 480, "duration": 3, "mime_type": "video/mp4"})
	case "location":
		o["location"] = object{"latitude": 36.06, "longitude": 103.83}
	case "poll":
		option := func(text string, n int) object {
			return object{"text": text, "voter_count": 0, "persistent_id": strconv.Itoa(n)}
		}
		o["poll"] = object{
			"id": strconv.Itoa(m.id), "question": "?", "options": []object{option("1", 1), option("2", 2)}, "total_voter_count": 0,
			"is_closed": false, "is_anonymous": true, "type": "regular", "allows_multiple_answers": false,
			"allows_revoting": true, "members_only": false,
		}
	}
}

func (s *Server) putService(o object, m *message) {
	v := m.service
	if v == nil {
		return
	}
	if v.joined != 0 {
		o["new_chat_members"] = []object{s.user(v.joined)}
	}
	if v.left != 0 {
		o["left_chat_member"] = s.user(v.left)
	}
	if v.migrateTo != 0 {
		o["migrate_to_chat_id"] = v.migrateTo
	}
	if v.migrateFm != 0 {
		o["migrate_from_chat_id"] = v.migrateFm
	}
	if v.pinned != nil {
		o["pinned_message"] = s.messageObject(v.pinned, false)
	}
}

// reachable is the MaybeInaccessibleMessage of a callback: a deleted message is only named.
func (s *Server) reachable(c *chat, id int) object {
	if m := c.visible(id); m != nil {
		return s.messageObject(m, true)
	}
	return object{"chat": s.chatObject(c), "message_id": id, "date": 0}
}

// member is a ChatMember.
func (s *Server) member(id int64, status string) object {
	o := object{"user": s.user(id), "status": status}
	switch status {
	case statusCreator:
		o["is_anonymous"] = false
	case statusKicked:
		o["until_date"] = 0
	case statusAdmin:
		o["can_be_edited"], o["is_anonymous"] = false, false
		for _, right := range adminRights() {
			o[right] = true
		}
	}
	return o
}

func adminRights() []string {
	return strings.Fields(`can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members
		can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories`)
}
