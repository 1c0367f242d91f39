package courier

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"math/big"
	"mime"
	"net"
	netmail "net/mail"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// received is one message as the server took it.
type received struct{ user, from, to, body string }

// server is an SMTP server of our own process: it keeps messages and can be
// told to refuse. Fields are set before the first message.
type server struct {
	got      chan received
	roots    *x509.CertPool
	mail     error // the answer to MAIL FROM
	rcpt     error // the answer to RCPT
	data     error // the answer to DATA
	hold     chan struct{}
	implicit bool
	plain    bool         // no TLS at all
	asked    atomic.Int32 // for a password
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &talk{server: s}, nil }

type talk struct {
	server *server
	now    received
}

func (k *talk) Reset()                   { k.now = received{user: k.now.user} }
func (k *talk) Logout() error            { return nil }
func (k *talk) AuthMechanisms() []string { return []string{sasl.Plain} }

func (k *talk) Auth(string) (sasl.Server, error) {
	k.server.asked.Add(1)
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if pass != "hunter2" {
			return smtp.ErrAuthFailed
		}
		k.now.user = user
		return nil
	}), nil
}

func (k *talk) Mail(from string, _ *smtp.MailOptions) error {
	k.now.from = from
	return k.server.mail
}

func (k *talk) Rcpt(to string, _ *smtp.RcptOptions) error {
	k.now.to = to
	return k.server.rcpt
}

func (k *talk) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if k.server.data != nil {
		return k.server.data
	}
	if k.server.hold != nil {
		<-k.server.hold
	}
	k.now.body = string(body)
	k.server.got <- k.now
	return nil
}

// start serves on a free port of 127.0.0.1 and returns host:port.
func (s *server) start(t *testing.T) string {
	t.Helper()
	s.got = make(chan received, 4)
	cert, roots := certificate(t)
	s.roots = roots
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	backend := smtp.NewServer(s)
	backend.Domain, backend.AllowInsecureAuth = "localhost", s.plain
	backend.ErrorLog = log.New(io.Discard, "", 0)
	config := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	if s.implicit {
		listener = tls.NewListener(listener, config)
	} else if !s.plain {
		backend.TLSConfig = config
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = backend.Serve(listener) }()
	t.Cleanup(func() { _, _ = backend.Close(), listener.Close(); <-done })
	return listener.Addr().String()
}

// certificate is good for 127.0.0.1 during one test.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	shape := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, shape, shape, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// trusting opens raw as OpenMail does, with the server's certificate trusted.
func (s *server) trusting(t *testing.T, raw string, opts ...Option) mailOut {
	t.Helper()
	p, err := openSMTP(raw, with(opts))
	if err != nil {
		t.Fatal(err)
	}
	p.tls.RootCAs = s.roots
	return mailOut{watch{"mail", quiet()}, p.mail, p.reach}
}

func TestMailArrivesOverSTARTTLSAndOverTLS(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, scheme, tail string
		server             *server
		opts               []Option
	}{
		{"STARTTLS", "smtp", "", &server{}, nil},
		{"TLS", "smtps", "", &server{implicit: true}, nil},
		{"clear where insecure is allowed", "smtp", "&tls=none", &server{plain: true}, []Option{Insecure(io.Discard)}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			host := row.server.start(t)
			mail := row.server.trusting(t, row.scheme+"://bot:hunter2@"+host+"?from=%E5%BD%92%E4%BD%8D+<bot@example.edu>"+row.tail, row.opts...)
			if err := mail.Send(t.Context(), address, "归位：校验码", "你的校验码是 123456"); err != nil {
				t.Fatal(err)
			}
			checkLetter(t, <-row.server.got)
		})
	}
}

func checkLetter(t *testing.T, got received) {
	t.Helper()
	if got.user != "bot" || got.from != "bot@example.edu" || got.to != address {
		t.Errorf("envelope: user %s, from %s, to %s", got.user, got.from, got.to)
	}
	letter, err := netmail.ReadMessage(strings.NewReader(got.body))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(letter.Header.Get("Subject"))
	if err != nil || subject != "归位：校验码" {
		t.Errorf("subject %q, %v", subject, err)
	}
	from, err := netmail.ParseAddress(letter.Header.Get("From"))
	if err != nil || from.Name != "归位" {
		t.Errorf("from %v, %v", from, err)
	}
	if letter.Header.Get("Auto-Submitted") != "auto-generated" || letter.Header.Get("Date") == "" || letter.Header.Get("Message-ID") == "" {
		t.Errorf("headers %v", letter.Header)
	}
}

