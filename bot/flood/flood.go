// Package flood keeps one person from taking the bot for themselves alone.
//
// A Gate counts what each user sends within 10 seconds, in memory, before anything is asked of Redis. Most callers want one
// Gate a process, and Pass for each update: what does not pass is acknowledged and forgotten, so that its cost is nothing.
package flood

import (
	"sync"
	"time"
)

// Span is what is counted over, and how long a user has to be quieter than the limit to be heard again.
const Span = 10 * time.Second

// noticeEvery is how often a user is told so at most (trust.md T26).
const noticeEvery = time.Minute

// crowded is how many users a gate remembers before it forgets those who are calm.
const crowded = 1000

// Word is what becomes of an update.
type Word int

// Pass is heard. Notice and Silence are not; with a Notice the user is told once.
const (
	Pass Word = iota
	Notice
	Silence
)

// Gate lets Most updates of a user through within 10 s; 0 lets all through. It is safe for use by many goroutines.
type Gate struct {
	Most int

	mu     sync.Mutex
	people map[int64]*person
	swept  time.Time
}

// Update is what the gate must know of one. The parts of an album count once. At is when it was sent: what waited at Telegram
// while the bot was away comes all at once, but is no flood.
type Update struct {
	ID    int64
	User  int64
	Album string
	At    time.Time
}

// person is a user's last updates, the oldest first, as many as may pass.
type person struct {
	last  []arrival
	album string
	word  Word // of the last one that was counted
	told  time.Time
}

type arrival struct {
	id   int64
	at   time.Time
	word Word
}

// Pass counts an update. One that comes again is answered as before: it was not acknowledged.
func (g *Gate) Pass(u Update) Word {
	if g.Most <= 0 {
		return Pass
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(u.At)
	p := g.people[u.User]
	if p == nil {
		p = &person{}
		g.people[u.User] = p
	}
	for _, a := range p.last {
		if a.id == u.ID {
			return a.word
		}
	}
	if u.Album != "" && u.Album == p.album && p.word == Pass {
		return Pass
	}
	p.word = p.count(u, g.Most)
	return p.word
}

// count judges by the oldest of the last updates: what was not heard counts too, so that only calm ends the silence.
func (p *person) count(u Update, most int) Word {
	word := Pass
	if len(p.last) == most {
		if u.At.Sub(p.last[0].at).Abs() < Span {
			word = Silence
		}
		p.last = append(p.last[:0], p.last[1:]...)
	}
	if word == Silence && u.At.Sub(p.told) >= noticeEvery {
		p.told, word = u.At, Notice
	}
	p.last, p.album = append(p.last, arrival{u.ID, u.At, word}), u.Album
	return word
}

// forget drops who is calm, once in a while.
func (g *Gate) forget(now time.Time) {
	if g.people == nil {
		g.people = map[int64]*person{}
	}
	if len(g.people) < crowded || now.Sub(g.swept) < Span {
		return
	}
	g.swept = now
	for user, p := range g.people {
		if now.Sub(p.last[len(p.last)-1].at) >= Span && now.Sub(p.told) >= noticeEvery {
			delete(g.people, user)
		}
	}
}

// Size is how many users the gate remembers.
func (g *Gate) Size() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.people)
}
