// Package rules judges what a student types: phone, code, name, ID number, e-mail, password, answers, and knows the
// working days of China.
//
// Everything here is pure: no clock, no randomness, no I/O. A refused text is a *Fault, which names what is wrong by
// a key of locales and never repeats what was typed.
package rules

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fault says what is wrong with a text: a key of locales and alternating argument names and values. The values are
// counts, limits and positions, never what was typed, but for the one character of rule.name.char.
type Fault struct {
	Key  string
	Args []any
}

func refuse(key string, args ...any) *Fault { return &Fault{Key: key, Args: args} }

// shanghai is UTC+8 all year; China keeps no summer time since 1991.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// ShanghaiDay is the calendar day in China at t, as "20261123".
func ShanghaiDay(t time.Time) string { return t.In(shanghai).Format("20060102") }

// maxTyped is how many bytes of a message are looked at: 4,096 characters is Telegram's limit.
const maxTyped = 4 * 4096

// narrow folds full-width and other compatibility forms (NFKC), drops invisible characters and trims.
func narrow(text string) string {
	if len(text) > maxTyped {
		text = text[:maxTyped]
	}
	text = norm.NFKC.String(strings.ToValidUTF8(text, ""))
	return strings.TrimSpace(strings.Map(visible, text))
}

// visible drops controls and format characters (bidi marks, zero width), and makes every space a plain one.
func visible(r rune) rune {
	switch {
	case unicode.IsSpace(r), unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// digitsOf keeps the ASCII digits of a text.
func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if isDigit(r) {
			return r
		}
		return -1
	}, text)
}
