package rules

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWordsGiveFortyBits(t *testing.T) {
	t.Parallel()
	n := float64(len(words))
	if bits := math.Log2(n * (n - 1) * (n - 2) * 10_000); bits < 40 {
		t.Errorf("%.1f bits", bits)
	}
	if !slices.IsSorted(words) || len(slices.Compact(slices.Clone(words))) != len(words) {
		t.Error("the words are not sorted and different")
	}
	for _, w := range words {
		if len(w) < 4 || len(w) > 8 || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("%q is too short, too long or no pinyin", w)
		}
	}
}

func TestCommonPasswordsAreThoseThatCouldBeTyped(t *testing.T) {
	t.Parallel()
	if len(common) < 3000 {
		t.Errorf("only %d", len(common))
	}
	for p := range common {
		if n := utf8.RuneCountInString(p); n < minPassword || n > maxPassword || strings.ToLower(narrow(p)) != p {
			t.Errorf("%q can never match", p)
		}
	}
}

func TestRegionsAreCodesWithProvinces(t *testing.T) {
	t.Parallel()
	if len(regions) < 6000 {
		t.Errorf("only %d", len(regions))
	}
	for code, name := range regions {
		if len(code) != 6 || digitsOf(code) != code || strings.TrimSpace(name) != name {
			t.Errorf("%q %q", code, name)
		}
		if regions[code[:2]+"0000"] == "" {
			t.Errorf("%s: no such province", code)
		}
	}
}

// An example that a form refuses would send the student in circles.
func TestExamplesPassTheirOwnForm(t *testing.T) {
	t.Parallel()
	for _, f := range idForms {
		switch {
		case f.Form == "resident" && f.match == nil:
		case f.Form != "resident" && f.match != nil && f.match.MatchString(f.Example):
		default:
			t.Errorf("%s: form %q, example %q", f.Code, f.Form, f.Example)
		}
	}
}
