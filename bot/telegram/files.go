package telegram

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// FileCap is the largest file that Telegram gives to bots, in bytes.
const FileCap = 20 << 20

const downloadMethod = "file"

// Download fetches a file of at most maxBytes (and never over FileCap).
// A larger one is ErrTooBig, found out before its bytes are kept.
func (c *Client) Download(ctx context.Context, fileID string, maxBytes int64) ([]byte, error) {
	maxBytes = min(maxBytes, FileCap)
	type location struct {
		Path string `json:"file_path"`
		Size int64  `json:"file_size"`
	}
	at, err := ask[location](ctx, c, "getFile", params{"file_id": fileID})
	if err != nil {
		return nil, err
	}
	if at.Size > maxBytes {
		return nil, &Error{Method: downloadMethod, Kind: ErrTooBig}
	}
	if at.Path == "" {
		return nil, &Error{Method: downloadMethod, Kind: ErrRetry, Reason: "no path given"}
	}
	body, failed := c.fetch(ctx, at.Path, maxBytes)
	c.tally.add(downloadMethod, failed)
	if failed != nil {
		return nil, failed
	}
	return body, nil
}

// fetch reads <api>/file/bot<token>/<path>; the library knows only Telegram's
// own address for it.
func (c *Client) fetch(ctx context.Context, path string, maxBytes int64) ([]byte, *Error) {
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()
	escaped := (&url.URL{Path: "/" + strings.TrimLeft(path, "/")}).EscapedPath()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.files+c.token.value()+escaped, nil)
	if err != nil {
		return nil, &Error{Method: downloadMethod, Kind: ErrRejected, Reason: "bad path"}
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, &Error{Method: downloadMethod, Kind: ErrRetry, Reason: c.token.redact(cause(err)), ended: endedBy(err)}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &Error{Method: downloadMethod, Code: resp.StatusCode, Kind: ErrRetry, RetryAfter: pause(resp.StatusCode)}
	}
	if resp.ContentLength > maxBytes {
		return nil, &Error{Method: downloadMethod, Kind: ErrTooBig}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBytes+1))
	if err != nil {
		return nil, &Error{Method: downloadMethod, Code: resp.StatusCode, Kind: ErrRetry, Reason: "answer cut short", ended: endedBy(err)}
	}
	if int64(len(body)) > maxBytes {
		return nil, &Error{Method: downloadMethod, Kind: ErrTooBig}
	}
	return body, nil
}

func pause(status int) time.Duration {
	if status == http.StatusTooManyRequests {
		return time.Second
	}
	return 0
}
