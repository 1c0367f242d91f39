package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree writes files below a new folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		full := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func printed(lines []line) string {
	var out []string
	for _, l := range lines {
		out = append(out, l.String())
	}
	return strings.Join(out, "\n")
}

func TestClaimsMeetResults(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{
		"flows/a_test.go":                "package a\n\n// Rows: S10 S2\n// and a word.\nfunc TestA(t *T) {}\n\n// TestB says.\n//\n// Rows: S9\nfunc TestB(t *T) {}\n",
		"storage/b_test.go":              "package b\n\n// Rows: P4,S2\nfunc TestSkipped(t *T) {}\n",
		"bot/testdata/script/main.txtar": "\n# Rows: S1-S3\n# a story\n",
		"bot/testdata/script/cut.txtar":  "# Rows: S3\n",
		"bot/testdata/script/free.txtar": "# a story without rows\n# Rows: S77\n",
		".hidden/c_test.go":              "package c\n\n// Rows: S88\nfunc TestC(t *T) {}\n",
	})
	claims, err := findClaims(root)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := readEvents(strings.NewReader(`
{"Action":"output","Package":"guiwei/flows","Test":"TestA","Output":"ok"}
{"Action":"pass","Package":"guiwei/flows","Test":"TestA"}
{"Action":"skip","Package":"guiwei/storage","Test":"TestSkipped"}
{"Action":"pass","Package":"guiwei/bot","Test":"TestStories/polling/main"}
{"Action":"pass","Package":"guiwei/bot","Test":"TestStories/webhook/main"}
{"Action":"pass","Package":"guiwei/bot","Test":"TestStories/polling/cut"}
{"Action":"fail","Package":"guiwei/bot","Test":"TestStories/webhook/cut"}
{"Action":"fail","Package":"guiwei/bot"}
`), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	got := printed(report(claims, []row{{"S", 2}, {"S", 99}}, seen))
	want := strings.Join([]string{
		"P4\tstorage.TestSkipped\tfail", "S1\tstory main\tpass", "S2\tflows.TestA\tpass", "S2\tstorage.TestSkipped\tfail",
		"S2\tstory main\tpass", "S3\tstory cut\tfail", "S3\tstory main\tpass", "S10\tflows.TestA\tpass", "S99\t(no test)\tfail",
	}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestMisspeltRowsAreErrors(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "s1", "S", "34", "S1-P3", "S1;S2"} {
		if rows, err := parseRows(text); err == nil {
			t.Errorf("%q read as %v", text, rows)
		}
	}
	root := tree(t, map[string]string{"a_test.go": "package a\n\n// Rows: Sx\nfunc TestA(t *T) {}\n"})
	if _, err := findClaims(root); err == nil {
		t.Error("a misspelt row passed")
	}
}

func TestFailingTestsAreShown(t *testing.T) {
	t.Parallel()
	var shown strings.Builder
	if _, err := readEvents(strings.NewReader(`{"Action":"output","Package":"p","Test":"TestA","Output":"wants 3\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestB","Output":"fine\n"}
{"Action":"pass","Package":"p","Test":"TestB"}`), &shown); err != nil {
		t.Fatal(err)
	}
	if shown.String() != "wants 3\n" {
		t.Errorf("shown %q", shown.String())
	}
}

func TestPromisedRangesAreRead(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{"p.txt": "# all\nS1-S3 P2 # two\n\n"})
	rows, err := readPromised(root, "p.txt")
	if want := []row{{"S", 1}, {"S", 2}, {"S", 3}, {"P", 2}}; err != nil || !slices.Equal(rows, want) {
		t.Errorf("%v, %v", rows, err)
	}
}

func TestTheTableIsOfTodaysTests(t *testing.T) {
	t.Parallel()
	claims, err := findClaims("../..")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join("../..", tableFile))
	if err != nil || string(page) != table(claims) {
		t.Errorf("%s is not what the tests say (%v): run make table", tableFile, err)
	}
}
