package flows_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"guiwei/flows"
)

// Rows: P14
//
// An internal note reaches no student: it prints nothing in whatever way, a phrase made of it is empty, no type that the
// student's side reads holds one, and only the reviewer's own flow asks for its words.
func TestAnInternalNoteHasNoWayToAStudent(t *testing.T) {
	t.Parallel()
	const secret = "疑似冒用,查前案"
	note := flows.Note(secret)
	said := flows.Say("verdict.note", "note", note)
	for _, text := range []string{fmt.Sprint(note), fmt.Sprintf("%s %v %+v %#v %q %x", note, note, note, note, note, note), said.Plain("zh-Hans"),
		fmt.Sprintf("%+v", flows.Notes{Internal: note}), fmt.Sprintf("%v", said)} {
		if strings.Contains(text, secret) || strings.Contains(text, "冒用") {
			t.Errorf("it is said: %q", text)
		}
	}
	raw, err := json.Marshal(note)
	var back flows.Internal
	if err != nil || json.Unmarshal(raw, &back) != nil || back.ForDesk() != secret {
		t.Errorf("kept as %s, %v", raw, err)
	}
	for _, v := range []any{flows.Standing{}, flows.LogRow{}, flows.Tell{}, flows.Show{}, flows.Phrase{}, flows.Account{}} {
		if holds(reflect.TypeOf(v), map[reflect.Type]bool{}) {
			t.Errorf("%T holds an internal note", v)
		}
	}
	if !holds(reflect.TypeOf(flows.CaseView{}), map[reflect.Type]bool{}) {
		t.Error("the reviewer's view holds none: the search finds nothing")
	}
	for _, path := range askers(t) {
		if !strings.HasPrefix(path, "../flows/review/") {
			t.Errorf("%s asks for its words", path)
		}
	}
}

func holds(typ reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[typ] {
		return false
	}
	seen[typ] = true
	if typ == reflect.TypeFor[flows.Internal]() {
		return true
	}
	switch typ.Kind() { //nolint:exhaustive // the others hold nothing
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return holds(typ.Elem(), seen)
	case reflect.Struct:
		for i := range typ.NumField() {
			if holds(typ.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}

// askers are the files that call ForDesk, tests left out.
func askers(t *testing.T) (paths []string) {
	t.Helper()
	for _, root := range []string{"../flows", "../bot", "../storage"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "ForDesk" {
					paths = append(paths, filepath.ToSlash(path))
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return paths
}
