package register

import (
	"encoding/json"

	"guiwei/flows"
)

// upgrade1 reads drafts of version 1, which asked for the ID number before the name and kept it as "id".
func upgrade1(f flows.Frame) (flows.Frame, error) {
	var old map[string]json.RawMessage
	if err := json.Unmarshal(f.Draft, &old); err != nil {
		return f, err
	}
	if id, ok := old["id"]; ok {
		old["id_number"] = id
		delete(old, "id")
	}
	if f.State == "identity" {
		f.State = "id_number"
	}
	draft, err := json.Marshal(old)
	f.Draft = draft
	return f, err
}

// upgrade2 reads drafts of version 2, which knew no edit: all they hold stands.
func upgrade2(f flows.Frame) (flows.Frame, error) { return f, nil }
