package storage

import (
	"context"
	"sync"

	"github.com/redis/go-redis/v9"
)

// together takes commands of many callers along in one round trip: while one is under way, those who come wait for the
// next. A caller who comes alone goes at once. It saves both sides their system calls, for a wait of up to one round
// trip; no goroutine of its own is needed, for one of those who wait drives on.
type together struct {
	rdb     redis.UniversalClient
	mu      sync.Mutex
	waiting []*rider
	driving bool
}

// rider is a caller with its commands. Its turn says true when it is to drive, false when its commands are answered.
type rider struct {
	board func(redis.Pipeliner)
	turn  chan bool
}

// seats bounds a trip, so that neither side waits for a buffer of the other.
const seats = 128

// ride has commands answered. Whether they failed, each of them says.
func (t *together) ride(ctx context.Context, board func(redis.Pipeliner)) {
	mine := &rider{board: board, turn: make(chan bool, 1)}
	t.mu.Lock()
	t.waiting = append(t.waiting, mine)
	first := !t.driving
	t.driving = true
	t.mu.Unlock()
	if first || <-mine.turn {
		t.drive(context.WithoutCancel(ctx), mine)
	}
}

// pipeline has commands answered in one round trip, that of others where all share theirs.
func (s *Store) pipeline(ctx context.Context, board func(redis.Pipeliner)) {
	if s.crowded {
		s.together.ride(ctx, board)
		return
	}
	pipe := s.rdb.Pipeline()
	board(pipe)
	_, _ = pipe.Exec(ctx) // each command has its own error
}

// drive makes one trip with all who wait, up to its seats, and lets the next one drive.
func (t *together) drive(ctx context.Context, me *rider) {
	t.mu.Lock()
	riders := t.waiting[:min(seats, len(t.waiting))]
	t.waiting = t.waiting[len(riders):]
	t.mu.Unlock()
	pipe := t.rdb.Pipeline()
	for _, r := range riders {
		r.board(pipe)
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	t.mu.Lock()
	if t.driving = len(t.waiting) > 0; t.driving {
		t.waiting[0].turn <- true
	}
	t.mu.Unlock()
	for _, r := range riders {
		if r != me {
			r.turn <- false
		}
	}
}
