package telegram

import (
	"cmp"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
)

// Count says how often a method ended in an outcome since the start.
type Count struct {
	Method  string
	Outcome string // ok, retry, blocked, rejected, …
	Code    int    // HTTP status or error_code; 0 for ok, and without an answer
	Calls   int64
}

// tally counts calls by method, outcome and code.
type tally struct{ counts sync.Map } // Count without Calls -> *atomic.Int64

func (t *tally) add(method string, e *Error) {
	key := Count{Method: method, Outcome: outcome(e)}
	if e != nil {
		key.Code = e.Code
	}
	n, ok := t.counts.Load(key)
	if !ok {
		n, _ = t.counts.LoadOrStore(key, new(atomic.Int64))
	}
	n.(*atomic.Int64).Add(1)
}

// Counts lists all calls so far, by method and outcome.
func (c *Client) Counts() []Count {
	var out []Count
	c.tally.counts.Range(func(key, n any) bool {
		count := key.(Count)
		count.Calls = n.(*atomic.Int64).Load()
		out = append(out, count)
		return true
	})
	slices.SortFunc(out, func(a, b Count) int {
		return cmp.Or(cmp.Compare(a.Method, b.Method), cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Code, b.Code))
	})
	return out
}

var outcomes = []struct {
	kind error
	name string
}{
	{ErrBlocked, "blocked"},
	{ErrNotModified, "not_modified"},
	{ErrGone, "gone"},
	{ErrNoMember, "no_member"},
	{ErrQueryTooOld, "query_too_old"},
	{ErrMigrated, "migrated"},
	{ErrRetry, "retry"},
	{ErrUnauthorized, "unauthorized"},
	{ErrConflict, "conflict"},
	{ErrTooBig, "too_big"},
}

func outcome(e *Error) string {
	if e == nil {
		return "ok"
	}
	if e.RetryAfter > 0 {
		return "limited"
	}
	for _, o := range outcomes {
		if errors.Is(e.Kind, o.kind) {
			return o.name
		}
	}
	return "rejected"
}
