package rules

import (
	_ "embed"
	"strings"
	"unicode/utf8"

	"github.com/trustelem/zxcvbn"
)

//go:embed data/passwords.txt
var passwordsFile string

// common are the passwords that everybody tries first, in lower case.
var common = wordSet(passwordsFile)

func wordSet(file string) map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(file) {
		set[strings.TrimSuffix(line, "\n")] = true
	}
	return set
}

// Personal is what a guesser may know of the student. Unknown fields are empty.
type Personal struct {
	ID    string // canonical
	Phone string // E.164
	Name  string
	Born  string // 20061231; taken from an 18-digit ID when empty
}

// Advice is the operator's PASSWORD_ADVICE: what becomes of a password that is the last six digits of the ID.
type Advice string

// Passphrase refuses them; IDSuffix allows them with a warning, as the guide of the real site advises.
const (
	Passphrase Advice = "passphrase"
	IDSuffix   Advice = "id-suffix"
)

// Limits of a password, in characters, and of guesses that zxcvbn thinks are needed. Online guessing stops at ten
// failures, so only what falls within 10^5 guesses is refused (NIST 800-63B asks for the lists, not for classes).
const (
	minPassword = 6
	maxPassword = 30
	refuseBelow = 1e5
	warnBelow   = 1e8
	// maxMeasured caps what zxcvbn sees: its time grows with the square of the length and worse.
	maxMeasured = 72
	// enough is how many characters of a password must be the student's own beside a personal fragment or the site's name.
	enough = 8
)

// Password judges a new password of 6 to 30 characters: warn is said and the password taken, fault refuses it.
func Password(text string, of Personal, advice Advice) (warn, fault *Fault) {
	if fault := passwordShape(text); fault != nil {
		return nil, fault
	}
	plain := strings.ToLower(narrow(text))
	if isCommon(plain) {
		return nil, refuse("rule.password.common")
	}
	if tail := idTail(of.ID); tail != "" && plain == tail {
		if advice == IDSuffix {
			return refuse("rule.password.id_suffix_warning"), nil
		}
		return nil, refuse("rule.password.id_suffix")
	}
	if fault := of.guess(plain); fault != nil {
		return nil, fault
	}
	if fault := pattern(plain); fault != nil {
		return nil, fault
	}
	return strength(plain, of)
}

func passwordShape(text string) *Fault {
	n := utf8.RuneCountInString(text)
	switch {
	case n < minPassword:
		return refuse("rule.password.short", "min", minPassword, "have", n)
	case n > maxPassword:
		return refuse("rule.password.long", "max", maxPassword, "have", n)
	case !utf8.ValidString(text), strings.ContainsAny(text, "\r\n\t\x00"):
		return refuse("rule.password.lines")
	case utf8.RuneCountInString(narrow(text)) < minPassword: // made of invisible characters
		return refuse("rule.password.short", "min", minPassword, "have", utf8.RuneCountInString(narrow(text)))
	}
	return nil
}

func isCommon(plain string) bool {
	return common[plain] || common[strings.TrimRight(plain, " .,!?~@#*-_。！？")]
}

// idTail is the last six characters of an ID number, in lower case.
func idTail(id string) string {
	if len(id) < minPassword {
		return ""
	}
	return strings.ToLower(id[len(id)-6:])
}

// strength asks zxcvbn, which knows English and keyboards but counts every Chinese sentence as nothing.
func strength(plain string, of Personal) (warn, fault *Fault) {
	if countHan(plain) >= 4 {
		return nil, nil
	}
	measured := []rune(plain)
	measured = measured[:min(len(measured), maxMeasured)]
	guesses := zxcvbn.PasswordStrength(string(measured), []string{strings.ToLower(of.Name)}).Guesses
	switch {
	case guesses < refuseBelow:
		return nil, refuse("rule.password.weak")
	case guesses < warnBelow:
		return refuse("rule.password.weak_warning"), nil
	}
	return nil, nil
}

func countHan(text string) int {
	distinct := map[rune]bool{}
	for _, r := range text {
		if isHan(r) {
			distinct[r] = true
		}
	}
	return len(distinct)
}
