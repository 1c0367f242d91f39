package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
)

var errNoID = errors.New("no update_id")

// DecodeUpdate reads one update. Fields that the bot does not use may have any
// shape. On error the update holds at most its ID, when that could be read.
// The error names fields and types only.
func DecodeUpdate(raw []byte) (Update, error) {
	var w wireUpdate
	err := json.Unmarshal(raw, &w)
	if err == nil && w.ID <= 0 {
		err = errNoID
	}
	if err == nil {
		err = w.incomplete()
	}
	if err != nil {
		return Update{ID: idOf(raw)}, plainDecodeError(err)
	}
	return w.update(), nil
}

// idOf reads the number of an update that is otherwise bad.
func idOf(raw []byte) int64 {
	var w struct {
		ID int64 `json:"update_id"`
	}
	if json.Unmarshal(raw, &w) != nil {
		return 0
	}
	return max(0, w.ID)
}

// PrivateSender reads from an update that is otherwise bad whose private chat it comes from, 0 where that does not read.
func PrivateSender(raw []byte) int64 {
	type part struct {
		From struct {
			ID int64 `json:"id"`
		} `json:"from"`
		Chat struct {
			ID int64 `json:"id"`
		} `json:"chat"`
	}
	var w struct {
		Message  part `json:"message"`
		Edited   part `json:"edited_message"`
		Callback part `json:"callback_query"`
	}
	_ = json.Unmarshal(raw, &w) // reads on past what does not fit
	for _, p := range []part{w.Message, w.Edited} {
		if p.From.ID > 0 && p.From.ID == p.Chat.ID {
			return p.From.ID
		}
	}
	return max(0, w.Callback.From.ID)
}

// plainDecodeError drops what encoding/json quotes of the input.
func plainDecodeError(err error) error {
	var shape *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &shape):
		return fmt.Errorf("decode update: field %q does not fit %s", shape.Field, shape.Type)
	case errors.As(err, &syntax):
		return fmt.Errorf("decode update: bad json at byte %d", syntax.Offset)
	case errors.Is(err, errNoID), errors.Is(err, errIncomplete):
		return fmt.Errorf("decode update: %w", err)
	default:
		return errors.New("decode update: bad json")
	}
}

var errIncomplete = errors.New("a required field is missing")

type wireUpdate struct {
	ID            int64             `json:"update_id"`
	Message       *wireMessage      `json:"message"`
	EditedMessage *wireMessage      `json:"edited_message"`
	Callback      *wireCallback     `json:"callback_query"`
	MyChatMember  *wireMemberChange `json:"my_chat_member"`
	ChatMember    *wireMemberChange `json:"chat_member"`
}

func (w *wireUpdate) incomplete() error {
	for _, m := range []*wireMessage{w.Message, w.EditedMessage} {
		if m != nil && (m.ID == 0 || m.Chat.ID == 0) {
			return errIncomplete
		}
	}
	for _, m := range []*wireMemberChange{w.MyChatMember, w.ChatMember} {
		if m != nil && (m.Chat.ID == 0 || m.New.Status == "") {
			return errIncomplete
		}
	}
	if c := w.Callback; c != nil && (c.ID == "" || c.From.ID == 0) {
		return errIncomplete
	}
	return nil
}

func (w *wireUpdate) update() Update {
	return Update{
		ID:            w.ID,
		Message:       w.Message.message(),
		EditedMessage: w.EditedMessage.message(),
		Callback:      w.Callback.callback(),
		MyChatMember:  w.MyChatMember.change(),
		ChatMember:    w.ChatMember.change(),
	}
}

type wireCallback struct {
	ID      string   `json:"id"`
	From    wireUser `json:"from"`
	Message *struct {
		ID     int      `json:"message_id"`
		Chat   wireChat `json:"chat"`
		Date   int64    `json:"date"`
		Thread int      `json:"message_thread_id"`
		Topic  bool     `json:"is_topic_message"`
	} `json:"message"`
	Data string `json:"data"`
}

func (w *wireCallback) callback() *Callback {
	if w == nil {
		return nil
	}
	c := &Callback{ID: w.ID, From: User(w.From), Data: w.Data}
	if m := w.Message; m != nil {
		c.Chat, c.Message, c.Old = Chat(m.Chat), m.ID, m.Date == 0
		if m.Topic {
			c.Thread = m.Thread
		}
	}
	return c
}

type wireMemberChange struct {
	Chat wireChat `json:"chat"`
	From wireUser `json:"from"`
	Date int64    `json:"date"`
	Old  Member   `json:"old_chat_member"`
	New  Member   `json:"new_chat_member"`
}

func (w *wireMemberChange) change() *MemberChange {
	if w == nil {
		return nil
	}
	return &MemberChange{Chat: Chat(w.Chat), From: User(w.From), Date: w.Date, Old: w.Old, New: w.New}
}

// UnmarshalJSON reads a ChatMember of any status.
func (m *Member) UnmarshalJSON(raw []byte) error {
	var w struct {
		User   wireUser `json:"user"`
		Status string   `json:"status"`
		Inside bool     `json:"is_member"`
		Writes *bool    `json:"can_send_messages"`
		Delete bool     `json:"can_delete_messages"`
	}
	if err := json.Unmarshal(raw, &w); err != nil {
		return err
	}
	*m = Member{User: User(w.User), Status: w.Status, Inside: w.Inside, Mute: w.Writes != nil && !*w.Writes,
		Deletes: w.Delete || w.Status == "creator"}
	return nil
}

type wireChat struct {
	ID    int64  `json:"id"`
	Type  string `json:"type"`
	Title string `json:"title"`
	Forum bool   `json:"is_forum"`
}

type wireUser struct {
	ID        int64  `json:"id"`
	Bot       bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Username  string `json:"username"`
	Language  string `json:"language_code"`
}

// there notes that a field is present, whatever it holds.
type there bool

func (t *there) UnmarshalJSON(raw []byte) error {
	*t = string(raw) != "null"
	return nil
}
