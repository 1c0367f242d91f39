package telegram

import (
	"context"
	"strings"
)

// Update is one thing that happened. All pointers nil: a kind the bot has no
// use for; it is acknowledged and not delivered.
type Update struct {
	ID            int64
	Message       *Message
	EditedMessage *Message
	Callback      *Callback
	MyChatMember  *MemberChange // of the bot itself
	ChatMember    *MemberChange // of others, where the bot is an administrator

	Reply *Reply // of an update that came by webhook: what its answer shall carry; nil by polling
}

// Receiver takes an update in. It returns after the commit; an error means
// doubt, and the update comes again.
type Receiver func(ctx context.Context, u Update) error

// SetAside stores an update that cannot be decoded, sealed, for an operator.
// After nil it is acknowledged, so that it never blocks others. id is 0 when
// even that could not be read.
type SetAside func(ctx context.Context, id int64, raw []byte, why error) error

// Message is what a person or group sent. Exactly one of Text, Photo,
// Document, Contact, Other or one of the group's events is filled.
type Message struct {
	ID         int
	Chat       Chat
	From       *User // nil for a channel's post; a stand-in when SenderChat is set
	SenderChat *Chat // an anonymous administrator or a channel speaks
	Date       int64 // Unix seconds
	EditDate   int64
	ThreadID   int // topic of a forum, 0: none
	ReplyToID  int

	Text     string
	Caption  string
	Photo    []PhotoSize // smallest first
	Document *Document
	Contact  *Contact
	Other    string // the Bot API's field name of a kind the bot cannot use: sticker, voice, …

	MediaGroupID string
	Forwarded    bool
	ViaBot       bool

	NewMembers  []User
	LeftMember  *User
	MigrateTo   int64 // this group became that supergroup
	MigrateFrom int64 // this supergroup was that group
}

// Chat is a private chat (its id is the user's) or a group.
type Chat struct {
	ID    int64
	Type  string // private, group, supergroup or channel
	Title string
	Forum bool
}

// Private tells a person's own chat from groups and channels.
func (c Chat) Private() bool { return c.Type == "private" }

// User is an account of Telegram.
type User struct {
	ID        int64
	Bot       bool
	FirstName string
	LastName  string
	Username  string
	Language  string // IETF tag of the app, may be empty
}

// PhotoSize is one of the sizes Telegram made of a picture.
type PhotoSize struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Size     int64  `json:"file_size"` // bytes, 0: not told
}

// Document is a file as it was sent; Name and MIME are the sender's words.
type Document struct {
	FileID   string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Name     string `json:"file_name"`
	MIME     string `json:"mime_type"`
	Size     int64  `json:"file_size"` // bytes, 0: not told
}

// Contact is a shared phone number; it is the sender's own only when UserID is
// the sender's id.
type Contact struct {
	Phone     string `json:"phone_number"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	UserID    int64  `json:"user_id"`
}

// Callback is a tap on a button of one of the bot's messages.
type Callback struct {
	ID      string
	From    User
	Chat    Chat // zero for a message sent by inline mode
	Message int  // its id, 0 likewise
	Thread  int
	Data    string
	Old     bool // the message is too old to be seen, its id is still right
}

// MemberChange is somebody's coming, going or new rights in a chat.
type MemberChange struct {
	Chat Chat
	From User // who did it
	Date int64
	Old  Member
	New  Member
}

// Member is what a user is in a chat.
type Member struct {
	User   User
	Status string // creator, administrator, member, restricted, left or kicked
	Inside bool   // whether a restricted one is in the chat
	// Of a restricted one, whether it may write nothing; of an administrator, whether it may delete others' messages.
	Mute, Deletes bool
}

// Present says whether the member is in the chat now.
func (m Member) Present() bool {
	switch m.Status {
	case "creator", "administrator", "member":
		return true
	case "restricted":
		return m.Inside
	default:
		return false
	}
}

// Empty says that the bot has no use for the update.
func (u Update) Empty() bool {
	return u.Message == nil && u.EditedMessage == nil && u.Callback == nil && u.MyChatMember == nil && u.ChatMember == nil
}

// Conversation is the chat whose updates stay in order: a tap without a
// message belongs to the tapper's private chat. 0 for an empty update.
func (u Update) Conversation() int64 {
	switch {
	case u.Message != nil:
		return u.Message.Chat.ID
	case u.EditedMessage != nil:
		return u.EditedMessage.Chat.ID
	case u.Callback != nil && u.Callback.Chat.ID != 0:
		return u.Callback.Chat.ID
	case u.Callback != nil:
		return u.Callback.From.ID
	case u.MyChatMember != nil:
		return u.MyChatMember.Chat.ID
	case u.ChatMember != nil:
		return u.ChatMember.Chat.ID
	default:
		return 0
	}
}

// Command reads "/name@bot rest": the name in lower case without the slash,
// the bot addressed (empty: any), and the trimmed rest. The name is empty when
// the text is no command.
func (m *Message) Command() (name, bot, rest string) {
	word, rest, _ := strings.Cut(m.Text, " ")
	if line, below, cut := strings.Cut(word, "\n"); cut {
		word, rest = line, below+" "+rest
	}
	word, ok := strings.CutPrefix(word, "/")
	if !ok {
		return "", "", ""
	}
	name, bot, _ = strings.Cut(word, "@")
	if name == "" || len(name) > 32 || strings.ContainsFunc(name, notCommandRune) {
		return "", "", ""
	}
	return strings.ToLower(name), bot, strings.TrimSpace(rest)
}

func notCommandRune(r rune) bool { return r == '-' || !tokenRune(r) }

// AllowedUpdates are the kinds the bot asks for; all others stay at Telegram.
func AllowedUpdates() []string {
	return []string{"message", "edited_message", "callback_query", "my_chat_member", "chat_member"}
}
