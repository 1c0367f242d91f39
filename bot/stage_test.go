package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/rogpeppe/go-internal/txtar"

	"guiwei/bot/sim"
	"guiwei/storage/storagetest"
)

func itoa(n int) string { return strconv.Itoa(n) }

// play is one story under way: everything it is played on, and where it stands.
type play struct {
	t     *testing.T
	mode  string
	dir   string // keys, photos, files of the script
	clock *storyClock
	sim   *sim.Server
	redis *storagetest.Node
	rdb   *redis.Client
	env   []string
	files []txtar.File

	bot     *program
	crash   string // CRASH_AT of the next start
	survive bool   // a bot that dies is started again; else that is a fault
	deaths  int
	logs    log // of every bot of this story

	words   texts
	reads   map[int64]string // language of a chat, when not Chinese
	typed   map[int64]int    // message of the last text somebody sent
	act     int              // calls that the bot had made before the last act
	marks   map[string]int
	said    []string // all that people told, for the canaries
	patient time.Duration
}

// program is one run of the binary.
type program struct {
	process *os.Process
	address string
	ready   chan struct{} // closed once it listens
	gone    chan struct{} // closed once it is dead
}

// log keeps what programs print.
type log struct {
	mu   sync.Mutex
	all  bytes.Buffer
	seen func(line []byte)
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen != nil {
		l.seen(b)
	}
	return l.all.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

const (
	botToken   = "1000001:story-token-of-the-simulator-only"
	hookSecret = "story-webhook-secret-0123456789abcdef"
)

// begin sets the stage: Redis, the simulated Telegram, keys, and the bot. With a crash ("point:n") the bot will die there, and
// be started again.
func begin(t *testing.T, mode string, files []txtar.File, crash string) *play {
	t.Helper()
	seat(t)
	p := &play{t: t, mode: mode, dir: t.TempDir(), clock: newStoryClock(), files: files, words: readTexts(t),
		reads: map[int64]string{}, typed: map[int64]int{}, marks: map[string]int{}, patient: 20 * time.Second}
	p.crash, p.survive = crash, crash != ""
	p.redis = storagetest.Own(t)
	p.rdb = redis.NewClient(&redis.Options{Addr: p.redis.Address, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}})
	t.Cleanup(func() { _ = p.rdb.Close() })
	p.sim = sim.New(simulated(p.clock))
	mux := http.NewServeMux()
	mux.Handle("/clock", p.clock)
	mux.Handle("/", p.sim)
	server := httptest.NewServer(mux)
	t.Cleanup(func() { p.stop(); p.sim.Close(); server.Close() })
	p.env = p.environment(server.URL)
	if out, err := p.command("keygen", filepath.Join(p.dir, "keys.json")); err != nil {
		t.Fatalf("keygen: %v: %s", err, out)
	}
	p.start()
	return p
}

