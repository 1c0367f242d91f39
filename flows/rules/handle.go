package rules

import (
	"strings"
	"time"
	"unicode"
)

// Called is what somebody may be called by: one phone, one e-mail address, or the number of a document, which may fit
// several registers.
type Called struct {
	Phone     string
	Email     string
	Documents []Registered
}

// Registered is a document's number in the register of its family.
type Registered struct{ Family, Number string }

// otherKind fits nearly every text; it is taken only for what has letters and digits.
const otherKind = "other"

// Handle reads what a student calls the account by: phone, ID number or e-mail, whichever it looks like. A number of a
// fictitious region is let through: no account has it where it may not.
func Handle(text string, now time.Time) (Called, *Fault) {
	typed := narrow(text)
	if typed == "" {
		return Called{}, refuse("rule.handle.unclear")
	}
	if strings.Contains(typed, "@") {
		address, _, fault := Email(text)
		return Called{Email: address}, fault
	}
	number, fault := Phone(text)
	if fault == nil {
		return Called{Phone: number}, nil
	}
	if all := documents(text, now); len(all) > 0 {
		return Called{Documents: all}, nil
	}
	switch digits := len(digitsOf(typed)); {
	case digits >= oldDigits:
		_, fault = IDNumber(idForms[0].Code, text, true, now)
		return Called{}, fault
	case digits > 0 && !strings.ContainsFunc(typed, unicode.IsLetter):
		return Called{}, fault
	}
	return Called{}, refuse("rule.handle.unclear")
}

// shortDocument is the fewest digits that are taken for a document's number where there are digits alone.
const shortDocument = 8

// documents lists the registers that a text may be a number of.
func documents(text string, now time.Time) []Registered {
	typed := narrow(text)
	lettered, digits := strings.ContainsFunc(typed, unicode.IsLetter), len(digitsOf(typed))
	if digits == 0 || !lettered && digits < shortDocument {
		return nil
	}
	var all []Registered
	seen := map[Registered]bool{}
	for _, k := range idForms {
		if k.Code == otherKind && !lettered {
			continue
		}
		id, fault := IDNumber(k.Code, text, true, now)
		if r := (Registered{Family: Family(k.Code), Number: id.Number}); fault == nil && !seen[r] {
			all, seen[r] = append(all, r), true
		}
	}
	return all
}
