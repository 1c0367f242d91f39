package telegram

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Lane is the rank of a message while the bot's whole pace is short.
type Lane uint8

// Lanes, the first goes first. Deletions and callback answers have a way of
// their own past all of them.
const (
	LaneReply Lane = iota
	LaneDecision
	LaneDigest
	// LaneCourtesy is for what nobody waits for: it goes once the chat has room
	// for it and for a message after it.
	LaneCourtesy
)

// Telegram's limits (core.telegram.org/bots/faq: 1 a second per chat, 20 a
// minute per group, 30 a second in all), with some room left.
const (
	chatEvery      = time.Second
	chatBurst      = 3
	groupPerMinute = 18
	botPerSecond   = 28
	idleChats      = 1024 // from this many on, chats at rest are forgotten
)

// Pacer lets messages go at the pace Telegram allows: 1 a second per chat with
// a burst of 3, 18 a minute per group, 28 a second in all, and none to a chat
// that Telegram asked to be left alone.
type Pacer struct {
	clock Clock

	mu     sync.Mutex
	queue  []*waiter // by lane, then by arrival
	chats  map[int64]*chatPace
	all    window
	group  int // messages a minute to one of them
	holds  map[scope]time.Time
	wake   context.CancelFunc // ends the keeper's sleep; nil: no keeper runs
	nextGC int
}

// scope is what a retry_after counts for: the messages of a chat, or a method
// that is not paced.
type scope struct {
	chat  int64
	aside string // method past the pace, empty for messages
}

type waiter struct {
	chat int64
	lane Lane
	turn chan struct{} // closed when it may go
}

// chatPace: free is when the burst is whole again (a GCRA's theoretical time).
type chatPace struct {
	free   time.Time
	minute window // groups only
}

// NewPacer starts with the whole pace of one replica.
func NewPacer(clock Clock) *Pacer {
	return &Pacer{
		clock:  clockOr(clock),
		chats:  map[int64]*chatPace{},
		all:    window{most: botPerSecond, per: time.Second},
		group:  groupPerMinute,
		holds:  map[scope]time.Time{},
		nextGC: idleChats,
	}
}

// Share divides the bot's pace, and that of each group, by the number of live replicas.
func (p *Pacer) Share(replicas int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all.most, p.group = max(1, botPerSecond/max(1, replicas)), max(1, groupPerMinute/max(1, replicas))
	for _, c := range p.chats {
		if c.minute.most > 0 {
			c.minute.most = p.group
		}
	}
	p.wakeKeeper()
}

// Wait blocks until a message may go to the chat, or ctx ends. Within a lane
// and chat, who came first goes first.
func (p *Pacer) Wait(ctx context.Context, chat int64, lane Lane) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := &waiter{chat: chat, lane: lane, turn: make(chan struct{})}
	p.join(ctx, w)
	select {
	case <-w.turn:
		return nil
	case <-ctx.Done():
		p.leave(w)
		return ctx.Err()
	}
}

// spare says whether a courtesy would keep no message waiting: the chat has room for it and for one more.
func (p *Pacer) spare(chat int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock.Now()
	before := now.Add(-chatEvery)
	return len(p.queue) == 0 && !p.all.free(now).After(now) && !p.chatFree(chat, before).After(before)
}

// wait is Wait for messages; what goes past the pace waits for its hold alone.
func (p *Pacer) wait(ctx context.Context, s scope, lane Lane) error {
	if s.aside == "" {
		return p.Wait(ctx, s.chat, lane)
	}
	for {
		p.mu.Lock()
		rest := p.holds[s].Sub(p.clock.Now())
		p.mu.Unlock()
		if rest <= 0 {
			return ctx.Err()
		}
		if err := p.clock.Sleep(ctx, rest); err != nil {
			return err
		}
	}
}

// hold keeps the scope's calls back for d from now.
func (p *Pacer) hold(s scope, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	until := p.clock.Now().Add(d)
	if until.After(p.holds[s]) {
		p.holds[s] = until
	}
}

// held says whether Telegram asked to leave the chat's messages for now.
func (p *Pacer) held(chat int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.holds[scope{chat: chat}].After(p.clock.Now())
}

// join lets w go at once if it may; else a keeper is there to let it go.
func (p *Pacer) join(ctx context.Context, w *waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := slices.IndexFunc(p.queue, func(q *waiter) bool { return q.lane > w.lane })
	if at < 0 {
		at = len(p.queue)
	}
	p.queue = slices.Insert(p.queue, at, w)
	p.letGo(p.clock.Now())
	if len(p.queue) == 0 {
		return
	}
	if p.wake == nil {
		p.startKeeper(ctx)
		return
	}
	p.wakeKeeper()
}

