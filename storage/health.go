package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Unknown stands where a Redis does not tell: managed ones forbid CONFIG, the in-process one has none.
const Unknown = "unknown"

// Health is what `check` tells an operator of one Redis node, in Redis's own words or Unknown.
type Health struct {
	Address     string
	Version     string        // redis_version
	AppendOnly  string        // yes, no
	AppendFsync string        // always, everysec, no
	Eviction    string        // maxmemory-policy; anything but noeviction loses data
	MaxMemory   string        // bytes, 0: no limit
	Replicas    string        // connected_slaves
	MinReplicas string        // min-replicas-to-write
	Skew        time.Duration // Redis's clock less ours, to half a round trip
	SkewKnown   bool
}

// Health asks every master for its facts, by address. Six round trips per node.
func (s *Store) Health(ctx context.Context) ([]Health, error) {
	var mu sync.Mutex
	var all []Health
	look := func(ctx context.Context, node redis.UniversalClient, address string) error {
		h, err := health(ctx, node)
		if err != nil {
			return err
		}
		h.Address = address
		mu.Lock()
		defer mu.Unlock()
		all = append(all, h)
		return nil
	}
	var err error
	switch c := s.rdb.(type) {
	case *redis.ClusterClient:
		err = c.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error { return look(ctx, node, node.Options().Addr) })
	case *redis.Client:
		err = look(ctx, c, c.Options().Addr)
	default:
		err = look(ctx, c, Unknown)
	}
	if err != nil {
		return nil, fmt.Errorf("read health: %w", err)
	}
	slices.SortFunc(all, func(a, b Health) int { return strings.Compare(a.Address, b.Address) })
	return all, nil
}

// health reads one node. Only Ping must succeed: what else is refused is Unknown.
func health(ctx context.Context, node redis.UniversalClient) (Health, error) {
	if err := node.Ping(ctx).Err(); err != nil {
		return Health{}, err
	}
	facts := map[string]string{}
	if text, err := node.Info(ctx, "everything").Result(); err == nil {
		for line := range strings.Lines(text) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
			facts[name] = value
		}
	}
	for _, pattern := range []string{"append*", "maxmemory*", "min-replicas-to-write"} {
		if settings, err := node.ConfigGet(ctx, pattern).Result(); err == nil {
			for name, value := range settings {
				facts[name] = value
			}
		}
	}
	if facts["appendonly"] == "" && facts["aof_enabled"] != "" {
		facts["appendonly"] = map[string]string{"0": "no", "1": "yes"}[facts["aof_enabled"]]
	}
	if facts["maxmemory-policy"] == "" {
		facts["maxmemory-policy"] = facts["maxmemory_policy"]
	}
	h := Health{
		Version: told(facts["redis_version"]), AppendOnly: told(facts["appendonly"]), AppendFsync: told(facts["appendfsync"]),
		Eviction: told(facts["maxmemory-policy"]), MaxMemory: told(facts["maxmemory"]), Replicas: told(facts["connected_slaves"]),
		MinReplicas: told(facts["min-replicas-to-write"]),
	}
	h.Skew, h.SkewKnown = skew(ctx, node)
	return h, nil
}

func told(fact string) string {
	if fact == "" {
		return Unknown
	}
	return fact
}

// skew takes Redis's time to be that of the middle of the round trip.
func skew(ctx context.Context, node redis.UniversalClient) (time.Duration, bool) {
	start := time.Now()
	theirs, err := node.Time(ctx).Result()
	if err != nil {
		return 0, false
	}
	return theirs.Sub(start.Add(time.Since(start) / 2)), true
}
