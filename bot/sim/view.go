package sim

import "strconv"

// PageMessage is a message as the page draws it.
type PageMessage struct {
	ID        int          `json:"id"`
	From      PageUser     `json:"from"`
	Date      int64        `json:"date"`         // unix ms
	Text      string       `json:"text_html"`    // safe HTML
	Caption   string       `json:"caption_html"` // safe HTML
	Photo     *PagePhoto   `json:"photo"`
	Document  *PageFile    `json:"document"`
	Contact   *PageContact `json:"contact"`
	Other     string       `json:"other"`
	Album     string       `json:"album"`
	ReplyTo   int          `json:"reply_to"`
	Forward   string       `json:"forward,omitempty"`
	Edited    bool         `json:"edited"`
	Protected bool         `json:"protected"`
	Silent    bool         `json:"silent"`
	Service   string       `json:"service"`
	Keyboard  [][]Button   `json:"keyboard"`
}

// PageUser is the author of a message.
type PageUser struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Bot  bool   `json:"bot"`
}

// PagePhoto is the largest size of a photo.
type PagePhoto struct {
	URL    string `json:"url"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// PageFile is a document.
type PageFile struct {
	Name string `json:"name"`
	Size int    `json:"size"` // bytes
	URL  string `json:"url"`
}

// PageContact is a shared phone number.
type PageContact struct {
	Phone string `json:"phone"`
	Name  string `json:"name"`
}

func (s *Server) pageMessage(m *message) PageMessage {
	p := PageMessage{
		ID: m.id, From: PageUser{ID: m.from, Name: s.nameOf(m.from), Bot: m.from == botID}, Date: m.at.UnixMilli(),
		Text: renderHTML(m.text, m.ents), Caption: renderHTML(m.caption, m.capEnts), Other: m.other, Album: m.album,
		ReplyTo: m.replyTo, Forward: m.forward, Edited: !m.edited.IsZero(), Protected: m.guarded, Silent: m.silent,
		Keyboard: m.inline,
	}
	if n := len(m.photo); n > 0 {
		f := m.photo[n-1]
		p.Photo = &PagePhoto{URL: "/sim/files/" + f.unique, Width: f.width, Height: f.height}
	}
	if f := m.document; f != nil {
		p.Document = &PageFile{Name: f.name, Size: len(f.bytes), URL: "/sim/files/" + f.unique}
	}
	if m.contact != nil {
		p.Contact = &PageContact{Phone: m.contact.phone, Name: m.contact.first}
	}
	if m.service != nil {
		p.Service = m.service.words
	}
	return p
}

// StoryMessage is a message as stories and tests ask for it: with plain texts, deletions and what it
// showed before.
type StoryMessage struct {
	PageMessage
	Plain        string     `json:"text"`
	PlainCaption string     `json:"caption"`
	Deleted      int64      `json:"deleted"` // unix ms, 0: not
	EditedAt     int64      `json:"edited_at"`
	Past         []Revision `json:"past"`
}

// ChatView is a chat as stories and tests ask for it.
type ChatView struct {
	Messages      []StoryMessage `json:"messages"`
	ReplyKeyboard *ReplyKeyboard `json:"reply_keyboard"`
	Bot           string         `json:"bot"` // the bot's status in the chat
}

// Chat shows a chat, deleted messages only when all is asked for.
func (s *Server) Chat(id int64, all bool) (ChatView, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.world.chats[id]
	if c == nil {
		return ChatView{}, errNoChat
	}
	v := ChatView{Messages: []StoryMessage{}, ReplyKeyboard: c.reply, Bot: c.members[botID]}
	for _, m := range c.messages {
		if all || m.deleted.IsZero() {
			v.Messages = append(v.Messages, s.storyMessage(m))
		}
	}
	return v, nil
}

func (s *Server) storyMessage(m *message) StoryMessage {
	v := StoryMessage{PageMessage: s.pageMessage(m), Plain: m.text, PlainCaption: m.caption, Past: append([]Revision{}, m.past...)}
	if !m.deleted.IsZero() {
		v.Deleted = m.deleted.UnixMilli()
	}
	if !m.edited.IsZero() {
		v.EditedAt = m.edited.UnixMilli()
	}
	return v
}

// pageState is everything the page needs to begin with.
type pageState struct {
	Bot       object                    `json:"bot"`
	Texts     map[string]string         `json:"texts"`
	Tongues   []object                  `json:"tongues"`
	Begun     string                    `json:"begun"` // names this run of the simulator
	People    []Person                  `json:"people"`
	Groups    []Group                   `json:"groups"`
	Photos    []object                  `json:"photos"`
	Cheats    []Cheat                   `json:"cheats"`
	Chats     map[string][]PageMessage  `json:"chats"`
	Keyboards map[string]*ReplyKeyboard `json:"reply_keyboards"`
	Inbox     []Letter                  `json:"inbox"`
	Seq       int                       `json:"seq"`
}

func (s *Server) pageState() pageState {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := pageState{
		Bot:   object{"id": botID, "username": s.opts.BotUsername, "name": s.botName()},
		Texts: s.opts.Texts, Tongues: s.tongues(), Begun: strconv.FormatUint(s.opts.Seed, 36), People: s.people(), Groups: s.groups(), Photos: []object{},
		Cheats: append([]Cheat{}, s.opts.Cheats...), Chats: map[string][]PageMessage{},
		Keyboards: map[string]*ReplyKeyboard{}, Inbox: append([]Letter{}, s.inbox...), Seq: s.feed.seq,
	}
	for _, p := range s.opts.Photos {
		st.Photos = append(st.Photos, object{"name": p.Name, "label": p.Label, "url": "/sim/photos/" + p.Name})
	}
	for id, c := range s.world.chats {
		shown := []PageMessage{}
		for _, m := range c.messages {
			if m.deleted.IsZero() {
				shown = append(shown, s.pageMessage(m))
			}
		}
		st.Chats[decimal(id)+":"+decimal(id)] = shown
		if c.reply != nil {
			st.Keyboards[decimal(id)] = c.reply
		}
	}
	return st
}

func (s *Server) people() []Person {
	all := []Person{}
	for _, p := range s.world.people {
		all = append(all, *p)
	}
	return all
}

func (s *Server) groups() []Group {
	all := []Group{}
	for _, id := range s.groupIDs() {
		c := s.world.chats[id]
		g := Group{ID: id, Title: c.title, Kind: c.role, Members: []int64{}, Bot: present(c.members[botID])}
		for _, user := range c.order {
			if present(c.members[user]) {
				g.Members = append(g.Members, user)
			}
		}
		all = append(all, g)
	}
	return all
}

// tellPeople sends people and groups anew; the caller holds mu.
func (s *Server) tellPeople() {
	s.tell(Event{"type": "people", "people": s.people(), "groups": s.groups()})
}