func (p *Pacer) leave(w *waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := slices.Index(p.queue, w); at >= 0 {
		p.queue = slices.Delete(p.queue, at, at+1)
		p.wakeKeeper()
	}
}

func (p *Pacer) wakeKeeper() {
	if p.wake != nil {
		p.wake()
	}
}

// startKeeper runs one goroutine while anybody waits. It outlives the first
// waiter's ctx and ends with the last waiter.
func (p *Pacer) startKeeper(ctx context.Context) {
	p.wake = func() {}
	go p.keep(context.WithoutCancel(ctx))
}

func (p *Pacer) keep(ctx context.Context) {
	for {
		p.mu.Lock()
		p.wake() // releases the nap before
		now := p.clock.Now()
		next := p.letGo(now)
		if len(p.queue) == 0 {
			p.wake = nil
			p.mu.Unlock()
			return
		}
		var nap context.Context
		nap, p.wake = context.WithCancel(ctx)
		p.mu.Unlock()
		_ = p.clock.Sleep(nap, next.Sub(now)) // woken early or late, the queue is looked at again
	}
}

// letGo closes the turn of all who may go now and returns when the next may.
// A waiter behind another of the same chat finds that chat's time taken.
func (p *Pacer) letGo(now time.Time) time.Time {
	var next time.Time
	stay := p.queue[:0]
	for _, w := range p.queue {
		at := later(p.all.freeFor(now, p.all.most-kept(w.lane, p.all.most)), p.chatFree(w.chat, now))
		if !at.After(now) {
			p.take(w.chat, now)
			close(w.turn)
			continue
		}
		if next.IsZero() || at.Before(next) {
			next = at
		}
		stay = append(stay, w)
	}
	clear(p.queue[len(stay):])
	p.queue = stay
	return next
}

func (p *Pacer) chatFree(chat int64, now time.Time) time.Time {
	at := p.holds[scope{chat: chat}]
	if c := p.chats[chat]; c != nil {
		at = later(at, c.free.Add(-(chatBurst-1)*chatEvery))
		at = later(at, c.minute.free(now))
	}
	return at
}

func (p *Pacer) take(chat int64, now time.Time) {
	c := p.chats[chat]
	if c == nil {
		p.forgetIdle(now)
		c = &chatPace{}
		if chat < 0 {
			c.minute = window{most: p.group, per: time.Minute}
		}
		p.chats[chat] = c
	}
	c.free = later(c.free, now).Add(chatEvery)
	c.minute.take(now)
	p.all.take(now)
}

// forgetIdle drops chats and holds that no longer matter, each time their
// number has doubled.
func (p *Pacer) forgetIdle(now time.Time) {
	if len(p.chats)+len(p.holds) < p.nextGC {
		return
	}
	for id, c := range p.chats {
		if !c.free.After(now) && c.minute.idle(now) {
			delete(p.chats, id)
		}
	}
	for s, until := range p.holds {
		if !until.After(now) {
			delete(p.holds, s)
		}
	}
	p.nextGC = max(idleChats, 2*(len(p.chats)+len(p.holds)))
}

// window allows at most `most` in any span of `per`; zero allows everything.
type window struct {
	most  int
	per   time.Duration
	taken []time.Time // of the last span, oldest first
}

func (w *window) free(now time.Time) time.Time { return w.freeFor(now, w.most) }

// freeFor is free for those who may have no more than most of the window.
func (w *window) freeFor(now time.Time, most int) time.Time {
	w.drop(now)
	if w.most == 0 || len(w.taken) < most {
		return now
	}
	return w.taken[len(w.taken)-most].Add(w.per)
}

// kept is how much of the pace a lane leaves to replies: 3 of 28, so that a backlog drains at 25 a second (F10 of the plan).
func kept(l Lane, most int) int {
	if l == LaneReply {
		return 0
	}
	return most / 9
}

func (w *window) take(now time.Time) {
	if w.most > 0 {
		w.taken = append(w.taken, now)
	}
}

func (w *window) idle(now time.Time) bool {
	w.drop(now)
	return len(w.taken) == 0
}

func (w *window) drop(now time.Time) {
	old := 0
	for old < len(w.taken) && !w.taken[old].Add(w.per).After(now) {
		old++
	}
	w.taken = slices.Delete(w.taken, 0, old)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
