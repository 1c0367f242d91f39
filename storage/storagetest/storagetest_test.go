package storagetest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"guiwei/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// role tells a copy of the test binary what to be.
const role = "STORAGETEST_ROLE"

func TestServerIsSharedAndKeepsWhatItIsTold(t *testing.T) {
	t.Parallel()
	url := storagetest.Server(t)
	if diff := cmp.Diff(url, storagetest.Server(t)); diff != "" {
		t.Errorf("second call gave another server (-first +second):\n%s", diff)
	}
	rdb := dial(t, url)
	for setting, want := range map[string]string{
		"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "save": "",
	} {
		got, err := rdb.ConfigGet(t.Context(), setting).Result()
		if err != nil {
			t.Fatal(err)
		}
		if got[setting] != want {
			t.Errorf("%s is %q, want %q", setting, got[setting], want)
		}
	}
}

func TestClusterHasThreeMastersAndTakesKeysOfAllOfThem(t *testing.T) {
	t.Parallel()
	url := storagetest.Cluster(t)
	addresses := strings.Split(strings.TrimPrefix(url, "redis+cluster://"), ",")
	rdb := redis.NewClusterClient(&redis.ClusterOptions{Addrs: addresses, DisableIdentity: true})
	t.Cleanup(func() { rdb.Close() })
	prefix := storagetest.Prefix(t)
	for i := range 64 {
		key := fmt.Sprintf("%s{c%d}:mark", prefix, i)
		if err := rdb.Set(t.Context(), key, i, time.Minute).Err(); err != nil {
			t.Fatalf("set %s: %v", key, err)
		}
	}
	masters := make(chan string, 16)
	err := rdb.ForEachMaster(t.Context(), func(ctx context.Context, c *redis.Client) error {
		masters <- c.Options().Addr
		n, err := c.DBSize(ctx).Result()
		if err == nil && n == 0 {
			err = errors.New("a master holds nothing")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if len(addresses) != 3 || len(masters) != 3 {
		t.Errorf("%d addresses, %d masters, want 3 and 3", len(addresses), len(masters))
	}
}

func TestInProcessLetsKeysExpire(t *testing.T) {
	t.Parallel()
	rdb := dial(t, storagetest.InProcess(t))
	key := storagetest.Prefix(t) + "k"
	if err := rdb.Set(t.Context(), key, 1, 60*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for rdb.Exists(t.Context(), key).Val() != 0 {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("the key is still there")
		}
	}
}

func TestPrefixesDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		p := storagetest.Prefix(t)
		if seen[p] || strings.ContainsAny(p, "{}") {
			t.Fatalf("prefix %q is used or has braces", p)
		}
		seen[p] = true
	}
}

func TestOwnServerKeepsAcknowledgedWritesThroughKill(t *testing.T) {
	t.Parallel()
	n := storagetest.Own(t)
	rdb := dial(t, n.URL)
	if err := rdb.Set(t.Context(), "canary", "kept through kill", 0).Err(); err != nil {
		t.Fatal(err)
	}
	n.Kill()
	if !strings.Contains(string(n.Disk(t)), "kept through kill") {
		t.Error("the acknowledged write is not on disk")
	}
	n.Start(t)
	if got, err := rdb.Get(t.Context(), "canary").Result(); err != nil || got != "kept through kill" {
		t.Errorf("after the kill: %q, %v", got, err)
	}
}

func TestServersDieWithAKilledBinary(t *testing.T) {
	t.Parallel()
	cmd := again(t, "host")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var address, dir string
	if _, err := fmt.Fscanln(bufio.NewReader(out), &address, &dir); err != nil {
		t.Fatalf("the copy told no address: %v", err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	line, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if err := line.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := line.Read(make([]byte, 1)); err == nil || os.IsTimeout(err) {
		t.Errorf("the server outlived the binary: %v", err)
	}
}

func TestMissingRedisFailsWithWhatToInstall(t *testing.T) {
	t.Parallel()
	cmd := again(t, "poor")
	cmd.Env = append(cmd.Env, "PATH=/nonexistent")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "apt-get install redis-server") {
		t.Errorf("the copy said (%v): %s", err, out)
	}
}

// TestCopy is what the copies of the binary run; in the first it has nothing to show.
func TestCopy(t *testing.T) {
	t.Parallel()
	switch os.Getenv(role) {
	case "poor":
		storagetest.Server(t)
	case "host":
		n := storagetest.Own(t)
		dir, err := dial(t, n.URL).ConfigGet(t.Context(), "dir").Result()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(n.Address, dir["dir"])
		_, _ = io.Copy(io.Discard, os.Stdin)
	}
}

func again(t *testing.T, as string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCopy$") //nolint:gosec // this very binary
	cmd.Env = append(os.Environ(), role+"="+as)
	if as == "host" {
		if _, err := cmd.StdinPipe(); err != nil {
			t.Fatal(err)
		}
	}
	return cmd
}

func dial(t *testing.T, url string) *redis.Client {
	t.Helper()
	to, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	to.DisableIdentity = true
	rdb := redis.NewClient(to)
	t.Cleanup(func() { rdb.Close() })
	return rdb
}
