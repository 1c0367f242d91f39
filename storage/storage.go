// Package storage keeps what must outlive a process, in Redis: conversations with their outbox and timers, phones, accounts,
// cases, the roster, groups and roles. It is the only package that speaks to Redis.
//
// Most callers want Open, then Load, Commit and Done around each decision. Whatever holds a name, a number, a text or a
// person's answer is sealed by the vault before it leaves the process. Every change is one script on one slot, so the same
// code runs on one server, behind Sentinel, on a Cluster and on the in-process Redis of the demo. A change that must not
// happen twice carries an operation id; the script keeps its answer for 48 h and gives it again, since the Redis client
// repeats a command whose reply was lost.
package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"guiwei/storage/vault"
)

// Errors that a caller branches on.
var (
	ErrConflict  = errors.New("changed meanwhile")   // load again and decide again
	ErrNone      = errors.New("not stored")          // no account, case or request of that name
	ErrPhoneFull = errors.New("phone serves enough") // 5 accounts already
	ErrLayout    = errors.New("stored otherwise")    // another layout, other shard counts or other keys than this program's
	ErrDamaged   = errors.New("does not read")       // what is stored of the chat; trying again does not help
	ErrOperation = errors.New("operation id unfit")  // empty, or with white space
)

// seenFor is how long an operation's answer is kept: Telegram repeats updates for 24 h.
const seenFor = 48 * time.Hour

// Options says where the Redis is and who seals.
type Options struct {
	URL    string                                // redis://, rediss://, redis+cluster://a,b,c, rediss+cluster://…, redis+sentinel://a,b?master=NAME; ?prefix=TEXT&pipeline=all
	Vault  *vault.Vault                          // seals records and makes blind indexes
	Prefix string                                // before every key, behind the URL's own prefix; neither has braces
	Log    *slog.Logger                          // nil: silent
	Watch  func(took time.Duration, failed bool) // told of every round trip; nil: nobody
	Sample int                                   // per cent of the cases that two decide, neither knowing of the other; 0: none
}

// Store is one Redis with its keys. It is safe for use by many goroutines.
type Store struct {
	rdb    redis.UniversalClient
	vault  *vault.Vault
	keys   keys
	log    *slog.Logger
	lua    scripts
	sample int
	trips  atomic.Int64

	together together
	house    string // what the names of this store's pictures begin with: 8 hex digits
	crowded  bool   // what may share a round trip shares it, what a person waits for too
}

// Open connects, loads the scripts and checks the meta key: ErrLayout where the data was written with other shard counts
// or other keys. It does not retry: a Redis that is away is the caller's decision.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Vault == nil {
		return nil, errors.New("open storage: no vault given")
	}
	if strings.ContainsAny(o.Prefix, "{}") {
		return nil, errors.New("open storage: the key prefix may not hold braces: they mark shards")
	}
	before, err := prefixOf(o.URL)
	if err != nil {
		return nil, fmt.Errorf("open storage: %w", err)
	}
	rdb, err := connect(o.URL)
	if err != nil {
		return nil, fmt.Errorf("open storage: %w", err)
	}
	s := &Store{rdb: rdb, vault: o.Vault, keys: keys{prefix: before + o.Prefix}, log: o.Log, lua: compile(), sample: o.Sample,
		together: together{rdb: rdb}, crowded: crowded(o.URL)}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	redis.SetLogger(clientLog{s.log})
	rdb.AddHook(tripHook{&s.trips, o.Watch})
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open storage: %w", err), rdb.Close())
	}
	return s, nil
}

func (s *Store) prepare(ctx context.Context) error {
	if err := s.Ping(ctx); err != nil {
		return err
	}
	if err := s.checkLayout(ctx); err != nil {
		return err
	}
	return s.loadScripts(ctx)
}

// Close gives the connections back.
func (s *Store) Close() error { return s.rdb.Close() }

// Ping asks whether Redis answers. One round trip.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.rdb.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ping redis: %w", err)
	}
	return nil
}

// Trips counts the round trips made so far; a pipeline is one.
func (s *Store) Trips() int64 { return s.trips.Load() }

// tripHook counts commands and pipelines, and tells how long each took.
type tripHook struct {
	trips *atomic.Int64
	watch func(took time.Duration, failed bool)
}

func (h tripHook) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h tripHook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		return h.trip(func() error { return next(ctx, cmd) })
	}
}

func (h tripHook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		return h.trip(func() error { return next(ctx, cmds) })
	}
}

// trip is one round trip. Nothing there, and a script that Redis has forgotten, are answers like others.
func (h tripHook) trip(next func() error) error {
	h.trips.Add(1)
	if h.watch == nil {
		return next()
	}
	start := time.Now()
	err := next()
	h.watch(time.Since(start), err != nil && !errors.Is(err, redis.Nil) && !redis.HasErrorPrefix(err, "NOSCRIPT"))
	return err
}
