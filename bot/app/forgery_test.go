package app

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Rows: T6
//
// Posts with no secret, a wrong one, or one that is nearly right are refused with 401 before anything is read of them: nothing is
// written to Redis. The figures show that a secret right but for its last letter takes as long as one that is all wrong.
func TestForgedPostsAreRefusedAndWriteNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t, plan{cast: passers(1)})
	w.must(w.says(passersFrom, "/start"))
	rdb := redis.NewClient(&redis.Options{Addr: w.redis.Address, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}})
	defer rdb.Close()
	written := func() string {
		about, err := rdb.Info(t.Context(), "persistence").Result()
		if err != nil {
			t.Fatal(err)
		}
		_, size, _ := strings.Cut(about, "aof_current_size:")
		size, _, _ = strings.Cut(size, "\r")
		return size
	}
	before := written()
	last := len(townSecret) - 1
	secrets := map[string]string{"none": "", "all wrong": strings.Repeat("x", len(townSecret)), "nearly": townSecret[:last] + "x",
		"short": townSecret[:last], "long": townSecret + "f", "spaced": townSecret + " x", "huge": strings.Repeat("f", 4096)}
	took := map[string][]time.Duration{}
	for i := range often(1_000, 10_000) / len(secrets) {
		body := w.says(passersFrom, fmt.Sprintf("/start %d", i))
		for name, secret := range secrets {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.bots[i%2].url, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if secret != "" {
				req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
			}
			began := time.Now()
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			took[name] = append(took[name], time.Since(began))
			_ = res.Body.Close()
			if res.StatusCode != http.StatusUnauthorized {
				t.Fatalf("secret %s: %s", name, res.Status)
			}
		}
	}
	if after := written(); after != before {
		t.Errorf("Redis wrote: its file had %s bytes, then %s", before, after)
	}
	all := slices.Concat(took["none"], took["all wrong"], took["nearly"], took["short"], took["long"], took["spaced"], took["huge"])
	t.Logf("%d posts, p50 %s, p99 %s; all wrong p50 %s, nearly right p50 %s", len(all), share(all, 50), share(all, 99),
		share(took["all wrong"], 50), share(took["nearly"], 50))
	if got := len(w.said()[passersFrom]); got != 1 {
		t.Errorf("%d answers, want the one to the true update", got)
	}
}
