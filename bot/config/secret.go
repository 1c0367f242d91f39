package config

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a token, key or URL that may hold a password. Whatever prints it
// prints "[secret]"; Reveal is the one way to the text, so that a search for
// Reveal finds every place that uses one. fmt cannot call a method on an
// unexported struct field: keep a Secret in exported ones.
type Secret string

const masked = "[secret]"

// Reveal is the text itself, for the call that needs it.
func (s Secret) Reveal() string { return string(s) }

// String hides the text from Println and string building.
func (s Secret) String() string { return masked }

// GoString hides the text from %#v.
func (s Secret) GoString() string { return masked }

// Format hides the text from every verb, %x and %q among them.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, masked) }

// MarshalJSON hides the text from encoding/json.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + masked + `"`), nil }

// LogValue hides the text from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(masked) }
