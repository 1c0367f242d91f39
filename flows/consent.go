package flows

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"guiwei/locales"
)

// Consent records which text was agreed to, in which language, and when.
type Consent struct {
	Version string    `json:"version"`
	SHA256  string    `json:"sha256"` // of the text as it was shown
	Lang    string    `json:"lang,omitempty"`
	At      time.Time `json:"at"`
	Ended   time.Time `json:"ended,omitzero"` // when it was withdrawn
}

// What a student agrees to, each by an act of its own (PIPL 14, 29, 39): the terms, the use of photos with the ID card, and
// Telegram as who carries them abroad.
const (
	ConsentTerms  = "terms"
	ConsentPhoto  = "photo"
	ConsentAbroad = "abroad"
)

// ConsentKinds are all of them, in the order asked for.
var ConsentKinds = []string{ConsentTerms, ConsentPhoto, ConsentAbroad}

// consentVersion names the texts; a hash says exactly which was read.
const consentVersion = "2026-11-24"

// ConsentText is the locale key of what is agreed to.
func ConsentText(kind string) string {
	if kind == ConsentTerms {
		return "terms.text"
	}
	return "consent." + kind
}

// Agree is the consent given now to a text in a language, as an operator's name and contact stand in it.
func Agree(kind, lang, operator, contact string, at time.Time) Consent {
	lang = cmp.Or(lang, locales.Languages[0])
	text := locales.Text(lang, ConsentText(kind),
		map[string]string{"operator": locales.Own(operator, lang), "contact": locales.Own(contact, lang)})
	sum := sha256.Sum256([]byte(text))
	return Consent{Version: consentVersion, SHA256: hex.EncodeToString(sum[:]), Lang: lang, At: at}
}

// Consented gives the record of a kind; false where there is none, or it was withdrawn.
func (a Applicant) Consented(kind string) (Consent, bool) {
	c, given := a.Agreed[kind]
	if kind == ConsentTerms && !given && a.Consent != nil {
		c, given = *a.Consent, true
	}
	return c, given && c.Ended.IsZero()
}

// Unconsented are the kinds that are missing before a picture may be taken.
func (a Applicant) Unconsented() []string {
	var missing []string
	for _, kind := range ConsentKinds {
		if _, given := a.Consented(kind); !given {
			missing = append(missing, kind)
		}
	}
	return missing
}

type (
	// GiveConsent notes what an account's owner agrees to, or with Withdraw does not any more; answers Consented. What is
	// withdrawn stops: pictures go, and a case under review ends.
	GiveConsent struct {
		Account  AccountRef `json:"account"`
		Kinds    []string   `json:"kinds"`
		Withdraw bool       `json:"withdraw,omitempty"`
		Lang     string     `json:"lang,omitempty"`
	}
	// Consented answers it.
	Consented struct {
		Outcome Outcome
		Case    string // number of the case that ended by it
	}
)

func (GiveConsent) effect() {}
func (Consented) answer()   {}
