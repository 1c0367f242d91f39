// Command rows runs the suite and prints which row of the plan is proven by
// which test: row, test, pass or fail, tab-separated, sorted by row. It exits 1
// when a proof fails or a promised row has none.
//
//	make rows
//	go run .tools/rows/{main,claims,suite}.go [-promised .tools/rows/promised.txt] [ROOT]
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
)

func main() {
	promised := flag.String("promised", ".tools/rows/promised.txt", "file that lists the rows that must be proven, below ROOT")
	flag.Parse()
	root := flag.Arg(0)
	if root == "" {
		root = "."
	}
	proven, err := run(root, *promised)
	if err != nil {
		fmt.Fprintln(os.Stderr, "rows:", err)
	}
	if err != nil || !proven {
		os.Exit(1)
	}
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
