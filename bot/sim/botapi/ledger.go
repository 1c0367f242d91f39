package botapi

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

// Ledger holds what passes between a bot and Telegram against the specification, and counts it. It is safe for concurrent use
// and remembers each complaint once, so that a long load costs no memory. A nil Ledger holds nothing.
type Ledger struct {
	spec *Spec

	mu      sync.Mutex
	calls   int
	updates int
	answers int
	methods map[string]bool
	unknown int
	over    int
	found   map[string]int // complaints and how often
}

// NewLedger begins at nothing.
func NewLedger(spec *Spec) *Ledger {
	return &Ledger{spec: spec, methods: map[string]bool{}, found: map[string]int{}}
}

// Watch is the ledger of one test, which fails with what the ledger finds; nil where there is no specification.
func Watch(t testing.TB) *Ledger {
	t.Helper()
	spec, err := found()
	if err != nil {
		t.Fatal(err)
	}
	if spec == nil {
		t.Log("contract: no SPEC given")
		return nil
	}
	l := NewLedger(spec)
	t.Cleanup(func() {
		for _, complaint := range l.Complaints() {
			t.Errorf("contract: %s", complaint)
		}
	})
	return l
}

// Call takes a call of the bot.
func (l *Ledger) Call(method string, values map[string]string, files map[string][]byte) {
	if l == nil {
		return
	}
	found := l.spec.Call(method, values, files)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls++
	if m := l.spec.method(method); m != nil {
		l.methods[m.Name] = true
	}
	l.add(found)
}

// Answer takes what the server answered.
func (l *Ledger) Answer(method string, body []byte) {
	if l == nil {
		return
	}
	found := l.spec.Answer(method, body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers++
	l.add(found)
}

// Update takes an update of the server.
func (l *Ledger) Update(body []byte) {
	if l == nil {
		return
	}
	found := l.spec.Update(body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.updates++
	l.add(found)
}

func (l *Ledger) add(found []Complaint) {
	for _, c := range found {
		if c.Over {
			l.over++
		} else {
			l.unknown++
		}
		l.found[c.String()]++
	}
}

// Complaints lists what was wrong, with how often.
func (l *Ledger) Complaints() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for what, n := range l.found {
		all = append(all, fmt.Sprintf("%s (%d times)", what, n))
	}
	slices.Sort(all)
	return all
}

// String is the one line of the report. Unknown is all that the specification does not know: methods, parameters, fields and
// values, those of another type and those it requires and does not find.
func (l *Ledger) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprintf("contract: %d calls of %d methods, %d updates, %d answers; %d unknown, %d over a limit",
		l.calls, len(l.methods), l.updates, l.answers, l.unknown, l.over)
}
