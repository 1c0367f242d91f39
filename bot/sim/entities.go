package sim

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Entity is a MessageEntity: offset and length count UTF-16 code units, as Telegram does.
type Entity struct {
	Type     string `json:"type"`
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url,omitempty"`
	Language string `json:"language,omitempty"`
	Emoji    string `json:"custom_emoji_id,omitempty"`
}

// units counts the UTF-16 code units of s: Telegram's measure of a text.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// entityError is what Telegram says behind "can't parse entities: ".
type entityError string

func (e entityError) Error() string { return string(e) }

func badEntity(format string, args ...any) error {
	return entityError(fmt.Sprintf(format, args...))
}

// tagTypes is the tags of parse_mode HTML (Bot API, "HTML style") and the entities they make.
var tagTypes = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
	"a": "text_link", "span": "spoiler", "tg-spoiler": "spoiler", "tg-emoji": "custom_emoji",
	"blockquote": "blockquote",
}

// openTag is a start tag that waits for its end.
type openTag struct {
	name     string
	value    string // what its attribute says: link, language, emoji, "expandable"
	from     int    // UTF-16 offset in the result
	rawStart int    // byte offset in the result
}

// htmlReader turns HTML into text and entities; pos counts bytes of the source.
type htmlReader struct {
	src  string
	pos  int
	out  strings.Builder
	at   int // UTF-16 units written
	open []openTag
	ents []Entity
}

// parseHTML reads a text in parse_mode HTML. The error is what stands behind "can't parse entities: ".
func parseHTML(src string) (string, []Entity, error) {
	h := &htmlReader{src: src}
	for h.pos < len(h.src) {
		if err := h.step(); err != nil {
			return "", nil, err
		}
	}
	if len(h.open) > 0 {
		return "", nil, badEntity("Can't find end tag corresponding to start tag %q", h.open[len(h.open)-1].name)
	}
	for i := range h.ents {
		if h.ents[i].Type == "code" {
			h.ents[i].Language = ""
		}
	}
	sortEntities(h.ents)
	return h.out.String(), h.ents, nil
}

func (h *htmlReader) step() error {
	switch h.src[h.pos] {
	case '<':
		if strings.HasPrefix(h.src[h.pos:], "</") {
			return h.endTag()
		}
		return h.startTag()
	case '&':
		if r, width := htmlReference(h.src[h.pos:]); width > 0 {
			h.write(r)
			h.pos += width
			return nil
		}
	}
	r, width := utf8.DecodeRuneInString(h.src[h.pos:])
	h.write(r)
	h.pos += width
	return nil
}

func (h *htmlReader) write(r rune) {
	h.out.WriteRune(r)
	h.at += max(1, utf16.RuneLen(r))
}

func (h *htmlReader) startTag() error {
	begin := h.pos
	h.pos++
	name := strings.ToLower(h.until(" \t\r\n>"))
	if h.pos >= len(h.src) {
		return badEntity("Unclosed start tag at byte offset %d", begin)
	}
	if tagTypes[name] == "" {
		return badEntity("Unsupported start tag %q at byte offset %d", name, begin)
	}
	tag := openTag{name: name, from: h.at, rawStart: h.out.Len()}
	for {
		h.skipSpace()
		if h.pos >= len(h.src) {
			return badEntity("Unclosed start tag %q at byte offset %d", name, begin)
		}
		if h.src[h.pos] == '>' {
			h.pos++
			break
		}
		if err := h.attribute(&tag, begin); err != nil {
			return err
		}
	}
	if name == "span" && tag.value != "spoiler" {
		return badEntity(`Tag "span" must have class "tg-spoiler" at byte offset %d`, begin)
	}
	h.open = append(h.open, tag)
	return nil
}

func (h *htmlReader) attribute(tag *openTag, begin int) error {
	name := strings.ToLower(h.until(" \t\r\n=>"))
	if name == "" {
		return badEntity("Empty attribute name in the tag %q at byte offset %d", tag.name, begin)
	}
	h.skipSpace()
	if h.pos >= len(h.src) || h.src[h.pos] != '=' {
		if tag.name == "blockquote" && name == "expandable" {
			tag.value = name
			return nil
		}
		return badEntity("Expected equal sign in declaration of an attribute of the tag %q at byte offset %d", tag.name, begin)
	}
	h.pos++
	h.skipSpace()
	value, err := h.attributeValue(begin)
	if err != nil {
		return err
	}
	tag.take(name, value)
	return nil
}

func (h *htmlReader) attributeValue(begin int) (string, error) {
	if h.pos >= len(h.src) {
		return "", badEntity("Unclosed start tag at byte offset %d", begin)
	}
	quote := h.src[h.pos]
	if quote != '"' && quote != '\'' {
		from := h.pos
		value := strings.ToLower(h.until(" \t\r\n>"))
		if strings.ContainsFunc(value, func(r rune) bool { return !isTokenRune(r) }) {
			return "", badEntity("Unexpected end of name token at byte offset %d", from)
		}
		return value, nil
	}
	h.pos++
	value := h.until(string(quote))
	if h.pos >= len(h.src) {
		return "", badEntity("Unclosed start tag at byte offset %d", begin)
	}
	h.pos++
	return unescapeHTML(value), nil
}

