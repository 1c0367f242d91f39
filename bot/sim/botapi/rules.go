package botapi

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// rule is what the words of a field demand of its value. The zero value demands nothing.
type rule struct {
	from, to int
	unit     unit
	parsed   bool           // counted after the markup was taken out
	words    []string       // no other value may stand there
	only     *regexp.Regexp // what a String must look like
	instead  string         // required unless this field is given
}

// unit is what from and to count.
type unit string

const (
	byCharacter unit = "characters" // UTF-16 units, as Telegram counts offsets: never fewer than its characters
	byByte      unit = "bytes"
	byItem      unit = "items"
	byValue     unit = "" // the value itself
)

// choice says how many of the fields of an object may be given, those in without aside.
type choice struct {
	words   string // what the specification says; empty: no choice
	exactly bool   // one must be given
	without []string
}

var (
	length    = regexp.MustCompile(`(\d+)-(\d+) (characters|[Bb]ytes)`)
	listRange = regexp.MustCompile(`(?:must include|[Ll]ist of) (\d+)-(\d+) `)
	listMost  = regexp.MustCompile(`(?:[Ll]ist of up to|At most|up to) (\d+) (?:items|identifiers|commands can be|winners)`)
	bounds    = regexp.MustCompile(`\b(\d+)-(\d+)\b`)
	listed    = regexp.MustCompile(`(?i)\b(?:one of|can be|either|always|type,) "`)
	quoted    = regexp.MustCompile(`"([^"]+)"`)
	constant  = regexp.MustCompile(`must be ([a-z0-9_]+)$`)
	actions   = regexp.MustCompile(`\b([a-z_]+) or ([a-z_]+) for\b|\b([a-z_]+) for\b`)
	unless    = regexp.MustCompile(`Required if ([a-z_]+) is not specified`)
	fieldsOf  = regexp.MustCompile(`(Exactly|At most) one of the (?:fields other than ([a-z_, ]+?) must be used|optional fields)`)
)

// ruleOf reads the sentences of a field.
func ruleOf(f *Field) rule {
	r := rule{words: words(f), only: shape(f)}
	if m := unless.FindStringSubmatch(f.Description); m != nil {
		r.instead = m[1]
	}
	switch {
	case f.has("String"):
		if m := length.FindStringSubmatch(f.Description); m != nil {
			r.within(m[1], m[2], unit(strings.ToLower(m[3])))
		}
		r.parsed = strings.Contains(f.Description, "after entit")
	case f.isArray():
		if m := listRange.FindStringSubmatch(f.Description); m != nil {
			r.within(m[1], m[2], byItem)
		} else if m := listMost.FindStringSubmatch(f.Description); m != nil {
			r.within("0", m[1], byItem)
		}
	case f.has("Integer") || f.has("Float"):
		if m := bounds.FindAllStringSubmatch(f.Description, -1); len(m) == 1 {
			r.within(m[0][1], m[0][2], byValue)
		}
	}
	return r
}

func (r *rule) within(from, to string, u unit) {
	r.from, _ = strconv.Atoi(from) // digits by the pattern
	r.to, _ = strconv.Atoi(to)
	r.unit = u
}

func (f *Field) has(kind string) bool { return slices.Contains(f.Types, kind) }

func (f *Field) isArray() bool {
	return slices.ContainsFunc(f.Types, func(t string) bool { return strings.HasPrefix(t, arrayOf) })
}

// words are the values that a String may have.
func words(f *Field) []string {
	if !f.has("String") {
		return nil
	}
	if f.Name == "parse_mode" || strings.HasSuffix(f.Name, "_parse_mode") {
		return parseModes()
	}
	if m := constant.FindStringSubmatch(f.Description); m != nil {
		return m[1:]
	}
	var found []string
	if _, list, told := strings.Cut(f.Description, "Choose one,"); told {
		for _, m := range actions.FindAllStringSubmatch(list, -1) {
			found = append(found, m[1:]...)
		}
		return slices.DeleteFunc(found, func(word string) bool { return word == "" })
	}
	if at := listed.FindStringIndex(f.Description); at != nil {
		for _, m := range quoted.FindAllStringSubmatch(f.Description[at[1]-1:], -1) {
			found = append(found, m[1])
		}
	}
	return found
}

// shape is what the letters of a String must be.
func shape(f *Field) *regexp.Regexp {
	if !f.has("String") {
		return nil
	}
	says := func(words string) bool { return strings.Contains(strings.ToLower(f.Description), words) }
	switch {
	case says("only characters a-z, a-z, 0-9, _ and - are allowed"), says("only a-z, a-z, 0-9, _ and - are allowed"):
		return regexp.MustCompile(`^[A-Za-z0-9_-]*$`)
	case says("only lowercase english letters, digits and underscores"):
		return regexp.MustCompile(`^[a-z0-9_]*$`)
	case says("two-letter iso 639-1 language code"):
		return regexp.MustCompile(`^([a-z][a-z])?$`)
	case f.has("Integer") && says("in the format @"):
		return regexp.MustCompile(`^@[A-Za-z0-9_]+$`)
	}
	return nil
}

// choiceOf reads how many of an object's fields may be given.
func choiceOf(description string) choice {
	m := fieldsOf.FindStringSubmatch(description)
	if m == nil {
		return choice{}
	}
	c := choice{words: m[0], exactly: m[1] == "Exactly"}
	for _, name := range strings.Split(strings.ReplaceAll(m[2], " and ", " "), ",") {
		c.without = append(c.without, strings.TrimSpace(name))
	}
	return c
}

// limited says whether from and to mean anything.
func (r rule) limited() bool { return r.to > 0 }

func (r rule) permits(n int) bool { return !r.limited() || n >= r.from && n <= r.to }

// whole is a number's value as far as a limit cares.
func whole(text string) int {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(n) > math.MaxInt32 {
		return math.MaxInt32
	}
	return int(n)
}
