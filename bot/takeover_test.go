package main_test

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"guiwei/bot/sim"
)

// The lease of the replica that polls, and how often the other asks for it (bot/app/listen.go); busy is for a machine that
// has other things to do.
const (
	leaseTerm  = 10 * time.Second
	leaseAsked = leaseTerm / 4
	busy       = 2500 * time.Millisecond
)

// Rows: P45 R1
//
// TestPollingIsTakenOver stops the replica that polls, once by SIGTERM and once by kill -9, with the lease's real time: what is
// said meanwhile is answered by the other one, once, as soon as the lease was given back or has run out.
func TestPollingIsTakenOver(t *testing.T) {
	t.Parallel()
	p := begin(t, cell{mode: byPolling, replicas: 2}, nil)
	for _, end := range []struct {
		signal syscall.Signal
		within time.Duration
	}{{syscall.SIGTERM, leaseAsked + busy}, {syscall.SIGKILL, leaseTerm + leaseAsked + busy}} {
		if err := p.settle(); err != nil { // the other one waits for the lease
			t.Fatal(err)
		}
		polls := p.doomed()
		p.act = len(p.sim.Calls(0))
		began := time.Now()
		if err := polls.process.Signal(end.signal); err != nil {
			t.Fatal(err)
		}
		<-polls.gone
		if _, err := p.sim.Say(42, 42, "/whoami", sim.Extras{}); err != nil {
			t.Fatal(err)
		}
		p.awaitLease(p.other(polls))
		took := time.Since(began)
		p.start(polls)
		if err := p.settle(); err != nil {
			t.Fatalf("%v: %v", end.signal, err)
		}
		if err := p.tells("42", []string{"whoami"}); err != nil || len(p.heard(42, p.act)) != 1 {
			t.Errorf("%v: %v; said was %q", end.signal, err, p.heard(42, p.act))
		}
		if took > end.within {
			t.Errorf("%v: taken over after %v", end.signal, took)
		}
		measured(t, "%v: taken over after %v", end.signal, took.Round(time.Millisecond))
	}
	if held := slices.ContainsFunc(p.bots, func(b *program) bool { mine, _ := b.holds(); return mine }); !held {
		t.Error("nobody polls")
	}
}
