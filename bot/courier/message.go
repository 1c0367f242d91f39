package courier

import (
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Message is one text message, both ready and in parts: a provider that sends
// any text takes Text, one that fills approved templates takes Kind, Lang and
// Params.
type Message struct {
	ID     string            // the same whenever the same message is sent again; names nobody
	To     string            // E.164, +8613…
	Kind   Kind              //
	Lang   string            // zh-Hans, zh-Hant, en
	Text   string            // ready to be read
	Params map[string]string // of the kind: see Kind
}

// Kind is what a message is about; a template belongs to one.
type Kind string

// The kinds, each with its parameters. Every kind has operator too, the name
// of who runs the bot.
const (
	Code     Kind = "code"             // code, minutes
	Approved Kind = "verdict.approved" // case
	Refused  Kind = "verdict.refused"  // case
	Frozen   Kind = "frozen"           // contact
	Notice   Kind = "notice"           // text
)

// usual are the parameters that a template of a kind takes where params.KIND
// names no others, in the order of a template that counts them.
func usual(k Kind) []string {
	return map[Kind][]string{Code: {"code"}, Approved: {"case"}, Refused: {"case"}, Frozen: {"contact"}, Notice: {"text"}}[k]
}

// templates are what an address's query says of them: template.KIND=ID for
// all languages, template.KIND.LANG=ID for one of them, and params.KIND=a,b.
type templates struct {
	ids    map[string]string
	params map[Kind][]string
}

// openTemplates wants a template for codes in every language.
func openTemplates(q url.Values) (templates, error) {
	t := templates{map[string]string{}, map[Kind][]string{}}
	for name := range q {
		if key, ok := strings.CutPrefix(name, "template."); ok {
			t.ids[key] = q.Get(name)
		}
		if key, ok := strings.CutPrefix(name, "params."); ok {
			t.params[Kind(key)] = strings.Split(q.Get(name), ",")
		}
	}
	for _, lang := range []string{"zh-Hans", "zh-Hant", "en"} {
		if t.id(Code, lang) == "" {
			return t, errors.New("template.code=ID is missing (or template.code.zh-Hans, template.code.zh-Hant and template.code.en)")
		}
	}
	known := []Kind{Code, Approved, Refused, Frozen, Notice}
	for kind := range maps.Keys(t.params) {
		if !slices.Contains(known, kind) {
			return t, errors.New("params. must be followed by code, verdict.approved, verdict.refused, frozen or notice")
		}
	}
	return t, nil
}

func (t templates) id(k Kind, lang string) string {
	if id := t.ids[string(k)+"."+lang]; id != "" {
		return id
	}
	return t.ids[string(k)]
}

// fill gives the template's id and its parameters in order. A kind without a
// template is the operator's to mend.
func (t templates) fill(m Message) (id string, names, values []string, err error) {
	if id = t.id(m.Kind, m.Lang); id == "" {
		return "", nil, nil, fault{what: "no template for " + string(m.Kind), kind: ErrMisconfigured}
	}
	names, ok := t.params[m.Kind]
	if !ok {
		names = usual(m.Kind)
	}
	for _, name := range names {
		value, ok := m.Params[name]
		if !ok {
			return "", nil, nil, fault{what: "a template wants a parameter that " + string(m.Kind) + " has not", kind: ErrMisconfigured}
		}
		values = append(values, value)
	}
	return id, names, values, nil
}
