package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	root   = ".." // of the repository, seen from bot
	module = "guiwei"
)

// layers run one way: a layer imports itself and those after it.
func layers() []string { return []string{"bot", "storage", "flows", "locales"} }

// rooms are the folders of bot and the rooms each may import; app and main know
// everybody, sim alone excepted for main. A new room gets its line here.
func rooms() map[string][]string {
	return map[string][]string{
		"config": {}, "courier": {}, "crash": {}, "flood": {}, "metrics": {}, "paper": {}, "photo": {}, "sim": {}, "tap": {},
		"telegram": {"crash", "tap"},
		"engine":   {"crash", "tap"},
		"web":      {"crash", "telegram"},
		"effects":  {"courier", "crash", "engine", "paper", "photo", "tap", "telegram"},
	}
}

// homes are the only packages that may import a library, or a folder with all
// below it where the name ends in a slash. Tests may import it anywhere.
func homes() map[string][]string {
	return map[string][]string{
		"github.com/go-telegram-bot-api/": {"bot/telegram"},
		"github.com/looplab/fsm":          {"flows"},
		"github.com/disintegration/":      {"bot/photo/", "bot/sim"}, // the simulator makes Telegram's sizes of a picture
		"github.com/esimov/pigo":          {"bot/photo"},
		"github.com/redis/go-redis/":      {"storage/"},
		"github.com/alicebob/miniredis/":  {"bot/app", "storage/storagetest"},
		"github.com/tink-crypto/":         {"storage/vault"},
		"github.com/minio/minio-go/":      {"storage/photos"},
		"github.com/wneessen/go-mail":     {"bot/courier"},
		"github.com/prometheus/":          {"bot/metrics"},
		"github.com/caarlos0/env/":        {"bot/config", "bot", "bot/app"},
	}
}

// source is one Go file: its path from the root and what it imports.
type source struct {
	name    string
	imports []string
	file    *ast.File
}

func (s source) dir() string  { return path.Dir(s.name) }
func (s source) test() bool   { return strings.HasSuffix(s.name, "_test.go") }
func (s source) room() string { return strings.Split(strings.TrimPrefix(s.dir(), "bot/"), "/")[0] }
func (s source) in(dir string) bool {
	return s.dir() == dir || strings.HasPrefix(s.dir(), dir+"/")
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != root && strings.HasPrefix(entry.Name(), ".") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		all = append(all, source{filepath.ToSlash(relative), imports(file), file})
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("read %d sources: %v", len(all), err)
	}
	return all
}

func imports(file *ast.File) []string {
	var paths []string
	for _, spec := range file.Imports {
		if unquoted, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, unquoted)
		}
	}
	return paths
}

func TestLayersPointOneWay(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		from := slices.Index(layers(), strings.Split(s.name, "/")[0])
		for _, p := range s.imports {
			ours, found := strings.CutPrefix(p, module+"/")
			if to := slices.Index(layers(), strings.Split(ours, "/")[0]); found && to < from {
				t.Errorf("%s imports %s against bot -> storage -> flows -> locales", s.name, p)
			}
		}
	}
}

func TestRoomsOfTheBotPointOneWay(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test() || !s.in("bot") || s.room() == "app" {
			continue
		}
		allowed, known := rooms()[s.room()]
		if !known && s.dir() != "bot" {
			t.Errorf("%s is in a room that the table of this test does not know", s.name)
			continue
		}
		for _, p := range s.imports {
			if to, found := botRoom(p); found && !mayEnter(s, to, allowed) {
				t.Errorf("%s imports %s: %s may import %v", s.name, p, s.room(), allowed)
			}
		}
	}
}

func botRoom(importPath string) (string, bool) {
	below, found := strings.CutPrefix(importPath, module+"/bot/")
	return strings.Split(below, "/")[0], found
}

func mayEnter(s source, to string, allowed []string) bool {
	if s.dir() == "bot" {
		return to != "sim"
	}
	return to == s.room() || slices.Contains(allowed, to)
}

func TestSimulatorKnowsNothingOfOurs(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, p := range s.imports {
			inside := strings.HasPrefix(p, module+"/bot/sim")
			if s.in("bot/sim") && strings.HasPrefix(p, module+"/") && !inside {
				t.Errorf("%s imports %s: the simulator speaks HTTP only", s.name, p)
			}
			if inside && !s.in("bot/sim") && !s.in("bot/app") && !s.test() {
				t.Errorf("%s imports the simulator: only app and tests may", s.name)
			}
		}
	}
}

func TestEachLibraryHasItsHome(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test() {
			continue
		}
		for library, folders := range homes() {
			for _, p := range s.imports {
				if strings.HasPrefix(p, library) && !slices.ContainsFunc(folders, s.lives) {
					t.Errorf("%s imports %s, which only %v may", s.name, p, folders)
				}
			}
		}
	}
}

func (s source) lives(home string) bool {
	if below, tree := strings.CutSuffix(home, "/"); tree {
		return s.in(below)
	}
	return s.dir() == home
}

// Deciding is pure: what decides may not reach a file, a socket, a clock or
// chance. flows/flowtest is for tests and reads sources.
func TestFlowsDecideWithoutTheWorld(t *testing.T) {
	t.Parallel()
	world := []string{"crypto/rand", "log", "log/slog", "math/rand", "math/rand/v2", "net", "net/http", "os", "os/exec", "path/filepath"}
	for _, s := range sources(t) {
		if s.test() || !s.in("flows") || s.in("flows/flowtest") {
			continue
		}
		for _, p := range s.imports {
			if slices.Contains(world, p) {
				t.Errorf("%s imports %s", s.name, p)
			}
		}
		for _, call := range clockCalls(s.file) {
			t.Errorf("%s says time.%s; take the input's At", s.name, call)
		}
	}
}

func clockCalls(file *ast.File) []string {
	var calls []string
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := selector.X.(*ast.Ident)
		clocks := []string{"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "Tick", "NewTimer", "NewTicker"}
		if ok && pkg.Name == "time" && slices.Contains(clocks, selector.Sel.Name) {
			calls = append(calls, selector.Sel.Name)
		}
		return true
	})
	return calls
}

// The owner's card names the folders; everything else hides behind a dot.
func TestTopLevelHoldsOnlyTheNamedFolders(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !slices.Contains(layers(), e.Name()) {
			t.Errorf("folder %s has no place at the top level", e.Name())
		}
	}
}
