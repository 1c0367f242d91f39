package storage

import (
	"context"
	"fmt"
	"time"

	"guiwei/flows"
)

// Later has effects of a chat done at a time, in place of those of the same name. Repeating it is harmless. One round trip.
func (s *Store) Later(ctx context.Context, op string, chat int64, name string, at time.Time, effects []flows.Effect) error {
	err := fit(op)
	if err == nil {
		err = fit(name)
	}
	if err != nil {
		return fmt.Errorf("put off: %w", err)
	}
	tag, owner, id := chatTag(chat), chatOwner(chat), op+"."+name
	sealed, err := s.sealEffects(owner, id, effects)
	if err != nil {
		return fmt.Errorf("put off: %w", err)
	}
	keys := []string{s.keys.due(tag), s.keys.timers(tag)}
	if _, err := s.run(ctx, "later", keys, owner, name, millis(at), id, sealed); err != nil {
		return fmt.Errorf("put off: %w", err)
	}
	return nil
}
