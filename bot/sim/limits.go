package sim

import (
	"math"
	"slices"
	"time"
)

// Limits of the Bot API (core.telegram.org/bots/api, /bots/faq) and of the server's practice.
const (
	maxText          = 4096              // UTF-16 units after entity parsing
	maxCaption       = 1024              // UTF-16 units after entity parsing
	maxCallbackBytes = 64                // of callback_data
	maxButtons       = 100               // of an inline keyboard
	maxReplyButtons  = 300               // of a reply keyboard
	maxAnswer        = 200               // characters of a callback answer
	maxDownload      = 20 << 20          // bytes getFile serves
	maxPhotoUpload   = 10 << 20          // bytes of a photo sent by the bot
	maxUpload        = 50 << 20          // bytes of a request of the bot
	deleteWindow     = 48 * time.Hour    // how long a message may be deleted
	answerWindow     = 150 * time.Second // how long a callback waits for its answer
	paceBurst        = 3                 // messages a chat takes at once
	paceSlack        = 0.15              // of a message: tolerance for jitter on the way
	groupWindow      = time.Minute
	groupBurst       = 20                     // messages a group takes per groupWindow
	botWindow        = 850 * time.Millisecond // a second, less what jitter on the way may press together
	botBurst         = 30                     // messages the bot may send per botWindow
)

// pace is a chat's budget: a bucket of paceBurst that gains one a second, and a group's window.
type pace struct {
	tokens float64
	at     time.Time
	sent   []time.Time // groups: the last minute's
}

// spend takes n messages from a chat's budget; the answer is the seconds to wait, 0 when allowed.
// A refused call costs nothing.
func (p *pace) spend(now time.Time, n int, group bool) int {
	if p.at.IsZero() {
		p.tokens = paceBurst
	} else if gone := now.Sub(p.at).Seconds(); gone > 0 {
		p.tokens = math.Min(paceBurst, p.tokens+gone)
	}
	p.at = now
	if wait := 1 - paceSlack - p.tokens; wait > 0 {
		return int(math.Ceil(wait))
	}
	if group {
		if wait := p.groupWait(now, n); wait > 0 {
			return wait
		}
	}
	p.tokens -= 1
	return 0
}

func (p *pace) groupWait(now time.Time, n int) int {
	kept := p.sent[:0]
	for _, t := range p.sent {
		if now.Sub(t) < groupWindow {
			kept = append(kept, t)
		}
	}
	p.sent = kept
	if len(p.sent)+n > groupBurst && len(p.sent) > 0 {
		return int(math.Ceil((groupWindow - now.Sub(p.sent[0])).Seconds()))
	}
	for range n {
		p.sent = append(p.sent, now)
	}
	return 0
}

// charge counts n messages against the chat and the bot when pacing is on.
func (s *Server) charge(c *chat, n int) *apiError {
	if !s.opts.Pace {
		return nil
	}
	now, all := s.now(), &s.world.sent
	*all = slices.DeleteFunc(*all, func(t time.Time) bool { return now.Sub(t) >= botWindow })
	if len(*all)+n > botBurst {
		return tooMany(1)
	}
	if wait := c.pace.spend(now, n, c.kind != private); wait > 0 {
		return tooMany(wait)
	}
	*all = append(*all, slices.Repeat([]time.Time{now}, n)...)
	return nil
}
