package config

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	readme = "../../README.md"
	begin  = "<!-- config: begin -->\n"
	end    = "<!-- config: end -->"
)

func TestReadmeShowsTheTableOfTheStruct(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, opened := strings.Cut(string(text), begin)
	table, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		t.Fatalf("README has no %q … %q", begin, end)
	}
	if updating() {
		if err := os.WriteFile(readme, []byte(before+begin+Table()+end+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(Table(), table); diff != "" {
		t.Errorf("write it with go test ./bot/config -update\n%s", diff)
	}
}

// updating tells whether -update was given. The flag belongs to this one test,
// so it is looked up, not kept in a global.
func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write README's configuration table")
	os.Exit(m.Run())
}

func TestEveryRowHasANameAndASentence(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range Rows() {
		if r.Name == "" || seen[r.Name] || !strings.HasSuffix(r.Description, ".") {
			t.Errorf("row %+v: wants a name of its own and a sentence", r)
		}
		seen[r.Name] = true
	}
}
