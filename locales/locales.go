// Package locales holds every text that a person reads, one JSON file a language, Chinese first.
//
// Text is what most callers want. Texts are HTML as Telegram takes it (b, i, code, a); arguments are escaped.
package locales

import (
	"embed"
	"encoding/json"
	"html"
	"slices"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// Languages are the languages that all texts exist in, the first is the default.
var Languages = []string{"zh-Hans", "zh-Hant", "en"}

var (
	bundle     = load()
	matcher    = language.NewMatcher(tags())
	localizers = localizersOf(bundle)
)

func tags() []language.Tag {
	out := make([]language.Tag, len(Languages))
	for i, l := range Languages {
		out[i] = language.MustParse(l)
	}
	return out
}

func load() *i18n.Bundle {
	b := i18n.NewBundle(language.SimplifiedChinese)
	b.RegisterUnmarshalFunc("json", json.Unmarshal)
	for _, l := range Languages {
		if _, err := b.LoadMessageFileFS(files, l+".json"); err != nil {
			panic("locales: " + err.Error()) // embedded at build time, held by a test
		}
	}
	return b
}

func localizersOf(b *i18n.Bundle) map[string]*i18n.Localizer {
	m := map[string]*i18n.Localizer{}
	for _, l := range Languages {
		m[l] = i18n.NewLocalizer(b, l)
	}
	return m
}

// stranger is spoken to those whose language is neither ours nor near to one of ours.
const stranger = "en"

// Match finds the language of ours nearest to a client's BCP 47 code: Traditional Chinese for Taiwan, Hong Kong and
// Macau, English for who reads none of ours, the default for none or nonsense.
func Match(code string) string {
	if code == "" {
		return Languages[0]
	}
	t, _ := language.Parse(code) // of a code that is odd at its end, the beginning counts
	if t == language.Und {
		return Languages[0]
	}
	_, i, how := matcher.Match(t)
	if how == language.No {
		return stranger
	}
	return Languages[i]
}

// MenuCode is the code that Telegram, which takes two letters there, shows a language's menu and description under: "zh"
// for Simplified Chinese, none ("everybody else") for English. Traditional Chinese has the code of Simplified, so that
// nothing is shown under it: a chat that speaks it gets a menu of its own.
func MenuCode(lang string) (code string, shown bool) {
	if lang == stranger {
		return "", true
	}
	code, _, _ = strings.Cut(lang, "-")
	first := slices.IndexFunc(Languages, func(l string) bool { return strings.HasPrefix(l, code) })
	return code, first >= 0 && Languages[first] == lang
}

// Own reads an operator's word, a name for instance, in a language: one for all, or one for each with | between them, in
// the order of Languages. Where fewer are given, the last one serves the rest.
func Own(word, lang string) string {
	words := strings.Split(word, "|")
	at := max(0, slices.Index(Languages, Match(lang)))
	return strings.TrimSpace(words[min(at, len(words)-1)])
}

// Has says whether a text exists.
func Has(lang, key string) bool {
	_, _, err := localizers[Match(lang)].LocalizeWithTag(&i18n.LocalizeConfig{MessageID: key, PluralCount: 2})
	return err == nil
}

// Text says key in a language with escaped arguments. The argument "n" chooses the plural. A missing key says itself;
// a test holds that none is missing.
func Text(lang, key string, args map[string]string) string {
	if text, ok := sentences[lang][key].say(args, html.EscapeString); ok {
		return text
	}
	escaped := make(map[string]string, len(args))
	for name, value := range args {
		escaped[name] = html.EscapeString(value)
	}
	return localize(lang, key, escaped)
}

// Plain says key as bare text, for button labels, toasts and arguments: nothing is escaped.
func Plain(lang, key string, args map[string]string) string {
	if text, ok := sentences[lang][key].say(args, func(s string) string { return s }); ok {
		return text
	}
	return localize(lang, key, args)
}

func localize(lang, key string, args map[string]string) string {
	c := i18n.LocalizeConfig{MessageID: key, TemplateData: args}
	if n, err := strconv.Atoi(args["n"]); err == nil {
		c.PluralCount = n
	}
	l, ok := localizers[lang]
	if !ok {
		l = localizers[Match(lang)]
	}
	text, err := l.Localize(&c)
	if err != nil && text == "" {
		return key
	}
	return text
}

// Keys lists the keys of the default language that begin with a prefix, sorted.
func Keys(prefix string) []string {
	var out []string
	for key := range texts(Languages[0]) {
		if strings.HasPrefix(key, prefix) {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// texts reads a language's file as it is written.
func texts(lang string) map[string]json.RawMessage {
	m := map[string]json.RawMessage{}
	if raw, err := files.ReadFile(lang + ".json"); err == nil {
		_ = json.Unmarshal(raw, &m) // held by a test
	}
	return m
}
