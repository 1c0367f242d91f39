package rules

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A security answer has 2 to 60 characters once it is normal.
const (
	minAnswer = 2
	maxAnswer = 60
)

// blanks are answers that say nothing.
const blanks = " 没有 不知道 不告诉你 忘了 忘记了 保密 none null 123456 "

// Answer brings the answer to a security question to the one form that is hashed and compared: NFKC, no spaces, case
// folded, every middle dot the same.
func Answer(text string) (normal string, fault *Fault) {
	normal = strings.ReplaceAll(narrow(text), " ", "")
	normal = strings.ToLower(cases.Fold().String(normal)) // Cherokee folds upwards
	normal = norm.NFKC.String(normal)                     // marks compose once the spaces are gone
	normal = strings.Map(func(r rune) rune {
		if strings.ContainsRune(nameDots, r) {
			return nameDot
		}
		return r
	}, normal)
	switch n := utf8.RuneCountInString(normal); {
	case n < minAnswer:
		return "", refuse("rule.answer.short", "min", minAnswer)
	case n > maxAnswer:
		return "", refuse("rule.answer.long", "max", maxAnswer)
	case strings.Contains(blanks, " "+normal+" "):
		return "", refuse("rule.answer.blank")
	}
	return normal, nil
}
