package sim

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// readReply takes the call out of a bot's answer to a posted update (core.telegram.org/bots/api, "Making requests when
// getting updates"): its parameters with the method's name among them, as JSON, as a form or as a multipart form. nil: the bot
// answered with none.
func (s *Server) readReply(res *http.Response) (*call, error) {
	body := io.LimitReader(res.Body, maxUpload+1<<20)
	like := &http.Request{Method: http.MethodPost, URL: &url.URL{}, Header: res.Header, Body: io.NopCloser(body)}
	c := &call{ctx: s.done, values: map[string]string{}, files: map[string]upload{}, reply: true}
	err := c.readBody(like)
	_, _ = io.Copy(io.Discard, body) // read on so that the connection is used again
	if err != nil {
		return nil, err
	}
	c.name = c.values["method"]
	delete(c.values, "method")
	if !replied(c.name) {
		return nil, nil
	}
	return c, nil
}

// replied says whether a method may be an answer: none whose result is the point, and none that ends the delivery itself.
func replied(method string) bool {
	name := strings.ToLower(method)
	return name != "" && !strings.HasPrefix(name, "get") &&
		!slices.Contains([]string{"setwebhook", "deletewebhook", "close", "logout"}, name)
}
