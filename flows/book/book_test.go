package book

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows"
	"guiwei/flows/register"
	"guiwei/flows/rules"
)

var update = flag.Bool("update", false, "draw README's flows anew")

// README shows how the flows lead to each other, and each of them in its own picture.
func TestReadmeDrawsTheFlows(t *testing.T) {
	t.Parallel()
	const readme, begin, end = "../../README.md", "<!-- flows: begin -->\n", "<!-- flows: end -->"
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, opened := strings.Cut(string(text), begin)
	shown, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		t.Fatalf("README has no %q … %q", begin, end)
	}
	list := all(register.Settings{Advice: rules.Passphrase})
	want := overview(list) + pictures(list)
	if *update {
		if err := os.WriteFile(readme, []byte(before+begin+want+end+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("draw it with go test ./flows/book -update\n%s", diff)
	}
}

// overview draws which flow hands over to which.
func overview(list []flows.Flow) string {
	var lines []string
	for _, f := range list {
		for _, row := range f.Rows() {
			if to, other := strings.CutPrefix(row[2], "-> "); other && to != "done" && to != "home" {
				lines = append(lines, fmt.Sprintf("    %s --> %s\n", f.Name(), to))
			}
		}
	}
	slices.Sort(lines)
	return "```mermaid\nflowchart LR\n" + strings.Join(slices.Compact(lines), "") + "```\n\n"
}

// pictures draws every flow of more than one step, folded away.
func pictures(list []flows.Flow) string {
	var b strings.Builder
	for _, f := range list {
		if len(f.Rows()) > 2 {
			fmt.Fprintf(&b, "<details><summary>%s</summary>\n\n```mermaid\n%s```\n\n</details>\n", f.Name(), f.Diagram())
		}
	}
	return b.String()
}
