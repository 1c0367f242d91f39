package main

import (
	"bufio"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

const module = "guiwei"

// claim is one test's word that it proves some rows.
type claim struct {
	test  test
	story bool // test.name is a story: any TestStories/<mode>/name
	rows  []row
}

// test is a top-level test or a story of one package.
type test struct{ pkg, name string }

func (t test) String() string { return strings.TrimPrefix(t.pkg, module+"/") + "." + t.name }

// row is S34: a letter of the plan's papers and a number.
type row struct {
	letters string
	number  int
}

func (r row) String() string { return r.letters + strconv.Itoa(r.number) }

// parseRows reads "S1 S2, P5" and ranges as "S9-S14".
func parseRows(text string) ([]row, error) {
	shape := regexp.MustCompile(`^([A-Z])([0-9]+)(?:-([A-Z])([0-9]+))?$`)
	var rows []row
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' }) {
		m := shape.FindStringSubmatch(word)
		if m == nil || m[3] != "" && m[3] != m[1] {
			return nil, fmt.Errorf("%q is no row", word)
		}
		first, _ := strconv.Atoi(m[2])
		last := first
		if m[4] != "" {
			last, _ = strconv.Atoi(m[4])
		}
		for n := first; n <= last; n++ {
			rows = append(rows, row{m[1], n})
		}
	}
	if len(rows) == 0 {
		return nil, errors.New("no row after Rows:")
	}
	return rows, nil
}

// findClaims reads every test source and story below root.
func findClaims(root string) ([]claim, error) {
	var all []claim
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != root && strings.HasPrefix(entry.Name(), ".") {
				return filepath.SkipDir
			}
			return nil
		}
		found, err := claimsOf(root, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, found...)
		return nil
	})
	return all, err
}

func claimsOf(root, name string) ([]claim, error) {
	relative, err := filepath.Rel(root, name)
	if err != nil {
		return nil, err
	}
	relative = filepath.ToSlash(relative)
	switch {
	case strings.HasSuffix(relative, "_test.go"):
		return goClaims(name, path.Join(module, path.Dir(relative)))
	case strings.HasSuffix(relative, ".txtar") && path.Dir(relative) == "bot/testdata/script":
		return storyClaims(name)
	}
	return nil, nil
}

func goClaims(name, pkg string) ([]claim, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var claims []claim
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Doc == nil {
			continue
		}
		first, _, _ := strings.Cut(f.Doc.Text(), "\n")
		text, found := strings.CutPrefix(first, "Rows:")
		if !found {
			continue
		}
		rows, err := parseRows(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name.Name, err)
		}
		claims = append(claims, claim{test: test{pkg, f.Name.Name}, rows: rows})
	}
	return claims, nil
}

// storyClaims looks at the first comment line only.
func storyClaims(name string) ([]claim, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		text, found := strings.CutPrefix(line, "# Rows:")
		if !found {
			return nil, nil
		}
		rows, err := parseRows(text)
		story := strings.TrimSuffix(filepath.Base(name), ".txtar")
		return []claim{{test: test{module + "/bot", story}, story: true, rows: rows}}, err
	}
	return nil, lines.Err()
}

// readPromised reads rows, any number a line, # to the line's end a comment.
// An absent file promises nothing.
func readPromised(root, name string) ([]row, error) {
	text, err := os.ReadFile(filepath.Join(root, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []row
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		rows, err := parseRows(strings.TrimSpace(line))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, rows...)
	}
	return all, nil
}
