package locales

import (
	"encoding/json"
	"regexp"
	"strings"
)

// sentence is a text of one form whose arguments stand as {{.name}}: by turns what is said and a name. It is put
// together here, at a tenth of what the library takes, which is needed for plurals alone.
type sentence []string

var (
	sentences   = sentencesOf()
	placeholder = regexp.MustCompile(`\{\{\.(\w+)\}\}`)
)

func sentencesOf() map[string]map[string]sentence {
	all := map[string]map[string]sentence{}
	for _, l := range Languages {
		all[l] = map[string]sentence{}
		for key, raw := range texts(l) {
			var text string
			if json.Unmarshal(raw, &text) != nil {
				continue // plural forms
			}
			if s := parse(text); s != nil {
				all[l][key] = s
			}
		}
	}
	return all
}

// parse is nil for what is more than placeholders.
func parse(text string) sentence {
	var s sentence
	rest := 0
	for _, at := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		s = append(s, text[rest:at[0]], text[at[2]:at[3]])
		rest = at[1]
	}
	s = append(s, text[rest:])
	for i := 0; i < len(s); i += 2 {
		if strings.Contains(s[i], "{{") {
			return nil
		}
	}
	return s
}

// say puts in the arguments, each as the text wants it; false where there is no such sentence, or an argument is missing.
func (s sentence) say(args map[string]string, as func(string) string) (string, bool) {
	if len(s) == 1 {
		return s[0], true
	}
	var b strings.Builder
	for i, part := range s {
		if i%2 == 1 {
			value, ok := args[part]
			if !ok {
				return "", false
			}
			part = as(value)
		}
		b.WriteString(part)
	}
	return b.String(), len(s) > 0
}
