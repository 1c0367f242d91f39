package storage

import (
	"strings"

	"guiwei/flows"
)

func notesAbout(no string) string { return "notes|" + no }

// notes are those of a case's verdict; of one in its undo window too.
func (s *Store) notes(sh shelf, no string) (n flows.Notes, err error) {
	if sealed := sh.cases[no+" notes"]; sealed != "" && sh.cases[no+" reasons"] != "" {
		err = s.unseal(sealed, notesAbout(no), &n)
	}
	return n, err
}

// lastRefused is the account's last refused case before another, "" without one.
func (sh shelf) lastRefused(account, before string) string {
	last := ""
	for _, no := range ids(sh.cases, "submitted") {
		if no == before {
			break
		}
		if sh.cases[no+" account"] == account && sh.cases[no+" state"] == string(flows.CaseRefused) {
			last = no
		}
	}
	return last
}

// kept is the picture that an account's last refusal had nothing against, by side.
func (s *Store) kept(sh shelf, account string) (map[string]flows.Photo, error) {
	no := sh.lastRefused(account, "")
	if no == "" || strings.Contains(","+sh.cases[no+" reasons"]+",", ",not_same,") {
		return nil, nil
	}
	n, err := s.notes(sh, no)
	sealed := sh.cases[no+" photos"]
	if err != nil || n.Side == "" || sealed == "" {
		return nil, err
	}
	var photos pair
	if err := s.unseal(sealed, pairAbout(no), &photos); err != nil {
		return nil, err
	}
	if n.Side == "front" {
		return map[string]flows.Photo{"back": photos.Back}, nil
	}
	return map[string]flows.Photo{"front": photos.Front}, nil
}

// withNotes puts into the rows of a log what the reviewer wrote to the student.
func (s *Store) withNotes(sh shelf, rows []flows.LogRow) ([]flows.LogRow, error) {
	for i, row := range rows {
		if row.State != flows.CaseRefused {
			continue
		}
		n, err := s.notes(sh, row.Case)
		if err != nil {
			return nil, err
		}
		rows[i].Note, rows[i].Side = n.Student, n.Side
	}
	return rows, nil
}
