package sim

import (
	"errors"
	"fmt"
	"slices"
)

var (
	errNoPerson = errors.New("no such person")
	errNoChat   = errors.New("no such chat")
	errNoGroup  = errors.New("no such group")
	errNotThere = errors.New("the person is not in this chat")
)

// AddPerson adds a person; ID 0 takes the next free one, which is the answer.
func (s *Server) AddPerson(p Person) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ID != 0 && s.world.chats[p.ID] != nil {
		return 0, errors.New("the id is taken")
	}
	added := s.world.addPerson(p)
	s.turnTo(s.tongue)
	s.tellPeople()
	return added.ID, nil
}

// AddGroup adds a group without telling the bot.
func (s *Server) AddGroup(g Group) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.ID == 0 {
		for g.ID = -1001; s.world.chats[g.ID] != nil; g.ID-- {
		}
	}
	if g.ID > 0 || s.world.chats[g.ID] != nil {
		return 0, errors.New("the id is taken or positive")
	}
	s.world.addGroup(g)
	s.tellPeople()
	return g.ID, nil
}

// SetLanguage changes the language_code of a person.
func (s *Server) SetLanguage(user int64, language string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.world.person(user)
	if p == nil {
		return errNoPerson
	}
	p.Language, p.own = language, true
	s.tellPeople()
	return nil
}

// Block blocks the bot for a person, or unblocks it; the bot is told by my_chat_member.
func (s *Server) Block(user int64, blocked bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.world.person(user)
	if p == nil {
		return errNoPerson
	}
	if p.Blocked == blocked {
		return nil
	}
	p.Blocked, p.Started = blocked, true
	status := statusMember
	if blocked {
		status = statusKicked
	}
	s.setBotStatus(s.world.chats[user], user, status)
	s.tell(Event{"type": "blocked", "user": user, "blocked": blocked})
	s.tellPeople()
	return nil
}

// setBotStatus moves the bot's membership and tells it; by is who did it.
func (s *Server) setBotStatus(c *chat, by int64, status string) {
	old := c.members[botID]
	if old == "" {
		old = statusLeft
	}
	c.members[botID] = status
	s.emit("my_chat_member", c.id, s.memberChange(c, by, botID, old, status))
}

func (s *Server) memberChange(c *chat, by, user int64, old, now string) object {
	return object{
		"chat": s.chatObject(c), "from": s.user(by), "date": s.now().Unix(),
		"old_chat_member": s.member(user, old), "new_chat_member": s.member(user, now),
	}
}

func (s *Server) group(id int64) (*chat, error) {
	c := s.world.chats[id]
	if c == nil || c.kind == private {
		return nil, errNoGroup
	}
	return c, nil
}

// Join lets a person enter a group.
func (s *Server) Join(group, user int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.group(group)
	if err != nil {
		return err
	}
	if s.world.person(user) == nil {
		return errNoPerson
	}
	if present(c.members[user]) {
		return nil
	}
	if !slices.Contains(c.order, user) {
		c.order = append(c.order, user)
	}
	s.setStatus(c, user, user, statusMember)
	s.serve(c, user, &service{joined: user, words: s.nameOf(user) + " ↪"})
	return nil
}

// Leave takes a person out of a group; by, when it is somebody else, has kicked the person.
func (s *Server) Leave(group, user, by int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.group(group)
	if err != nil {
		return err
	}
	if !present(c.members[user]) {
		return errNotThere
	}
	status := statusLeft
	if by != 0 && by != user {
		status = statusKicked
	} else {
		by = user
	}
	s.setStatus(c, by, user, status)
	s.serve(c, by, &service{left: user, words: s.nameOf(user) + " ↩"})
	return nil
}

// setStatus moves a person's membership; the bot hears of it only as an administrator.
func (s *Server) setStatus(c *chat, by, user int64, status string) {
	old := c.members[user]
	if old == "" {
		old = statusLeft
	}
	c.members[user] = status
	if c.members[botID] == statusAdmin {
		s.emit("chat_member", c.id, s.memberChange(c, by, user, old, status))
	}
	s.tellPeople()
}

// serve posts a service message and tells a bot that is there.
func (s *Server) serve(c *chat, from int64, what *service) *message {
	m := &message{chat: c, from: from, service: what}
	s.post(m)
	if present(c.members[botID]) {
		s.emit("message", c.id, s.messageObject(m, true))
	}
	return m
}

// AddBot adds the bot to a group; start is the payload of a ?startgroup= link, or empty.
func (s *Server) AddBot(group, by int64, start string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.group(group)
	if err != nil {
		return err
	}
	if !present(c.members[by]) {
		return errNotThere
	}
	if !present(c.members[botID]) {
		s.setBotStatus(c, by, statusMember)
		s.serve(c, by, &service{joined: botID, words: s.botName() + " ↪"})
	}
	if start != "" {
		s.speak(c, by, fmt.Sprintf("/start@%s %s", s.opts.BotUsername, start), Extras{})
	}
	s.tellPeople()
	return nil
}

// KickBot removes the bot from a group.
func (s *Server) KickBot(group, by int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.group(group)
	if err != nil {
		return err
	}
	if !present(c.members[botID]) {
		return errors.New("the bot is not in this group")
	}
	if by == 0 && len(c.order) > 0 {
		by = c.order[0]
	}
	s.setBotStatus(c, by, statusKicked)
	s.post(&message{chat: c, from: by, service: &service{left: botID, words: s.botName() + " ↩"}})
	s.tellPeople()
	return nil
}

// Promote makes the bot an administrator of a group.
func (s *Server) Promote(group, by int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.group(group)
	if err != nil {
		return err
	}
	s.setBotStatus(c, by, statusAdmin)
	return nil
}

// Migrate turns a basic group into a supergroup, whose id is the answer.
func (s *Server) Migrate(group int64) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.group(group)
	if err != nil {
		return 0, err
	}
	if c.kind == supergroup || c.movedTo != 0 {
		return 0, errors.New("only a basic group can be upgraded, and once")
	}
	moved := s.world.addGroup(Group{ID: -1000000000000 + group, Title: c.title, Kind: c.role})
	moved.order = append([]int64(nil), c.order...)
	for id, status := range c.members {
		moved.members[id] = status
	}
	c.movedTo = moved.id
	status := moved.members[botID]
	delete(moved.members, botID)
	by := int64(botID)
	if len(c.order) > 0 {
		by = c.order[0]
	}
	s.tell(Event{"type": "upgraded", "chat": c.id, "to": moved.id})
	if present(status) {
		s.setBotStatus(moved, by, status) // Telegram tells the bot that it joined, before or after the move itself
	}
	s.serve(c, by, &service{migrateTo: moved.id, words: "⇒"})
	s.serve(moved, by, &service{migrateFm: c.id, words: "⇐"})
	s.tellPeople()
	return moved.id, nil
}

func (s *Server) nameOf(id int64) string {
	if id == botID {
		return s.botName()
	}
	if p := s.world.person(id); p != nil {
		return p.Name
	}
	return decimal(id)
}