func (p *play) environment(telegram string) []string {
	address := freeAddress(p.t)
	env := []string{
		"TELEGRAM_TOKEN=" + botToken, "TELEGRAM_API_URL=" + telegram, "REDIS_URL=" + p.redis.URL,
		"KEYS_FILE=" + filepath.Join(p.dir, "keys.json"), "PHOTOS_URL=file:" + filepath.Join(p.dir, "photos"),
		"LISTEN=" + address, "SMS_URL=sim:" + telegram, "MAIL_URL=sim:" + telegram, "OWNER_IDS=1", "ALLOW_TEST_IDS=true",
		"OPERATOR_NAME=示例大学", "SUPPORT_CONTACT=学生事务中心 010-0000 0000", "UNDO_SECONDS=60",
		"TEST_CLOCK=" + telegram + "/clock", "PATH=" + os.Getenv("PATH"), "TZ=America/New_York", "GOMAXPROCS=2",
	}
	if p.mode == webhook {
		env = append(env, "WEBHOOK_URL=http://"+address+"/hook", "WEBHOOK_SECRET="+hookSecret)
	}
	return env
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

// start begins a bot and waits until it listens.
func (p *play) start() {
	p.t.Helper()
	p.dropLease()
	p.clock.forget()
	b, err := p.launch()
	if err != nil {
		p.t.Fatalf("start the bot: %v", err)
	}
	p.bot, p.crash = b, ""
	select {
	case <-b.ready:
	case <-b.gone:
		p.t.Fatalf("the bot ended at once:\n%s", p.logs.String())
	case <-time.After(30 * time.Second):
		p.t.Fatalf("the bot does not listen:\n%s", p.logs.String())
	}
	p.clock.heard(b.gone, 10*time.Second)
}

// dropLease lets the lease of a poller that was killed run out: it lives by Redis' own clock, which no script can move.
func (p *play) dropLease() {
	ctx := context.Background()
	keys, err := p.rdb.Keys(ctx, "*lease:poller").Result()
	if err == nil && len(keys) > 0 {
		err = p.rdb.Del(ctx, keys...).Err()
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// launch starts the binary from a thread of its own, which waits for it: the kernel sends the death signal of dieWithUs when
// the starting thread ends, not the program.
func (p *play) launch() (*program, error) {
	path, err := house.build()
	if err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	b := &program{ready: make(chan struct{}), gone: make(chan struct{}), address: p.setting("LISTEN")}
	cmd := exec.Command(path, "serve") //nolint:noctx // it lives until it is stopped
	cmd.Env, cmd.SysProcAttr = append([]string{"CRASH_AT=" + p.crash}, p.env...), dieWithUs()
	var once sync.Once
	p.logs.mu.Lock()
	p.logs.seen = func(line []byte) {
		if bytes.Contains(line, []byte(`"msg":"listening"`)) {
			once.Do(func() { close(b.ready) })
		}
	}
	p.logs.mu.Unlock()
	cmd.Stdout, cmd.Stderr = &p.logs, &p.logs
	began := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		began <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is known: we kill it, or it kills itself
			close(b.gone)
		}
	}()
	if err := <-began; err != nil {
		return nil, err
	}
	b.process = cmd.Process
	return b, nil
}

func (p *play) setting(name string) string {
	for _, pair := range p.env {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}

// stop kills the bot as a power cut would.
func (p *play) stop() {
	if p.bot != nil {
		_ = p.bot.process.Kill()
		<-p.bot.gone
	}
}

func (b *program) dead() bool {
	select {
	case <-b.gone:
		return true
	default:
		return false
	}
}

// revive starts a bot that died by itself. What its outboxes hold is due when the lease on them has passed.
func (p *play) revive() error {
	if !p.survive {
		return errors.New("the bot died")
	}
	p.deaths++
	if err := p.oneActive(); err != nil {
		return err
	}
	p.start()
	p.move(16 * time.Second)
	return nil
}

func (p *play) move(d time.Duration) {
	p.clock.move(d)
	p.sim.Advance(0) // wakes whoever waits for its time
	p.clock.heard(p.bot.gone, 5*time.Second)
}

// settle waits until nothing is under way: no update on its way, no effect being done, nothing due. What is due is taken up
// by a sweep, so the clock is moved by the time between two of them.
func (p *play) settle() error {
	limit := time.Now().Add(p.patient)
	var nudged time.Time
	for time.Now().Before(limit) {
		if p.bot.dead() {
			if err := p.revive(); err != nil {
				return err
			}
			continue
		}
		next, still := p.still()
		switch {
		case !still:
		case next == nothingDue || next > 0:
			return nil
		case time.Since(nudged) > 100*time.Millisecond:
			p.move(500 * time.Millisecond)
			nudged = time.Now()
		}
	}
	next, still := p.still()
	return fmt.Errorf("not idle in time: next due in %d ms, still %v", next, still)
}

// nothingDue says that no timer waits.
const nothingDue = -1

// still asks simulator and bot twice whether they rest, and tells in how many milliseconds the next timer is due.
func (p *play) still() (next int64, still bool) {
	const calm, within = 3 * time.Millisecond, 200 * time.Millisecond
	if !p.sim.Idle(p.bot.gone, calm, within) {
		return 0, false
	}
	calls := len(p.sim.Calls(0))
	if _, err := p.idle(); err != nil || !p.sim.Idle(p.bot.gone, calm, within) {
		return 0, false
	}
	next, err := p.idle()
	return next, err == nil && len(p.sim.Calls(calls)) == 0
}

func (p *play) idle() (int64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.bot.address+"/idle", nil)
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	rest := struct {
		Next *int64 `json:"next_ms"`
	}{}
	if err := json.NewDecoder(res.Body).Decode(&rest); err != nil || rest.Next == nil {
		return nothingDue, err
	}
	return *rest.Next, nil
}
