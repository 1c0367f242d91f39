package locales_test

import (
	"guiwei/locales"
	"strings"
	"testing"
)

// Rows: P41
func TestLanguageNearestToTheClients(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"zh": "zh-Hans", "zh-CN": "zh-Hans", "zh-SG": "zh-Hans", "zh-hans": "zh-Hans", "zh-Hans-CN": "zh-Hans", "zh-hans-raw": "zh-Hans",
		"zh-Hant": "zh-Hant", "zh-hant": "zh-Hant", "zh-TW": "zh-Hant", "zh-tw": "zh-Hant", "zh-HK": "zh-Hant", "zh-MO": "zh-Hant",
		"zh-Hant-HK": "zh-Hant", "zh-hant-raw": "zh-Hant", "zh-Hans-HK": "zh-Hans", "zh_TW": "zh-Hant",
		"en": "en", "en-US": "en", "en-GB": "en", "fr": "en", "pt-br": "en", "ja": "en", "ru": "en",
		"": "zh-Hans", "??": "zh-Hans", "classic": "zh-Hans",
	} {
		if got := locales.Match(code); got != want {
			t.Errorf("Match(%q) = %s, want %s", code, got, want)
		}
	}
}

// Rows: P41 U15
func TestMenusHaveTelegramsTwoLetters(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, lang := range locales.Languages {
		code, shown := locales.MenuCode(lang)
		if want := map[string]string{"zh-Hans": "zh", "zh-Hant": "zh", "en": ""}[lang]; code != want || shown != (lang != "zh-Hant") {
			t.Errorf("MenuCode(%s) = %q, %v", lang, code, shown)
		}
		if shown && seen[code] != "" {
			t.Errorf("%s and %s are both shown under %q", seen[code], lang, code)
		}
		if shown {
			seen[code] = lang
		}
	}
}

// Rows: U15
func TestAnOperatorsWordHasALanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ word, lang, want string }{
		{"示例大学", "en", "示例大学"}, {"示例大学", "", "示例大学"}, {"", "en", ""},
		{"大学 | 大學 | University", "zh-Hans", "大学"}, {"大学|大學|University", "zh-Hant", "大學"}, {"大学|大學|University", "en", "University"},
		{"大学|大學", "en", "大學"}, {"大学|大學|University", "zh-TW", "大學"},
	} {
		if got := locales.Own(c.word, c.lang); got != c.want {
			t.Errorf("Own(%q, %q) = %q, want %q", c.word, c.lang, got, c.want)
		}
	}
}

func TestArgumentsAreEscapedInMarkupAndNotInLabels(t *testing.T) {
	t.Parallel()
	args := map[string]string{"user": "<b>&"}
	if got := locales.Text("en", "login.done", args); !strings.Contains(got, "&lt;b&gt;&amp;") {
		t.Errorf("in a message: %q", got)
	}
	if got := locales.Plain("en", "login.done", args); !strings.Contains(got, "<b>&") {
		t.Errorf("in a label: %q", got)
	}
}

func TestMissingKeySaysItself(t *testing.T) {
	t.Parallel()
	for _, lang := range append(locales.Languages, "", "xx") {
		if got := locales.Text(lang, "no.such.text", nil); got != "no.such.text" {
			t.Errorf("Text in %q: %q", lang, got)
		}
		if locales.Has(lang, "no.such.text") || !locales.Has(lang, "home.guest") || !locales.Has(lang, "photo.unsupported_type") {
			t.Errorf("Has in %q is wrong", lang)
		}
	}
}
