package sim

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// webhook is where updates are pushed to. Guarded by Server.mu.
type webhook struct {
	url      string
	secret   string
	maxConns int
	failedAt time.Time
	failure  string
}

const (
	firstBackoff = 50 * time.Millisecond // short, so that tests need not sleep; Telegram's grows to minutes
	longBackoff  = 2 * time.Second
	hookTimeout  = 60 * time.Second
)

// newPusher is the client of webhook deliveries: it keeps as many connections as there may be at once.
func newPusher() *http.Client {
	return &http.Client{Timeout: hookTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: 100, IdleConnTimeout: time.Minute}}
}

var secretToken = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

func (s *Server) setWebhook(c *call) (any, *apiError) {
	link, secret := c.values["url"], c.values["secret_token"]
	if link == "" {
		return s.deleteWebhook(c)
	}
	if !hookLink(link) {
		return nil, badRequest("bad webhook: An HTTPS URL must be provided for webhook")
	}
	if secret != "" && !secretToken.MatchString(secret) {
		return nil, badRequest("secret token contains unallowed characters")
	}
	if raw, ok := c.values["allowed_updates"]; ok {
		if json.Unmarshal([]byte(raw), &s.updates.allowed) != nil {
			return nil, badRequest("can't parse allowed_updates: expected an Array of String")
		}
	}
	conns := c.number("max_connections", 40)
	s.updates.hook = webhook{url: link, secret: secret, maxConns: min(max(conns, 1), 100)}
	if c.flag("drop_pending_updates") {
		s.updates.pending = nil
	}
	for _, u := range s.updates.pending {
		u.notBefore = time.Time{}
	}
	s.moved()
	return true, nil
}

// hookLink takes https, and http on this machine, where the simulator lives.
func hookLink(link string) bool {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return false
	}
	if u.Scheme == "https" {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

func (s *Server) deleteWebhook(c *call) (any, *apiError) {
	s.updates.hook = webhook{}
	if c.flag("drop_pending_updates") {
		s.updates.pending = nil
	}
	s.moved()
	return true, nil
}

func (s *Server) getWebhookInfo(*call) (any, *apiError) {
	h := s.updates.hook
	o := object{"url": h.url, "has_custom_certificate": false, "pending_update_count": len(s.updates.pending)}
	if h.url != "" {
		o["max_connections"] = h.maxConns
	}
	if len(s.updates.allowed) > 0 {
		o["allowed_updates"] = s.updates.allowed
	}
	if h.failure != "" {
		o["last_error_date"], o["last_error_message"] = h.failedAt.Unix(), h.failure
	}
	return o, nil
}

// deliverWebhooks pushes updates until the simulator is closed: in order within a chat, chats side by side.
func (s *Server) deliverWebhooks() {
	var running sync.WaitGroup
	defer running.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.done.Err() == nil {
		next, hook, pause := s.nextDelivery(time.Now())
		if next != nil {
			next.inFlight = true
			s.updates.flying++
			running.Go(func() { s.deliver(next, hook) })
			continue
		}
		timer := time.NewTimer(pause)
		s.await(nil, timer.C)
		timer.Stop()
	}
}

// nextDelivery finds an update that may go now, or says how long there is none.
func (s *Server) nextDelivery(now time.Time) (*update, webhook, time.Duration) {
	hook, pause := s.updates.hook, time.Hour
	if hook.url == "" || s.updates.held || s.updates.flying >= hook.maxConns {
		return nil, hook, pause
	}
	seen := map[int64]bool{}
	for _, u := range s.updates.pending {
		left := u.notBefore.Sub(now)
		if u.late && left > 0 {
			pause = min(pause, left)
			continue
		}
		if seen[u.chat] {
			continue
		}
		seen[u.chat] = true
		if u.inFlight {
			continue
		}
		if left > 0 {
			pause = min(pause, left)
			continue
		}
		return u, hook, 0
	}
	return nil, hook, pause
}

// deliver pushes one update once; without a 2xx the same update comes again later. A call that the bot answers with is
// performed after the update counts as delivered.
func (s *Server) deliver(u *update, hook webhook) {
	reply, failure := s.push(u.body, hook)
	if reply != nil {
		s.begin(reply)
	}
	s.delivered(u, failure)
	if reply != nil {
		s.perform(reply) // the bot does not learn how it went
	}
}

func (s *Server) delivered(u *update, failure string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u.inFlight, u.late = false, false
	s.updates.flying--
	if failure == "" {
		s.updates.pending = slices.DeleteFunc(s.updates.pending, func(o *update) bool { return o == u })
	} else {
		u.tries++
		u.notBefore = time.Now().Add(min(firstBackoff<<min(u.tries-1, 10), longBackoff))
		s.updates.hook.failedAt, s.updates.hook.failure = s.now(), failure
	}
	s.moved()
}

// push posts an update. The answers are the call that came back, if any, and what went wrong, as getWebhookInfo words it.
func (s *Server) push(body []byte, hook webhook) (*call, string) {
	req, err := http.NewRequestWithContext(s.done, http.MethodPost, hook.url, bytes.NewReader(body))
	if err != nil {
		return nil, "Bad webhook URL"
	}
	req.Header.Set("Content-Type", "application/json")
	if hook.secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", hook.secret)
	}
	res, err := s.pusher.Do(req)
	if err != nil {
		return nil, "Connection failed"
	}
	defer res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16)) // read on so that the connection is used again
		return nil, "Wrong response from the webhook: " + strings.TrimSpace(res.Status)
	}
	reply, err := s.readReply(res)
	if err != nil {
		return nil, "Wrong response from the webhook: can't parse the body"
	}
	return reply, ""
}
