package telegram

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"
)

func itoa(n int) string { return strconv.Itoa(n) }

type specification struct {
	Methods map[string]struct {
		Fields []struct {
			Name     string `json:"name"`
			Required bool   `json:"required"`
		} `json:"fields"`
	} `json:"methods"`
}

// checkContract holds calls against the Bot API's specification when SPEC names
// its file; without one it says so.
func checkContract(t *testing.T, calls []asked) {
	t.Helper()
	path := os.Getenv("SPEC")
	if path == "" {
		t.Log("contract: no SPEC given")
		return
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var spec specification
	if err := json.Unmarshal(raw, &spec); err != nil {
		t.Fatal(err)
	}
	for _, a := range calls {
		method, known := spec.Methods[a.method]
		if !known {
			t.Errorf("no method %s in the specification", a.method)
		}
		fields := map[string]bool{}
		for _, f := range method.Fields {
			fields[f.Name] = true
			_, uploaded := a.files[f.Name]
			if f.Required && !a.fields.Has(f.Name) && !uploaded {
				t.Errorf("%s lacks %s", a.method, f.Name)
			}
		}
		for name := range a.fields {
			if !fields[name] {
				t.Errorf("%s has no field %s", a.method, name)
			}
		}
	}
}
