package storage

import (
	"context"
	"crypto/rand"
	"embed"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

//go:embed scripts/*.lua
var sources embed.FS

// scripts holds each script of the folder by its name without ".lua". The files of the folder that begin with "_" are said
// before every script: answers of operations, and the outbox.
type scripts map[string]*redis.Script

func compile() scripts {
	entries, err := sources.ReadDir("scripts")
	if err != nil {
		panic(err) // embedded
	}
	var before strings.Builder
	all := scripts{}
	for _, e := range entries { // sorted: "_" comes before letters
		text, err := sources.ReadFile(path.Join("scripts", e.Name()))
		if err != nil {
			panic(err)
		}
		if strings.HasPrefix(e.Name(), "_") {
			before.Write(text)
			continue
		}
		all[strings.TrimSuffix(e.Name(), ".lua")] = redis.NewScript(before.String() + string(text))
	}
	return all
}

// loadScripts tells every master the scripts, so that the first call of each is one trip too.
func (s *Store) loadScripts(ctx context.Context) error {
	load := func(ctx context.Context, c redis.Scripter) error {
		for name, script := range s.lua {
			if err := script.Load(ctx, c).Err(); err != nil {
				return fmt.Errorf("load script %s: %w", name, err)
			}
		}
		return nil
	}
	if c, ok := s.rdb.(*redis.ClusterClient); ok {
		return c.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error { return load(ctx, node) })
	}
	return load(ctx, s.rdb)
}

// run calls a script by its digest, by its text where Redis has forgotten it. Every script answers a list of strings.
// One round trip.
func (s *Store) run(ctx context.Context, name string, keys []string, args ...any) ([]string, error) {
	if s.crowded {
		return s.runTogether(ctx, name, keys, args...)
	}
	return read(name, s.lua[name].Run(ctx, s.rdb, keys, args...))
}

// runTogether is run for what nobody waits for: it shares its round trip with others that come while one is under way.
func (s *Store) runTogether(ctx context.Context, name string, keys []string, args ...any) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("script %s: %w", name, err)
	}
	script := s.lua[name]
	var cmd *redis.Cmd
	s.together.ride(ctx, func(pipe redis.Pipeliner) { cmd = pipe.EvalSha(ctx, script.Hash(), keys, args...) })
	if redis.HasErrorPrefix(cmd.Err(), "NOSCRIPT") {
		cmd = script.Eval(ctx, s.rdb, keys, args...)
	}
	return read(name, cmd)
}

func read(name string, cmd *redis.Cmd) ([]string, error) {
	answer, err := cmd.StringSlice()
	if err != nil {
		return nil, fmt.Errorf("script %s: %w", name, err)
	}
	if len(answer) == 0 {
		return nil, fmt.Errorf("script %s: empty answer", name)
	}
	return answer, nil
}

// nonce is an operation id of a call that has none of its own: the client may repeat the call, nobody else will.
func nonce() string { return rand.Text() }

// fit refuses operation ids that cannot stand in a key.
func fit(op string) error {
	if !word(op) {
		return ErrOperation
	}
	return nil
}

// Times are stored as milliseconds since 1970; 0 is no time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func ttl(d time.Duration) int64 { return d.Milliseconds() }

func boolean(b bool) string {
	if b {
		return "1"
	}
	return ""
}
