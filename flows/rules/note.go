package rules

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// What of a person can stand in a free text, and days, which are nobody's. Digits may be grouped by single blanks, hyphens or dots, as people write them.
var (
	anAddress = regexp.MustCompile(`(?i)[^\s@]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}`)
	aDocument = regexp.MustCompile(`(?i)\b[a-z]{1,3}[0-9]{6,10}\b`)
	digitRun  = regexp.MustCompile(`[0-9](?:[ .-]?[0-9])*`)
	aDay      = regexp.MustCompile(`\b(?:19|20)[0-9]{2}[.-]?(?:0[1-9]|1[0-2])[.-]?(?:0[1-9]|[12][0-9]|3[01])\b`)
)

// Note judges a sentence that is copied into messages, e-mails and exports: at most that many characters, and no number and
// no address of a person. It errs on the side of seeing one: 8 or more digits in a row are a phone's, 14 or more an ID number's;
// a date is neither.
func Note(text string, most int) (normal string, fault *Fault) {
	normal = strings.Join(strings.Fields(narrow(text)), " ")
	n := utf8.RuneCountInString(normal)
	switch {
	case n == 0 || n > most:
		return "", refuse("rule.note.length", "most", most, "length", n)
	case anAddress.MatchString(normal):
		return "", refuse("rule.note.email")
	case aDocument.MatchString(normal), hasRun(normal, 14):
		return "", refuse("rule.note.id_number")
	case hasRun(aDay.ReplaceAllString(normal, "|"), 8):
		return "", refuse("rule.note.phone")
	}
	return normal, nil
}

// hasRun says whether so many digits follow each other.
func hasRun(text string, digits int) bool {
	return slices.ContainsFunc(digitRun.FindAllString(text, -1), func(run string) bool { return len(digitsOf(run)) >= digits })
}
