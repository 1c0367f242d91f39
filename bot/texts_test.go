package main_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// texts are the locales' own files, read as patterns: a placeholder matches anything within its message.
type texts map[string]map[string]*regexp.Regexp // by language and key

// within is what a placeholder matches; \x00 parts messages.
const within = `[^\x00]*?`

var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}`) //nolint:gochecknoglobals // a compiled table

func readTexts(t *testing.T) texts {
	t.Helper()
	all := texts{}
	for _, lang := range []string{"zh-Hans", "zh-Hant", "en"} {
		raw, err := os.ReadFile("../locales/" + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var said map[string]json.RawMessage
		if err := json.Unmarshal(raw, &said); err != nil {
			t.Fatalf("%s: %v", lang, err)
		}
		all[lang] = map[string]*regexp.Regexp{}
		for key, forms := range said {
			all[lang][key] = pattern(forms)
		}
	}
	return all
}

// pattern is of a text, or of an object of plural forms.
func pattern(raw json.RawMessage) *regexp.Regexp {
	var one string
	forms := map[string]string{}
	if json.Unmarshal(raw, &one) == nil {
		forms["other"] = one
	} else if json.Unmarshal(raw, &forms) != nil {
		return nil
	}
	var ways []string
	for name, form := range forms {
		if slices.Contains([]string{"zero", "one", "two", "few", "many", "other"}, name) {
			ways = append(ways, literal(form))
		}
	}
	slices.Sort(ways)
	return regexp.MustCompile("(?:" + strings.Join(ways, "|") + ")")
}

// branch parts the ways of a text that chooses between several.
var branch = regexp.MustCompile(`\{\{(?:if|else|end)[^}]*\}\}`) //nolint:gochecknoglobals // a compiled table

func literal(form string) string {
	var b strings.Builder
	if branch.MatchString(form) {
		var ways []string
		for _, way := range branch.Split(form, -1) {
			if way != "" {
				ways = append(ways, literal(way))
			}
		}
		return "(?:" + strings.Join(ways, "|") + ")"
	}
	for i, part := range placeholder.Split(strings.TrimSpace(form), -1) {
		if i > 0 {
			b.WriteString(within)
		}
		b.WriteString(regexp.QuoteMeta(part))
	}
	return b.String()
}

// of is the pattern of a key.
func (x texts) of(lang, key string) *regexp.Regexp {
	if p := x[lang][key]; p != nil {
		return p
	}
	return regexp.MustCompile(regexp.QuoteMeta(key))
}

// labels says which texts of a button a word of a script means: the label itself, button.<word>, or a key of its own.
func (x texts) labels(lang, word string) func(label string) bool {
	var whole []*regexp.Regexp
	for _, key := range []string{"button." + word, word, "reason.short." + word, "relation." + word, "id_kind." + word} {
		if p := x[lang][key]; p != nil {
			whole = append(whole, regexp.MustCompile("^"+p.String()+"$"))
		}
	}
	return func(label string) bool {
		if label == word || label == "button."+word {
			return true
		}
		return slices.ContainsFunc(whole, func(p *regexp.Regexp) bool { return p.MatchString(label) })
	}
}
