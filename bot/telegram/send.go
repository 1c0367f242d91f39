package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
)

// Upload is a file to send. Name is seen by the receiver: a neutral one, never
// a path of ours.
type Upload struct {
	Name  string
	Bytes []byte
	field string
}

// Edit changes a message of the bot. A nil Keyboard strips the buttons.
type Edit struct {
	Chat     int64
	Message  int
	Lane     Lane
	Text     string // HTML: the text, or the caption for EditCaption
	Keyboard [][]Button
}

// SendMessage sends a text and returns its message id.
func (c *Client) SendMessage(ctx context.Context, o Outgoing) (int, error) {
	p := o.addressed()
	p["text"], p["parse_mode"] = o.Text, "HTML"
	p.json("link_preview_options", noPreview{Disabled: true})
	o.markup(p)
	return c.sendOne(ctx, "sendMessage", o, p)
}

// SendPhoto sends a picture with o.Text as caption and returns its message id.
func (c *Client) SendPhoto(ctx context.Context, o Outgoing, photo Upload) (int, error) {
	photo.field = "photo"
	return c.sendFile(ctx, "sendPhoto", o, photo)
}

// SendDocument sends a file with o.Text as caption and returns its message id.
func (c *Client) SendDocument(ctx context.Context, o Outgoing, file Upload) (int, error) {
	file.field = "document"
	return c.sendFile(ctx, "sendDocument", o, file)
}

func (c *Client) sendFile(ctx context.Context, method string, o Outgoing, file Upload) (int, error) {
	p := o.addressed()
	o.caption(p)
	o.markup(p)
	return c.sendOne(ctx, method, o, p, file)
}

func (o Outgoing) caption(p params) {
	if o.Text != "" {
		p["caption"], p["parse_mode"] = o.Text, "HTML"
	}
}

type albumPhoto struct {
	Type      string `json:"type"`
	Media     string `json:"media"`
	Caption   string `json:"caption,omitempty"`
	ParseMode string `json:"parse_mode,omitempty"`
}

// SendMediaGroup sends 2 to 10 pictures as one album, o.Text being the caption
// of the first, and returns their message ids. Albums have no buttons.
func (c *Client) SendMediaGroup(ctx context.Context, o Outgoing, photos []Upload) ([]int, error) {
	const method = "sendMediaGroup"
	p := o.addressed()
	media := make([]albumPhoto, len(photos))
	files := make([]Upload, len(photos))
	for i, f := range photos {
		files[i] = Upload{Name: f.Name, Bytes: f.Bytes, field: "f" + strconv.Itoa(i)}
		media[i] = albumPhoto{Type: "photo", Media: "attach://" + files[i].field}
	}
	if len(media) > 0 && o.Text != "" {
		media[0].Caption, media[0].ParseMode = o.Text, "HTML"
	}
	p.json("media", media)
	raw, err := c.paced(ctx, o.Chat, o.Lane, method, p, files...)
	if err != nil {
		return nil, err
	}
	var sent []struct {
		ID int `json:"message_id"`
	}
	if json.Unmarshal(raw, &sent) != nil {
		return nil, unreadable(method)
	}
	ids := make([]int, len(sent))
	for i, m := range sent {
		ids[i] = m.ID
	}
	return ids, nil
}

func (c *Client) sendOne(ctx context.Context, method string, o Outgoing, p params, files ...Upload) (int, error) {
	raw, err := c.paced(ctx, o.Chat, o.Lane, method, p, files...)
	if err != nil {
		return 0, err
	}
	var sent struct {
		ID int `json:"message_id"`
	}
	if json.Unmarshal(raw, &sent) != nil || sent.ID == 0 {
		return 0, unreadable(method)
	}
	return sent.ID, nil
}

// unreadable is a result of the wrong shape. The call worked, so it must not be
// repeated: the library's own Send made duplicates that way.
func unreadable(method string) error {
	return &Error{Method: method, Kind: ErrRejected, Reason: "unreadable result", Unsure: true}
}

// EditText replaces the text and the buttons; "not modified" is success.
func (c *Client) EditText(ctx context.Context, e Edit) error {
	p := e.addressed()
	p["text"], p["parse_mode"] = e.Text, "HTML"
	p.json("link_preview_options", noPreview{Disabled: true})
	return c.edit(ctx, "editMessageText", e, p)
}

