package rules

import (
	_ "embed"
	"strings"
)

//go:embed data/regions.txt
var regionsFile string

// regions are the names of six-digit codes of GB/T 2260, current and abolished; see data/NOTICE.
var regions = regionTable(regionsFile)

func regionTable(file string) map[string]string {
	table := make(map[string]string, strings.Count(file, "\n"))
	for line := range strings.Lines(file) {
		code, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		table[code] = name
	}
	return table
}

// regionName is the full name of a code, province first. Of a county that the table lacks it names what it knows and
// says false.
func regionName(code string) (name string, known bool) {
	county, known := regions[code]
	province, city := regions[code[:2]+"0000"], regions[code[:4]+"00"]
	switch {
	case code[2:] == "0000":
		return province, known
	case code[4:] == "00":
		return province + city, known
	case strings.HasPrefix(county, city):
		return province + county, known
	}
	return province + city + county, known
}
