package courier

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Every error of Send is one of the first three; ErrUnsure comes with
// ErrTemporary only.
var (
	// ErrTemporary: the same message may well arrive later; Wait says after how long.
	ErrTemporary = errors.New("temporary courier error")
	// ErrPermanent: this address takes no message: it is wrong, blocked, or over a limit of its own, for which see Wait.
	ErrPermanent = errors.New("permanent courier error")
	// ErrMisconfigured: no message goes this way until the operator mends it: key, template, balance, rights.
	ErrMisconfigured = errors.New("misconfigured courier")
	// ErrUnsure: the message may have gone out all the same, since the answer was lost.
	ErrUnsure = errors.New("may have gone out")
)

// ErrUntried is Reach of a provider that can be tried by sending only.
var ErrUntried = errors.New("cannot be checked without sending")

// Wait is after how long the same message may be tried again, 0 where nobody said.
func Wait(err error) time.Duration {
	var f fault
	if errors.As(err, &f) {
		return f.wait
	}
	return 0
}

// fault is an error of one kind. Its words are ours or a checked code: no
// provider's sentence gets into it, since those repeat numbers.
type fault struct {
	what   string
	kind   error // one of the first three, or ErrUntried
	unsure bool
	denied bool // the key has no right to this
	wait   time.Duration
	end    error // the context's, if that is why
}

// Error is what happened and of what kind it is.
func (f fault) Error() string {
	if f.unsure {
		return fmt.Sprintf("%s: %v, %v", f.what, f.kind, ErrUnsure)
	}
	return fmt.Sprintf("%s: %v", f.what, f.kind)
}

// Unwrap is for errors.Is.
func (f fault) Unwrap() []error {
	all := []error{f.kind}
	if f.unsure {
		all = append(all, ErrUnsure)
	}
	if f.end != nil {
		all = append(all, f.end)
	}
	return all
}

// untried is what Reach makes of a key that may not ask: perhaps it may send.
func untried(err error) error {
	if f := (fault{}); errors.As(err, &f) && f.denied {
		return fault{what: "these keys may not ask", kind: ErrUntried}
	}
	return err
}

// temporary drops a cause's text, which may name a person or a server, and
// keeps what a caller may ask for: a context's end.
func temporary(what string, cause error) error {
	return fault{what: what, kind: ErrTemporary, end: end(cause)}
}

func end(cause error) error {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(cause, end) {
			return end
		}
	}
	return nil
}

// outcome is an error's kind in one word, for the log.
func outcome(err error) string {
	switch {
	case err == nil:
		return "sent"
	case errors.Is(err, ErrPermanent):
		return "permanent"
	case errors.Is(err, ErrMisconfigured):
		return "misconfigured"
	}
	return "temporary"
}

// codeShape is what a provider's code of an error looks like. It has no room for a number.
const codeShape = `^[A-Za-z_]{2,40}(\.[A-Za-z_]{2,60}){0,3}$`

// coded names a provider's code, if it is fit to be logged.
func coded(name, code string) string {
	if !regexp.MustCompile(codeShape).MatchString(code) {
		return name + " refuses with a code of no known shape"
	}
	return name + " answers " + code
}
