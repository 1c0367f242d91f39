package sim

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Extras is what may come along with something a person sends.
type Extras struct {
	ReplyTo int    `json:"reply_to"`
	Forward string `json:"forward"` // the message was forwarded from somebody of this name
}

// writer finds person and chat of something a person does there; the caller holds mu.
func (s *Server) writer(user, chatID int64) (*chat, *Person, error) {
	p := s.world.person(user)
	if p == nil {
		return nil, nil, errNoPerson
	}
	c := s.world.chats[chatID]
	if c == nil || c.movedTo != 0 {
		return nil, nil, errNoChat
	}
	if c.kind != private && !present(c.members[user]) || c.kind == private && c.id != user {
		return nil, nil, errNotThere
	}
	if c.kind == private && p.Blocked {
		return nil, nil, errors.New("the person has blocked the bot")
	}
	return c, p, nil
}

// Say sends a text; longer than 4096 characters it becomes several messages, as clients do. The
// answer is the ids.
func (s *Server) Say(user, chatID int64, text string, x Extras) ([]int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, _, err := s.writer(user, chatID)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("the text is empty")
	}
	return s.speak(c, user, text, x), nil
}

// speak posts a person's text and delivers it; the caller holds mu.
func (s *Server) speak(c *chat, user int64, text string, x Extras) []int {
	var ids []int
	for _, part := range splitText(text, maxText) {
		part, _ = trimText(part, nil)
		if part == "" {
			continue
		}
		m := &message{chat: c, from: user, text: part, ents: detect(part), replyTo: x.ReplyTo, forward: x.Forward}
		s.deliverMessage(m)
		ids = append(ids, m.id)
	}
	s.useReplyKeyboard(c, text)
	return ids
}

// useReplyKeyboard hides a one-time keyboard after its use.
func (s *Server) useReplyKeyboard(c *chat, text string) {
	if c.reply == nil || !c.reply.OneTime {
		return
	}
	for _, row := range c.reply.Rows {
		if slices.ContainsFunc(row, func(b ReplyButton) bool { return b.Text == text || text == "" && b.Contact }) {
			s.setReplyKeyboard(c, nil)
			return
		}
	}
}

// deliverMessage posts a person's message and gives it to the bot when the bot hears it.
func (s *Server) deliverMessage(m *message) {
	if m.chat.kind == private {
		p := s.world.person(m.from)
		if !p.Started {
			p.Started = true
			s.tellPeople()
		}
	}
	s.post(m)
	if s.hears(m) {
		s.emit("message", m.chat.id, s.messageObject(m, true))
	}
}

// hears is Telegram's privacy mode: in groups a bot hears commands meant for it and replies to it,
// as an administrator everything.
func (s *Server) hears(m *message) bool {
	if m.chat.kind == private {
		return true
	}
	status := m.chat.members[botID]
	if status == statusAdmin || !present(status) {
		return status == statusAdmin
	}
	if to := m.chat.visible(m.replyTo); to != nil && to.from == botID {
		return true
	}
	word, _, _ := strings.Cut(m.text, " ")
	command, name, addressed := strings.Cut(word, "@")
	return strings.HasPrefix(command, "/") && (!addressed || strings.EqualFold(name, s.opts.BotUsername))
}

// Attachment is files a person sends.
type Attachment struct {
	User    int64
	Chat    int64
	As      string // photo, document
	Caption string // of the first
	Album   bool   // as one album: a media_group_id for all
	AlbumID string // this media_group_id: lets the parts of an album come in several calls
	Files   []Photo
	Extras
}

