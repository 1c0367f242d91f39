// Command rows runs the suite and prints which row of the plan is proven by
// which test: row, test, pass or fail, tab-separated, sorted by row. It exits 1
// when a proof fails or a promised row has none.
//
//	make rows
//	go run .tools/rows/{main,claims,suite,table}.go [-promised .tools/rows/promised.txt] [-table] [ROOT]
//
// With -table it runs nothing and writes ROWS.md.
//
// A Go test names its rows in the first line of its doc comment, a story
// (bot/testdata/script/NAME.txtar) in its first comment line:
//
//	// Rows: S34 S35
//	# Rows: S34 S35
//
// A story passes when TestStories/<mode>/NAME passed in every mode it ran in.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	promised := flag.String("promised", ".tools/rows/promised.txt", "file that lists the rows that must be proven, below ROOT")
	onlyTable := flag.Bool("table", false, "write "+tableFile+" and run nothing")
	flag.Parse()
	root := flag.Arg(0)
	if root == "" {
		root = "."
	}
	if *onlyTable {
		if err := write(root); err != nil {
			fmt.Fprintln(os.Stderr, "rows:", err)
			os.Exit(1)
		}
		return
	}
	proven, err := run(root, *promised)
	if err != nil {
		fmt.Fprintln(os.Stderr, "rows:", err)
	}
	if err != nil || !proven {
		os.Exit(1)
	}
}

func write(root string) error {
	claims, err := findClaims(root)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, tableFile), []byte(table(claims)), 0o644) //nolint:gosec // a page for everybody
}

func run(root, promised string) (bool, error) {
	claims, err := findClaims(root)
	if err != nil {
		return false, err
	}
	wanted, err := readPromised(root, promised)
	if err != nil {
		return false, err
	}
	seen, err := runSuite(root)
	if err != nil {
		return false, err
	}
	lines := report(claims, wanted, seen)
	failed := 0
	for _, l := range lines {
		fmt.Println(l)
		if !l.passed {
			failed++
		}
	}
	fmt.Fprintf(os.Stderr, "rows: %d lines, %d failed\n", len(lines), failed)
	return failed == 0, nil
}
