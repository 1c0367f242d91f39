package locales_test

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// writing is how a language is written: the old character set of its typewriters knows its characters and hardly any of
// the other's; those that it knows, but that this language does not use in their sense here, are listed.
type writing struct {
	set    encoding.Encoding
	listed string
}

var writings = map[string]writing{
	"zh-Hans": {simplifiedchinese.HZGB2312, "於著乾後覆徵瞭裡"},
	"zh-Hant": {traditionalchinese.Big5, "后号体网据价机种里几余云万与么仆胜党虫听吁杰确帘适郁于异征"},
}

// foreign are the characters of a text that this way of writing does not use.
func (w writing) foreign(text string) string {
	var out strings.Builder
	for _, r := range text {
		_, err := w.set.NewEncoder().String(string(r))
		if unicode.Is(unicode.Han, r) && (err != nil || strings.ContainsRune(w.listed, r)) {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// Rows: P41
func TestSimplifiedAndTraditionalAreNotMixed(t *testing.T) {
	t.Parallel()
	each(t, func(lang, key, text string) {
		w, chinese := writings[lang]
		if !chinese || under(key, "language.ask") || strings.HasPrefix(key, "button.zh-") {
			return // these say their words in every language
		}
		if odd := w.foreign(text); odd != "" {
			t.Errorf("%s (%s): %s belong to the other way of writing", key, lang, odd)
		}
	})
}

func TestMixedCharactersAreFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lang, text, want string }{
		{"zh-Hant", "手机号码停用了", "机号码"}, {"zh-Hant", "然后到群里", "后里"}, {"zh-Hant", "手機號碼停用了，著急", ""},
		{"zh-Hans", "手機号码", "機"}, {"zh-Hans", "看著", "著"}, {"zh-Hans", "看着，然后到群里", ""},
	} {
		if got := writings[c.lang].foreign(c.text); got != c.want {
			t.Errorf("%s %q: foreign are %q, want %q", c.lang, c.text, got, c.want)
		}
	}
}

// Rows: P41
func TestEnglishHasNoChineseButNames(t *testing.T) {
	t.Parallel()
	for key, forms := range file(t, "en") {
		for _, text := range forms {
			if strings.HasPrefix(key, "button.zh-") || under(key, "language.ask", "sms.") {
				continue // the languages' own names; the sender's signature, as providers want it
			}
			text = strings.ReplaceAll(text, "语言", "") // the way out for who cannot read English
			if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%s: Chinese in English: %s", key, text)
			}
		}
	}
}
