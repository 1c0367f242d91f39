package storagetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// ErrNoRedis says what is missing and what to install.
var ErrNoRedis = errors.New("redis-server not found: install it (Debian and Ubuntu: apt-get install redis-server; " +
	"macOS: brew install redis)")

// startLimit bounds each wait for a server, on a machine that is busy with other things.
const startLimit = 30 * time.Second

// Node is one redis-server process with a directory of its own.
type Node struct {
	URL     string // "redis://127.0.0.1:PORT/0"
	Address string // "127.0.0.1:PORT"

	dir     string
	port    int
	cluster bool
	child   *child
}

// Own starts a redis-server for this test alone, to be killed and started again. It ends with the test.
func Own(tb testing.TB) *Node {
	tb.Helper()
	n, err := newNode(false)
	if err != nil {
		tb.Fatalf("storagetest: %v", err)
	}
	tb.Cleanup(func() {
		if err := n.end(); err != nil {
			tb.Errorf("storagetest: stop: %v", err)
		}
	})
	return n
}

// Kill ends the server by SIGKILL and waits until it is gone.
func (n *Node) Kill() { n.child.kill() }

// Terminate ends the server by SIGTERM, as its keeper does, and waits until it is gone.
func (n *Node) Terminate() { n.child.end(syscall.SIGTERM) }

// Start starts a server that was ended again on its port and its files, and returns when it answers.
func (n *Node) Start(tb testing.TB) {
	tb.Helper()
	if err := n.start(); err != nil {
		tb.Fatalf("storagetest: start again: %v", err)
	}
}

// Disk gives every byte the server has on disk, uncompressed: what a thief of the machine would read.
func (n *Node) Disk(tb testing.TB) []byte {
	tb.Helper()
	var all []byte
	err := filepath.WalkDir(n.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path) //nolint:gosec // below the directory that newNode made
		all = append(all, content...)
		return err
	})
	if err != nil {
		tb.Fatalf("storagetest: read the server's files: %v", err)
	}
	return all
}

// newNode finds a free port and starts a server there. A port may be taken between the two: then the next is tried.
func newNode(cluster bool) (*Node, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, ErrNoRedis
	}
	var faults []error
	for range 5 {
		n, err := tryNode(cluster)
		if err == nil {
			return n, nil
		}
		faults = append(faults, err)
	}
	return nil, errors.Join(faults...)
}

func tryNode(cluster bool) (*Node, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "guiwei-redis-")
	if err != nil {
		return nil, fmt.Errorf("directory of a server: %w", err)
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	n := &Node{URL: "redis://" + address + "/0", Address: address, dir: dir, port: port, cluster: cluster}
	if err := n.start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return n, nil
}

func (n *Node) end() error {
	n.child.kill()
	return os.RemoveAll(n.dir)
}

// start returns when the server says it is ready and the process that answers at the port is the one started here.
func (n *Node) start() error {
	arguments, err := n.arguments()
	if err != nil {
		return err
	}
	c, err := launch("redis-server", arguments)
	if err != nil {
		return err
	}
	n.child = c
	if err := n.verify(); err != nil {
		c.kill()
		return err
	}
	return nil
}

func (n *Node) arguments() ([]string, error) {
	out := []string{
		"--port", strconv.Itoa(n.port), "--bind", "127.0.0.1", "--dir", n.dir, "--daemonize", "no", "--logfile", "",
		"--save", "", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction",
		"--rdbcompression", "no",
	}
	if !n.cluster {
		return out, nil
	}
	bus, err := freePort()
	if err != nil {
		return nil, err
	}
	return append(out, "--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(bus), "--cluster-node-timeout", "15000"), nil
}

func (n *Node) verify() error {
	rdb := n.client()
	defer rdb.Close()
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	about, err := rdb.Info(ctx, "server").Result()
	if err != nil {
		return fmt.Errorf("ask the server who it is: %w", err)
	}
	if !strings.Contains(about, fmt.Sprintf("process_id:%d\r\n", n.child.pid)) {
		return fmt.Errorf("port %d belongs to another server", n.port)
	}
	return nil
}

func (n *Node) client() *redis.Client {
	return redis.NewClient(&redis.Options{
		Addr: n.Address, DisableIdentity: true, ContextTimeoutEnabled: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // nothing to wait for on loopback
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// child is a started process; done is closed when it is gone.
type child struct {
	pid    int
	signal func(os.Signal) error
	done   chan struct{}
}

// launched is what came of a start.
type launched struct {
	child *child
	err   error
}

// launch starts a server and waits for its line of readiness. One goroutine, locked to its thread, starts the process and
// waits for it: the kernel sends the death signal when the starting thread ends, not the program.
func launch(name string, arguments []string) (*child, error) {
	began := make(chan launched, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		run(name, arguments, began)
	}()
	got := <-began
	return got.child, got.err
}

func run(name string, arguments []string, began chan<- launched) {
	cmd := exec.Command(name, arguments...) //nolint:gosec,noctx // our own arguments; it lives until kill
	cmd.SysProcAttr = dieWithParent()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		began <- launched{err: fmt.Errorf("start %s: %w", name, err)}
		return
	}
	c := &child{pid: cmd.Process.Pid, signal: cmd.Process.Signal, done: make(chan struct{})}
	defer close(c.done)
	late := time.AfterFunc(startLimit, func() { c.signal(os.Kill) }) //nolint:errcheck // gone is as good
	tail, ready := readUntilReady(out)
	late.Stop()
	if ready {
		began <- launched{child: c}
		io.Copy(io.Discard, out) //nolint:errcheck // the pipe ends with the process
	}
	fault := cmd.Wait()
	if !ready {
		began <- launched{err: fmt.Errorf("%s ended before it was ready: %w: %s", name, errors.Join(fault), tail)}
	}
}

// readUntilReady answers the last line that was read, for the error.
func readUntilReady(out io.Reader) (tail string, ready bool) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "Ready to accept connections") {
			return "", true
		}
		if lines.Text() != "" {
			tail = lines.Text()
		}
	}
	return tail, false
}

func (c *child) kill() { c.end(os.Kill) }

func (c *child) end(by os.Signal) {
	if c == nil {
		return
	}
	c.signal(by) //nolint:errcheck // gone already is what we want
	<-c.done
}
