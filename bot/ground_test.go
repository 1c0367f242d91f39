package main_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"guiwei/storage/storagetest"
)

// ground gives a story its Redis: a server of its own, or a prefix of its own on the cluster that all stories share.
func (p *play) ground() {
	o := &redis.UniversalOptions{DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}}
	if p.cell.cluster {
		url := storagetest.Cluster(p.t)
		p.prefix = storagetest.Prefix(p.t)
		p.url = url + "?prefix=" + p.prefix
		o.Addrs, o.IsClusterMode = strings.Split(strings.TrimPrefix(url, "redis+cluster://"), ","), true
	} else {
		p.redis = storagetest.Own(p.t)
		p.url, o.Addrs = p.redis.URL, []string{p.redis.Address}
	}
	p.rdb = redis.NewUniversalClient(o)
	p.t.Cleanup(func() {
		if err := p.clear(); err != nil {
			p.t.Errorf("clear the cluster: %v", err)
		}
		_ = p.rdb.Close()
	})
}

// clear takes a story's keys off the cluster, so that those after it have less to look through.
func (p *play) clear() error {
	if !p.cell.cluster {
		return nil
	}
	keys, err := p.keys("*")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	pipe := p.rdb.Pipeline()
	for _, key := range keys {
		pipe.Unlink(ctx, key)
	}
	_, err = pipe.Exec(ctx)
	return err
}

// keys lists a story's keys that match, of every master.
func (p *play) keys(pattern string) ([]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var mu sync.Mutex
	var all []string
	look := func(ctx context.Context, node redis.UniversalClient) error {
		for found := node.Scan(ctx, 0, p.prefix+pattern, 10_000).Iterator(); ; {
			if !found.Next(ctx) {
				return found.Err()
			}
			mu.Lock()
			all = append(all, found.Val())
			mu.Unlock()
		}
	}
	if c, ok := p.rdb.(*redis.ClusterClient); ok {
		return all, c.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error { return look(ctx, node) })
	}
	err := look(ctx, p.rdb)
	return all, err
}

// hashes reads every hash of a kind as it is stored, by key.
func (p *play) hashes(kind string) (map[string]map[string]string, error) {
	ctx := context.Background()
	keys, err := p.keys("*:" + kind + ":*")
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]string{}
	for _, key := range keys {
		if all[key], err = p.rdb.HGetAll(ctx, key).Result(); err != nil {
			return nil, fmt.Errorf("read %s: %w", kind, err)
		}
	}
	return all, nil
}

// dropLease lets the lease of a poller that was killed run out: it lives by Redis' own clock, which no script can move.
func (p *play) dropLease() {
	if err := p.rdb.Del(context.Background(), p.prefix+"{g}:lease:poller").Err(); err != nil {
		p.t.Fatal(err)
	}
}
