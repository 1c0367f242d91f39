// Package storagetest gives tests their Redis: a real server, a real cluster of three masters, the in-process one, and a
// proxy that loses replies.
//
// A package that calls Server or Cluster has a TestMain:
//
//	func TestMain(m *testing.M) { storagetest.Main(m) }
//
// Each is started once per test binary and shared by its tests, which keep apart by Prefix and never flush. Whatever was
// started ends with the binary, also when that is killed.
package storagetest

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// shared is what all tests of one binary use together. It is the package's only variable: testing has no other place for
// what outlives a test.
var shared rig

type rig struct {
	mu      sync.Mutex
	running bool // Main was called
	single  *Node
	masters []*Node
	faults  map[string]error // of a start that went wrong, by kind: the other tests need not wait for it again
}

// Main runs the tests, stops what they shared and exits with their code.
func Main(m *testing.M) { os.Exit(Run(m)) }

// Run is Main for a TestMain that has more to clear away: it returns the code.
func Run(m *testing.M) int {
	shared.mu.Lock()
	shared.running, shared.faults = true, map[string]error{}
	shared.mu.Unlock()
	defer shared.stop()
	return m.Run()
}

// Server gives the URL of the shared redis-server: append-only file fsynced at every write, no eviction, no snapshots.
func Server(tb testing.TB) string {
	tb.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	shared.must(tb, "server", shared.startSingle)
	return shared.single.URL
}

// Cluster gives the URL of the shared cluster of three masters, once each of them finds its state ok.
func Cluster(tb testing.TB) string {
	tb.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	shared.must(tb, "cluster", shared.startCluster)
	var addresses []string
	for _, n := range shared.masters {
		addresses = append(addresses, n.Address)
	}
	return "redis+cluster://" + strings.Join(addresses, ",")
}

// Prefix gives a key prefix that no other test has, without braces: the hash tags of cluster keys come after it.
func Prefix(tb testing.TB) string {
	tb.Helper()
	var id [6]byte
	if _, err := rand.Read(id[:]); err != nil {
		tb.Fatalf("prefix: %v", err)
	}
	return "t" + hex.EncodeToString(id[:]) + ":"
}

func (r *rig) must(tb testing.TB, kind string, start func() error) {
	tb.Helper()
	if !r.running {
		tb.Fatal("storagetest: this package needs func TestMain(m *testing.M) { storagetest.Main(m) }")
	}
	if r.faults[kind] == nil {
		r.faults[kind] = start()
	}
	if err := r.faults[kind]; err != nil {
		tb.Fatalf("storagetest: %s: %v", kind, err)
	}
}

func (r *rig) startSingle() error {
	if r.single != nil {
		return nil
	}
	n, err := newNode(false)
	if err != nil {
		return err
	}
	r.single = n
	return nil
}

func (r *rig) startCluster() error {
	if r.masters != nil {
		return nil
	}
	var nodes []*Node
	for range 3 {
		n, err := newNode(true)
		if err != nil {
			return errors.Join(err, stopAll(nodes))
		}
		nodes = append(nodes, n)
	}
	if err := join(nodes); err != nil {
		return errors.Join(fmt.Errorf("make a cluster: %w", err), stopAll(nodes))
	}
	r.masters = nodes
	return nil
}

func (r *rig) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.masters
	if r.single != nil {
		all = append(all, r.single)
	}
	if err := stopAll(all); err != nil {
		fmt.Fprintln(os.Stderr, "storagetest: stop:", err)
	}
}

func stopAll(nodes []*Node) error {
	var faults []error
	for _, n := range nodes {
		faults = append(faults, n.end())
	}
	return errors.Join(faults...)
}
