package botapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// Complaint is one thing that the specification forbids.
type Complaint struct {
	Where string // sendMessage.reply_markup.inline_keyboard[0][1].callback_data
	What  string
	Over  bool // a limit; else something that the specification does not know
}

func (c Complaint) String() string { return c.Where + ": " + c.What }

const arrayOf = "Array of "

// file is the value of a field that was uploaded.
type file struct{ content []byte }

// value holds a decoded value against the types that may stand there. Numbers are json.Number.
func (s *Spec) value(at string, types []string, v any) []Complaint {
	switch v := v.(type) {
	case []any:
		return s.array(at, types, v)
	case map[string]any:
		kind := s.fitting(types, v)
		if kind == nil {
			return wrong(at, "an object", types)
		}
		return append(s.fields(at, kind.Fields, v), kind.choice.check(at, v)...)
	case json.Number:
		if !slices.Contains(types, "Float") && (!slices.Contains(types, "Integer") || strings.ContainsAny(v.String(), ".eE")) {
			return wrong(at, "a number", types)
		}
	case string:
		if !slices.Contains(types, "String") {
			return wrong(at, "a string", types)
		}
		return links(at, v)
	case bool:
		if !slices.Contains(types, "Boolean") {
			return wrong(at, "a boolean", types)
		}
	case file:
		if !slices.Contains(types, "InputFile") {
			return wrong(at, "a file", types)
		}
	default:
		return wrong(at, "null", types)
	}
	return nil
}

func wrong(at, what string, types []string) []Complaint {
	return []Complaint{{at, what + ", not " + strings.Join(types, " or "), false}}
}

// array holds a list; the elements may be of any kind that one of the types lists.
func (s *Spec) array(at string, types []string, list []any) []Complaint {
	var of []string
	for _, t := range types {
		if element, is := strings.CutPrefix(t, arrayOf); is {
			of = append(of, element)
		}
	}
	if len(of) == 0 {
		return wrong(at, "an array", types)
	}
	var found []Complaint
	for i, one := range list {
		found = append(found, s.value(fmt.Sprintf("%s[%d]", at, i), of, one)...)
	}
	return found
}

// fitting picks the kind of object that fits a value best; nil when no object may stand there.
func (s *Spec) fitting(types []string, v map[string]any) *Type {
	var best *Type
	least := 0
	for _, name := range s.kinds(types, nil) {
		if n := misfits(s.Types[name].Fields, v); best == nil || n < least {
			best, least = s.Types[name], n
		}
	}
	return best
}

// kinds are the types that stand for themselves, those of a union in its place.
func (s *Spec) kinds(types, found []string) []string {
	for _, name := range types {
		t := s.Types[name]
		switch {
		case t == nil || slices.Contains(found, name):
		case len(t.Subtypes) > 0:
			found = s.kinds(t.Subtypes, found)
		default:
			found = append(found, name)
		}
	}
	return found
}

// misfits counts what speaks against a value being of a kind: fields it lacks, has too many, or with another constant.
func misfits(fields []Field, v map[string]any) int {
	n, known := 0, 0
	for _, f := range fields {
		value, given := v[f.Name]
		if given {
			known++
		}
		text, isText := value.(string)
		if f.Required && !given || isText && len(f.rule.words) > 0 && !slices.Contains(f.rule.words, text) {
			n++
		}
	}
	return n + len(v) - known
}

// fields holds the parameters of a call or the fields of an object.
func (s *Spec) fields(at string, fields []Field, given map[string]any) []Complaint {
	var found []Complaint
	known := map[string]bool{}
	for i := range fields {
		f := &fields[i]
		known[f.Name] = true
		v, there := given[f.Name]
		_, replaced := given[f.rule.instead]
		switch {
		case there:
			where := at + "." + f.Name
			found = append(found, s.value(where, f.Types, v)...)
			found = append(found, f.check(where, v, given)...)
		case f.Required, f.rule.instead != "" && !replaced:
			found = append(found, Complaint{at, "lacks " + f.Name, false})
		}
	}
	for name := range given {
		if !known[name] {
			found = append(found, Complaint{at + "." + name, "unknown", false})
		}
	}
	return found
}

// check holds one value against the rule of its field.
func (f *Field) check(at string, v any, beside map[string]any) []Complaint {
	r := f.rule
	switch v := v.(type) {
	case string:
		if len(r.words) > 0 && !slices.Contains(r.words, v) {
			return []Complaint{{at, "not one of the values " + strings.Join(r.words, ", "), false}}
		}
		if r.only != nil && !r.only.MatchString(v) {
			return []Complaint{{at, "letters that are not allowed: " + r.only.String(), false}}
		}
		if f.has("String") {
			return r.count(at, f.measure(v, beside))
		}
	case []any:
		found := r.count(at, len(v))
		for i, one := range v {
			if text, is := one.(string); is && len(r.words) > 0 && !slices.Contains(r.words, text) {
				found = append(found, Complaint{fmt.Sprintf("%s[%d]", at, i), "not one of the values " + strings.Join(r.words, ", "), false})
			}
		}
		return found
	case json.Number:
		if r.unit == byValue {
			return r.count(at, whole(v.String()))
		}
	}
	return nil
}

func (r rule) count(at string, n int) []Complaint {
	if r.permits(n) {
		return nil
	}
	return []Complaint{{at, strings.TrimSpace(fmt.Sprintf("%d %s", n, r.unit)) + fmt.Sprintf(", %d-%d allowed", r.from, r.to), true}}
}

// measure is the length of a text as its limit counts it.
func (f *Field) measure(text string, beside map[string]any) int {
	if f.rule.unit == byByte {
		return len(text)
	}
	mode, given := beside[f.Name+"_parse_mode"]
	if !given {
		mode = beside["parse_mode"]
	}
	if f.rule.parsed && mode == "HTML" {
		text = withoutTags(text)
	}
	return len(utf16.Encode([]rune(text)))
}

func (c choice) check(at string, given map[string]any) []Complaint {
	if c.words == "" {
		return nil
	}
	n := 0
	for name := range given {
		if name != "update_id" && !slices.Contains(c.without, name) {
			n++
		}
	}
	if n > 1 || c.exactly && n == 0 {
		return []Complaint{{at, fmt.Sprintf("%d of them given: %s", n, c.words), false}}
	}
	return nil
}
