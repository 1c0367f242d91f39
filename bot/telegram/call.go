package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// answerCap bounds one answer: a hundred updates are far below.
const answerCap = 16 << 20

// params are the fields of a call; empty values are left out by the setters.
type params map[string]string

func (p params) text(name, value string) {
	if value != "" {
		p[name] = value
	}
}

func (p params) number(name string, value int64) {
	if value != 0 {
		p[name] = strconv.FormatInt(value, 10)
	}
}

func (p params) flag(name string, value bool) {
	if value {
		p[name] = "true"
	}
}

func (p params) json(name string, value any) {
	raw, err := json.Marshal(value)
	if err != nil { // own structs of strings, numbers and flags only
		panic(fmt.Sprintf("marshal %s: %v", name, err))
	}
	p[name] = string(raw)
}

// call is one exchange with Telegram: by MakeRequest, or by UploadFiles when
// there are files. The result is nil on error.
func (c *Client) call(ctx context.Context, method string, p params, limit time.Duration, files ...Upload) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	began := time.Now()
	wire := &exchange{ctx: ctx, http: c.http}
	result, err := c.exchange(wire, method, p, files)
	if err == nil {
		c.tally.add(method, nil)
		return result, nil
	}
	failed := c.failure(method, wire, err)
	c.tally.add(method, failed)
	c.log.LogAttrs(ctx, slog.LevelDebug, "telegram call failed",
		slog.String("method", method), slog.String("outcome", outcome(failed)), slog.Int("code", failed.Code),
		slog.String("reason", failed.Reason), slog.Duration("retry_after", failed.RetryAfter),
		slog.Int64("ms", time.Since(began).Milliseconds()))
	return nil, failed
}

// exchange builds the library's bot anew for each call: it knows no ctx, so the
// call's own ctx travels in the HTTP client.
func (c *Client) exchange(wire *exchange, method string, p params, files []Upload) (json.RawMessage, error) {
	bot := tgbotapi.BotAPI{Token: c.token.value(), Client: wire}
	bot.SetAPIEndpoint(c.endpoint)
	var answer *tgbotapi.APIResponse
	var err error
	if len(files) == 0 {
		answer, err = bot.MakeRequest(method, tgbotapi.Params(p))
	} else {
		answer, err = bot.UploadFiles(method, tgbotapi.Params(p), parts(files))
	}
	if err != nil {
		return nil, err
	}
	return answer.Result, nil
}

func parts(files []Upload) []tgbotapi.RequestFile {
	out := make([]tgbotapi.RequestFile, len(files))
	for i, f := range files {
		out[i] = tgbotapi.RequestFile{Name: f.field, Data: tgbotapi.FileBytes{Name: f.Name, Bytes: f.Bytes}}
	}
	return out
}

// failure translates the library's error. Its Code is 0 after an upload and
// there is none at all when a gateway answers HTML: the HTTP status stands in.
func (c *Client) failure(method string, wire *exchange, err error) *Error {
	var said *tgbotapi.Error
	if !errors.As(err, &said) {
		return c.noAnswer(method, wire, err)
	}
	code := said.Code
	if code == 0 {
		code = wire.status
	}
	if said.RetryAfter > 0 || code == http.StatusTooManyRequests {
		return &Error{Method: method, Code: http.StatusTooManyRequests, Kind: ErrRetry, Reason: "too many requests",
			RetryAfter: max(time.Duration(said.RetryAfter)*time.Second, time.Second)}
	}
	if said.MigrateToChatID != 0 {
		return &Error{Method: method, Code: code, Kind: ErrMigrated, MigrateTo: said.MigrateToChatID}
	}
	return refusal(method, code, said.Message)
}

// noAnswer is a call that broke, or was answered by something before the Bot
// API: a gateway's 403 says nothing about the chat, so nearly all is ErrRetry.
func (c *Client) noAnswer(method string, wire *exchange, err error) *Error {
	if wire.status == 0 {
		return &Error{Method: method, Kind: ErrRetry, Reason: c.token.redact(cause(err)),
			Unsure: wire.sent.Load(), ended: endedBy(err)}
	}
	e := &Error{Method: method, Code: wire.status, Kind: ErrRetry, Reason: "not an answer of the bot api", ended: endedBy(err)}
	switch {
	case errors.Is(err, errCutShort):
		e.Reason, e.Unsure = "answer cut short", true
	case wire.status == http.StatusRequestEntityTooLarge:
		e.Kind = ErrTooBig
	case wire.status == http.StatusTooManyRequests:
		e.RetryAfter = time.Second
	default:
		e.Unsure = wire.status < 400 || wire.status >= 500
	}
	return e
}

// cause is the text of a transport error without the URL around it.
func cause(err error) string {
	var around *url.Error
	if errors.As(err, &around) {
		return around.Err.Error()
	}
	return err.Error()
}

// exchange is the HTTP client of one call: it binds the ctx, notes what
// happened, and reads the answer whole so that the connection is reused.
type exchange struct {
	ctx    context.Context
	http   *http.Client
	sent   atomic.Bool // the request's head has left
	status int         // 0 until an answer began
}

var errCutShort = errors.New("answer cut short")

// Do implements the library's HTTPClient. On failure it closes the request's
// body, or the library's uploading goroutine would wait for ever.
func (x *exchange) Do(req *http.Request) (*http.Response, error) {
	trace := &httptrace.ClientTrace{WroteHeaders: func() { x.sent.Store(true) }}
	resp, err := x.http.Do(req.WithContext(httptrace.WithClientTrace(x.ctx, trace)))
	if err != nil {
		closeBody(req)
		return nil, err
	}
	defer resp.Body.Close()
	x.status = resp.StatusCode
	answer, err := io.ReadAll(io.LimitReader(resp.Body, answerCap))
	if err != nil {
		closeBody(req)
		return nil, fmt.Errorf("%w: %w", errCutShort, err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	return resp, nil
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close() // a pipe's reader: Close never fails
	}
}
