package courier

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// post is smtp:// (STARTTLS demanded) and smtps:// (TLS from the first byte).
// Each message dials anew: mails are few, and a kept connection dies unseen.
type post struct {
	host, user, pass string
	port             int
	from             *netmail.Address
	implicit         bool // smtps://
	clear            bool // tls=none, under ALLOW_INSECURE only
	timeout          time.Duration
	tls              *tls.Config
}

// openSMTP never wraps url.Parse's error: it repeats the URL and so the password.
func openSMTP(raw string, o options) (post, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return post{}, errors.New("open smtp: want smtp://user:pass@host:587?from=ADDRESS")
	}
	from, err := netmail.ParseAddress(u.Query().Get("from"))
	if err != nil {
		return post{}, errors.New("open smtp: ?from= must be an e-mail address")
	}
	p := post{host: u.Hostname(), from: from, implicit: u.Scheme == "smtps", timeout: o.timeout}
	p.user = u.User.Username()
	p.pass, _ = u.User.Password()
	p.clear = u.Query().Get("tls") == "none"
	if p.clear && (!o.clear || p.implicit) {
		return post{}, errors.New("open smtp: tls=none is for smtp:// with ALLOW_INSECURE=true")
	}
	if p.port, err = portOf(u); err != nil {
		return post{}, err
	}
	p.tls = &tls.Config{ServerName: p.host, MinVersion: tls.VersionTLS12}
	return p, nil
}

// portOf defaults to submission, RFC 6409 (587) and RFC 8314 (465).
func portOf(u *url.URL) (int, error) {
	if u.Port() == "" {
		if u.Scheme == "smtps" {
			return 465, nil
		}
		return 587, nil
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || port == 0 {
		return 0, errors.New("open smtp: the port must be 1 to 65535")
	}
	return int(port), nil
}

func (p post) mail(ctx context.Context, to, subject, text string) error {
	letter, err := p.letter(to, subject, text)
	if err != nil {
		return fmt.Errorf("write mail: %w", ErrPermanent)
	}
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	client, err := p.client(ctx)
	if err != nil {
		return fmt.Errorf("set up smtp: %w", ErrPermanent)
	}
	return p.deliver(ctx, client, letter)
}

// deliver judges a message by the server's answer to it, and only then cares
// for the goodbye: a failing QUIT after an accepted message would send it twice.
func (p post) deliver(ctx context.Context, client *mail.Client, letter *mail.Msg) error {
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return dialError(ctx, err)
	}
	defer func() { _ = client.CloseWithSMTPClient(conn) }()
	err = client.SendWithSMTPClient(conn, letter)
	if err == nil || letter.IsDelivered() {
		return nil
	}
	return smtpError(ctx, err)
}

// dialError tells a name and password that the server does not take, which only the operator can mend (RFC 4954, 6), from
// a server that is away.
func dialError(ctx context.Context, err error) error {
	var said *textproto.Error
	if errors.As(err, &said) && slices.Contains([]int{530, 534, 535, 538}, said.Code) {
		return fmt.Errorf("smtp server answers %d to our name and password: %w", said.Code, ErrMisconfigured)
	}
	return temporary("reach smtp server", errors.Join(ctx.Err(), err))
}

// smtpError keeps the reply code, and nothing else: servers repeat the address
// in their words. 4yz may be tried again, 5yz not (RFC 5321, 4.2.1), unless it
// is about our own sender address, which the operator can mend.
func smtpError(ctx context.Context, err error) error {
	var sent *mail.SendError
	if !errors.As(err, &sent) || sent.ErrorCode() == 0 {
		return temporary("send over smtp", errors.Join(ctx.Err(), err))
	}
	kind := ErrTemporary
	if sent.ErrorCode() >= 500 && sent.Reason != mail.ErrSMTPMailFrom {
		kind = ErrPermanent
	}
	return fmt.Errorf("smtp server answers %d: %w", sent.ErrorCode(), kind)
}

// letter takes a bare address only: "A <a@b>, c@d" would reach others.
func (p post) letter(to, subject, text string) (*mail.Msg, error) {
	parsed, err := netmail.ParseAddress(to)
	if err != nil || parsed.Address != to || parsed.Name != "" {
		return nil, errors.New("not one bare address")
	}
	m := mail.NewMsg()
	m.FromMailAddress(p.from)
	if err := m.To(to); err != nil {
		return nil, err
	}
	m.Subject(subject)
	m.SetDate()
	m.SetMessageID()
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday replies
	m.SetBodyString(mail.TypeTextPlain, text)
	return m, nil
}

func (p post) client(ctx context.Context) (*mail.Client, error) {
	policy := mail.TLSMandatory
	if p.clear {
		policy = mail.NoTLS
	}
	opts := []mail.Option{
		mail.WithPort(p.port), mail.WithTimeout(p.timeout), mail.WithTLSPolicy(policy),
		mail.WithTLSConfig(p.tls), mail.WithDialContextFunc(p.dial(ctx)), mail.WithoutNoop(),
	}
	if p.implicit {
		opts = append(opts, mail.WithSSL())
	}
	if p.user != "" {
		opts = append(opts, p.auth()...)
	}
	return mail.NewClient(p.host, opts...)
}

// auth lists the ways strongest first. PLAIN and LOGIN refuse a clear
// connection by themselves; only tls=none lets them speak on one.
func (p post) auth() []mail.Option {
	ways := []mail.SMTPAuthType{mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthSCRAMSHA1, mail.SMTPAuthPlain, mail.SMTPAuthLogin}
	if p.clear {
		ways = []mail.SMTPAuthType{mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthSCRAMSHA1, mail.SMTPAuthPlainNoEnc, mail.SMTPAuthLoginNoEnc}
	}
	return []mail.Option{
		mail.WithOpportunisticSMTPAuth(ways...), mail.WithUsername(p.user), mail.WithPassword(p.pass),
	}
}

// dial ends the whole talk with ctx: go-mail itself looks at the context only
// while dialing.
func (p post) dial(ctx context.Context) mail.DialContextFunc {
	return func(dialing context.Context, network, _ string) (net.Conn, error) {
		address := net.JoinHostPort(strings.Trim(p.host, "[]"), strconv.Itoa(p.port))
		var conn net.Conn
		var err error
		if p.implicit {
			conn, err = (&tls.Dialer{Config: p.tls}).DialContext(dialing, network, address)
		} else {
			conn, err = (&net.Dialer{}).DialContext(dialing, network, address)
		}
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = conn.Close() })
		return conn, nil
	}
}
