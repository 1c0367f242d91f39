package main_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"syscall"
	"time"
)

// Lives and deaths of the replicas of a story.

// startAll begins every replica, the victim first: it is the one that polls.
func (p *play) startAll() {
	p.t.Helper()
	for i := range p.bots {
		b := p.bots[(p.victim+i)%len(p.bots)]
		p.start(b)
		if p.cell.mode == byPolling && i == 0 && len(p.bots) > 1 {
			p.awaitLease(b)
		}
	}
}

// start begins a replica and waits until it is ready.
func (p *play) start(b *program) {
	p.t.Helper()
	p.clock.enter(b.name)
	began, point := time.Now(), ""
	if b == p.bots[p.victim] {
		point, p.crash = p.crash, ""
	}
	env := append(slices.Clone(p.env), "LISTEN="+b.address, "TEST_CLOCK="+p.setting("TEST_CLOCK")+b.name, "CRASH_AT="+point)
	if err := b.launch(env, &p.logs); err != nil {
		p.t.Fatalf("start the bot: %v", err)
	}
	p.watch()
	select {
	case <-b.ready:
	case <-b.gone:
		p.t.Fatalf("the bot ended at once:\n%s", p.logs.String())
	case <-time.After(30 * time.Second):
		p.t.Fatalf("the bot does not listen:\n%s", p.logs.String())
	}
	b.awaitReady()
	p.slowest = max(p.slowest, time.Since(began))
	p.clock.heard(p.fallen, 10*time.Second)
}

// awaitReady waits until updates find their way to a replica, unless it dies or Telegram is away, as in some stories.
func (b *program) awaitReady() {
	limit := time.Now().Add(5 * time.Second)
	for b.asks("/readyz", nil) != nil && !b.dead() && time.Now().Before(limit) {
		time.Sleep(2 * time.Millisecond)
	}
}

// watch makes fallen a channel that is closed when a replica that lives now dies.
func (p *play) watch() {
	fallen := make(chan struct{})
	p.fallen = fallen
	all := make([]<-chan struct{}, 0, 2)
	for _, b := range p.bots {
		if b.process != nil && !b.dead() {
			all = append(all, b.gone)
		}
	}
	if len(all) == 0 {
		close(fallen)
		return
	}
	go func() {
		select {
		case <-all[0]:
		case <-all[len(all)-1]:
		}
		close(fallen)
	}()
}

// awaitLease waits until a replica polls.
func (p *play) awaitLease(b *program) {
	p.t.Helper()
	limit := time.NewTimer(30 * time.Second)
	defer limit.Stop()
	for {
		mine, told := b.holds()
		if mine {
			return
		}
		select {
		case <-told:
		case <-b.gone:
			return // it dies before it polls: whoever waits for more finds it dead
		case <-limit.C:
			p.t.Fatalf("the polling lease is not taken:\n%s", p.logs.String())
		}
	}
}

// rise starts a replica that is dead. Of two that poll, the other takes over first.
func (p *play) rise(b *program) {
	p.t.Helper()
	p.clock.leave(b.name)
	if held, _ := b.holds(); held || len(p.bots) == 1 {
		p.dropLease()
	}
	if p.cell.mode == byPolling && len(p.bots) > 1 {
		other := p.other(b)
		p.watch()
		_, _ = other.idle()     // should it be dead too, that is seen later
		p.move(3 * time.Second) // wakes whoever waits for the lease
		p.awaitLease(other)
	}
	p.start(b)
	p.rest()
	p.move(16 * time.Second) // what its outboxes hold is due
}

// rest waits until nothing is under way, whatever is due: time that leaps while one replica does an effect has the other
// take it for dead.
func (p *play) rest() {
	limit := time.Now().Add(p.patient)
	for time.Now().Before(limit) && !slices.ContainsFunc(p.bots, (*program).dead) {
		if _, still := p.still(); still {
			return
		}
	}
}

func (p *play) other(b *program) *program {
	return p.bots[(slices.Index(p.bots, b)+1)%len(p.bots)]
}

// stop kills every replica.
func (p *play) stop() {
	for _, b := range p.bots {
		b.kill()
	}
}

// doomed is the replica to be killed next: the one that polls, or any.
func (p *play) doomed() *program {
	for _, b := range p.bots {
		if held, _ := b.holds(); held {
			return b
		}
	}
	return p.bots[p.dice.IntN(len(p.bots))]
}

// restart kills a replica and starts it again; what a crash would leave is swept. "restart gently" asks it to stop.
func (p *play) restart(w []string) error {
	return p.acting(func() error {
		b := p.doomed()
		if len(w) > 0 && w[0] == "gently" {
			if err := b.process.Signal(syscall.SIGTERM); err != nil {
				return err
			}
			<-b.gone
		}
		b.kill()
		p.rise(b)
		return nil
	})
}

// revive starts a replica that died by itself.
func (p *play) revive(b *program) error {
	if !p.survive {
		return errors.New("the bot died")
	}
	p.deaths++
	if err := p.oneActive(); err != nil {
		return err
	}
	p.rise(b)
	return nil
}

func (p *play) move(d time.Duration) {
	p.clock.move(d)
	p.sim.Advance(0) // wakes whoever waits for its time
	p.clock.heard(p.fallen, 5*time.Second)
}

// settle waits until nothing is under way: no update on its way, no effect being done, nothing due. What is due is taken up
// by a sweep, so the clock is moved by the time between two of them.
func (p *play) settle() error {
	limit := time.Now().Add(p.patient)
	var nudged time.Time
	for time.Now().Before(limit) {
		if i := slices.IndexFunc(p.bots, (*program).dead); i >= 0 {
			if err := p.revive(p.bots[i]); err != nil {
				return err
			}
			continue
		}
		next, still := p.still()
		switch {
		case !still:
		case next == nothingDue || next > 0:
			return nil
		case time.Since(nudged) > 100*time.Millisecond:
			p.move(500 * time.Millisecond)
			nudged = time.Now()
		}
	}
	next, still := p.still()
	return fmt.Errorf("not idle in time: next due in %d ms, still %v", next, still)
}

// nothingDue says that no timer waits.
const nothingDue = -1

// still asks simulator and replicas twice whether they rest, and tells in how many milliseconds the next timer is due. One
// replica may hand work to the other while they are asked one after the other: they rest when none passed anything between
// its two answers.
func (p *play) still() (next int64, still bool) {
	const calm, within = 3 * time.Millisecond, 200 * time.Millisecond
	if !p.sim.Idle(p.fallen, calm, within) {
		return 0, false
	}
	calls := len(p.sim.Calls(0))
	if _, _, err := p.idle(); err != nil || !p.sim.Idle(p.fallen, calm, within) {
		return 0, false
	}
	next, rested, err := p.idle()
	return next, err == nil && rested && len(p.sim.Calls(calls)) == 0
}

// idle asks all replicas: when the first timer is due, and whether none did anything since it was asked last.
func (p *play) idle() (next int64, rested bool, err error) {
	next, rested = nothingDue, true
	for _, b := range p.bots {
		before := b.passed
		due, err := b.idle()
		if err != nil {
			return due, false, err
		}
		if next == nothingDue || due != nothingDue && due < next {
			next = due
		}
		rested = rested && maps.Equal(before, b.passed)
	}
	return next, rested, nil
}
