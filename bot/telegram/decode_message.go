package telegram

type wireMessage struct {
	ID         int       `json:"message_id"`
	Chat       wireChat  `json:"chat"`
	From       *wireUser `json:"from"`
	SenderChat *wireChat `json:"sender_chat"`
	Date       int64     `json:"date"`
	EditDate   int64     `json:"edit_date"`
	Thread     int       `json:"message_thread_id"`
	Topic      bool      `json:"is_topic_message"`
	ReplyTo    *struct {
		ID int `json:"message_id"`
	} `json:"reply_to_message"`

	Text     string      `json:"text"`
	Caption  string      `json:"caption"`
	Photo    []PhotoSize `json:"photo"`
	Document *Document   `json:"document"`
	Contact  *Contact    `json:"contact"`

	MediaGroupID string `json:"media_group_id"`
	Forwarded    there  `json:"forward_origin"`
	ViaBot       there  `json:"via_bot"`

	NewMembers  []wireUser `json:"new_chat_members"`
	LeftMember  *wireUser  `json:"left_chat_member"`
	MigrateTo   int64      `json:"migrate_to_chat_id"`
	MigrateFrom int64      `json:"migrate_from_chat_id"`

	wireOther
}

// wireOther are the kinds of content that the bot names but does not read.
type wireOther struct {
	Animation there `json:"animation"`
	Audio     there `json:"audio"`
	Checklist there `json:"checklist"`
	Dice      there `json:"dice"`
	Game      there `json:"game"`
	Gift      there `json:"gift"`
	Giveaway  there `json:"giveaway"`
	Invoice   there `json:"invoice"`
	Location  there `json:"location"`
	PaidMedia there `json:"paid_media"`
	Passport  there `json:"passport_data"`
	Poll      there `json:"poll"`
	Rich      there `json:"rich_message"`
	Sticker   there `json:"sticker"`
	Story     there `json:"story"`
	Venue     there `json:"venue"`
	Video     there `json:"video"`
	VideoNote there `json:"video_note"`
	Voice     there `json:"voice"`
	WebApp    there `json:"web_app_data"`
}

// kind is the Bot API's name of the field that is there. A venue also fills
// location, so it is asked first.
func (w *wireOther) kind() string {
	for _, k := range []struct {
		is   there
		name string
	}{
		{w.Animation, "animation"}, {w.Audio, "audio"}, {w.Checklist, "checklist"}, {w.Dice, "dice"},
		{w.Game, "game"}, {w.Gift, "gift"}, {w.Giveaway, "giveaway"}, {w.Invoice, "invoice"},
		{w.Venue, "venue"}, {w.Location, "location"}, {w.PaidMedia, "paid_media"}, {w.Passport, "passport_data"},
		{w.Poll, "poll"}, {w.Rich, "rich_message"}, {w.Sticker, "sticker"}, {w.Story, "story"}, {w.Video, "video"},
		{w.VideoNote, "video_note"}, {w.Voice, "voice"}, {w.WebApp, "web_app_data"},
	} {
		if k.is {
			return k.name
		}
	}
	return ""
}

func (w *wireMessage) message() *Message {
	if w == nil {
		return nil
	}
	m := &Message{
		ID: w.ID, Chat: Chat(w.Chat), From: (*User)(w.From), SenderChat: (*Chat)(w.SenderChat),
		Date: w.Date, EditDate: w.EditDate,
		Text: w.Text, Caption: w.Caption, Photo: w.Photo, Document: w.Document, Contact: w.Contact, Other: w.kind(),
		MediaGroupID: w.MediaGroupID, Forwarded: bool(w.Forwarded), ViaBot: bool(w.ViaBot),
		LeftMember: (*User)(w.LeftMember), MigrateTo: w.MigrateTo, MigrateFrom: w.MigrateFrom,
	}
	if w.Topic {
		m.ThreadID = w.Thread
	}
	if w.ReplyTo != nil {
		m.ReplyToID = w.ReplyTo.ID
	}
	if m.Other != "" { // an animation also fills document, for old bots
		m.Document = nil
	}
	for _, u := range w.NewMembers {
		m.NewMembers = append(m.NewMembers, User(u))
	}
	if m.event() {
		m.Other = "service"
	}
	return m
}

// event says that the message holds nothing known: a pinned message, a new
// title, or a kind of content younger than this file.
func (m *Message) event() bool {
	return m.Text == "" && len(m.Photo) == 0 && m.Document == nil && m.Contact == nil && m.Other == "" &&
		len(m.NewMembers) == 0 && m.LeftMember == nil && m.MigrateTo == 0 && m.MigrateFrom == 0
}
