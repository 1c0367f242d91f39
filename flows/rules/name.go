package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A name has 2 to 40 characters.
const (
	minName = 2
	maxName = 40
	nameDot = '·' // U+00B7, as the registry writes it between the parts of a name
)

// nameDots are the dots that keyboards offer for U+00B7.
const nameDots = "··•‧∙⋅・･．●⸱᛫。"

// Name reads a person's name: Han of every plane, Latin, and U+00B7 between its parts. Invisible characters are
// dropped, look-alike dots and full-width letters made plain, spaces between Han removed; NFC.
func Name(text string) (name string, fault *Fault) {
	if len(text) > maxTyped {
		text = text[:maxTyped]
	}
	runes := []rune(norm.NFC.String(strings.Map(nameRune, strings.ToValidUTF8(text, ""))))
	for _, r := range runes {
		if fault := strange(r); fault != nil {
			return "", fault
		}
	}
	name = joined(runes)
	switch n := utf8.RuneCountInString(name); {
	case n < minName:
		return "", refuse("rule.name.short", "min", minName)
	case n > maxName:
		return "", refuse("rule.name.long", "max", maxName, "have", n)
	case !strings.ContainsFunc(name, unicode.IsLetter):
		return "", refuse("rule.name.short", "min", minName)
	}
	return name, nil
}

// nameRune makes one typed character plain; -1 drops it.
func nameRune(r rune) rune {
	r = visible(r)
	switch {
	case strings.ContainsRune(nameDots, r):
		return nameDot
	case r == '’', r == '‘', r == 'ʼ', r == '＇':
		return '\''
	case r == '‐', r == '‑', r == '–', r == '－':
		return '-'
	case r >= 'Ａ' && r <= 'Ｚ', r >= 'ａ' && r <= 'ｚ', r >= '０' && r <= '９':
		return r - 'Ａ' + 'A'
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF: // variation selectors
		return -1
	}
	return r
}

// strange names a character that no name has.
func strange(r rune) *Fault {
	switch {
	case isHan(r), unicode.Is(unicode.Latin, r), strings.ContainsRune(" '-.", r), r == nameDot:
		return nil
	case unicode.IsDigit(r):
		return refuse("rule.name.digits")
	case unicode.Is(unicode.Co, r), !unicode.IsGraphic(r): // 生僻字 of an old keyboard, in a private area
		return refuse("rule.name.private")
	}
	return refuse("rule.name.char", "char", string(r))
}

// isHan takes planes 2 and 3 whole: extensions grow faster than Unicode tables do.
func isHan(r rune) bool {
	if r >= 0x20000 && r <= 0x3FFFD {
		return r&0xFFFE != 0xFFFE
	}
	return unicode.Is(unicode.Han, r) && unicode.IsLetter(r) || r == '〇' || r == '々'
}

// joined keeps of spaces, dots and marks only what stands between two letters.
func joined(runes []rune) string {
	var b strings.Builder
	var last, gap rune
	for _, r := range runes {
		if !unicode.IsLetter(r) && !isHan(r) {
			gap = stronger(gap, r)
			continue
		}
		if last != 0 && gap != 0 {
			b.WriteString(between(last, gap, r))
		}
		b.WriteRune(r)
		last, gap = r, 0
	}
	return b.String()
}

// stronger picks the mark that stays of several: anything wins over a space.
func stronger(gap, r rune) rune {
	if gap == 0 || gap == ' ' {
		return r
	}
	return gap
}

func between(last, gap, next rune) string {
	han := isHan(last) && isHan(next)
	switch {
	case gap == '.' && han:
		return string(nameDot)
	case gap == '.' && isHan(last) == isHan(next):
		return ". "
	case gap == ' ' && han:
		return ""
	}
	return string(gap)
}
