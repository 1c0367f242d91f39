package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// A story is a script in testdata/script that reads like a session: people act, the bot answers. It is played through the
// real binary, against a real redis-server and the simulated Telegram of package sim, once by polling and once by webhook.
// script_test.go tells the language; stage_test.go what a story is played on.
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, mode := range []string{polling, webhook} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			for _, file := range files {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
					t.Parallel()
					tell(t, mode, file)
				})
			}
		})
	}
}

// tell plays one story to its end.
func tell(t *testing.T, mode, file string) *play {
	t.Helper()
	story, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := begin(t, mode, story.Files, "")
	p.script(filepath.Base(file), string(story.Comment))
	return p
}

// Ways of taking updates in.
const (
	polling = "polling"
	webhook = "webhook"
)

// house is what all stories share: the binary, built once, and how many may be played at a time. It is this package's only
// variable, since testing has no other place for what outlives a test.
var house = struct {
	build func() (string, error)
	seats chan struct{}
}{build: sync.OnceValues(buildBot), seats: make(chan struct{}, 3)}

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
	code := m.Run()
	_ = os.RemoveAll(workshop())
	os.Exit(code)
}

// seat waits for a place: two cores play no more than three stories at a time.
func seat(t *testing.T) {
	house.seats <- struct{}{}
	t.Cleanup(func() { <-house.seats })
}
