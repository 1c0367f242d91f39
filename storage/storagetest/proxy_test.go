package storagetest_test

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/storage/storagetest"
)

// through gives a client behind a proxy that never repeats a command, and one straight to the same server.
func through(t *testing.T) (proxy *storagetest.FaultProxy, behind, straight *redis.Client, key string) {
	t.Helper()
	url := storagetest.Server(t)
	proxy = storagetest.Proxy(t, url)
	to, err := redis.ParseURL(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	to.MaxRetries, to.DisableIdentity = -1, true
	behind = redis.NewClient(to)
	t.Cleanup(func() { behind.Close() })
	return proxy, behind, dial(t, url), storagetest.Prefix(t) + "n"
}

func TestLostReplyIsExecutedOnceAndNeverHeardOf(t *testing.T) {
	t.Parallel()
	proxy, behind, straight, key := through(t)
	proxy.LoseReply(2)
	if err := behind.Incr(t.Context(), key).Err(); err != nil {
		t.Fatalf("first: %v", err)
	}
	if err := behind.Incr(t.Context(), key).Err(); err == nil {
		t.Error("second: the reply arrived")
	}
	if err := behind.Incr(t.Context(), key).Err(); err != nil {
		t.Errorf("third: %v", err)
	}
	if got := straight.Get(t.Context(), key).Val(); got != "3" {
		t.Errorf("executed %s times, want 3", got)
	}
	if proxy.Lost() != 1 || proxy.Commands() != 3 {
		t.Errorf("%d lost of %d, want 1 of 3", proxy.Lost(), proxy.Commands())
	}
}

func TestClientThatRepeatsDoublesAPlainCommand(t *testing.T) {
	t.Parallel()
	proxy, _, straight, key := through(t)
	rdb := dial(t, proxy.URL)
	proxy.LoseReply(1)
	if err := rdb.Incr(t.Context(), key).Err(); err != nil {
		t.Fatal(err)
	}
	if got := straight.Get(t.Context(), key).Val(); got != "2" {
		t.Errorf("counter is %s: the rig does not show what operation ids are for", got)
	}
}

func TestPipelineLosesWhatStandsBehindTheLostReply(t *testing.T) {
	t.Parallel()
	proxy, behind, straight, key := through(t)
	if err := behind.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	proxy.LoseReply(3)
	pipe := behind.Pipeline()
	for range 5 {
		pipe.Incr(t.Context(), key)
	}
	if _, err := pipe.Exec(t.Context()); err == nil {
		t.Error("the pipeline came back whole")
	}
	if got := straight.Get(t.Context(), key).Val(); got != "3" {
		t.Errorf("executed %s of 5, want 3", got)
	}
}

func TestEveryNthReplyIsLost(t *testing.T) {
	t.Parallel()
	proxy, behind, _, key := through(t)
	proxy.LoseEvery(5)
	failed := 0
	for range 20 {
		if behind.Incr(t.Context(), key).Err() != nil {
			failed++
		}
	}
	if failed != 4 || proxy.Lost() != 4 {
		t.Errorf("%d failed, %d lost, want 4 and 4", failed, proxy.Lost())
	}
}

func TestCutRefusesUntilMended(t *testing.T) {
	t.Parallel()
	proxy, behind, _, key := through(t)
	if err := behind.Incr(t.Context(), key).Err(); err != nil {
		t.Fatal(err)
	}
	proxy.Cut()
	if err := behind.Incr(t.Context(), key).Err(); err == nil {
		t.Error("a cut line answered")
	}
	proxy.Mend()
	if err := behind.Incr(t.Context(), key).Err(); err != nil {
		t.Errorf("a mended line: %v", err)
	}
}

func TestDelayHoldsRepliesBack(t *testing.T) {
	t.Parallel()
	proxy, behind, _, key := through(t)
	proxy.Delay(80 * time.Millisecond)
	began := time.Now()
	if err := behind.Incr(t.Context(), key).Err(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 80*time.Millisecond {
		t.Errorf("the reply took %v", took)
	}
}
