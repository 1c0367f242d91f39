package sim

import (
	"regexp"
	"strings"
	"unicode/utf16"
)

// detected is what a client marks in a typed text without being asked. The order is the order of
// precedence where two would overlap.
var detected = []struct {
	kind string
	re   *regexp.Regexp
}{
	{"url", regexp.MustCompile(`https?://[^\s<>"']+`)},
	{"email", regexp.MustCompile(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)},
	{"bot_command", regexp.MustCompile(`(?:^|[\s>])(/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)\b`)},
	{"mention", regexp.MustCompile(`(?:^|\s)(@[A-Za-z][A-Za-z0-9_]{3,31})\b`)},
	{"phone_number", regexp.MustCompile(`\+\d{10,14}\b`)},
}

// detect finds the entities of a plain text as the client would.
func detect(text string) []Entity {
	var found []Entity
	for _, d := range detected {
		for _, m := range d.re.FindAllStringSubmatchIndex(text, -1) {
			from, to := m[0], m[1]
			if len(m) > 2 {
				from, to = m[2], m[3]
			}
			e := Entity{Type: d.kind, Offset: units(text[:from]), Length: units(text[from:to])}
			if !overlaps(found, e) {
				found = append(found, e)
			}
		}
	}
	sortEntities(found)
	return found
}

func overlaps(ents []Entity, e Entity) bool {
	for _, f := range ents {
		if e.Offset < f.Offset+f.Length && f.Offset < e.Offset+e.Length {
			return true
		}
	}
	return false
}

// trimText takes white space off both ends, as the server does, and moves the entities along.
func trimText(text string, ents []Entity) (string, []Entity) {
	left := strings.TrimLeft(text, " \t\r\n")
	cut := units(text) - units(left)
	trimmed := strings.TrimRight(left, " \t\r\n")
	size := units(trimmed)
	var kept []Entity
	for _, e := range ents {
		from, to := max(e.Offset-cut, 0), min(e.Offset+e.Length-cut, size)
		if from >= to {
			continue
		}
		e.Offset, e.Length = from, to-from
		kept = append(kept, e)
	}
	return trimmed, kept
}

// splitText cuts what a person typed into messages of at most limit UTF-16 units, as clients do.
func splitText(text string, limit int) []string {
	all := utf16.Encode([]rune(text))
	var parts []string
	for len(all) > limit {
		cut := limit
		if utf16.IsSurrogate(rune(all[cut-1])) && utf16.IsSurrogate(rune(all[cut])) && all[cut-1] < 0xdc00 {
			cut--
		}
		parts = append(parts, string(utf16.Decode(all[:cut])))
		all = all[cut:]
	}
	return append(parts, string(utf16.Decode(all)))
}
