package flows

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/looplab/fsm"
)

// row is one transition: the only kind of fact that a machine knows.
type row struct {
	from  State
	event Event
	to    State
}

// machine answers where an event leads from a state. looplab/fsm is the one authority on that; this type keeps its
// traps outside: no callbacks, no self-loops, no shared object, no cancelled context, no machine reused after an error.
type machine struct {
	name string
	pool sync.Pool
}

func newMachine(name string, rows []row) *machine {
	events := make(fsm.Events, len(rows))
	for i, r := range rows {
		events[i] = fsm.EventDesc{Name: string(r.event), Src: []string{string(r.from)}, Dst: string(r.to)}
	}
	m := &machine{name: name}
	m.pool.New = func() any { return fsm.NewFSM("", events, nil) }
	return m
}

// next is the state behind an event; false where the event has no place.
func (m *machine) next(from State, e Event) (State, bool) {
	f := m.pool.Get().(*fsm.FSM)
	f.SetState(string(from))
	if err := f.Event(context.Background(), string(e)); err != nil {
		return from, false
	}
	to := State(f.Current())
	m.pool.Put(f)
	return to, true
}

// checkRows finds what looplab lets pass: duplicate rows (the last would win silently) and self-loops.
func checkRows(flow string, rows []row) error {
	var faults []error
	seen := map[row]bool{}
	for _, r := range rows {
		key := row{from: r.from, event: r.event}
		if seen[key] {
			faults = append(faults, fmt.Errorf("flow %s: %s on %q leads two ways", flow, r.event, r.from))
		}
		if r.from == r.to {
			faults = append(faults, fmt.Errorf("flow %s: %s on %q leads nowhere; a refused answer is a Stay", flow, r.event, r.from))
		}
		seen[key] = true
	}
	return errors.Join(faults...)
}
