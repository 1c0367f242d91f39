package flows

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// whole reads a draft, and says whether there is a place for all of it: otherwise a later build of the same version wrote it.
func whole[D any](raw []byte, draft *D) (bool, error) {
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if strict.Decode(draft) == nil {
		return true, nil
	}
	var d D
	if err := json.Unmarshal(raw, &d); err != nil {
		return false, fmt.Errorf("decode: %w", err)
	}
	*draft = d
	return false, nil
}

// carry leaves each field of a draft that did not change as it was written, with all that a later build put there: what this one
// has no place for did not change. A field that changed is this build's own.
func carry[D any](written, now []byte) ([]byte, error) {
	var d D
	if err := json.Unmarshal(written, &d); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	read, err := json.Marshal(&d)
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	var was, mine, is map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(written, &was), json.Unmarshal(read, &mine), json.Unmarshal(now, &is)); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	for name, value := range was {
		if bytes.Equal(mine[name], is[name]) {
			is[name] = value
		}
	}
	if now, err = json.Marshal(is); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return now, nil
}