// EditCaption replaces the caption and the buttons; "not modified" is success.
func (c *Client) EditCaption(ctx context.Context, e Edit) error {
	p := e.addressed()
	p["caption"], p["parse_mode"] = e.Text, "HTML"
	return c.edit(ctx, "editMessageCaption", e, p)
}

// EditKeyboard replaces the buttons only; "not modified" is success.
func (c *Client) EditKeyboard(ctx context.Context, e Edit) error {
	for e.Lane == LaneCourtesy && !c.pacer.spare(e.Chat) {
		if err := c.pacer.clock.Sleep(ctx, chatEvery); err != nil {
			return &Error{Method: "editMessageReplyMarkup", Kind: ErrRetry, Reason: "waiting for room", ended: endedBy(err)}
		}
	}
	return c.edit(ctx, "editMessageReplyMarkup", e, e.addressed())
}

func (e Edit) addressed() params {
	p := params{"chat_id": strconv.FormatInt(e.Chat, 10), "message_id": strconv.Itoa(e.Message)}
	p.json("reply_markup", inline(e.Keyboard))
	return p
}

func (c *Client) edit(ctx context.Context, method string, e Edit, p params) error {
	_, err := c.paced(ctx, e.Chat, e.Lane, method, p)
	if errors.Is(err, ErrNotModified) {
		return nil
	}
	return err
}

// DeleteMessage deletes at once, past the pace. A message that is not there is
// success; one that Telegram will not delete (48 h, rights) is ErrGone.
func (c *Client) DeleteMessage(ctx context.Context, chat int64, message int) error {
	p := params{"chat_id": strconv.FormatInt(chat, 10), "message_id": strconv.Itoa(message)}
	_, err := c.unpaced(ctx, chat, "deleteMessage", p)
	var failed *Error
	if errors.As(err, &failed) && errors.Is(err, ErrGone) && failed.Reason != reasonUndeletable {
		return nil
	}
	return err
}

// AnswerCallback ends the waiting circle on a tapped button, past the pace.
// Text (200 characters, may be empty) shows as a toast, or a box with alert.
func (c *Client) AnswerCallback(ctx context.Context, id, text string, alert bool) error {
	p := params{"callback_query_id": id}
	p.text("text", text)
	p.flag("show_alert", alert)
	_, err := c.unpaced(ctx, 0, "answerCallbackQuery", p)
	return err
}

// SendChatAction shows "typing" and the like for 5 s. It is a courtesy: while
// Telegram asks us to leave the chat alone, it is left out.
func (c *Client) SendChatAction(ctx context.Context, chat int64, thread int, action string) error {
	if c.pacer.held(chat) {
		return nil
	}
	p := params{"chat_id": strconv.FormatInt(chat, 10), "action": action}
	p.number("message_thread_id", int64(thread))
	_, err := c.unpaced(ctx, chat, "sendChatAction", p)
	return err
}

// paced waits for the chat's turn, calls, and remembers how long Telegram wants
// to be left alone.
func (c *Client) paced(ctx context.Context, chat int64, lane Lane, method string, p params, files ...Upload) (json.RawMessage, error) {
	return c.turn(ctx, scope{chat: chat}, lane, method, p, files...)
}

// unpaced keeps to retry_after of its own kind only.
func (c *Client) unpaced(ctx context.Context, chat int64, method string, p params) (json.RawMessage, error) {
	return c.turn(ctx, scope{chat: chat, aside: method}, LaneReply, method, p)
}

func (c *Client) turn(ctx context.Context, s scope, lane Lane, method string, p params, files ...Upload) (json.RawMessage, error) {
	if err := c.pacer.wait(ctx, s, lane); err != nil {
		return nil, &Error{Method: method, Kind: ErrRetry, Reason: "waiting for its turn", ended: endedBy(err)}
	}
	raw, err := c.call(ctx, method, p, sendTimeout, files...)
	var failed *Error
	if errors.As(err, &failed) && failed.RetryAfter > 0 {
		c.pacer.hold(s, failed.RetryAfter)
	}
	return raw, err
}
