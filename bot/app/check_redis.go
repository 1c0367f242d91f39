package app

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"guiwei/storage"
)

// redis looks at the server, at what is stored there, and at the groups it knows.
func (k *checkup) redis(ctx context.Context) {
	if k.faulty["REDIS_URL"] {
		return
	}
	if k.vault == nil {
		k.unknown("REDIS_URL", "not looked at without the keys")
		return
	}
	store, err := storage.Open(ctx, storage.Options{URL: k.config.RedisURL.Reveal(), Vault: k.vault, Log: slog.New(slog.DiscardHandler)})
	switch {
	case errors.Is(err, storage.ErrLayout):
		k.fault("stored data", "%v: it was written with other keys or another version; give the KEYS_FILE that belongs to it", err)
		return
	case err != nil:
		k.fault("REDIS_URL", "redis does not answer: look at host, port, password and whether it runs (%v)", err)
		return
	}
	defer store.Close()
	k.ok("REDIS_URL", "redis answers")
	k.ok("stored data", "fits these keys and shards")
	nodes, err := store.Health(ctx)
	if err != nil {
		k.fault("redis", "%v", err)
	}
	for _, h := range nodes {
		k.node(h)
	}
	k.waits(ctx, store)
	k.group, k.known = k.groupsOf(ctx, store)
}

// skewAllowed is how far Redis's clock may be from ours before an operator should know.
const skewAllowed = 2 * time.Second

// node holds one Redis against what keeps every promise.
func (k *checkup) node(h storage.Health) {
	thing := "redis " + h.Address
	switch major, _, _ := strings.Cut(h.Version, "."); {
	case h.Version == storage.Unknown:
		k.unknown(thing, "version: not told; it must be 7 or newer")
	case len(major) == 1 && major < "7":
		k.fault(thing, "version is %s: take 7 or newer", h.Version)
	default:
		k.ok(thing, "version 7 or newer")
	}
	k.must(thing, "appendonly", h.AppendOnly, "yes", "a restart loses everything; set appendonly yes")
	k.must(thing, "appendfsync", h.AppendFsync, "always", "a power cut loses what was promised; set appendfsync always")
	k.must(thing, "maxmemory-policy", h.Eviction, "noeviction", "a full Redis would throw accounts away; set maxmemory-policy noeviction")
	k.replicas(thing, h)
	if h.SkewKnown && h.Skew.Abs() > skewAllowed {
		k.warn(thing, "its clock is %s from ours: set both by NTP", h.Skew.Round(time.Second))
	} else if h.SkewKnown {
		k.ok(thing, "clock agrees with ours")
	}
}

// must holds one setting against what it has to be; managed servers do not tell all of them.
func (k *checkup) must(thing, name, value, want, mend string) {
	switch value {
	case want:
		k.ok(thing, "%s %s", name, value)
	case storage.Unknown:
		k.unknown(thing, "%s: this Redis does not tell; ask who runs it whether it is %s", name, want)
	default:
		k.fault(thing, "%s is %s: %s", name, value, mend)
	}
}

func (k *checkup) replicas(thing string, h storage.Health) {
	n, err := strconv.Atoi(h.Replicas)
	switch {
	case err != nil:
		k.unknown(thing, "replicas: not told")
	case n == 0:
		k.warn(thing, "has no replica: a lost disk loses what is newer than the last backup")
	case h.MinReplicas == storage.Unknown:
		k.unknown(thing, "min-replicas-to-write: not told; it should be 1 where there are replicas")
	case h.MinReplicas == "0":
		k.warn(thing, "min-replicas-to-write is 0: cut off from its replicas, it takes writes that a failover loses; set it to 1")
	default:
		k.ok(thing, "%d replicas, min-replicas-to-write %s", n, h.MinReplicas)
	}
}

// waits tells what lies in the outboxes: work that nobody did for minutes means that no bot runs, or that one is stuck.
func (k *checkup) waits(ctx context.Context, store *storage.Store) {
	b, err := store.Backlog(ctx, k.now)
	switch {
	case err != nil:
		k.fault("outboxes", "%v", err)
	case !b.Oldest.IsZero() && k.now.Sub(b.Oldest) > 10*time.Minute:
		k.warn("outboxes", "%d wait, the oldest since %s: does a bot run, and does Telegram answer it?", b.Outboxes, k.now.Sub(b.Oldest).Round(time.Minute))
	default:
		k.ok("outboxes", "nothing waits for long")
	}
}

// bound are the groups that were bound.
type bound struct {
	reviewers  int64
	counselors []int64
}

func (k *checkup) groupsOf(ctx context.Context, store *storage.Store) (b bound, known bool) {
	id, found, err := store.Group(ctx, storage.Reviewers)
	if err == nil {
		b.counselors, err = store.Counselors(ctx)
	}
	if err != nil {
		k.fault("groups", "%v", err)
		return b, false
	}
	if found {
		b.reviewers = id
	}
	return b, true
}
