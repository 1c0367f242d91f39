package storagetest

import (
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// tickEvery is how often the in-process Redis is told that time passes: left alone, its TTLs stand still.
const tickEvery = 50 * time.Millisecond

// InProcess gives the URL of a miniredis of this test's own. It has no persistence, CONFIG or failover.
func InProcess(tb testing.TB) string {
	tb.Helper()
	m := miniredis.NewMiniRedis()
	if err := m.StartAddr("127.0.0.1:0"); err != nil {
		tb.Fatalf("storagetest: in-process Redis: %v", err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		age(m, stop)
	}()
	tb.Cleanup(func() {
		close(stop)
		<-stopped
		m.Close()
	})
	return "redis://" + m.Addr() + "/0"
}

func age(m *miniredis.Miniredis, stop <-chan struct{}) {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-stop:
			return
		case now := <-tick.C:
			m.FastForward(now.Sub(last))
			last = now
		}
	}
}
