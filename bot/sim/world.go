package sim

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Kinds of chats, as in Chat.type.
const (
	private    = "private"
	basicGroup = "group"
	supergroup = "supergroup"
)

// Statuses of chat members, as in ChatMember.status.
const (
	statusCreator = "creator"
	statusAdmin   = "administrator"
	statusMember  = "member"
	statusLeft    = "left"
	statusKicked  = "kicked"
)

// world is who and what there is: people, chats, messages. Guarded by Server.mu.
type world struct {
	people  []*Person // in the order of the page
	chats   map[int64]*chat
	nextMsg int   // message ids of private chats and basic groups come from one counter
	nextID  int64 // the next person's id
	queries map[string]*query
	taps    []*query    // the same in the order they came
	serial  int         // album and query numbers
	sent    []time.Time // of the bot's messages in the last botWindow, when it is paced
}

// chat is a private chat (id = user id) or a group.
type chat struct {
	id       int64
	kind     string
	title    string
	role     string           // Group.Kind
	members  map[int64]string // status by user id, the bot's included
	order    []int64          // people in the order they came
	messages []*message
	nextMsg  int // supergroups count their own messages
	movedTo  int64
	reply    *ReplyKeyboard
	pinned   int
	pace     pace
}

// message is one message of a chat, kept after its deletion.
type message struct {
	id       int
	chat     *chat
	from     int64
	at       time.Time
	edited   time.Time
	deleted  time.Time
	text     string
	ents     []Entity
	caption  string
	capEnts  []Entity
	photo    []*file
	document *file
	contact  *contact
	other    string
	album    string
	replyTo  int
	forward  string // name of the person it was forwarded from
	inline   [][]Button
	rawKeys  json.RawMessage
	hasReply bool
	guarded  bool // protect_content
	silent   bool
	service  *service
	past     []Revision
}

// contact is a shared phone number; user is 0 when it is not a Telegram user's.
type contact struct {
	phone, first string
	user         int64
}

// service is what a service message tells.
type service struct {
	joined, left         int64
	migrateTo, migrateFm int64
	pinned               *message
	words                string
}

// Revision is what a message showed before an edit or its deletion.
type Revision struct {
	Text     string     `json:"text,omitempty"`
	Caption  string     `json:"caption,omitempty"`
	Keyboard [][]Button `json:"keyboard,omitempty"`
}

// query is a tap that waits for answerCallbackQuery.
type query struct {
	id       string
	user     int64
	chat     int64
	message  int
	data     string
	at       time.Time
	answered bool
	text     string
	alert    bool
}

func newWorld(opts Options) world {
	w := world{chats: map[int64]*chat{}, queries: map[string]*query{}, nextMsg: 1, nextID: 42}
	for _, p := range opts.Cast {
		w.addPerson(p)
	}
	for _, g := range opts.Groups {
		w.addGroup(g)
	}
	return w
}

func (w *world) addPerson(p Person) *Person {
	if p.ID == 0 {
		p.ID = w.nextID
	}
	w.nextID = max(w.nextID, p.ID+1)
	if p.FirstName == "" {
		p.FirstName = p.Name
	}
	if p.Name == "" {
		p.Name = strings.TrimSpace(p.FirstName + " " + p.LastName)
	}
	if p.own = p.Language != ""; !p.own {
		p.Language = "zh-hans"
	}
	w.people = append(w.people, &p)
	status := statusMember
	if p.Blocked {
		status = statusKicked
	}
	w.chats[p.ID] = &chat{id: p.ID, kind: private, members: map[int64]string{p.ID: statusMember, botID: status}}
	return &p
}

func (w *world) addGroup(g Group) *chat {
	c := &chat{id: g.ID, kind: basicGroup, title: g.Title, role: g.Kind, members: map[int64]string{}, nextMsg: 1}
	if g.ID <= -1000000000000 {
		c.kind = supergroup
	}
	for i, id := range g.Members {
		if id == botID {
			g.Bot = true
			continue
		}
		c.order = append(c.order, id)
		c.members[id] = statusMember
		if i == 0 {
			c.members[id] = statusCreator
		}
	}
	if g.Bot {
		c.members[botID] = statusMember
	}
	w.chats[g.ID] = c
	return c
}

func (w *world) person(id int64) *Person {
	for _, p := range w.people {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// present says whether a status means that the user is in the chat.
func present(status string) bool {
	return status == statusCreator || status == statusAdmin || status == statusMember
}

func (c *chat) find(id int) *message {
	i, ok := slices.BinarySearchFunc(c.messages, id, func(m *message, id int) int { return m.id - id })
	if !ok {
		return nil
	}
	return c.messages[i]
}

// visible is find, without what was deleted.
func (c *chat) visible(id int) *message {
	if m := c.find(id); m != nil && m.deleted.IsZero() {
		return m
	}
	return nil
}

// post appends a message to its chat and shows it on the page; the caller holds mu.
func (s *Server) post(m *message) {
	c := m.chat
	counter := &s.world.nextMsg
	if c.kind == supergroup {
		counter = &c.nextMsg
	}
	m.id = *counter
	*counter++
	if m.at.IsZero() {
		m.at = s.now()
	}
	c.messages = append(c.messages, m)
	s.tell(Event{"type": "message", "chat": c.id, "message": s.pageMessage(m)})
}

// remember keeps what a message shows now, before it changes.
func (m *message) remember() {
	m.past = append(m.past, Revision{Text: m.text, Caption: m.caption, Keyboard: m.inline})
}

func (m *message) hasMedia() bool { return len(m.photo) > 0 || m.document != nil }

// erase deletes a message for everyone; the caller holds mu.
func (s *Server) erase(m *message) {
	m.deleted = s.now()
	s.tell(Event{"type": "delete", "chat": m.chat.id, "message_id": m.id})
}

// showEdit tells the page that a message changed; the caller holds mu.
func (s *Server) showEdit(m *message) {
	s.tell(Event{"type": "edit", "chat": m.chat.id, "message": s.pageMessage(m)})
}

// groupIDs lists the groups there are now, in the order of -1001, -1002, …
func (s *Server) groupIDs() []int64 {
	var ids []int64
	for id, c := range s.world.chats {
		if c.kind != private && c.movedTo == 0 {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b int64) int { return int(b - a) })
	return ids
}
