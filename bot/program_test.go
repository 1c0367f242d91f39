package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"

	"guiwei/bot/crash"
)

// program is one replica: a run of the binary, and after its death the next one in its place.
type program struct {
	name    string
	address string
	process *os.Process
	ready   chan struct{} // closed once it listens
	gone    chan struct{} // closed once it is dead
	passed  map[crash.Point]int64

	mu    sync.Mutex
	line  []byte        // what it printed of a line
	polls bool          // it says that it holds the lease
	told  chan struct{} // closed and replaced when that changes
}

// log keeps what programs print.
type log struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// Write reads what a program prints, line by line.
func (b *program) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.line = append(b.line, text...)
	for {
		line, rest, whole := bytes.Cut(b.line, []byte("\n"))
		if !whole {
			return len(text), nil
		}
		b.hear(line)
		b.line = rest
	}
}

func (b *program) hear(line []byte) {
	switch {
	case bytes.Contains(line, []byte(`"msg":"listening"`)):
		close(b.ready)
	case bytes.Contains(line, []byte(`"msg":"polling lease taken"`)):
		b.polls = true
	case bytes.Contains(line, []byte(`"msg":"polling lease left"`)):
		b.polls = false
	default:
		return
	}
	close(b.told)
	b.told = make(chan struct{})
}

// holds says whether this replica said last that it polls, and gives a channel that is closed when it says otherwise.
func (b *program) holds() (bool, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.polls, b.told
}

// launch starts the binary from a thread of its own, which waits for it: the kernel sends the death signal of dieWithUs when
// the starting thread ends, not the program.
func (b *program) launch(env []string, logs *log) error {
	path, err := house.build()
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	b.ready, b.gone, b.told, b.line, b.polls = make(chan struct{}), make(chan struct{}), make(chan struct{}), nil, false
	cmd := exec.Command(path, "serve") //nolint:noctx // it lives until it is stopped
	cmd.Env, cmd.SysProcAttr = env, dieWithUs()
	out := both{b, logs}
	cmd.Stdout, cmd.Stderr = out, out
	began, gone := make(chan error, 1), b.gone
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		began <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is known: we kill it, or it kills itself
			close(gone)
		}
	}()
	if err := <-began; err != nil {
		return err
	}
	b.process = cmd.Process
	return nil
}

// both writes to a replica's ear and to the log of the story.
type both struct {
	ear  *program
	logs *log
}

func (w both) Write(b []byte) (int, error) {
	_, _ = w.ear.Write(b)
	return w.logs.Write(b)
}

// kill ends a replica as a power cut would.
func (b *program) kill() {
	if b.process != nil {
		_ = b.process.Kill()
		<-b.gone
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

// asks is a call of one of the replica's own pages; it reads JSON where into is given.
func (b *program) asks(path string, into any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+b.address+path, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return errors.New(res.Status)
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(res.Body).Decode(into)
}

// idle answers once nothing is under way in this replica: in how many milliseconds the next timer is due.
func (b *program) idle() (int64, error) {
	rest := struct {
		Next   *int64                `json:"next_ms"`
		Passed map[crash.Point]int64 `json:"passed"`
	}{}
	if err := b.asks("/idle", &rest); err != nil {
		return nothingDue, err
	}
	b.passed = rest.Passed
	if rest.Next == nil {
		return nothingDue, nil
	}
	return *rest.Next, nil
}
