package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// event is a line of `go test -json` (go doc test2json).
type event struct{ Action, Package, Test, Output string }

// results are the final actions: pass, fail or skip, by test.
type results map[test]string

// runSuite runs every test below root. A failing test is a result, not an
// error; what the tests print goes to stderr when they fail.
func runSuite(root string) (results, error) {
	suite := exec.CommandContext(context.Background(), "go", "test", "-json", "-timeout", "10m", "./...")
	suite.Dir, suite.Stderr = root, os.Stderr
	out, err := suite.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := suite.Start(); err != nil {
		return nil, fmt.Errorf("go test: %w", err)
	}
	seen, readErr := readEvents(out, os.Stderr)
	var failed *exec.ExitError
	if err := suite.Wait(); err != nil && !errors.As(err, &failed) {
		return nil, fmt.Errorf("go test: %w", err)
	}
	return seen, readErr
}

// readEvents keeps each test's last word, and shows what failing ones printed.
func readEvents(r io.Reader, failures io.Writer) (results, error) {
	seen, printed := results{}, map[test]string{}
	lines := json.NewDecoder(r)
	for {
		var e event
		if err := lines.Decode(&e); errors.Is(err, io.EOF) {
			return seen, nil
		} else if err != nil {
			return nil, fmt.Errorf("read go test -json: %w", err)
		}
		t := test{e.Package, e.Test}
		switch e.Action {
		case "build-output":
			_, _ = io.WriteString(failures, e.Output)
		case "output":
			printed[t] += e.Output
		case "pass", "fail", "skip":
			if e.Action == "fail" {
				_, _ = io.WriteString(failures, printed[t])
			}
			if e.Test != "" {
				seen[t] = e.Action
			}
			delete(printed, t)
		}
	}
}

// passed tells whether what a claim names ran and passed: for a story, in
// every mode. What was skipped or never ran proves nothing.
func (seen results) passed(c claim) bool {
	if !c.story {
		return seen[c.test] == "pass"
	}
	ran := false
	for t, action := range seen {
		parts := strings.Split(t.name, "/")
		if len(parts) != 3 || parts[0] != "TestStories" || parts[2] != c.test.name {
			continue
		}
		if action != "pass" {
			return false
		}
		ran = true
	}
	return ran
}

// line is what is printed.
type line struct {
	row    row
	test   string
	passed bool
}

func (l line) String() string {
	verdict := "fail"
	if l.passed {
		verdict = "pass"
	}
	return l.row.String() + "\t" + l.test + "\t" + verdict
}

// report is one line a row and test, and one failed line for each promised row
// that no test names.
func report(claims []claim, promised []row, seen results) []line {
	var lines []line
	named := map[row]bool{}
	for _, c := range claims {
		for _, r := range c.rows {
			named[r] = true
			lines = append(lines, line{r, c.label(), seen.passed(c)})
		}
	}
	for _, r := range promised {
		if !named[r] {
			lines = append(lines, line{r, "(no test)", false})
		}
	}
	slices.SortFunc(lines, func(a, b line) int {
		return cmp.Or(a.row.compare(b.row), cmp.Compare(a.test, b.test))
	})
	return slices.Compact(lines)
}

func (c claim) label() string {
	if c.story {
		return "story " + c.test.name
	}
	return c.test.String()
}
