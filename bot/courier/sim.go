package courier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// simBox posts to the simulator's inbox page: JSON {"to","text"} to /sim/sms
// and {"to","subject","text"} to /sim/mail; any 2xx is success.
type simBox struct{ wire }

func openSim(base string, o options) (simBox, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return simBox{}, errors.New("open sim courier: want sim:http://HOST:PORT")
	}
	return simBox{newWire("simulator", u, o)}, nil
}

func (b simBox) sms(ctx context.Context, m Message) error {
	return b.post(ctx, "/sim/sms", map[string]string{"to": m.To, "text": m.Text})
}

func (b simBox) mail(ctx context.Context, to, subject, text string) error {
	return b.post(ctx, "/sim/mail", map[string]string{"to": to, "subject": subject, "text": text})
}

func (b simBox) post(ctx context.Context, path string, letter map[string]string) error {
	body, err := json.Marshal(letter)
	if err != nil {
		return fmt.Errorf("post to simulator: %w", ErrPermanent)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.base.JoinPath(path).String(), bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("post to simulator: %w", ErrPermanent)
	}
	req.Header.Set("Content-Type", "application/json")
	r, err := b.do(ctx, req)
	if err != nil {
		return err
	}
	return judgeStatus(r.status)
}

// judgeStatus sorts an HTTP status: 429 and 5xx pass, other refusals stay.
func judgeStatus(code int) error {
	switch {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusTooManyRequests || code >= 500:
		return fmt.Errorf("post to simulator: status %d: %w", code, ErrTemporary)
	}
	return fmt.Errorf("post to simulator: status %d: %w", code, ErrPermanent)
}
