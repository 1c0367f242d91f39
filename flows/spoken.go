package flows

import (
	"strings"

	"guiwei/locales"
)

// spoken turns a text that says what a button says into that tap: every button has a text way too, since Telegram
// drops taps after 150 s and some people cannot see buttons.
func spoken(in Input, r run, v View, language string) Input {
	if in.Kind != Text || in.Group != 0 {
		return in
	}
	p, _ := r.prompt(v)
	said := strings.TrimSpace(in.Text)
	for _, line := range p.Buttons {
		for _, b := range line {
			label := b.Label()
			if said == "" || !strings.EqualFold(said, locales.Plain(language, label.Key, label.Values(language))) {
				continue
			}
			in.Kind, in.Act, in.Frame, in.Turn, in.Subject = Tap, b.Act, b.Frame, b.Turn, b.About
			return in
		}
	}
	return in
}

// Words puts a phrase into a language, as HTML: arguments are escaped, the text's own markup stays.
func (p Phrase) Words(language string) string {
	return locales.Text(language, p.Key, p.Values(language))
}

// Values are a phrase's arguments as texts, phrases among them put into words.
func (p Phrase) Values(language string) map[string]string {
	if len(p.Args) == 0 {
		return nil
	}
	m := make(map[string]string, len(p.Args))
	for _, a := range p.Args {
		switch {
		case a.Phrase != nil:
			m[a.Name] = locales.Plain(language, a.Phrase.Key, a.Phrase.Values(language))
		case a.List != nil:
			lines := make([]string, len(a.List))
			for i, q := range a.List {
				lines[i] = locales.Plain(language, q.Key, q.Values(language))
			}
			m[a.Name] = strings.Join(lines, "\n")
		default:
			m[a.Name] = a.Text
		}
	}
	return m
}

// Plain puts a phrase into a language as bare text, for button labels, toasts, SMS and e-mail.
func (p Phrase) Plain(language string) string {
	return locales.Plain(language, p.Key, p.Values(language))
}
