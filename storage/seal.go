package storage

import (
	"encoding/json"
	"errors"
	"fmt"
)

// seal writes a value as JSON and seals it. About says what it is and whose: "conv|42".
func (s *Store) seal(v any, about string) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", about, err)
	}
	sealed, err := s.vault.Seal(plain, about)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", about, err)
	}
	return sealed, nil
}

// unseal opens what seal sealed about the same thing.
func (s *Store) unseal(sealed, about string, into any) error {
	plain, err := s.vault.Unseal([]byte(sealed), about)
	if err != nil {
		return fmt.Errorf("unseal %s: %w", about, err)
	}
	return unread(json.Unmarshal(plain, into), about)
}

// unread tells a fault of JSON without what the JSON holds: encoding/json quotes numbers of the wrong type.
func unread(err error, about string) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return fmt.Errorf("unseal %s: field %s is no %s", about, wrong.Field, wrong.Type)
	}
	return fmt.Errorf("unseal %s: %w", about, err)
}
