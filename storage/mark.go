package storage

import (
	"context"
	"fmt"
	"time"

	"guiwei/flows"
)

// MarkCase notes that a part of an open case's term has passed, in percent, and asks for a Remind; promise is the new end of
// the term, zero while the old one stands. False when the case is closed or was marked so before. One round trip.
func (s *Store) MarkCase(ctx context.Context, c OpenCase, percent int, promise, now time.Time) (bool, error) {
	tag, err := personTag(c.Person)
	if err != nil {
		return false, fmt.Errorf("mark case: %w", err)
	}
	owner, entry := personOwner(c.Person), fmt.Sprintf("term.%s.%d", c.No, percent)
	sealed, err := s.sealEffects(owner, entry, []flows.Effect{flows.Remind{No: c.No, Percent: percent}})
	if err != nil {
		return false, fmt.Errorf("mark case: %w", err)
	}
	var promised any = ""
	if !promise.IsZero() {
		promised = millis(promise)
	}
	answer, err := s.run(ctx, "mark_case", []string{s.keys.cases(tag, c.Person), s.keys.out(tag, owner), s.keys.due(tag), s.keys.open(tag)},
		c.No, percent, owner, millis(now), entry, sealed, promised)
	if err != nil {
		return false, fmt.Errorf("mark case: %w", err)
	}
	return answer[0] == "ok", nil
}
