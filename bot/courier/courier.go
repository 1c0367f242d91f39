// Package courier carries codes and notices out of Telegram: text messages and
// e-mail behind one small interface each, opened by SMS_URL and MAIL_URL.
//
// Most callers want OpenSMS and OpenMail. No error and no log line of this
// package holds a number, an address, a text, a key or a URL.
package courier

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
	"unicode"
)

// SMS sends one text message. A message goes out once for each Send, but for
// a code over two providers: ErrUnsure says when nobody can know.
type SMS interface {
	Send(ctx context.Context, m Message) error
}

// Mail sends one plain-text e-mail to one bare address, user@host.
type Mail interface {
	Send(ctx context.Context, to, subject, text string) error
}

// Option changes how OpenSMS and OpenMail work.
type Option func(*options)

type options struct {
	printer io.Writer      // where log: prints; nil refuses log:
	clear   bool           // smtp:// may go on without TLS by tls=none
	timeout time.Duration  // one whole send
	roots   *x509.CertPool // whom HTTPS trusts; nil: the machine's
	now     func() time.Time
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
	o := options{timeout: 15 * time.Second, now: time.Now}
	for _, apply := range opts {
		apply(&o)
	}
	return o
}

// OpenSMS reads SMS_URL: one way out, or two with a blank or a line end
// between them, of which the second is for when the first fails. README's
// section on text messages shows the schemes and their parts.
func OpenSMS(urls string, log *slog.Logger, opts ...Option) (SMS, error) {
	o := with(opts)
	fields := strings.Fields(urls)
	if len(fields) < 1 || len(fields) > 2 {
		return nil, errors.New("open sms: SMS_URL must be one address, or two with a blank between them")
	}
	o.timeout /= time.Duration(len(fields)) // of one whole send
	ways := make([]way, len(fields))
	for i, raw := range fields {
		var err error
		if ways[i], err = openWay(raw, o); err != nil {
			return nil, fmt.Errorf("open sms: %w", err)
		}
	}
	w := watch{"sms", log}
	if len(ways) == 1 {
		return smsOut{w, ways[0]}, nil
	}
	pair := &pair{first: ways[0], second: ways[1], log: log, now: o.now}
	return smsOut{w, way{"pair", pair.send, pair.reach}}, nil
}

// way is one provider of text messages.
type way struct {
	name  string // its scheme
	send  func(ctx context.Context, m Message) error
	reach func(ctx context.Context) error
}

func openWay(raw string, o options) (way, error) {
	scheme, rest, _ := strings.Cut(raw, ":")
	switch scheme {
	case "sim":
		box, err := openSim(rest, o)
		return way{scheme, box.sms, box.reach}, err
	case "log":
		p, err := openPrinter(o)
		return way{scheme, p.sms, p.reach}, err
	case "aliyun":
		a, err := openAliyun(raw, o)
		return way{scheme, a.send, a.reach}, err
	case "tencent":
		t, err := openTencent(raw, o)
		return way{scheme, t.send, t.reach}, err
	case "twilio":
		t, err := openTwilio(raw, o)
		return way{scheme, t.send, t.reach}, err
	case "https", "http":
		g, err := openGateway(raw, o)
		return way{scheme, g.send, g.reach}, err
	}
	return way{}, errors.New("SMS_URL must be aliyun://, tencent://, twilio://, https://, log: or sim:http://HOST:PORT")
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
	way way
}

type mailOut struct {
	watch
	send  func(ctx context.Context, to, subject, text string) error
	reach func(ctx context.Context) error
}

// Send is SMS.
func (s smsOut) Send(ctx context.Context, m Message) error {
	if !oneLine(m.To) || m.Text == "" {
		return fmt.Errorf("send sms: number or text not fit to send: %w", ErrPermanent)
	}
	return s.timed(ctx, func() error { return s.way.send(ctx, m) })
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
	outcome := outcome(err)
	w.log.LogAttrs(ctx, slog.LevelDebug, "courier",
		slog.String("way", w.way), slog.String("outcome", outcome), slog.Int64("ms", time.Since(start).Milliseconds()))
	return err
}
