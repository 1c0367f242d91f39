// Package telegram is the bot's door to Telegram: updates come in by Poller or
// Webhook and are acknowledged only after the Receiver returned, calls go out
// through Client, paced and with the token kept out of every error and log.
//
// It is the only importer of the client library, of which it uses no more than
// MakeRequest and UploadFiles: the library's own update loop and webhook
// listener acknowledge before anything is handled, and its errors hold the
// token. Limits and field names are those of Bot API 10.1.
package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// PublicAPI is where Telegram itself answers.
const PublicAPI = "https://api.telegram.org"

const (
	sendTimeout     = 30 * time.Second
	downloadTimeout = 60 * time.Second
	idlePerHost     = 64
)

// Clock tells the time and waits; tests and stories bring their own.
type Clock interface {
	Now() time.Time
	// Sleep returns nil after d, or the cause when ctx ends first.
	Sleep(ctx context.Context, d time.Duration) error
}

// Options are what New needs; only Token is required.
type Options struct {
	Token  Token
	APIURL string       // base without a path to the bot; empty: PublicAPI
	HTTP   *http.Client // its Transport and Jar are used, its Timeout and redirects are not
	Log    *slog.Logger
	Clock  Clock
}

// Client calls the Bot API. Its methods may be used from many goroutines.
// Errors are always of type *Error, so callers branch by errors.Is on its kind.
type Client struct {
	token    Token
	endpoint string // the library's format: two %s, token and method
	files    string
	http     *http.Client
	log      *slog.Logger
	clock    Clock
	pacer    *Pacer
	tally    tally
}

// New makes a client without calling Telegram: a program starts while
// Telegram is away.
func New(o Options) (*Client, error) {
	if !o.Token.wellFormed() {
		return nil, errors.New("telegram token: expected digits, a colon and letters, digits, - or _")
	}
	base, err := baseURL(o.APIURL)
	if err != nil {
		return nil, err
	}
	silenceLibrary()
	clock := clockOr(o.Clock)
	return &Client{
		token:    o.Token,
		endpoint: strings.ReplaceAll(base, "%", "%%") + "/bot%s/%s",
		files:    base + "/file/bot",
		http:     plainHTTP(o.HTTP),
		log:      loggerOr(o.Log),
		clock:    clock,
		pacer:    NewPacer(clock),
	}, nil
}

// Pacer is the pace that all of the client's messages share.
func (c *Client) Pacer() *Pacer { return c.pacer }

// String keeps fmt away from the fields.
func (c *Client) String() string { return "telegram client" }

func baseURL(raw string) (string, error) {
	if raw == "" {
		return PublicAPI, nil
	}
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("telegram api url: expected http(s)://host[:port][/path]")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// plainHTTP has no Timeout, which would also cut the long poll, and follows no
// redirect: the next host would be told the token by the path and by Referer.
func plainHTTP(given *http.Client) *http.Client {
	own := http.Client{}
	if given != nil {
		own.Transport, own.Jar = given.Transport, given.Jar
	}
	if own.Transport == nil {
		own.Transport = keepAliveTransport()
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// keepAliveTransport holds 64 idle connections to Telegram; the default of two
// opens and closes one for nearly every call under load.
func keepAliveTransport() http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	t := standard.Clone()
	t.MaxIdleConns = 2 * idlePerHost
	t.MaxIdleConnsPerHost = idlePerHost
	return t
}

// silenceLibrary replaces the library's global logger, which has no lock, once
// for the whole program; it must never print a request.
var silenceLibrary = sync.OnceFunc(func() {
	if err := tgbotapi.SetLogger(silence{}); err != nil {
		panic(fmt.Sprintf("library logger: %v", err))
	}
})

type silence struct{}

func (silence) Println(...any)        {}
func (silence) Printf(string, ...any) {}

func loggerOr(l *slog.Logger) *slog.Logger {
	if l == nil {
		return slog.New(slog.DiscardHandler)
	}
	return l
}

func clockOr(c Clock) Clock {
	if c == nil {
		return systemClock{}
	}
	return c
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
