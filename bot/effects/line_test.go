package effects

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/bot/engine"
)

// full is a line whose room is taken.
func full(t *testing.T) (l *line, leave []func()) {
	t.Helper()
	l = &line{}
	for range insideAtOnce {
		out, err := l.enter(t.Context(), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		leave = append(leave, out)
	}
	return l, leave
}

// queued waits until so many stand in line.
func (l *line) queued(n int) {
	for range 10_000 {
		l.mu.Lock()
		now := len(l.waiting)
		l.mu.Unlock()
		if now == n {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func TestThoseGoInFirstWhoSentFirst(t *testing.T) {
	t.Parallel()
	l, leave := full(t)
	start, order := time.Unix(1000, 0), make(chan int)
	var all sync.WaitGroup
	for i, since := range []int{3, 1, 4, 2} {
		all.Go(func() {
			out, err := l.enter(t.Context(), start.Add(time.Duration(since)*time.Second))
			if err != nil {
				t.Error(err)
				return
			}
			order <- since
			out()
		})
		l.queued(i + 1)
	}
	if n, taken := l.before(start.Add(3 * time.Second)); n != 2 || !taken {
		t.Errorf("%d before the third, full %v", n, taken)
	}
	leave[0]()
	var got []int
	for range 4 {
		got = append(got, <-order)
	}
	if diff := cmp.Diff([]int{1, 2, 3, 4}, got); diff != "" {
		t.Error(diff)
	}
	for _, out := range leave[1:] {
		out()
	}
	if all.Wait(); l.inside != 0 {
		t.Errorf("%d left inside", l.inside)
	}
}

func TestWhoGivesUpKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	l, leave := full(t)
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, err := l.enter(ctx, time.Unix(1, 0))
		gone <- err
	}()
	l.queued(1)
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	p, err := l.join(time.Unix(2, 0))
	if err != nil {
		t.Fatal(err)
	}
	leave[0]()
	<-p.turn
	l.giveUp(p) // its turn came at that very moment
	for _, out := range leave[1:] {
		out()
	}
	if l.inside != 0 {
		t.Errorf("%d left inside", l.inside)
	}
}

func TestTooLongALineIsLeftToTheOutbox(t *testing.T) {
	t.Parallel()
	l, _ := full(t)
	for i := range mostInLine {
		if _, err := l.join(time.Unix(int64(i), 0)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.join(time.Unix(0, 0)); !errors.Is(err, engine.ErrLater) {
		t.Errorf("%v", err)
	}
}
