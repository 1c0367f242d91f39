package questions

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"guiwei/flows"
)

// Code is a code under way: its keyed digest, when it was sent, how often it was missed.
type Code struct {
	Digest string    `json:"digest,omitempty"`
	Sent   time.Time `json:"sent,omitzero"`
	Misses int       `json:"misses,omitempty"`
}

// Terms of a code (mission.md): 6 digits, 10 minutes, resend after 60 s, 5 tries. The countdown is said anew every 15 s, far
// within Telegram's pace.
const (
	CodeLife   = 10 * time.Minute
	CodeResend = time.Minute
	codeTick   = 15 * time.Second
	codeTries  = 5
)

// Draw makes the digits of a new code.
func Draw(random [32]byte) string {
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(random[:8])%1_000_000) // bias 5e-14
}

// Tried is what digits come to.
type Tried int

// What digits come to.
const (
	Right Tried = iota
	Missed
	UsedUp
	Expired
)

// Try compares digits by their digest. Tries and minutes used up need a new code.
func (c *Code) Try(digest string, at time.Time) Tried {
	switch {
	case at.Sub(c.Sent) >= CodeLife:
		return Expired
	case c.Misses < codeTries && c.Digest != "" && digest == c.Digest:
		return Right
	}
	if c.Misses++; c.Misses >= codeTries {
		c.Misses = codeTries
		return UsedUp
	}
	return Missed
}

// Left is how many tries remain, and for how many minutes.
func (c Code) Left(at time.Time) (tries, minutes int) {
	return codeTries - c.Misses, int(math.Ceil((CodeLife - at.Sub(c.Sent)).Minutes()))
}

// Patience is how long until the next code may be asked for, 0 once it may.
func (c Code) Patience(at time.Time) time.Duration { return max(0, CodeResend-at.Sub(c.Sent)) }

// Tick has the countdown to the next code said anew after a while, until it is over.
func (c Code) Tick(v flows.Verdict, at time.Time) flows.Verdict {
	if left := c.Patience(at); left > 0 {
		return v.After("resend", min(codeTick, left))
	}
	return v
}

// Again is the button that asks for the next code, with the countdown.
func (c Code) Again(at time.Time) flows.Button {
	b := flows.Act("again")
	if wait := c.Patience(at); wait > 0 {
		b.Key = "button.again_in"
		b.Args = flows.Say("", "seconds", int(wait.Round(time.Second).Seconds())).Args
	}
	return b
}
