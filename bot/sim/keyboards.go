package sim

import (
	"encoding/json"
	"strings"
)

// Button is one inline button as the page and the stories see it.
type Button struct {
	Text string `json:"text"`
	Data string `json:"data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// ReplyButton is one button of a reply keyboard.
type ReplyButton struct {
	Text    string `json:"text"`
	Contact bool   `json:"contact,omitempty"`
}

// ReplyKeyboard stands under the input of a person.
type ReplyKeyboard struct {
	Rows    [][]ReplyButton `json:"rows"`
	OneTime bool            `json:"one_time"`
}

// markup is a parsed reply_markup.
type markup struct {
	given    bool
	inline   [][]Button
	raw      json.RawMessage // the inline keyboard as it was sent, echoed in messages
	reply    *ReplyKeyboard
	remove   bool
	force    bool
	hasReply bool // a reply keyboard or force_reply: such a message can't be edited
}

// rawMarkup is the union of the four kinds of reply_markup.
type rawMarkup struct {
	Inline   [][]json.RawMessage `json:"inline_keyboard"`
	Keyboard [][]json.RawMessage `json:"keyboard"`
	OneTime  bool                `json:"one_time_keyboard"`
	Remove   bool                `json:"remove_keyboard"`
	Force    bool                `json:"force_reply"`
}

// rawInline is an InlineKeyboardButton; exactly one of the pointers is set.
type rawInline struct {
	Text     string          `json:"text"`
	Data     *string         `json:"callback_data"`
	URL      *string         `json:"url"`
	CopyText json.RawMessage `json:"copy_text"`
	WebApp   json.RawMessage `json:"web_app"`
	Login    json.RawMessage `json:"login_url"`
	Switch   *string         `json:"switch_inline_query"`
	SwitchIn *string         `json:"switch_inline_query_current_chat"`
	Pay      *bool           `json:"pay"`
}

// parseMarkup reads and judges a reply_markup parameter; an empty one is no markup.
func parseMarkup(value string) (markup, *apiError) {
	if value == "" || value == "null" {
		return markup{}, nil
	}
	var raw rawMarkup
	if err := json.Unmarshal([]byte(value), &raw); err != nil {
		return markup{}, badRequest("object expected as reply markup")
	}
	m := markup{given: true, remove: raw.Remove, force: raw.Force, hasReply: raw.Keyboard != nil || raw.Force}
	if raw.Keyboard != nil {
		reply, fault := parseReply(raw)
		m.reply = reply
		return m, fault
	}
	total := 0
	for _, row := range raw.Inline {
		var buttons []Button
		for _, one := range row {
			button, fault := parseInline(one)
			if fault != nil {
				return markup{}, fault
			}
			buttons = append(buttons, button)
		}
		if len(buttons) > 0 {
			m.inline = append(m.inline, buttons)
		}
		total += len(buttons)
	}
	if total > maxButtons {
		return markup{}, badRequest("reply markup is too long")
	}
	if total > 0 {
		m.raw, _ = json.Marshal(map[string]any{"inline_keyboard": raw.Inline})
	}
	return m, nil
}

func parseInline(one json.RawMessage) (Button, *apiError) {
	var raw rawInline
	if err := json.Unmarshal(one, &raw); err != nil {
		return Button{}, badRequest("can't parse inline keyboard button: Object expected as an inline keyboard button")
	}
	button := Button{Text: strings.TrimSpace(raw.Text)}
	if button.Text == "" {
		return Button{}, badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	}
	switch {
	case raw.Data != nil:
		button.Data = *raw.Data
		if len(button.Data) < 1 || len(button.Data) > maxCallbackBytes {
			return Button{}, badRequest("BUTTON_DATA_INVALID")
		}
	case raw.URL != nil:
		button.URL = *raw.URL
		if !buttonLink(button.URL) {
			return Button{}, badRequest("inline keyboard button URL '" + button.URL + "' is invalid: Wrong HTTP URL")
		}
	case raw.CopyText == nil && raw.WebApp == nil && raw.Login == nil && raw.Switch == nil && raw.SwitchIn == nil && raw.Pay == nil:
		return Button{}, badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	}
	return button, nil
}

// buttonLink says whether Telegram takes the address on a button: http, https or tg, and a host with a dot.
func buttonLink(link string) bool {
	if !safeLink(link) {
		return false
	}
	if strings.HasPrefix(link, "tg:") {
		return true
	}
	_, rest, _ := strings.Cut(link, "://")
	host, _, _ := strings.Cut(rest, "/")
	return strings.Contains(host, ".") || strings.HasPrefix(host, "[")
}

func parseReply(raw rawMarkup) (*ReplyKeyboard, *apiError) {
	reply := &ReplyKeyboard{OneTime: raw.OneTime, Rows: [][]ReplyButton{}}
	total := 0
	for _, row := range raw.Keyboard {
		var buttons []ReplyButton
		for _, one := range row {
			button, fault := parseReplyButton(one)
			if fault != nil {
				return nil, fault
			}
			buttons = append(buttons, button)
		}
		total += len(buttons)
		if len(buttons) > 0 {
			reply.Rows = append(reply.Rows, buttons)
		}
	}
	if total > maxReplyButtons {
		return nil, badRequest("reply markup is too long")
	}
	return reply, nil
}

func parseReplyButton(one json.RawMessage) (ReplyButton, *apiError) {
	var text string
	if json.Unmarshal(one, &text) == nil {
		return ReplyButton{Text: text}, nil
	}
	var raw struct {
		Text    string `json:"text"`
		Contact bool   `json:"request_contact"`
	}
	if err := json.Unmarshal(one, &raw); err != nil || raw.Text == "" {
		return ReplyButton{}, badRequest("can't parse keyboard button: Field \"text\" must be of type String")
	}
	return ReplyButton{Text: raw.Text, Contact: raw.Contact}, nil
}