func TestRepliesSayWhetherToTryAgainAndNameNobody(t *testing.T) {
	t.Parallel()
	reply := func(code int) error {
		return &smtp.SMTPError{Code: code, Message: "about " + address}
	}
	rows := []struct {
		name   string
		server *server
		kind   error
	}{
		{"our sender refused", &server{mail: reply(550)}, ErrTemporary},
		{"mailbox full", &server{rcpt: reply(452)}, ErrTemporary},
		{"greylisted", &server{rcpt: reply(451)}, ErrTemporary},
		{"no such mailbox", &server{rcpt: reply(550)}, ErrPermanent},
		{"content refused", &server{data: reply(554)}, ErrPermanent},
		{"content later", &server{data: reply(450)}, ErrTemporary},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			host := row.server.start(t)
			mail := row.server.trusting(t, "smtp://bot:hunter2@"+host+"?from=bot@example.edu")
			refused(t, mail.Send(t.Context(), address, "a word", "text"), row.kind)
		})
	}
}

// refused wants an error of one kind whose words name no person and no secret.
func refused(t *testing.T, err, kind error) {
	t.Helper()
	other := ErrTemporary
	if errors.Is(kind, ErrTemporary) {
		other = ErrPermanent
	}
	if !errors.Is(err, kind) || errors.Is(err, other) {
		t.Fatalf("want %v, got %v", kind, err)
	}
	for _, canary := range []string{address, "example.edu", "hunter2", "a word"} {
		if strings.Contains(err.Error(), canary) {
			t.Errorf("%s stands in: %v", canary, err)
		}
	}
}

func TestOperatorsMistakesLoseNoMessage(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		server *server
		url    func(host string) string
		trust  bool
	}{
		{"wrong password", &server{}, func(host string) string { return "smtp://bot:wrong@" + host }, true},
		{"server without TLS", &server{plain: true}, func(host string) string { return "smtp://bot:hunter2@" + host }, true},
		{"unknown certificate", &server{}, func(host string) string { return "smtp://bot:hunter2@" + host }, false},
		{"unknown certificate, smtps", &server{implicit: true}, func(host string) string { return "smtps://bot:hunter2@" + host }, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			host := row.server.start(t)
			if !row.trust {
				row.server.roots = nil
			}
			mail := row.server.trusting(t, row.url(host)+"?from=bot@example.edu")
			want := ErrTemporary
			if row.name == "wrong password" { // no other try helps
				want = ErrMisconfigured
			}
			refused(t, mail.Send(t.Context(), address, "a word", "text"), want)
			refused(t, mail.Reach(t.Context()), want)
			if len(row.server.got) != 0 {
				t.Error("the message went out")
			}
			if row.server.plain && row.server.asked.Load() != 0 {
				t.Error("the password went out in clear")
			}
		})
	}
}

func TestReachingLogsInAndSendsNothing(t *testing.T) {
	t.Parallel()
	s := &server{}
	host := s.start(t)
	if err := s.trusting(t, "smtp://bot:hunter2@"+host+"?from=bot@example.edu").Reach(t.Context()); err != nil {
		t.Error(err)
	}
	if len(s.got) != 0 {
		t.Error("a message went out")
	}
}

func TestSilentServerEndsWithTheTimeoutAndWithTheContext(t *testing.T) {
	t.Parallel()
	s := &server{hold: make(chan struct{})}
	host := s.start(t)
	t.Cleanup(func() { close(s.hold) })
	url := "smtp://bot:hunter2@" + host + "?from=bot@example.edu"
	refused(t, s.trusting(t, url, Timeout(200*time.Millisecond)).Send(t.Context(), address, "a word", "text"), ErrTemporary)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err := s.trusting(t, url).Send(ctx, address, "a word", "text")
	if refused(t, err, ErrTemporary); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestUnreachableServerIsTemporary(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	mail, err := OpenMail("smtp://bot:hunter2@"+host+"?from=bot@example.edu", quiet())
	if err != nil {
		t.Fatal(err)
	}
	refused(t, mail.Send(t.Context(), address, "a word", "text"), ErrTemporary)
}

func TestOnlyOneBareAddressIsTaken(t *testing.T) {
	t.Parallel()
	s := &server{}
	mail := s.trusting(t, "smtp://bot:hunter2@"+s.start(t)+"?from=bot@example.edu")
	for _, to := range []string{
		"student@example.edu, other@example.edu", "A <student@example.edu>", "<student@example.edu>", "student", "student@example.edu\r\nRCPT TO:<x@example.edu>",
	} {
		refused(t, mail.Send(t.Context(), to, "a word", "text"), ErrPermanent)
	}
	refused(t, mail.Send(t.Context(), address, "a\r\nBcc: other@example.edu", "text"), ErrPermanent)
	if len(s.got) != 0 {
		t.Error("a message went out")
	}
}
