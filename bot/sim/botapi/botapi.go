// Package botapi is Telegram's Bot API specification as data, and holds calls, answers and updates against it: methods,
// parameters, fields, types, the values that may stand somewhere, and the limits.
//
// Most callers want Find and then a Ledger, which counts what passes and remembers what is wrong. The specification is a file
// outside the project (api.json of github.com/PaulSonOfLars/telegram-bot-api-spec); limits and values are read from its
// sentences where they say them the same way each time, and stand in tables.go with their source where they do not.
package botapi

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Spec is the Bot API.
type Spec struct {
	Version string             `json:"version"`
	Methods map[string]*Method `json:"methods"`
	Types   map[string]*Type   `json:"types"`

	byLower map[string]string // names of methods in lower case
}

// Method is what a bot can call.
type Method struct {
	Name        string   `json:"name"`
	Description []string `json:"description"`
	Returns     []string `json:"returns"`
	Fields      []Field  `json:"fields"`
}

// Type is an object of the Bot API, or the kinds of objects that can stand for it.
type Type struct {
	Name        string   `json:"name"`
	Description []string `json:"description"`
	Fields      []Field  `json:"fields"`
	Subtypes    []string `json:"subtypes"`

	choice choice
}

// Field is a parameter of a method or a field of an object.
type Field struct {
	Name        string   `json:"name"`
	Types       []string `json:"types"` // Integer, Float, String, Boolean, InputFile, a type's name, "Array of …"
	Required    bool     `json:"required"`
	Description string   `json:"description"`

	rule rule
}

// Find reads the specification that SPEC names, a path from the project's root, or the one beside the checkout
// (../shared/botapi/api.json) when SPEC is not set at all. Without any the answer is nil: there is nothing to hold against.
func Find() (*Spec, error) {
	root, err := projectRoot()
	if err != nil {
		return nil, err
	}
	named, set := os.LookupEnv("SPEC")
	if set && named == "" {
		return nil, nil
	}
	if !set {
		named = filepath.Join("..", "shared", "botapi", "api.json")
	}
	if !filepath.IsAbs(named) {
		named = filepath.Join(root, named)
	}
	raw, err := os.ReadFile(named) //nolint:gosec // the operator of the tests names it
	if os.IsNotExist(err) && !set {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the specification: %w", err)
	}
	return Read(raw)
}

// found is what Find finds, read once: it is the same for all tests of a process.
var found = sync.OnceValues(Find)

// projectRoot is the folder of go.mod, from the working directory upwards.
func projectRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("no go.mod from the working directory upwards")
		}
		dir = up
	}
	return "", err
}

// Read takes the specification in and reads its rules.
func Read(raw []byte) (*Spec, error) {
	s := &Spec{byLower: map[string]string{}}
	if err := json.Unmarshal(raw, s); err != nil {
		return nil, fmt.Errorf("read the specification: %w", err)
	}
	if len(s.Methods) == 0 || s.Types["Update"] == nil {
		return nil, fmt.Errorf("read the specification: no methods or no Update in it")
	}
	for name, m := range s.Methods {
		s.byLower[strings.ToLower(name)] = name
		s.readRules(m.Fields)
	}
	for _, t := range s.Types {
		s.readRules(t.Fields)
		t.choice = choiceOf(strings.Join(t.Description, " "))
	}
	return s, nil
}

func (s *Spec) readRules(fields []Field) {
	for i := range fields {
		fields[i].rule = ruleOf(&fields[i])
		if fields[i].Name == "allowed_updates" {
			fields[i].rule.words = s.updateKinds()
		}
	}
}

// updateKinds are the fields of Update that say what happened; "See Update for a complete list of available update types".
func (s *Spec) updateKinds() []string {
	var kinds []string
	for _, f := range s.Types["Update"].Fields {
		if !f.Required {
			kinds = append(kinds, f.Name)
		}
	}
	return kinds
}

// method finds a method in any case, as the server does.
func (s *Spec) method(name string) *Method { return s.Methods[s.byLower[strings.ToLower(name)]] }
