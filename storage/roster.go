package storage

import (
	"context"
	"fmt"

	"guiwei/flows"
)

// batch is how many persons of a roster are written in one pipeline.
const batch = 500

// PutRecords stores a roster: for each person named in it, its lines in their order, in place of the earlier ones. It
// answers the count of lines stored; lines without ID number are left out. Repeating it is harmless. One round trip per 500
// persons.
func (s *Store) PutRecords(ctx context.Context, records []flows.Record) (int, error) {
	byPerson := map[flows.Person][]flows.Record{}
	var order []flows.Person
	for _, r := range records {
		if r.IDNumber == "" {
			continue
		}
		p := s.vault.Person("resident", r.IDNumber)
		if byPerson[p] == nil {
			order = append(order, p)
		}
		byPerson[p] = append(byPerson[p], r)
	}
	stored := 0
	for start := 0; start < len(order); start += batch {
		pipe := s.rdb.Pipeline()
		for _, p := range order[start:min(start+batch, len(order))] {
			tag, err := personTag(p)
			if err != nil {
				return stored, fmt.Errorf("store roster: %w", err)
			}
			sealed, err := s.seal(byPerson[p], recordsAbout(p))
			if err != nil {
				return stored, fmt.Errorf("store roster: %w", err)
			}
			pipe.HSet(ctx, s.keys.records(tag, p), "list", sealed)
			stored += len(byPerson[p])
		}
		if _, err := pipe.Exec(ctx); err != nil {
			return 0, fmt.Errorf("store roster: %w", err)
		}
	}
	return stored, nil
}

func recordsAbout(p flows.Person) string { return "records|" + string(p) }

// Records reads a person's lines of the roster, none without any. One round trip.
func (s *Store) Records(ctx context.Context, p flows.Person) ([]flows.Record, error) {
	tag, err := personTag(p)
	if err != nil {
		return nil, fmt.Errorf("read roster: %w", err)
	}
	sealed, err := s.rdb.HGet(ctx, s.keys.records(tag, p), "list").Result()
	if ignoreNil(err) != nil {
		return nil, fmt.Errorf("read roster: %w", err)
	}
	return s.recordsOf(shelf{person: p, records: map[string]string{"list": sealed}})
}

func (s *Store) recordsOf(sh shelf) ([]flows.Record, error) {
	if sh.records["list"] == "" {
		return nil, nil
	}
	var all []flows.Record
	if err := s.unseal(sh.records["list"], recordsAbout(sh.person), &all); err != nil {
		return nil, fmt.Errorf("read roster: %w", err)
	}
	return all, nil
}
