package telegram

import (
	"context"
	"encoding/json"
	"strconv"
)

// Bot is who the token belongs to.
type Bot struct {
	ID              int64  `json:"id"`
	Username        string `json:"username"`
	FirstName       string `json:"first_name"`
	CanJoinGroups   bool   `json:"can_join_groups"`
	ReadsAllInGroup bool   `json:"can_read_all_group_messages"` // privacy mode is off
}

// GetMe asks who the bot is.
func (c *Client) GetMe(ctx context.Context) (Bot, error) {
	return ask[Bot](ctx, c, "getMe", params{})
}

// GetChatMember asks what a user is in a chat, now. Who never was there is a
// Member with status "left", or ErrRejected.
func (c *Client) GetChatMember(ctx context.Context, chat, user int64) (Member, error) {
	p := params{"chat_id": strconv.FormatInt(chat, 10), "user_id": strconv.FormatInt(user, 10)}
	return ask[Member](ctx, c, "getChatMember", p)
}

// LeaveChat leaves a group; having left before is ErrBlocked.
func (c *Client) LeaveChat(ctx context.Context, chat int64) error {
	return c.tell(ctx, "leaveChat", params{"chat_id": strconv.FormatInt(chat, 10)})
}

// Command is a line of the bot's menu.
type Command struct {
	Name        string `json:"command"`     // 1 to 32 of a-z, 0-9 and _
	Description string `json:"description"` // 1 to 256 characters
}

// CommandScope says who sees a menu. Chat counts only for the kinds that name one.
type CommandScope struct {
	Kind string `json:"type"` // default, all_private_chats, all_group_chats, chat, chat_administrators, …
	Chat int64  `json:"chat_id,omitempty"`
}

// SetMyCommands sets the menu of a scope (zero: default) for a language of two
// letters (empty: all others).
func (c *Client) SetMyCommands(ctx context.Context, commands []Command, s CommandScope, language string) error {
	p := params{}
	p.json("commands", commands)
	if s.Kind != "" {
		p.json("scope", s)
	}
	p.text("language_code", language)
	return c.tell(ctx, "setMyCommands", p)
}

// SetMyDescription sets what an empty chat shows, at most 512 characters.
func (c *Client) SetMyDescription(ctx context.Context, text, language string) error {
	p := params{"description": text}
	p.text("language_code", language)
	return c.tell(ctx, "setMyDescription", p)
}

// SetMyShortDescription sets the line of the profile, at most 120 characters.
func (c *Client) SetMyShortDescription(ctx context.Context, text, language string) error {
	p := params{"short_description": text}
	p.text("language_code", language)
	return c.tell(ctx, "setMyShortDescription", p)
}

// Hook is a webhook to set. Secret (1 to 256 of A-Z a-z 0-9 _ -) comes back in
// a header of every update.
type Hook struct {
	URL            string
	Secret         string
	MaxConnections int // 1 to 100, 0: Telegram's 40
}

// SetWebhook makes Telegram post the updates that the bot reads to the URL.
func (c *Client) SetWebhook(ctx context.Context, h Hook) error {
	p := params{"url": h.URL}
	p.text("secret_token", h.Secret)
	p.number("max_connections", int64(h.MaxConnections))
	p.json("allowed_updates", AllowedUpdates())
	return c.tell(ctx, "setWebhook", p)
}

// DeleteWebhook makes polling possible again; waiting updates are kept.
func (c *Client) DeleteWebhook(ctx context.Context) error {
	return c.tell(ctx, "deleteWebhook", params{})
}

// HookStatus is what Telegram says of the webhook; URL is empty when polling.
type HookStatus struct {
	URL            string   `json:"url"`
	Pending        int      `json:"pending_update_count"`
	LastErrorDate  int64    `json:"last_error_date"` // Unix seconds, 0: never
	LastError      string   `json:"last_error_message"`
	MaxConnections int      `json:"max_connections"`
	AllowedUpdates []string `json:"allowed_updates"`
}

// GetWebhookInfo asks for the webhook and its last failure.
func (c *Client) GetWebhookInfo(ctx context.Context) (HookStatus, error) {
	return ask[HookStatus](ctx, c, "getWebhookInfo", params{})
}

func (c *Client) tell(ctx context.Context, method string, p params) error {
	_, err := c.turn(ctx, scope{aside: method}, LaneReply, method, p)
	return err
}

func ask[T any](ctx context.Context, c *Client, method string, p params) (T, error) {
	var out T
	raw, err := c.turn(ctx, scope{aside: method}, LaneReply, method, p)
	if err != nil {
		return out, err
	}
	if json.Unmarshal(raw, &out) != nil {
		return out, &Error{Method: method, Kind: ErrRejected, Reason: "unreadable result"}
	}
	return out, nil
}
