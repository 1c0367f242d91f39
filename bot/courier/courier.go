// Package courier carries codes and notices out of Telegram: text messages and
// e-mail behind one small interface each, opened by SMS_URL and MAIL_URL.
//
// Most callers want OpenSMS and OpenMail. No error and no log line of this
// package holds a number, an address, a text or a URL.
package courier

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode"
)

// SMS sends one text message. to is a number in E.164 form, +8613….
// Sending is at least once: a lost reply may repeat a message.
type SMS interface {
	Send(ctx context.Context, to, text string) error
}

// Mail sends one plain-text e-mail to one bare address, user@host.
type Mail interface {
	Send(ctx context.Context, to, subject, text string) error
}

// Every error of Send is one of these two.
var (
	// ErrTemporary: the same message may well arrive later.
	ErrTemporary = errors.New("temporary courier error")
	// ErrPermanent: this message will never arrive at this address.
	ErrPermanent = errors.New("permanent courier error")
)

// Option changes how OpenSMS and OpenMail work.
type Option func(*options)

type options struct {
	printer io.Writer     // where log: prints; nil refuses log:
	clear   bool          // smtp:// may go on without TLS by tls=none
	timeout time.Duration // one whole send
}

// Insecure is ALLOW_INSECURE=true: log: prints each message to w, the last
// two characters of the address only, and tls=none is obeyed.
func Insecure(w io.Writer) Option {
	return func(o *options) { o.printer, o.clear = w, true }
}

// Timeout bounds one whole send, 15 s without it.
func Timeout(d time.Duration) Option {
	return func(o *options) { o.timeout = d }
}

func with(opts []Option) options {
	o := options{timeout: 15 * time.Second}
	for _, apply := range opts {
		apply(&o)
	}
	return o
}

// OpenSMS reads SMS_URL: sim:http://host:port or log:.
func OpenSMS(url string, log *slog.Logger, opts ...Option) (SMS, error) {
	o := with(opts)
	scheme, rest, _ := strings.Cut(url, ":")
	switch scheme {
	case "sim":
		box, err := openSim(rest, o)
		return smsOut{watch{"sms", log}, box.sms, box.reach}, err
	case "log":
		p, err := openPrinter(o)
		return smsOut{watch{"sms", log}, p.sms, p.reach}, err
	}
	return nil, errors.New("open sms: SMS_URL must be log: or sim:http://HOST:PORT")
}

// OpenMail reads MAIL_URL: smtp://, smtps://, sim:http://host:port or log:.
func OpenMail(url string, log *slog.Logger, opts ...Option) (Mail, error) {
	o := with(opts)
	scheme, rest, _ := strings.Cut(url, ":")
	switch scheme {
	case "sim":
		box, err := openSim(rest, o)
		return mailOut{watch{"mail", log}, box.mail, box.reach}, err
	case "log":
		p, err := openPrinter(o)
		return mailOut{watch{"mail", log}, p.mail, p.reach}, err
	case "smtp", "smtps":
		post, err := openSMTP(url, o)
		return mailOut{watch{"mail", log}, post.mail, post.reach}, err
	}
	return nil, errors.New("open mail: MAIL_URL must be log:, smtp://, smtps:// or sim:http://HOST:PORT")
}

// smsOut and mailOut check what every way out has to refuse, then send.
type smsOut struct {
	watch
	send  func(ctx context.Context, to, text string) error
	reach func(ctx context.Context) error
}

type mailOut struct {
	watch
	send  func(ctx context.Context, to, subject, text string) error
	reach func(ctx context.Context) error
}

// Send is SMS.
func (s smsOut) Send(ctx context.Context, to, text string) error {
	if !oneLine(to) || text == "" {
		return fmt.Errorf("send sms: number or text not fit to send: %w", ErrPermanent)
	}
	return s.timed(ctx, func() error { return s.send(ctx, to, text) })
}

// Send is Mail.
func (m mailOut) Send(ctx context.Context, to, subject, text string) error {
	if !oneLine(to) || !oneLine(subject) || text == "" {
		return fmt.Errorf("send mail: address, subject or text not fit to send: %w", ErrPermanent)
	}
	return m.timed(ctx, func() error { return m.send(ctx, to, subject, text) })
}

// oneLine refuses what could smuggle a second header or command: RFC 5321
// commands and RFC 5322 headers end at CR or LF.
func oneLine(s string) bool {
	return s != "" && !strings.ContainsFunc(s, unicode.IsControl) && !strings.ContainsAny(s, "\u2028\u2029")
}

// watch logs one line a message: what way, how long, what kind of outcome.
type watch struct {
	way string
	log *slog.Logger
}

func (w watch) timed(ctx context.Context, send func() error) error {
	start := time.Now()
	err := send()
	outcome := "sent"
	switch {
	case errors.Is(err, ErrPermanent):
		outcome = "permanent"
	case err != nil:
		outcome = "temporary"
	}
	w.log.LogAttrs(ctx, slog.LevelDebug, "courier",
		slog.String("way", w.way), slog.String("outcome", outcome), slog.Int64("ms", time.Since(start).Milliseconds()))
	return err
}

// temporary drops a cause's text, which may name a person or a server, and
// keeps what a caller may ask for: a context's end.
func temporary(what string, cause error) error {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(cause, end) {
			return fmt.Errorf("%s: %w: %w", what, ErrTemporary, end)
		}
	}
	return fmt.Errorf("%s: %w", what, ErrTemporary)
}
