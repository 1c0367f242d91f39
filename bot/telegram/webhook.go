package telegram

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
)

const (
	secretHeader = "X-Telegram-Bot-Api-Secret-Token"
	bodyCap      = 1 << 20
	secretFewest = 32
	secretMost   = 256
)

// WebhookOptions are what NewWebhook needs. Secrets are one, or two while the
// secret is being changed: 32 to 256 of A-Z a-z 0-9 _ -.
type WebhookOptions struct {
	Secrets  []string
	Receive  Receiver
	SetAside SetAside // nil: a bad update is logged and acknowledged
	Log      *slog.Logger
}

// Webhook is the http.Handler that Telegram posts updates to. It answers 200
// only after the Receiver returned nil; on doubt 503, and Telegram comes again.
type Webhook struct {
	in      intake
	secrets [][sha256.Size]byte
}

// NewWebhook refuses to stand open: without a strong secret there is none.
func NewWebhook(o WebhookOptions) (*Webhook, error) {
	if len(o.Secrets) == 0 || len(o.Secrets) > 2 {
		return nil, fmt.Errorf("webhook secrets: expected 1 or 2, have %d", len(o.Secrets))
	}
	w := &Webhook{in: intake{o.Receive, o.SetAside, loggerOr(o.Log)}}
	for _, secret := range o.Secrets {
		if !strongSecret(secret) {
			return nil, fmt.Errorf("webhook secret: expected %d to %d of A-Z a-z 0-9 _ -", secretFewest, secretMost)
		}
		w.secrets = append(w.secrets, sha256.Sum256([]byte(secret)))
	}
	return w, nil
}

func strongSecret(s string) bool {
	for _, r := range s {
		if !tokenRune(r) {
			return false
		}
	}
	return len(s) >= secretFewest && len(s) <= secretMost
}

// ServeHTTP answers 405, 401, 413, 400, 503 or 200; only a 200 may have a body,
// the Reply. The secret is checked before anything of the body is read.
func (w *Webhook) ServeHTTP(rw http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodPost {
		rw.Header().Set("Allow", http.MethodPost)
		rw.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if !w.knows(req.Header.Get(secretHeader)) {
		rw.WriteHeader(http.StatusUnauthorized)
		return
	}
	raw, status := body(rw, req)
	var reply Reply
	if status == http.StatusOK {
		status = w.take(req, raw, &reply)
	}
	if status == http.StatusOK {
		reply.write(rw)
		return
	}
	rw.WriteHeader(status)
}

// knows compares hashes, so that neither length nor content shows in time, and
// always with every secret.
func (w *Webhook) knows(header string) bool {
	given := sha256.Sum256([]byte(header))
	same := 0
	for i := range w.secrets {
		same |= subtle.ConstantTimeCompare(given[:], w.secrets[i][:])
	}
	return same == 1
}

func body(rw http.ResponseWriter, req *http.Request) ([]byte, int) {
	if req.ContentLength > bodyCap {
		return nil, http.StatusRequestEntityTooLarge
	}
	raw, err := io.ReadAll(http.MaxBytesReader(rw, req.Body, bodyCap))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, http.StatusRequestEntityTooLarge
	case err != nil:
		return nil, http.StatusBadRequest
	default:
		return raw, http.StatusOK
	}
}

// take acknowledges a bad update once it is set aside, if it had a number at
// all; what has none did not come from Telegram.
func (w *Webhook) take(req *http.Request, raw []byte, reply *Reply) int {
	ctx := req.Context()
	u, bad := DecodeUpdate(raw)
	u.Reply = reply
	if bad != nil && u.ID == 0 {
		return http.StatusBadRequest
	}
	if err := w.in.take(ctx, raw, u, bad); err != nil {
		w.in.log.LogAttrs(ctx, slog.LevelWarn, "update not committed", slog.Int64("update", u.ID), slog.String("error", err.Error()))
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}
