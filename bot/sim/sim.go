// Package sim is a Telegram in a box: the Bot API over HTTP as the real server behaves, people and
// groups to talk to the bot, and a chat page to watch and play them.
//
// Most callers want New, serve the result under any address, and hand that address to the bot as
// TELEGRAM_API_URL. Three things live under one origin: /bot<token>/<method> and /file/bot<token>/…
// are the Bot API, /sim/… is what people do (and what tests ask), / is the chat page.
// Everything is kept in memory and lost on exit. The package knows nothing of the bot's code.
package sim

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	mathrand "math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options is what a simulator starts with; the zero value of each field but Token works.
type Options struct {
	Token       string            // the only token the Bot API accepts, "<digits>:<secret>"
	BotUsername string            // default guiwei_demo_bot
	BotName     string            // default 归位
	Now         func() time.Time  // the clock; default time.Now. Advance adds to it
	Pace        bool              // enforce 1 message a second per chat (burst 3) and 20 a minute per group
	Seed        uint64            // of faults given by probability; 0 draws one, Server.Seed tells it
	KeepCalls   int               // how many of the newest calls the record keeps at least, for long loads; 0 keeps all
	Cast        []Person          // the people there are from the beginning
	Groups      []Group           // the groups there are from the beginning
	Texts       map[string]string // words of the page's chrome, by key
	Photos      []Photo           // sample photos a person can send with one tap
	Cheats      []Cheat           // the cheat sheet's tables
	Tongues     []Tongue          // the languages that the page can be read in; the first one is what it begins in
	Auditor     Auditor           // looks at all that passes; nil: nobody
}

// Auditor looks at what passes between the bot and the simulator, as it passed: calls with their values as sent (JSON where
// they are objects or lists) and their files by field, bodies of answers, updates when they come up. It is asked from many
// goroutines, at times while the world stands still, and so must not ask the simulator anything.
type Auditor interface {
	Call(method string, values map[string]string, files map[string][]byte)
	Answer(method string, body []byte)
	Update(body []byte)
}

// Person is somebody with a phone: a Telegram user and a row of the cheat sheet.
type Person struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"` // shown on the page
	FirstName   string `json:"first_name"`
	LastName    string `json:"last_name,omitempty"`
	Username    string `json:"username,omitempty"`
	Language    string `json:"language"` // IETF tag as Telegram's language_code, e.g. zh-hans; "": the page's
	Role        string `json:"role"`     // student, reviewer, counselor, owner, old_owner
	Phone       string `json:"phone"`    // E.164
	Notes       string `json:"notes"`
	PhoneOnPage bool   `json:"phone_on_page"` // the page draws a phone for this person
	Started     bool   `json:"started"`       // has pressed START: the bot may write first
	Blocked     bool   `json:"blocked"`       // has blocked the bot
	own         bool   // has a language of their own: it does not follow the page\'s
}

// Group is a group chat: ids above -1000000000000 are basic groups, the others supergroups.
type Group struct {
	ID      int64   `json:"id"`
	Title   string  `json:"title"`
	Kind    string  `json:"kind"`    // reviewers, counselors, other
	Members []int64 `json:"members"` // people; the first is the creator
	Bot     bool    `json:"bot"`     // the bot is a member
}

// Photo is a sample picture of the page.
type Photo struct {
	Name  string
	Label string
	Bytes []byte
}

// Cheat is one table of the cheat sheet: rows of a label and a value.
type Cheat struct {
	Title string      `json:"title"`
	Rows  [][2]string `json:"rows"`
}

// botID is the user id of the bot.
const botID int64 = 1000001

// Server is one simulated Telegram. It is an http.Handler, safe for concurrent use.
type Server struct {
	opts    Options
	methods map[string]method
	acts    map[string]http.HandlerFunc
	stop    context.CancelFunc
	done    context.Context
	workers sync.WaitGroup
	pusher  *http.Client

	mu      sync.Mutex
	changed chan struct{} // closed and replaced whenever something moved
	offset  time.Duration // added to the clock by Advance
	frozen  time.Time     // the clock's value while it stands still
	random  *mathrand.Rand

	world   world
	updates updates
	files   files
	faults  faults
	calls   calls
	feed    feed
	inbox   []Letter
	profile profile
	tongue  int // which of Options.Tongues the page is in
}

// New starts a simulator; Close ends it.
func New(opts Options) *Server {
	opts = opts.withDefaults()
	done, stop := context.WithCancel(context.Background())
	s := &Server{
		opts: opts, stop: stop, done: done, changed: make(chan struct{}), pusher: newPusher(),
		random: mathrand.New(mathrand.NewPCG(opts.Seed, opts.Seed)), //nolint:gosec // faults must repeat by seed
	}
	s.methods = s.methodTable()
	s.acts = s.actTable()
	s.world = newWorld(opts)
	s.files = newFiles()
	s.updates = newUpdates()
	s.turnTo(0)
	s.workers.Go(s.deliverWebhooks)
	return s
}

func (o Options) withDefaults() Options {
	if o.BotUsername == "" {
		o.BotUsername = "guiwei_demo_bot"
	}
	if o.BotName == "" {
		o.BotName = "归位"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Seed == 0 {
		o.Seed = drawSeed()
	}
	return o
}

func drawSeed() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails
	return binary.LittleEndian.Uint64(b[:])>>12 | 1
}

// Seed is what decides faults given by probability: print it, hand it back to see the same again.
func (s *Server) Seed() uint64 { return s.opts.Seed }

// Close ends webhook deliveries, long polls and event streams, and waits for the deliverer.
func (s *Server) Close() {
	s.stop()
	s.mu.Lock()
	s.moved()
	s.mu.Unlock()
	s.workers.Wait()
	s.pusher.CloseIdleConnections()
}

// ServeHTTP answers the Bot API, the acts of people and the page.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case strings.HasPrefix(path, "/bot"):
		s.serveAPI(w, r)
	case strings.HasPrefix(path, "/file/bot"):
		s.serveFile(w, r)
	case strings.HasPrefix(path, "/sim/"):
		s.serveSim(w, r)
	default:
		s.servePage(w, r)
	}
}

// moved wakes everybody who waits for a change; the caller holds mu.
func (s *Server) moved() {
	close(s.changed)
	s.changed = make(chan struct{})
}
