package main_test

import (
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/rogpeppe/go-internal/txtar"

	"guiwei/bot/sim"
	"guiwei/storage/storagetest"
)

func itoa(n int) string { return strconv.Itoa(n) }

// play is one story under way: everything it is played on, and where it stands.
type play struct {
	t       *testing.T
	began   time.Time
	cell    cell
	dice    *rand.Rand
	dir     string // keys, photos, files of the script
	clock   *storyClock
	sim     *sim.Server
	uploads *eavesdropper
	redis   *storagetest.Node // of this story alone; nil on the cluster
	url     string            // of Redis
	prefix  string            // of every key, "" on a server of its own
	rdb     redis.UniversalClient
	env     []string // of every replica and command
	files   []txtar.File

	bots     []*program
	splitter *splitter     // in front of two that take a webhook
	fallen   chan struct{} // closed when one of them dies
	crash    string        // CRASH_AT of the victim's next start
	victim   int
	survive  bool // a bot that dies is started again; else that is a fault
	deaths   int
	slowest  time.Duration // from a start to its being ready
	logs     log           // of every bot of this story

	words     texts
	reads     map[int64]string // language of a chat, when not Chinese
	pictured  map[int64][]int  // messages with the pictures somebody sent
	submitted map[int64]int    // how often somebody played parts/submits.txt
	typed     map[int64]int    // message of the last text somebody sent
	act       int              // calls that the bot had made before the last act
	marks     map[string]int
	said      []string // all that people told, for the canaries
	patient   time.Duration
}

const (
	botToken   = "1000001:story-token-of-the-simulator-only"
	hookSecret = "story-webhook-secret-0123456789abcdef"
)

// begin sets the stage: Redis, the simulated Telegram, keys, and the bot.
func begin(t *testing.T, c cell, files []txtar.File) *play {
	t.Helper()
	p := set(t, c, files, newSeed(t))
	p.startAll()
	return p
}

// set is begin without the bot.
func set(t *testing.T, c cell, files []txtar.File, seed uint64) *play {
	t.Helper()
	seat(t)
	p := &play{t: t, began: time.Now(), cell: c, dir: t.TempDir(), clock: newStoryClock(), files: files, words: readTexts(t),
		dice:  rand.New(rand.NewPCG(seed, 0)), //nolint:gosec // a story must be played again
		reads: map[int64]string{}, typed: map[int64]int{}, pictured: map[int64][]int{}, submitted: map[int64]int{}, marks: map[string]int{}, patient: 20 * time.Second}
	p.ground()
	p.sim = sim.New(simulated(p.clock))
	mux := http.NewServeMux()
	mux.Handle("/clock/{replica}", p.clock)
	p.uploads = &eavesdropper{Handler: p.sim}
	mux.Handle("/", p.uploads)
	server := httptest.NewServer(mux)
	t.Cleanup(func() { p.stop(); p.sim.Close(); server.Close() })
	for i := range c.replicas {
		p.bots = append(p.bots, &program{name: itoa(i), address: freeAddress(t)})
	}
	p.env = p.environment(server.URL)
	for _, f := range files {
		if f.Name == "env" { // of this story, in place of what others have
			p.env = append(p.env, strings.Fields(string(f.Data))...)
		}
	}
	if out, err := p.command("keygen", filepath.Join(p.dir, "keys.json")); err != nil {
		t.Fatalf("keygen: %v: %s", err, out)
	}
	return p
}

// environment is what every replica has in common.
func (p *play) environment(telegram string) []string {
	env := []string{
		"TELEGRAM_TOKEN=" + botToken, "TELEGRAM_API_URL=" + telegram, "REDIS_URL=" + p.url,
		"KEYS_FILE=" + filepath.Join(p.dir, "keys.json"), "PHOTOS_URL=file:" + filepath.Join(p.dir, "photos"),
		"SMS_URL=sim:" + telegram, "MAIL_URL=sim:" + telegram, "OWNER_IDS=1", "ALLOW_TEST_IDS=true", "UPDATES_PER_10S=0", "PHOTO_JUDGE=off", // nobody is portrayed in pictures_test.go
		"OPERATOR_NAME=示例大学", "SUPPORT_CONTACT=学生事务中心 010-0000 0000", "UNDO_SECONDS=60",
		"TEST_CLOCK=" + telegram + "/clock/", "PATH=" + os.Getenv("PATH"), "TZ=America/New_York", "GOMAXPROCS=2",
	}
	if p.cell.mode == byWebhook {
		env = append(env, "WEBHOOK_URL=http://"+p.front()+"/hook", "WEBHOOK_SECRET="+hookSecret)
	}
	return env
}

// front is the address that Telegram posts to: the bot's own, or that of the splitter before two.
func (p *play) front() string {
	if len(p.bots) == 1 {
		return p.bots[0].address
	}
	p.splitter = newSplitter(rand.New(rand.NewPCG(p.dice.Uint64(), 1)), p.bots) //nolint:gosec // a story must be played again
	server := httptest.NewServer(p.splitter)
	p.t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// freeAddress finds a port that the bot can listen on again and again: below those that systems give to clients, so that
// no connection takes it while the bot is dead.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := net.JoinHostPort("127.0.0.1", itoa(18_000+rand.IntN(10_000)))
		l, err := net.Listen("tcp", address) //nolint:noctx // nothing to wait for on loopback
		if err == nil {
			_ = l.Close()
			return address
		}
	}
	t.Fatal("no free port")
	return ""
}

// command runs the binary to its end, as an operator would.
func (p *play) command(args ...string) ([]byte, error) {
	path, err := house.build()
	if err != nil {
		p.t.Fatalf("build: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = p.env
	return cmd.CombinedOutput()
}

func (p *play) setting(name string) string {
	for _, pair := range p.env {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}
