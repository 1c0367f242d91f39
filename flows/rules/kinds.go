package rules

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
)

//go:embed data/kinds.json
var kindsFile []byte

// IDKind is a kind of identity document: its code in records and the locale key of its name.
type IDKind struct {
	Code, Key string
}

// idForm is how the numbers of a kind look: "resident" is GB 11643, within Regions or outside Barred where given;
// "pattern" is a regular expression whose first group is the number that stays the same for life; "foreign" is either that of a
// card from before 2023, the pattern, or 18 digits from 9 and a province on with birth date and check character (GB 11643 as the cards of
// 2023 use it). Former kinds stand in stored drafts and accounts, and are not offered any more.
type idForm struct {
	Code    string   `json:"code"`
	Key     string   `json:"key"`
	Form    string   `json:"form"`
	Regions []string `json:"regions"`
	Barred  []string `json:"barred"`
	Pattern string   `json:"pattern"`
	Example string   `json:"example"`
	Former  bool     `json:"former"`
	match   *regexp.Regexp
}

var idForms = mustForms(kindsFile)

func mustForms(file []byte) []idForm {
	var forms []idForm
	if err := json.Unmarshal(file, &forms); err != nil {
		panic(fmt.Sprintf("rules: kinds.json: %v", err)) // embedded, held by a test
	}
	for i, f := range forms {
		if f.Pattern != "" {
			forms[i].match = regexp.MustCompile(f.Pattern)
		}
	}
	return forms
}

// IDKinds are the documents that the bot takes, the resident identity card first.
func IDKinds() []IDKind {
	var kinds []IDKind
	for _, f := range idForms {
		if !f.Former {
			kinds = append(kinds, IDKind{Code: f.Code, Key: f.Key})
		}
	}
	return kinds
}

// KindKey is the locale key of a kind's name, of a former one too; "" of none.
func KindKey(code string) string {
	f, _ := formOf(code)
	return f.Key
}

// Family is the register that numbers of a kind are unique in: cards of the three kinds that follow GB 11643 share one.
func Family(kind string) string {
	if f, ok := formOf(kind); ok && f.Form == "resident" {
		return idForms[0].Code
	}
	return kind
}

func formOf(kind string) (idForm, bool) {
	i := slices.IndexFunc(idForms, func(f idForm) bool { return f.Code == kind })
	if i < 0 {
		return idForm{}, false
	}
	return idForms[i], true
}
