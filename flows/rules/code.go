package rules

import (
	"regexp"
	"strings"
	"unicode"
)

// codeDigits is the length of a code (mission.md).
const codeDigits = 6

var (
	// codeGroup is digits, or digits in groups parted by one space or dash.
	codeGroup = regexp.MustCompile(`\d+(?:[ \-]\d+)*`)
	// codeSplit are the ways in which people part a code: 123 456, 123-456, 12 34 56, 1 2 3 4 5 6.
	codeSplit = regexp.MustCompile(`^(?:\d{3}[ \-]\d{3}|\d{2} \d{2} \d{2}|\d \d \d \d \d \d)$`)
	codeWords = []string{"校验码", "验证码", "驗證碼", "code"}
)

// Code finds the six digits of a code in a text, which may be a whole pasted SMS; "" when there are none. A run of
// exactly six digits that stands alone wins over a parted one, and one behind the word 校验码 over one before it.
func Code(text string) string {
	text = strings.ToLower(narrow(text))
	from := 0
	for _, word := range codeWords {
		if at := strings.Index(text, word); at >= 0 {
			from = at
			break
		}
	}
	if code := codeIn(text, from); code != "" {
		return code
	}
	return codeIn(text, 0)
}

func codeIn(text string, from int) string {
	parted := ""
	for _, span := range codeGroup.FindAllStringIndex(text, -1) {
		if span[0] < from || glued(text, span) {
			continue
		}
		group := text[span[0]:span[1]]
		for _, run := range strings.Fields(group) {
			if len(run) == codeDigits && digitsOf(run) == run {
				return run
			}
		}
		if parted == "" && codeSplit.MatchString(group) {
			parted = digitsOf(group)
		}
	}
	return parted
}

// glued says whether digits are a part of something longer: a word, a link, an amount with decimals.
func glued(text string, span []int) bool {
	before, after := lastRune(text[:span[0]]), firstRune(text[span[1]:])
	if letter(before) || letter(after) {
		return true
	}
	beyond := strings.TrimPrefix(text[span[1]:], ".")
	return before == '.' || before == '/' || before == '+' || after == '.' && isDigit(firstRune(beyond))
}

// letter is a letter that digits can be glued to; Chinese has no spaces, so its characters are not.
func letter(r rune) bool {
	return r == '_' || unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek)
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func lastRune(s string) rune {
	var last rune
	for _, r := range s[max(0, len(s)-4):] {
		last = r
	}
	return last
}
