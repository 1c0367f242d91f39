package courier

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Hook tells a school's own system how cases ended. Each post carries
//
//	Guiwei-Signature: t=<unix seconds>,v1=<hex HMAC-SHA-256 under the key of "<t>.<body>">
//	Idempotency-Key: <the same for every try of one notice>
//
// and is good when 2xx comes back; a redirect is not followed.
type Hook struct {
	URL string
	Key string
	Now func() time.Time
}

// hookLimit bounds one try.
const hookLimit = 10 * time.Second

// Post makes one try. Its error holds no address and no body.
func (h Hook) Post(ctx context.Context, id string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, hookLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("post to hook: %w", ErrMisconfigured)
	}
	at := strconv.FormatInt(h.Now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", id)
	req.Header.Set("Guiwei-Signature", "t="+at+",v1="+h.sign(at+"."+string(body)))
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("post to hook: no answer: %w", ErrTemporary)
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 4096)
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("post to hook: answered %d: %w", resp.StatusCode, ErrTemporary)
	}
	return nil
}

// Subject stands for an ID number: who has the key and the number can make it too, nobody else can.
func (h Hook) Subject(number string) string { return h.sign("subject." + number)[:32] }

func (h Hook) sign(text string) string {
	mac := hmac.New(sha256.New, []byte(h.Key))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}