func isTokenRune(r rune) bool {
	return r == '.' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z'
}

func (t *openTag) take(name, value string) {
	switch {
	case t.name == "a" && name == "href", t.name == "tg-emoji" && name == "emoji-id":
		t.value = value
	case t.name == "code" && name == "class":
		t.value, _ = strings.CutPrefix(value, "language-")
	case t.name == "span" && name == "class":
		t.value, _ = strings.CutPrefix(value, "tg-")
	}
}

func (h *htmlReader) endTag() error {
	begin := h.pos
	if len(h.open) == 0 {
		return badEntity("Unexpected end tag at byte offset %d", begin)
	}
	h.pos += 2
	name := strings.ToLower(h.until(" \t\r\n>"))
	h.skipSpace()
	if h.pos >= len(h.src) || h.src[h.pos] != '>' {
		return badEntity("Unclosed end tag at byte offset %d", begin)
	}
	h.pos++
	tag := h.open[len(h.open)-1]
	if name != "" && name != tag.name {
		return badEntity(`Unmatched end tag at byte offset %d, expected "</%s>", found "</%s>"`, begin, tag.name, name)
	}
	h.open = h.open[:len(h.open)-1]
	h.close(tag)
	return nil
}

// close adds the entity of a finished tag; an empty one makes none.
func (h *htmlReader) close(tag openTag) {
	if h.at == tag.from {
		return
	}
	e := Entity{Type: tagTypes[tag.name], Offset: tag.from, Length: h.at - tag.from}
	switch tag.name {
	case "a":
		e.URL = tag.value
		if e.URL == "" {
			e.URL = h.out.String()[tag.rawStart:]
		}
		if !strings.Contains(e.URL, ".") && !strings.Contains(e.URL, ":") {
			return // Telegram drops links that are none
		}
	case "code":
		e.Language = tag.value // kept only inside <pre>, see joinCode and settle
	case "tg-emoji":
		e.Emoji = tag.value
	case "blockquote":
		if tag.value == "expandable" {
			e.Type = "expandable_blockquote"
		}
	case "pre":
		h.joinCode(&e)
	}
	h.ents = append(h.ents, e)
}

// joinCode makes one entity of <pre><code class="language-x">.
func (h *htmlReader) joinCode(pre *Entity) {
	last := len(h.ents) - 1
	if last < 0 || h.ents[last].Type != "code" || h.ents[last].Offset != pre.Offset || h.ents[last].Length != pre.Length {
		return
	}
	pre.Language = h.ents[last].Language
	h.ents = h.ents[:last]
}

// until reads up to the first byte of stops, or to the end.
func (h *htmlReader) until(stops string) string {
	from := h.pos
	if n := strings.IndexAny(h.src[from:], stops); n >= 0 {
		h.pos += n
	} else {
		h.pos = len(h.src)
	}
	return h.src[from:h.pos]
}

func (h *htmlReader) skipSpace() {
	for h.pos < len(h.src) && strings.IndexByte(" \t\r\n", h.src[h.pos]) >= 0 {
		h.pos++
	}
}

// htmlReference reads &lt; &gt; &amp; &quot; &#NN; &#xNN; the semicolon may be missing, as with
// Telegram. Width 0 means that the text stands for itself: other names are no references there.
func htmlReference(s string) (rune, int) {
	if strings.HasPrefix(s, "&#") {
		return numericReference(s)
	}
	end := 1
	for end < len(s) && (s[end]|0x20 >= 'a' && s[end]|0x20 <= 'z') {
		end++
	}
	named := map[string]rune{"lt": '<', "gt": '>', "amp": '&', "quot": '"'}
	r, ok := named[s[1:end]]
	if !ok {
		return 0, 0
	}
	return r, endOfReference(s, end)
}

func numericReference(s string) (rune, int) {
	digits, base, from := "0123456789", 10, 2
	if strings.HasPrefix(s, "&#x") {
		digits, base, from = "0123456789abcdefABCDEF", 16, 3
	}
	end := from
	for end < len(s) && strings.IndexByte(digits, s[end]) >= 0 {
		end++
	}
	n, err := strconv.ParseUint(s[from:end], base, 32)
	if err != nil || n == 0 || n >= 0x10ffff || end >= 10 {
		return 0, 0
	}
	return rune(n), endOfReference(s, end)
}

func endOfReference(s string, end int) int {
	if end < len(s) && s[end] == ';' {
		return end + 1
	}
	return end
}

func unescapeHTML(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] == '&' {
			if r, width := htmlReference(s[i:]); width > 0 {
				b.WriteRune(r)
				i += width
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

func sortEntities(ents []Entity) {
	sort.SliceStable(ents, func(i, j int) bool {
		if ents[i].Offset != ents[j].Offset {
			return ents[i].Offset < ents[j].Offset
		}
		return ents[i].Length > ents[j].Length
	})
}
