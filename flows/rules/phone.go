package rules

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// Lengths of mainland numbers, and its country code.
const (
	mobileDigits   = 11
	landlineDigits = 10 // with area code; also 400 numbers
	china          = 86
)

var (
	phoneCountries = []int32{china, 852, 853, 886}
	phoneNoise     = strings.NewReplacer(" ", "", "-", "", "‐", "", "‑", "", "‒", "", "–", "", "—", "", "―", "", "−", "", "(", "", ")", "", ".", "", "·", "", "/", "")
	ownContact     = regexp.MustCompile(`^\+?86(1[3-9]\d{9})$`)
	trunkMobile    = regexp.MustCompile(`^01[3-9]`)
	eightDigits    = regexp.MustCompile(`^[4-9]\d{7}$`)
	taiwanMobile   = regexp.MustCompile(`^09\d{8}$`)
)

// Phone reads a mobile number of the mainland, Hong Kong, Macau (+853) or Taiwan as a student types it, and gives it
// in E.164. Which ranges are mobile is libphonenumber's knowledge.
func Phone(text string) (e164 string, fault *Fault) {
	typed := phoneNoise.Replace(narrow(text))
	if rest, ok := strings.CutPrefix(typed, "00"); ok {
		typed = "+" + rest
	}
	if fault := phoneShape(typed); fault != nil {
		return "", fault
	}
	number, fault := chinaNumber(typed)
	if fault != nil {
		return "", fault
	}
	parsed, err := phonenumbers.Parse(number, "CN")
	if err != nil {
		return "", refuse("rule.phone.not_mobile")
	}
	if !slices.Contains(phoneCountries, parsed.GetCountryCode()) {
		return "", refuse("rule.phone.country")
	}
	if fault := mobile(parsed); fault != nil {
		return "", fault
	}
	return phonenumbers.Format(parsed, phonenumbers.E164), nil
}

func phoneShape(typed string) *Fault {
	digits := digitsOf(typed)
	switch {
	case digits == "":
		return refuse("rule.phone.empty")
	case strings.TrimPrefix(typed, "+") == digits:
		return nil
	case strings.ContainsFunc(typed, unicode.IsLetter):
		return refuse("rule.phone.letters")
	}
	return refuse("rule.phone.signs")
}

// chinaNumber counts the digits of a mainland number and gives it with its country code. A number with another
// country code passes as it is.
func chinaNumber(typed string) (string, *Fault) {
	national, coded := strings.CutPrefix(typed, "+86")
	switch {
	case !coded && strings.HasPrefix(typed, "+"):
		return typed, nil
	case !coded && len(typed) > mobileDigits && strings.HasPrefix(typed, "86"):
		national = typed[2:]
	case !coded && (eightDigits.MatchString(typed) || taiwanMobile.MatchString(typed)):
		return "", refuse("rule.phone.add_code", "digits", len(typed))
	}
	if trunkMobile.MatchString(national) {
		national = national[1:]
	}
	if len(national) >= landlineDigits && !strings.HasPrefix(national, "1") {
		return "", refuse("rule.phone.not_mobile")
	}
	switch n := len(national); {
	case n < mobileDigits:
		return "", refuse("rule.phone.short", "digits", n, "missing", mobileDigits-n)
	case n > mobileDigits:
		return "", refuse("rule.phone.long", "digits", n, "extra", n-mobileDigits)
	}
	return "+86" + national, nil
}

func mobile(n *phonenumbers.PhoneNumber) *Fault {
	if !phonenumbers.IsValidNumber(n) {
		if n.GetCountryCode() != china {
			return refuse("rule.phone.abroad", "code", int(n.GetCountryCode()))
		}
		return refuse("rule.phone.not_mobile")
	}
	if t := phonenumbers.GetNumberType(n); t != phonenumbers.MOBILE && t != phonenumbers.FIXED_LINE_OR_MOBILE {
		return refuse("rule.phone.not_mobile")
	}
	return nil
}

// OwnContact reads the number of a contact that Telegram says is the sender's own. Telegram gives digits alone, with
// or without the plus; anything else is not its own writing and must be proven by a code.
func OwnContact(number string) (e164 string, ok bool) {
	m := ownContact.FindStringSubmatch(number)
	if m == nil {
		return "", false
	}
	return "+86" + m[1], true
}
