package telegram

import "strconv"

// Outgoing is a message to a chat. Text is HTML of at most 4,096 characters
// after parsing (1,024 as a caption). At most one of Keyboard, Reply,
// RemoveReply and ForceReply is sent, in this order.
type Outgoing struct {
	Chat     int64
	Lane     Lane // default LaneReply
	Text     string
	ThreadID int // topic of a forum, 0: none
	ReplyTo  int // message id, dropped by Telegram when that message is gone
	Protect  bool
	Silent   bool

	Keyboard    [][]Button
	Reply       *ReplyKeyboard
	RemoveReply bool
	ForceReply  bool
	Placeholder string // in the empty input field, with Reply or ForceReply
}

// Button is under a message: a tap sends Data (1 to 64 bytes) or opens URL.
type Button struct {
	Text  string
	Data  string
	URL   string
	Style string // danger, success, primary or empty
}

// ReplyKeyboard stands in place of the phone's keyboard; a tap sends its text.
type ReplyKeyboard struct {
	Rows       [][]ReplyButton
	OneTime    bool
	Resize     bool
	Persistent bool
}

// ReplyButton sends its text, or shares the person's own phone number.
type ReplyButton struct {
	Text           string
	RequestContact bool
}

type inlineButton struct {
	Text  string `json:"text"`
	Data  string `json:"callback_data,omitempty"`
	URL   string `json:"url,omitempty"`
	Style string `json:"style,omitempty"`
}

type inlineKeyboard struct {
	Rows [][]inlineButton `json:"inline_keyboard"`
}

type keyButton struct {
	Text           string `json:"text"`
	RequestContact bool   `json:"request_contact,omitempty"`
}

type replyKeyboard struct {
	Rows        [][]keyButton `json:"keyboard"`
	Resize      bool          `json:"resize_keyboard,omitempty"`
	OneTime     bool          `json:"one_time_keyboard,omitempty"`
	Persistent  bool          `json:"is_persistent,omitempty"`
	Placeholder string        `json:"input_field_placeholder,omitempty"`
	Selective   bool          `json:"selective,omitempty"`
}

type forceReply struct {
	Force       bool   `json:"force_reply"`
	Placeholder string `json:"input_field_placeholder,omitempty"`
	Selective   bool   `json:"selective,omitempty"`
}

type removeReply struct {
	Remove bool `json:"remove_keyboard"`
}

type replyTo struct {
	Message int  `json:"message_id"`
	Lenient bool `json:"allow_sending_without_reply"`
}

type noPreview struct {
	Disabled bool `json:"is_disabled"`
}

// addressed are the fields that every message has.
func (o Outgoing) addressed() params {
	p := params{"chat_id": strconv.FormatInt(o.Chat, 10)}
	p.number("message_thread_id", int64(o.ThreadID))
	p.flag("protect_content", o.Protect)
	p.flag("disable_notification", o.Silent)
	if o.ReplyTo != 0 {
		p.json("reply_parameters", replyTo{Message: o.ReplyTo, Lenient: true})
	}
	return p
}

func (o Outgoing) markup(p params) {
	aimed := o.ReplyTo != 0
	switch {
	case o.Keyboard != nil:
		p.json("reply_markup", inline(o.Keyboard))
	case o.Reply != nil:
		p.json("reply_markup", o.Reply.wire(o.Placeholder, aimed))
	case o.RemoveReply:
		p.json("reply_markup", removeReply{Remove: true})
	case o.ForceReply:
		p.json("reply_markup", forceReply{Force: true, Placeholder: o.Placeholder, Selective: aimed})
	}
}

func (k *ReplyKeyboard) wire(placeholder string, selective bool) replyKeyboard {
	out := replyKeyboard{Rows: make([][]keyButton, len(k.Rows)), Resize: k.Resize, OneTime: k.OneTime,
		Persistent: k.Persistent, Placeholder: placeholder, Selective: selective}
	for i, row := range k.Rows {
		for _, b := range row {
			out.Rows[i] = append(out.Rows[i], keyButton(b))
		}
	}
	return out
}

// inline of no rows is the empty keyboard, by which an edit strips the old one.
func inline(rows [][]Button) inlineKeyboard {
	out := inlineKeyboard{Rows: make([][]inlineButton, len(rows))}
	for i, row := range rows {
		for _, b := range row {
			out.Rows[i] = append(out.Rows[i], inlineButton(b))
		}
	}
	return out
}
