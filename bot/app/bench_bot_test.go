package app

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"guiwei/bot/config"
	"guiwei/bot/telegram"
	"guiwei/storage/storagetest"
)

// benchBot names, in the environment, the bot that this test binary is to be instead of running tests.
const benchBot = "BENCH_BOT"

// TestMain runs the tests, or is one of the bots of the bench: each has a process of its own, so that its CPU and its
// memory are its own.
func TestMain(m *testing.M) {
	order := os.Getenv(benchBot)
	if order == "" {
		storagetest.Main(m)
		return
	}
	if err := serveBot(order, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench bot:", err)
		os.Exit(1)
	}
}

// stall is where a bot of the bench finds what it needs.
type stall struct {
	Bot   string `json:"bot"` // ours, plain, floor
	API   string `json:"api"`
	Redis string `json:"redis"`
	Dir   string `json:"dir"`             // holds keys.json
	Judge string `json:"judge,omitempty"` // of photos; "" off, and the scheduler as Go has it
}

// cost is what a bot has used since it began.
type cost struct {
	CPU   time.Duration `json:"cpu"`   // user and system
	RSS   float64       `json:"rss"`   // MiB, the binary's own pages among them
	Peak  float64       `json:"peak"`  // MiB of RSS at the most so far
	Anon  float64       `json:"anon"`  // MiB of RSS that are no file's
	Trips int64         `json:"trips"` // to Redis

	Allocs uint64 `json:"allocs"`
	Bytes  uint64 `json:"bytes"` // allocated so far
	Idle   bool   `json:"idle"`
}

// racer is a bot as its process serves it: updates in, and what only it knows of its cost.
type racer struct {
	hook  http.Handler
	trips func() int64
	idle  func() bool
	stop  func()
}

// serveBot says its address and answers until its input ends, which it does when the bench does.
func serveBot(order string, in io.Reader, out io.Writer) error {
	var p stall
	if err := json.Unmarshal([]byte(order), &p); err != nil {
		return err
	}
	makers := map[string]func(context.Context, stall) (racer, error){"ours": ourRacer, "plain": plainRacer, "floor": floorRacer}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b, err := makers[p.Bot](ctx, p)
	if err != nil {
		return err
	}
	defer b.stop()
	stop, err := profile(p.Bot)
	if err != nil {
		return err
	}
	defer stop()
	mux := http.NewServeMux()
	mux.Handle("POST /hook", b.hook)
	mux.HandleFunc("PUT /disk", fillDisk)
	mux.HandleFunc("GET /cost", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(costOf(b))
	})
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		_, _ = io.Copy(io.Discard, in)
		_ = server.Close()
	}()
	fmt.Fprintln(out, listener.Addr())
	_ = server.Serve(listener)
	return nil
}

// profile writes what a bot's process does with the CPU to PROFILE/<bot>.<pid>, where PROFILE names a folder, and what
// it allocated beside it.
func profile(name string) (stop func(), err error) {
	dir := os.Getenv("PROFILE")
	if dir == "" {
		return func() {}, nil
	}
	f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s.%d", name, os.Getpid())))
	if err != nil {
		return nil, err
	}
	stop = func() {
		pprof.StopCPUProfile()
		if allocs, err := os.Create(f.Name() + ".allocs"); err == nil {
			_ = pprof.Lookup("allocs").WriteTo(allocs, 0)
		}
	}
	return stop, pprof.StartCPUProfile(f)
}

func costOf(b racer) cost {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return cost{CPU: time.Duration(use.Utime.Nano() + use.Stime.Nano()), RSS: resident("VmRSS:"), Peak: resident("VmHWM:"),
		Anon: resident("RssAnon:"), Trips: b.trips(), Idle: b.idle(), Allocs: memory.Mallocs, Bytes: memory.TotalAlloc}
}

// resident is a line of the process's memory in MiB as the kernel counts it, 0 where it does not tell.
func resident(line string) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), line)
	if fields := strings.Fields(rest); len(fields) > 0 {
		kib, _ := strconv.ParseFloat(fields[0], 64)
		return kib / 1024
	}
	return 0
}