// Attach sends one to ten files, each a message and an update of its own, as Telegram does.
func (s *Server) Attach(a Attachment) ([]int, error) {
	if len(a.Files) < 1 || len(a.Files) > 10 {
		return nil, errors.New("1 to 10 files, please")
	}
	if a.As != "photo" && a.As != "document" {
		return nil, errors.New("as must be photo or document")
	}
	made := make([][]rendition, len(a.Files))
	for i, f := range a.Files {
		if a.As == "document" {
			continue
		}
		var err error
		if made[i], err = s.cachedRenditions(f.Bytes); err != nil {
			return nil, fmt.Errorf("no photo can be made of file %d; send it as a document: %w", i+1, err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, _, err := s.writer(a.User, a.Chat)
	if err != nil {
		return nil, err
	}
	return s.attach(c, a, made), nil
}

func (s *Server) attach(c *chat, a Attachment, made [][]rendition) []int {
	album := a.AlbumID
	if album == "" && a.Album && len(a.Files) > 1 {
		album = s.nextAlbum()
	}
	var ids []int
	for i, f := range a.Files {
		m := &message{chat: c, from: a.User, album: album, replyTo: a.ReplyTo, forward: a.Forward}
		if i == 0 {
			m.caption, _ = trimText(a.Caption, nil)
			m.capEnts = detect(m.caption)
		}
		if a.As == "photo" {
			m.photo = s.storePhoto(made[i])
		} else {
			m.document = s.storeDocument(upload{name: f.Name, bytes: f.Bytes})
		}
		s.deliverMessage(m)
		ids = append(ids, m.id)
	}
	return ids
}

// keptRenditions is how many scaled pictures are remembered: tests send the same ones over and over.
const keptRenditions = 64

func (s *Server) cachedRenditions(b []byte) ([]rendition, error) {
	key := sha256.Sum256(b)
	s.mu.Lock()
	made := s.files.scaled[key]
	s.mu.Unlock()
	if made != nil {
		return made, nil
	}
	made, err := renditions(b)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.files.scaled) >= keptRenditions {
		clear(s.files.scaled)
	}
	s.files.scaled[key] = made
	return made, nil
}

// Sample sends sample photos by name in place of a.Files.
func (s *Server) Sample(a Attachment, names []string) ([]int, error) {
	for _, name := range names {
		photo, ok := s.sample(name)
		if !ok {
			return nil, errors.New("no such sample photo")
		}
		a.Files = append(a.Files, photo)
	}
	return s.Attach(a)
}

func (s *Server) sample(name string) (Photo, bool) {
	for _, p := range s.opts.Photos {
		if p.Name == name {
			return p, true
		}
	}
	return Photo{}, false
}

// ShareContact sends a contact: one's own when phone is empty, else somebody else's, of Telegram user
// owner (0: not on Telegram).
func (s *Server) ShareContact(user, chatID int64, phone, name string, owner int64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, p, err := s.writer(user, chatID)
	if err != nil {
		return 0, err
	}
	if phone == "" {
		phone, name, owner = p.Phone, p.FirstName, p.ID
	}
	if phone == "" {
		return 0, errors.New("the person has no phone number")
	}
	m := &message{chat: c, from: user, contact: &contact{phone: strings.TrimPrefix(phone, "+"), first: name, user: owner}}
	s.deliverMessage(m)
	s.useReplyKeyboard(c, "")
	return m.id, nil
}

// SendOther sends a message of a kind the bot has no use for: sticker, voice, video, location, poll.
func (s *Server) SendOther(user, chatID int64, kind string) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, _, err := s.writer(user, chatID)
	if err != nil {
		return 0, err
	}
	if !slices.Contains([]string{"sticker", "voice", "video", "location", "poll"}, kind) {
		return 0, errors.New("unknown kind of message")
	}
	m := &message{chat: c, from: user, other: kind}
	s.deliverMessage(m)
	return m.id, nil
}

// own finds a message its author may change.
func (s *Server) own(user, chatID int64, id int) (*message, error) {
	c, _, err := s.writer(user, chatID)
	if err != nil {
		return nil, err
	}
	m := c.visible(id)
	if m == nil || m.from != user {
		return nil, errors.New("not a message of this person")
	}
	return m, nil
}

// Edit changes the text (or caption) of one's own message; sample, when given, replaces its photo.
func (s *Server) Edit(user, chatID int64, id int, text, sample string) error {
	var made []rendition
	if sample != "" {
		photo, ok := s.sample(sample)
		if !ok {
			return errors.New("no such sample photo")
		}
		var err error
		if made, err = s.cachedRenditions(photo.Bytes); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.own(user, chatID, id)
	if err != nil {
		return err
	}
	m.remember()
	if made != nil {
		m.photo, m.document = s.storePhoto(made), nil
	}
	text, _ = trimText(text, nil)
	if m.hasMedia() {
		m.caption, m.capEnts = text, detect(text)
	} else {
		m.text, m.ents = text, detect(text)
	}
	m.edited = s.now()
	s.showEdit(m)
	if s.hears(m) {
		s.emit("edited_message", chatID, s.messageObject(m, true))
	}
	return nil
}

// Delete deletes one's own message; bots are not told.
func (s *Server) Delete(user, chatID int64, id int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.own(user, chatID, id)
	if err != nil {
		return err
	}
	s.erase(m)
	return nil
}
