package engine

import (
	"context"
	"fmt"
	"sync"
)

// order lets the inputs of a chat in one after the other. Chats share the places by number: a wait is as short as a commit.
type order struct {
	once   sync.Once
	places [1024]chan struct{}
}

// enter waits for a chat's place, until ctx ends: behind a Redis that does not answer nobody waits longer than for it.
func (o *order) enter(ctx context.Context, chat int64) (leave func(), err error) {
	o.once.Do(func() {
		for i := range o.places {
			o.places[i] = make(chan struct{}, 1)
		}
	})
	place := o.places[uint64(chat)%uint64(len(o.places))] //nolint:gosec // any spread will do, of group ids too
	select {
	case place <- struct{}{}:
		return func() { <-place }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the chat: %w", ctx.Err())
	}
}
