package main_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"guiwei/bot/sim/botapi"
	"guiwei/storage/storagetest"
)

// A story is a script in testdata/script that reads like a session: people act, the bot answers. It is played through the
// real binary, against a real Redis and the simulated Telegram of package sim. script_test.go tells the language;
// stage_test.go what a story is played on.
//
// TestStories plays each story in two cells of the matrix {polling, webhook} x {one, two replicas} x {single server,
// cluster}, opposite in all three; PROOF=1 plays each in all eight.
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	all, took := cells(), stopwatch{}
	t.Cleanup(func() { took.tell(t) })
	for i, c := range all {
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			for j, file := range files {
				if pair := j % (len(all) / 2); !proof() && i != pair && i != len(all)-1-pair {
					continue
				}
				t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
					t.Parallel()
					p := tell(t, c, file)
					took.note(c.String(), t.Name(), time.Since(p.began))
				})
			}
		})
	}
}

// stopwatch keeps how long stories took, by cell.
type stopwatch struct {
	mu    sync.Mutex
	cells map[string]*laps
}

type laps struct {
	stories      int
	all, slowest time.Duration
	name         string // of the slowest
}

func (s *stopwatch) note(cell, name string, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cells == nil {
		s.cells = map[string]*laps{}
	}
	if s.cells[cell] == nil {
		s.cells[cell] = &laps{}
	}
	l := s.cells[cell]
	l.stories++
	l.all += d
	if d > l.slowest {
		l.slowest, l.name = d, name
	}
}

func (s *stopwatch) tell(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, cell := range slices.Sorted(maps.Keys(s.cells)) {
		l := s.cells[cell]
		measured(t, "%-22s %d stories, %v each, slowest %s %v", cell, l.stories, (l.all / time.Duration(l.stories)).Round(time.Millisecond),
			l.name[strings.LastIndexByte(l.name, '/')+1:], l.slowest.Round(time.Millisecond))
	}
}

// tell plays one story to its end.
func tell(t *testing.T, c cell, file string) *play {
	t.Helper()
	story, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := begin(t, c, story.Files)
	p.script(filepath.Base(file), string(story.Comment))
	p.keepsSilence()
	if err := p.barePictures(); err != nil {
		t.Error(err)
	}
	if p.splitter != nil {
		if least, all := p.splitter.fewest(); least == 0 && all > 20 {
			t.Errorf("one replica got all %d updates", all)
		}
	}
	return p
}

// Ways of taking updates in.
const (
	byPolling = "polling"
	byWebhook = "webhook"
)

// cell is one way of running the bot.
type cell struct {
	mode     string
	replicas int
	cluster  bool
}

func (c cell) String() string {
	return c.mode + map[int]string{1: "-one", 2: "-two"}[c.replicas] + map[bool]string{false: "-single", true: "-cluster"}[c.cluster]
}

// cells are all ways; the first is the opposite of the last, and so on inwards.
func cells() []cell {
	var all []cell
	for i := range 8 {
		all = append(all, cell{mode: []string{byPolling, byWebhook}[i/4], replicas: 1 + i/2%2, cluster: i%2 == 1})
	}
	return all
}

// proof says whether the long form of a test is wanted.
func proof() bool { return os.Getenv("PROOF") != "" }

// measured prints what a proof has measured; FIGURES names a file that gets it too, for go test hides what passes.
func measured(t *testing.T, format string, args ...any) {
	t.Helper()
	t.Logf(format, args...)
	path := os.Getenv("FIGURES")
	if path == "" {
		return
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0) //nolint:gosec // the file that make made
	if err != nil {
		t.Error(err)
		return
	}
	defer file.Close()
	fmt.Fprintf(file, "%s: %s\n", t.Name(), fmt.Sprintf(format, args...))
}

// newSeed draws and prints what the dice of a story begin with; SEED=n has it played again.
func newSeed(t *testing.T) uint64 {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64N(1_000_000) //nolint:gosec // printed, so that a story can be played again
	}
	t.Logf("SEED=%d", seed)
	return seed
}

// house is what all stories share: the binary, built once, the ledger of the contract, and how many may be played at a time.
// It is this package's only variable, since testing has no other place for what outlives a test.
var house = struct {
	build    func() (string, error)
	contract func() (*botapi.Ledger, error)
	seats    chan struct{}
}{build: sync.OnceValues(buildBot), contract: sync.OnceValues(openContract), seats: make(chan struct{}, 3)}

// buildBot makes the binary in a folder that TestMain removes.
func buildBot() (string, error) {
	path := filepath.Join(workshop(), "bot")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput() //nolint:noctx // bounded by the test's own limit
	if err != nil {
		_, _ = os.Stderr.Write(out)
	}
	return path, err
}

// workshop is a folder of this process alone.
func workshop() string { return filepath.Join(os.TempDir(), "guiwei-story-"+itoa(os.Getpid())) }

func TestMain(m *testing.M) {
	if err := os.MkdirAll(workshop(), 0o700); err != nil {
		panic(err)
	}
	code := storagetest.Run(m)
	_ = os.RemoveAll(workshop())
	os.Exit(closeContract(code))
}

// seat waits for a place: two cores play no more than three stories at a time.
func seat(t *testing.T) {
	house.seats <- struct{}{}
	t.Cleanup(func() { <-house.seats })
}
