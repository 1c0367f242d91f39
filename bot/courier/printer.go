package courier

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"
)

// printer is log:, a developer's inbox: one marked line a message on a writer
// of its own, never in the log. A line shows the last two characters of the
// address and the quoted text, code and all.
type printer struct {
	mu *sync.Mutex
	w  io.Writer
}

func openPrinter(o options) (printer, error) {
	if o.printer == nil {
		return printer{}, errors.New("open log courier: log: prints codes and needs ALLOW_INSECURE=true")
	}
	return printer{new(sync.Mutex), o.printer}, nil
}

func (p printer) sms(_ context.Context, m Message) error {
	return p.print("[not sent] sms to …%s: %q\n", tail(m.To), m.Text)
}

func (p printer) mail(_ context.Context, to, subject, text string) error {
	return p.print("[not sent] mail to …%s: %q: %q\n", tail(to), subject, text)
}

func (p printer) print(format string, args ...any) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := fmt.Fprintf(p.w, format, args...); err != nil {
		return fmt.Errorf("print message: %w", ErrTemporary)
	}
	return nil
}

func tail(to string) string {
	runes := utf8.RuneCountInString(to)
	if runes <= 4 {
		return ""
	}
	return string([]rune(to)[runes-2:])
}
