package botapi

import "strings"

// Example is the smallest object of a type that the specification allows: what it requires, with 1 for numbers, x for texts
// and the first of the values that may stand somewhere. Tests send it where any object of the type will do.
func (s *Spec) Example(name string) map[string]any {
	kinds := s.kinds([]string{name}, nil)
	if len(kinds) == 0 {
		return nil
	}
	o := map[string]any{}
	for _, f := range s.Types[kinds[0]].Fields {
		if f.Required {
			o[f.Name] = s.example(f)
		}
	}
	return o
}

func (s *Spec) example(f Field) any {
	of, isArray := strings.CutPrefix(f.Types[0], arrayOf)
	switch kind := f.Types[0]; {
	case isArray:
		f.Types = []string{of}
		return []any{s.example(f)}
	case len(f.rule.words) > 0:
		return f.rule.words[0]
	case kind == "Integer", kind == "Float":
		return max(1, f.rule.from)
	case kind == "Boolean":
		return true
	case kind == "String":
		return strings.Repeat("x", max(1, f.rule.from))
	default:
		return s.Example(kind)
	}
}

// UpdateKinds are the kinds of updates there are, by the field of Update that brings them, with the type of their object.
func (s *Spec) UpdateKinds() map[string]string {
	kinds := map[string]string{}
	for _, f := range s.Types["Update"].Fields {
		if !f.Required {
			kinds[f.Name] = f.Types[0]
		}
	}
	return kinds
}