// haste is the pacer's clock in a bench: Telegram's seconds pass in microseconds, so that its pace is kept and costs
// what it costs, but nobody waits.
type haste struct{ began time.Time }

func (h haste) Now() time.Time { return h.began.Add(time.Since(h.began) * 100_000) }

func (h haste) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// ourRacer is the app behind its webhook, its sweeper beside it. It logs as in production, to nowhere.
func ourRacer(ctx context.Context, p stall) (racer, error) {
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return racer{}, err
	}
	if p.Judge != "" {
		makeRoom()
	}
	a, handler, err := hookUp(ctx, p, Logger(nowhere, slog.LevelInfo), haste{time.Now()})
	if err != nil {
		return racer{}, err
	}
	go a.engine.Sweep(ctx)
	return racer{hook: handler, trips: a.store.Trips, idle: a.engine.Idle, stop: func() { a.engine.Stop(); a.Close() }}, nil
}

// hookUp is an app behind its webhook, with a pace of its own.
func hookUp(ctx context.Context, p stall, log *slog.Logger, pace telegram.Clock) (*App, http.Handler, error) {
	c, err := config.Load(map[string]string{"TELEGRAM_TOKEN": demoToken, "TELEGRAM_API_URL": p.API, "REDIS_URL": p.Redis,
		"KEYS_FILE": filepath.Join(p.Dir, "keys.json"), "PHOTOS_URL": "file:" + filepath.Join(p.Dir, "photos"),
		"SMS_URL": "sim:" + p.API, "MAIL_URL": "sim:" + p.API, "ALLOW_TEST_IDS": "true", "UPDATES_PER_10S": "0",
		"PHOTO_JUDGE": cmp.Or(p.Judge, "off"), "OWNER_IDS": "1", "UNDO_SECONDS": "0",
		"WEBHOOK_URL": "http://127.0.0.1:1/hook", "WEBHOOK_SECRET": benchSecret, "LISTEN": "127.0.0.1:0",
		"OPERATOR_NAME": "示例大学", "SUPPORT_CONTACT": "010-0000 0000"})
	if err != nil {
		return nil, nil, err
	}
	a := &App{config: c, log: log, clock: wall{}, pace: pace}
	if err := a.open(ctx); err != nil {
		return nil, nil, err
	}
	handler, err := a.web(nil)
	return a, handler, err
}

// child is a bot's process, seen from the bench.
type child struct {
	url string
	cmd *exec.Cmd
	in  io.Closer
}

// begin starts a bot in a process of its own; it ends with the test.
func begin(tb testing.TB, p stall) *child {
	tb.Helper()
	order, err := json.Marshal(p)
	if err != nil {
		tb.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(tb.Context()), self)
	cmd.Env = append(os.Environ(), benchBot+"="+string(order))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	c := &child{cmd: cmd, in: in}
	tb.Cleanup(c.end)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		tb.Fatalf("bot %s does not begin: %v", p.Bot, err)
	}
	c.url = "http://" + strings.TrimSpace(line)
	return c
}

func (c *child) end() {
	_ = c.in.Close()
	_ = c.cmd.Wait()
}

// cost waits until nothing is under way, then tells what the bot has used.
func (c *child) cost(tb testing.TB) cost {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 30*time.Second)
	defer cancel()
	for {
		now, err := c.ask(ctx)
		if err != nil {
			tb.Fatalf("ask a bot for its cost: %v", err)
		}
		if now.Idle {
			return now
		}
		_ = wall{}.Sleep(ctx, 5*time.Millisecond)
	}
}

func (c *child) ask(ctx context.Context) (cost, error) {
	var now cost
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+"/cost", nil)
	if err != nil {
		return now, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return now, err
	}
	defer resp.Body.Close()
	return now, json.NewDecoder(resp.Body).Decode(&now)
}
