// Package flowtest holds the laws that every flow obeys, and Play, which walks a conversation without Telegram or Redis.
package flowtest

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows"
)

var update = flag.Bool("update", false, "write golden files anew")

// Laws fails on a table with faults, on an event that no judge says, on one that no step leads by, and on a diagram that
// differs from the golden one in testdata.
func Laws(t *testing.T, f flows.Flow) {
	t.Helper()
	if err := f.Check(); err != nil {
		t.Error(err)
	}
	said := eventsSaid(t)
	led := map[string]bool{}
	for _, row := range f.Rows() {
		led[row[1]] = true
		if !said[row[1]] && row[1] != "back" && row[1] != "given up" && !strings.HasPrefix(row[1], "edit_") {
			t.Errorf("flow %s: no judge says %q, which leads from %q to %q", f.Name(), row[1], row[0], row[2])
		}
	}
	for event := range said {
		if !led[event] && !otherFlow(t, event) {
			t.Errorf("flow %s: a judge says %q, by which no step leads", f.Name(), event)
		}
	}
	Golden(t, f.Name()+".mmd", f.Diagram())
}

// otherFlow is true where the package has a second table that leads by the event.
func otherFlow(t *testing.T, event string) bool { return leadsOf(t)[event] }

// eventsSaid are the first arguments of Move in the package's files, and what Keep names.
func eventsSaid(t *testing.T) map[string]bool {
	said := map[string]bool{"given": says(t, "questions."), "same": says(t, "questions."), "differs": says(t, "questions.")}
	walk(t, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.CallExpr:
			if name(n.Fun) == "Move" && len(n.Args) > 0 {
				note(said, n.Args[0])
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && (key.Name == "Keep" || key.Name == "Anew") {
				note(said, n.Value)
			}
		}
	})
	for event, yes := range said {
		if !yes {
			delete(said, event)
		}
	}
	return said
}

// says tells whether the package's files use a name.
func says(t *testing.T, prefix string) bool {
	found := false
	walk(t, func(n ast.Node) {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name+"." == prefix {
				found = true
			}
		}
	})
	return found
}

func leadsOf(t *testing.T) map[string]bool {
	led := map[string]bool{}
	walk(t, func(n ast.Node) {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return
		}
		for _, e := range lit.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				note(led, kv.Key)
			}
		}
	})
	return led
}

func note(set map[string]bool, e ast.Expr) {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if s, err := strconv.Unquote(lit.Value); err == nil {
			set[s] = true
		}
	}
}

func name(fun ast.Expr) string {
	if s, ok := fun.(*ast.SelectorExpr); ok {
		return s.Sel.Name
	}
	return ""
}

// walk visits every node of the package under test.
func walk(t *testing.T, visit func(ast.Node)) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, "_test.go") })
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if n != nil {
				visit(n)
			}
			return true
		})
	}
}

// Updating says whether -update was given.
func Updating() bool { return *update }

// Golden compares text with testdata/name; -update writes it.
func Golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil { //nolint:gosec // golden files are for everyone
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil { //nolint:gosec // likewise
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}
