package telegram

import (
	"log/slog"
	"net/url"
	"strings"
)

const hidden = "[token]"

// Token is the bot's token. It is kept behind a func, because fmt prints even
// unexported strings of a struct; no verb, JSON or log line can show it.
type Token struct{ reveal func() string }

// NewToken wraps the token that BotFather gave.
func NewToken(s string) Token {
	return Token{reveal: func() string { return s }}
}

// String, GoString, MarshalText and LogValue all hide the token.
func (t Token) String() string               { return hidden }
func (t Token) GoString() string             { return hidden }
func (t Token) MarshalText() ([]byte, error) { return []byte(hidden), nil }
func (t Token) LogValue() slog.Value         { return slog.StringValue(hidden) }

func (t Token) value() string {
	if t.reveal == nil {
		return ""
	}
	return t.reveal()
}

// wellFormed asks for <id>:<secret> in the letters that need no escaping in a
// URL path, so that building a request never fails.
func (t Token) wellFormed() bool {
	id, secret, ok := strings.Cut(t.value(), ":")
	if !ok || id == "" || secret == "" || strings.Trim(id, "0123456789") != "" {
		return false
	}
	for _, r := range secret {
		if !tokenRune(r) {
			return false
		}
	}
	return true
}

func tokenRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_'
}

// redact removes the token, its escaped form and its secret half from s.
func (t Token) redact(s string) string {
	token := t.value()
	if token == "" {
		return s
	}
	_, secret, _ := strings.Cut(token, ":")
	return strings.NewReplacer(token, hidden, url.QueryEscape(token), hidden, secret, hidden).Replace(s)
}
