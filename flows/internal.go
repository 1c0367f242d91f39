package flows

import (
	"encoding/json"
	"fmt"
)

// Internal is a reviewer's note for other reviewers. No path leads it to a student: it prints nothing wherever a text is made of
// it, so that neither a phrase nor a log can hold it, and no type that a student's side reads has one. ForDesk alone tells it.
type Internal struct{ text string }

// Note makes an internal note of a text.
func Note(text string) Internal { return Internal{text} }

// ForDesk is what a reviewer with the case in hand may read.
func (i Internal) ForDesk() string { return i.text }

// IsZero says whether nothing was noted.
func (i Internal) IsZero() bool { return i.text == "" }

// Equal compares two.
func (i Internal) Equal(j Internal) bool { return i == j }

// Format prints nothing, whatever the verb.
func (Internal) Format(fmt.State, rune) {}

// MarshalJSON is for what is sealed: drafts of reviewers, effects, cases.
func (i Internal) MarshalJSON() ([]byte, error) {
	raw, err := json.Marshal(i.text)
	if err != nil {
		return nil, fmt.Errorf("write internal note: %w", err)
	}
	return raw, nil
}

// UnmarshalJSON reads it back.
func (i *Internal) UnmarshalJSON(raw []byte) error {
	if err := json.Unmarshal(raw, &i.text); err != nil {
		return fmt.Errorf("read internal note: %w", err)
	}
	return nil
}

// Notes are what a reviewer writes beside a verdict's reasons.
type Notes struct {
	Student  string   `json:"student,omitempty"` // at most NoteLength characters, read by the student under the reasons
	Internal Internal `json:"internal,omitzero"` // for reviewers
	Side     string   `json:"side,omitempty"`    // the one that is to be taken again: front, back; "": both
}

// NoteLength is how many characters a note has at most (trust.md, V5).
const NoteLength = 200

// Told is all of a refusal that its student reads: the reasons, the note, and which side is to be taken again.
func Told(reasons []string, note, side string) []Phrase {
	list := make([]Phrase, 0, len(reasons)+2)
	for _, code := range reasons {
		list = append(list, Say("reason."+code))
	}
	if note != "" {
		list = append(list, Say("verdict.note", "note", note))
	}
	switch side {
	case "front":
		list = append(list, Say("verdict.only_front"))
	case "back":
		list = append(list, Say("verdict.only_back"))
	}
	return list
}
