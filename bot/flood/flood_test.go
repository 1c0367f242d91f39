package flood_test

import (
	"testing"
	"time"

	"guiwei/bot/flood"
)

var start = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

// crowd sends updates through a gate.
type crowd struct {
	flood.Gate
	ids int64
}

func (c *crowd) send(user int64, at time.Duration) flood.Word {
	c.ids++
	return c.Pass(flood.Update{ID: c.ids, User: user, At: start.Add(at)})
}

// Rows: T26
func TestTheTwentyFirstWithinTenSecondsIsToldOnceThenSilent(t *testing.T) {
	t.Parallel()
	c := &crowd{Gate: flood.Gate{Most: 20}}
	for i := range 20 {
		if w := c.send(42, time.Duration(i)*100*time.Millisecond); w != flood.Pass {
			t.Fatalf("update %d: %v", i+1, w)
		}
	}
	if w := c.send(42, 2*time.Second); w != flood.Notice {
		t.Errorf("the first too many: %v", w)
	}
	for at := 2 * time.Second; at < 50*time.Second; at += 100 * time.Millisecond {
		if w := c.send(42, at); w != flood.Silence {
			t.Fatalf("at %v: %v", at, w)
		}
		if at%time.Second == 0 && c.send(43, at) != flood.Pass {
			t.Fatal("somebody else is not heard")
		}
	}
	if w := c.send(42, 70*time.Second); w != flood.Pass {
		t.Errorf("after calm: %v", w)
	}
	for range 19 {
		c.send(42, 70*time.Second)
	}
	if w := c.send(42, 71*time.Second); w != flood.Notice {
		t.Errorf("another flood, a minute later: %v", w)
	}
}

func TestASteadyWriterIsNoFlood(t *testing.T) {
	t.Parallel()
	c := &crowd{Gate: flood.Gate{Most: 20}}
	for i := range 200 {
		if w := c.send(42, time.Duration(i)*510*time.Millisecond); w != flood.Pass {
			t.Fatalf("update %d: %v", i, w)
		}
	}
}

func TestAnUpdateThatComesAgainIsAnsweredAsBefore(t *testing.T) {
	t.Parallel()
	g := flood.Gate{Most: 2}
	send := func(id int64, want flood.Word) {
		t.Helper()
		if w := g.Pass(flood.Update{ID: id, User: 42, At: start}); w != want {
			t.Fatalf("update %d: %v", id, w)
		}
	}
	for range 50 {
		send(1, flood.Pass)
	}
	send(2, flood.Pass)
	send(3, flood.Notice)
	send(2, flood.Pass)
}

func TestAlbumsCountOnce(t *testing.T) {
	t.Parallel()
	g := flood.Gate{Most: 3}
	id := int64(0)
	part := func(album string) flood.Word {
		id++
		return g.Pass(flood.Update{ID: id, User: 42, Album: album, At: start})
	}
	for _, album := range []string{"a", "b", "c"} {
		for range 10 {
			if w := part(album); w != flood.Pass {
				t.Fatalf("album %s: %v", album, w)
			}
		}
	}
	if w := part("d"); w != flood.Notice {
		t.Errorf("the fourth album: %v", w)
	}
	for range 9 {
		if w := part("d"); w != flood.Silence {
			t.Errorf("its parts: %v", w)
		}
	}
}

func TestWhatWaitedWhileTheBotWasAwayIsNoFlood(t *testing.T) {
	t.Parallel()
	c := &crowd{Gate: flood.Gate{Most: 20}}
	for i := range 100 { // sent over minutes, heard at once
		if w := c.send(42, time.Duration(i)*time.Second); w != flood.Pass {
			t.Fatalf("update %d: %v", i, w)
		}
	}
}

func TestAGateForgetsWhoIsCalm(t *testing.T) {
	t.Parallel()
	c := &crowd{Gate: flood.Gate{Most: 20}}
	for user := range int64(5000) {
		c.send(user, time.Duration(user)*100*time.Millisecond)
	}
	if n := c.Size(); n > 2000 {
		t.Errorf("%d users remembered", n)
	}
}

func TestNoLimitLetsAllThrough(t *testing.T) {
	t.Parallel()
	c := &crowd{}
	for range 1000 {
		if w := c.send(42, 0); w != flood.Pass {
			t.Fatal(w)
		}
	}
}
