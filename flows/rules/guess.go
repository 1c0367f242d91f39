package rules

import (
	"strings"
	"unicode/utf8"
)

// fragment is how many characters of an ID or phone number make a guess; fewer come by chance.
const fragment = 4

// siteWords are tried first by whoever guesses at this bot.
var siteWords = []string{
	"xuexinwang", "xuexin", "chsi", "guiwei", "xueji", "telegram", "password", "passwd", "admin", "student", "xuesheng",
	"学信网", "归位", "学籍", "密码", "mima", "woaini", "iloveyou", "qwerty",
}

// guess finds a fragment of the student's own numbers, birthday or name that makes up most of a password.
func (of Personal) guess(plain string) *Fault {
	born := of.Born
	if born == "" && len(of.ID) == residentDigits {
		born = of.ID[regionDigits:birthEnd]
	}
	phone := strings.TrimPrefix(strings.TrimPrefix(of.Phone, "+"), "86")
	joined := unparted(plain)
	for _, try := range []struct {
		key   string
		found int
	}{
		{"rule.password.born", longestWord(joined, birthForms(born))},
		{"rule.password.phone", longestShared(joined, phone)},
		{"rule.password.id", longestShared(joined, strings.ToLower(of.ID))},
		{"rule.password.name", longestWord(plain, nameForms(of.Name))},
		{"rule.password.site", longestWord(plain, siteWords)},
	} {
		if try.found > 0 && utf8.RuneCountInString(joined)-try.found < enough {
			return refuse(try.key)
		}
	}
	return nil
}

// unparted drops what people put between the digits of a date or number.
func unparted(plain string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -./_年月日", r) {
			return -1
		}
		return r
	}, plain)
}

// birthForms are the ways to write a birthday given as 20061231, down to the year alone.
func birthForms(born string) []string {
	if len(born) != len("20061231") {
		return nil
	}
	y, m, d := born[:4], born[4:6], born[6:]
	bare := strings.TrimPrefix(m, "0") + strings.TrimPrefix(d, "0")
	return []string{
		y + m + d, y + bare, d + m + y, m + d + y,
		y[2:] + m + d, d + m + y[2:], m + d + y[2:], y[2:] + bare,
		y + m, m + y, m + d, d + m, y,
	}
}

// nameForms are the name, and the given name of a Chinese one.
func nameForms(name string) []string {
	name = strings.ToLower(narrow(name))
	forms := []string{name, strings.ReplaceAll(name, " ", "")}
	forms = append(forms, strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == nameDot })...)
	if runes := []rune(name); len(runes) == 3 && isHan(runes[0]) {
		forms = append(forms, string(runes[1:]))
	}
	return forms
}

// longestWord is the length in characters of the longest word found in text, 0 for none of two or more.
func longestWord(text string, words []string) int {
	longest := 0
	for _, w := range words {
		if n := utf8.RuneCountInString(w); n > 1 && n > longest && strings.Contains(text, w) {
			longest = n
		}
	}
	return longest
}

// longestShared is the length of the longest piece of number within text, 0 when shorter than a fragment.
func longestShared(text, number string) int {
	longest := 0
	for from := 0; from+max(fragment, longest+1) <= len(number); from++ {
		n := max(fragment, longest+1)
		for from+n <= len(number) && strings.Contains(text, number[from:from+n]) {
			longest = n
			n++
		}
	}
	return longest
}
