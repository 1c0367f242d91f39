package sim

import (
	"html"
	"net/url"
	"strings"
	"unicode/utf16"
)

// pageTags is how the page shows an entity; others stand as plain text.
var pageTags = map[string][2]string{
	"bold": {"<b>", "</b>"}, "italic": {"<i>", "</i>"}, "underline": {"<u>", "</u>"},
	"strikethrough": {"<s>", "</s>"}, "code": {"<code>", "</code>"}, "pre": {"<pre>", "</pre>"},
	"spoiler":               {`<span class="spoiler">`, "</span>"},
	"blockquote":            {"<blockquote>", "</blockquote>"},
	"expandable_blockquote": {"<blockquote>", "</blockquote>"},
}

// renderHTML gives the page a text with its entities as safe HTML: every character escaped, only
// our own tags, links only to http, https, mailto and tg.
func renderHTML(text string, ents []Entity) string {
	r := renderer{units: utf16.Encode([]rune(text))}
	sorted := append([]Entity(nil), ents...)
	sortEntities(sorted)
	r.span(0, len(r.units), sorted)
	return r.out.String()
}

type renderer struct {
	units []uint16
	out   strings.Builder
}

// span writes units[from:to]; an entity that leaves the span or crosses its neighbour is left out.
func (r *renderer) span(from, to int, ents []Entity) {
	at := from
	for i := 0; i < len(ents); i++ {
		e := ents[i]
		end := e.Offset + e.Length
		if e.Offset < at || end > to || e.Length <= 0 {
			continue
		}
		inner := i + 1
		for inner < len(ents) && ents[inner].Offset < end {
			inner++
		}
		r.plain(at, e.Offset)
		open, shut := r.tags(e)
		r.out.WriteString(open)
		r.span(e.Offset, end, ents[i+1:inner])
		r.out.WriteString(shut)
		at, i = end, inner-1
	}
	r.plain(at, to)
}

func (r *renderer) plain(from, to int) {
	if from < to {
		r.out.WriteString(html.EscapeString(string(utf16.Decode(r.units[from:to]))))
	}
}

func (r *renderer) tags(e Entity) (open, shut string) {
	target := e.URL
	if e.Type == "url" {
		target = string(utf16.Decode(r.units[e.Offset : e.Offset+e.Length]))
	}
	if target == "" {
		pair := pageTags[e.Type]
		return pair[0], pair[1]
	}
	if !safeLink(target) {
		return "", ""
	}
	return `<a href="` + html.EscapeString(target) + `" target="_blank" rel="noopener noreferrer">`, "</a>"
}

func safeLink(target string) bool {
	u, err := url.Parse(target)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https", "mailto", "tg":
		return true
	}
	return false
}
