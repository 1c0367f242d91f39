package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// tableFile stands beside README.
const tableFile = "ROWS.md"

// table is a page of every row and the tests that prove it, sorted by row.
func table(claims []claim) string {
	tests := map[row][]string{}
	for _, c := range claims {
		for _, r := range c.rows {
			tests[r] = append(tests[r], "`"+c.label()+"`")
		}
	}
	var page strings.Builder
	page.WriteString("# Which test proves which row\n\n" +
		"Written by `make table` from the tests' own words (`// Rows: S34`); `make rows` runs them. A story is a file of\n" +
		"`bot/testdata/script`, played by `TestStories`. The rows are those of the plan: S the guide's own, P what the best have,\n" +
		"M what none has, T threats, F faults, U and V manners towards students and reviewers, R and D the bar.\n\n" +
		"| Row | Tests |\n| --- | --- |\n")
	for _, r := range slices.SortedFunc(maps.Keys(tests), row.compare) {
		slices.Sort(tests[r])
		fmt.Fprintf(&page, "| %s | %s |\n", r, strings.Join(slices.Compact(tests[r]), ", "))
	}
	return page.String()
}

func (r row) compare(other row) int {
	return cmp.Or(cmp.Compare(r.letters, other.letters), cmp.Compare(r.number, other.number))
}
