package sim

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Tap is a press on a button.
type Tap struct {
	User      int64  `json:"user"`
	Chat      int64  `json:"chat"`
	MessageID int    `json:"message_id"` // 0: the newest message that has the button
	Data      string `json:"data"`       // callback data, or
	Button    string `json:"button"`     // the button's text; also of the reply keyboard
	Stale     bool   `json:"stale"`      // a button the message once had, or of a deleted message
	Forged    bool   `json:"forged"`     // send Data whatever the message shows, as a hostile client can
}

var (
	errNoButton = errors.New("no such button")
	errNoTap    = errors.New("the button is a link")
)

// Tap presses a button. The answer is the callback query's id, empty for the reply keyboard's.
func (s *Server) Tap(t Tap) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, p, err := s.writer(t.User, t.Chat)
	if err != nil {
		return "", err
	}
	if done := s.tapReply(c, p, t); done {
		return "", nil
	}
	id, data, err := c.button(t)
	if err != nil {
		return "", err
	}
	if data == "" {
		return "", errNoTap
	}
	return s.callback(c, t.User, id, data), nil
}

// tapReply presses a button of the reply keyboard, which sends its text or the person's contact.
func (s *Server) tapReply(c *chat, p *Person, t Tap) bool {
	if c.reply == nil || t.Button == "" || t.MessageID != 0 || t.Stale || t.Forged {
		return false
	}
	for _, row := range c.reply.Rows {
		i := slices.IndexFunc(row, func(b ReplyButton) bool { return b.Text == t.Button })
		if i < 0 {
			continue
		}
		if row[i].Contact {
			s.deliverMessage(&message{chat: c, from: p.ID, contact: &contact{phone: strings.TrimPrefix(p.Phone, "+"), first: p.FirstName, user: p.ID}})
			s.useReplyKeyboard(c, "")
			return true
		}
		s.speak(c, p.ID, t.Button, Extras{})
		return true
	}
	return false
}

// button finds the message and the callback data a tap means.
func (c *chat) button(t Tap) (id int, data string, err error) {
	for _, m := range slices.Backward(c.messages) {
		if t.MessageID != 0 && m.id != t.MessageID {
			continue
		}
		if t.Forged {
			return m.id, t.Data, nil
		}
		for _, keys := range m.keyboards(t.Stale) {
			if b, ok := pick(keys, t); ok {
				return m.id, b.Data, nil
			}
		}
	}
	return 0, "", errNoButton
}

// keyboards is the keyboard a message shows, or those it does not show any more.
func (m *message) keyboards(stale bool) [][][]Button {
	if !stale && m.deleted.IsZero() {
		return [][][]Button{m.inline}
	}
	if !stale {
		return nil
	}
	var old [][][]Button
	if !m.deleted.IsZero() {
		old = append(old, m.inline)
	}
	for _, r := range slices.Backward(m.past) {
		old = append(old, r.Keyboard)
	}
	return old
}

func pick(keys [][]Button, t Tap) (Button, bool) {
	for _, row := range keys {
		for _, b := range row {
			if t.Data != "" && b.Data == t.Data || t.Data == "" && t.Button != "" && b.Text == t.Button {
				return b, true
			}
		}
	}
	return Button{}, false
}

// callback sends the callback_query of a tap; the caller holds mu.
func (s *Server) callback(c *chat, user int64, messageID int, data string) string {
	s.world.serial++
	q := &query{
		id:   strconv.FormatInt(user<<20+int64(s.world.serial), 10),
		user: user, chat: c.id, message: messageID, data: data, at: s.now(),
	}
	s.world.queries[q.id] = q
	s.world.taps = append(s.world.taps, q)
	s.emit("callback_query", c.id, object{
		"id": q.id, "from": s.user(user), "message": s.reachable(c, messageID),
		"chat_instance": strconv.FormatInt(c.id*7919, 10), "data": data,
	})
	return q.id
}

// Toast is what the bot answered to a tap.
type Toast struct {
	ID       string `json:"id"`
	User     int64  `json:"user"`
	Chat     int64  `json:"chat"`
	Data     string `json:"data"`
	Answered bool   `json:"answered"`
	Text     string `json:"text"`
	Alert    bool   `json:"alert"`
	At       int64  `json:"at"` // of the tap, unix ms
}

// Toasts lists the taps of a person (0: of all), oldest first, with what the bot answered.
func (s *Server) Toasts(user int64) []Toast {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []Toast{}
	for _, q := range s.world.taps {
		if user == 0 || q.user == user {
			found = append(found, Toast{q.id, q.user, q.chat, q.data, q.answered, q.text, q.alert, q.at.UnixMilli()})
		}
	}
	return found
}
