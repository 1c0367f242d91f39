package botapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Call holds a call against the specification: values as they were sent, objects and lists in JSON; files by their field.
func (s *Spec) Call(method string, values map[string]string, files map[string][]byte) []Complaint {
	m := s.method(method)
	if m == nil {
		return []Complaint{{method, "no such method", false}}
	}
	given := map[string]any{}
	for name, text := range values {
		given[name] = m.decode(name, text)
	}
	uses := references(given, map[string]bool{})
	for name, content := range files {
		if _, attached := uses[name]; !attached {
			given[name] = file{content}
		}
	}
	found := s.fields(m.Name, m.Fields, given)
	for name, content := range files {
		photo, attached := uses[name]
		found = append(found, upload(m.Name+"."+name, content, photo || !attached && name == "photo")...)
	}
	for name := range uses {
		if _, sent := files[name]; !sent {
			found = append(found, Complaint{m.Name, "attach://" + name + " was not uploaded", false})
		}
	}
	return found
}

// decode reads a parameter: what can only be a string stays one, all else is JSON if it can be.
func (m *Method) decode(name, text string) any {
	i := slices.IndexFunc(m.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 || slices.Equal(m.Fields[i].Types, []string{"String"}) || m.Fields[i].has("InputFile") {
		return text
	}
	v, err := decode([]byte(text))
	if err != nil {
		return text
	}
	return v
}

func decode(raw []byte) (any, error) {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

// references finds the fields that attach:// names, and whether a photo is meant.
func references(v any, found map[string]bool) map[string]bool {
	switch v := v.(type) {
	case map[string]any:
		for name, one := range v {
			text, _ := one.(string)
			if field, is := strings.CutPrefix(text, "attach://"); is {
				found[field] = found[field] || name == "photo" || name == "media" && v["type"] == "photo"
				continue
			}
			references(one, found)
		}
	case []any:
		for _, one := range v {
			references(one, found)
		}
	}
	return found
}

// Answer holds the body of an answer against what its method returns (core.telegram.org/bots/api#making-requests).
func (s *Spec) Answer(method string, body []byte) []Complaint {
	v, err := decode(body)
	given, isObject := v.(map[string]any)
	if err != nil || !isObject {
		return []Complaint{{method, "the answer is no JSON object", false}}
	}
	fields := []Field{
		{Name: "ok", Types: []string{"Boolean"}, Required: true}, {Name: "description", Types: []string{"String"}},
	}
	if m := s.method(method); given["ok"] == true && m != nil {
		fields = append(fields, Field{Name: "result", Types: m.Returns, Required: true})
	} else {
		fields = append(fields, Field{Name: "error_code", Types: []string{"Integer"}, Required: true},
			Field{Name: "parameters", Types: []string{"ResponseParameters"}})
	}
	found := s.fields("answer to "+method, fields, given)
	if strings.EqualFold(method, "getFile") && given["ok"] == true {
		found = append(found, downloadable("answer to "+method, given["result"])...)
	}
	return found
}

func downloadable(at string, result any) []Complaint {
	f, _ := result.(map[string]any)
	size, given := f["file_size"].(json.Number)
	if given && whole(size.String()) > maxDownload {
		return []Complaint{{at + ".file_size", size.String() + " bytes, at most 20 MB", true}}
	}
	return nil
}

// Update holds an Update against the specification.
func (s *Spec) Update(body []byte) []Complaint {
	v, err := decode(body)
	if err != nil {
		return []Complaint{{"Update", "no JSON", false}}
	}
	return s.value("Update", []string{"Update"}, v)
}

var tag = regexp.MustCompile(`<[^<>]*>`)

// withoutTags is a text of parse mode HTML as people see it.
func withoutTags(text string) string { return html.UnescapeString(tag.ReplaceAllString(text, "")) }
