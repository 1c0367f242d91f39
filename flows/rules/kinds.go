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
// "pattern" is a regular expression whose first group is the number that stays the same for life.
type idForm struct {
	Code    string   `json:"code"`
	Key     string   `json:"key"`
	Form    string   `json:"form"`
	Regions []string `json:"regions"`
	Barred  []string `json:"barred"`
	Pattern string   `json:"pattern"`
	Example string   `json:"example"`
	match   *regexp.Regexp
}

var idForms = mustForms(kindsFile)

func mustForms(file []byte) []idForm {
	var forms []idForm
	if err := json.Unmarshal(file, &forms); err != nil {
		panic(fmt.Sprintf("rules: kinds.json: %v", err)) // embedded, held by a test
	}
	for i, f := range forms {
		if f.Form == "pattern" {
			forms[i].match = regexp.MustCompile(f.Pattern)
		}
	}
	return forms
}

// IDKinds are the documents that the bot takes, the resident identity card first.
func IDKinds() []IDKind {
	kinds := make([]IDKind, len(idForms))
	for i, f := range idForms {
		kinds[i] = IDKind{Code: f.Code, Key: f.Key}
	}
	return kinds
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
