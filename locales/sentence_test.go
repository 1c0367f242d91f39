package locales

import (
	"html"
	"testing"
)

// What a sentence says is what the library says of the same text, for every text of every language.
func TestASentenceSaysWhatTheLibrarySays(t *testing.T) {
	t.Parallel()
	short := 0
	for _, lang := range Languages {
		for key := range texts(lang) {
			s := sentences[lang][key]
			args, escaped := map[string]string{}, map[string]string{}
			for i := 1; i < len(s); i += 2 {
				args[s[i]], escaped[s[i]] = "<"+s[i]+">", "&lt;"+s[i]+"&gt;"
			}
			got, ok := s.say(args, html.EscapeString)
			if !ok {
				continue
			}
			short++
			if want := localize(lang, key, escaped); got != want {
				t.Errorf("%s %s: %q, want %q", lang, key, got, want)
			}
			if len(s) > 1 {
				if _, ok := s.say(nil, html.EscapeString); ok {
					t.Errorf("%s %s: said without its arguments", lang, key)
				}
			}
		}
	}
	if short < 1000 {
		t.Errorf("%d sentences", short)
	}
}

func BenchmarkText(b *testing.B) {
	args := map[string]string{"user": "139****0042", "contact": "010-0000 0000", "operator": "示例大学"}
	b.ReportAllocs()
	for b.Loop() {
		Text("zh-Hans", "verdict.frozen", args)
	}
}
