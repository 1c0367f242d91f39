package storagetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// slots of a Redis Cluster (Redis Cluster specification, key distribution model).
const slots = 16384

// join makes a cluster of fresh masters: each gets a third of the slots and an epoch of its own, then they meet.
func join(nodes []*Node) error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	var clients []*redis.Client
	for _, n := range nodes {
		clients = append(clients, n.client())
	}
	defer func() {
		for _, c := range clients {
			c.Close()
		}
	}()
	for i, c := range clients {
		if err := assign(ctx, c, i, len(clients)); err != nil {
			return err
		}
	}
	for _, c := range clients[1:] {
		if err := meet(ctx, c, nodes[0]); err != nil {
			return err
		}
	}
	for _, c := range clients {
		if err := settled(ctx, c, len(nodes)); err != nil {
			return err
		}
	}
	return nil
}

func assign(ctx context.Context, c *redis.Client, i, of int) error {
	if err := c.ClusterAddSlotsRange(ctx, slots*i/of, slots*(i+1)/of-1).Err(); err != nil {
		return fmt.Errorf("assign slots: %w", err)
	}
	if err := c.Do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err(); err != nil {
		return fmt.Errorf("set epoch: %w", err)
	}
	return nil
}

// meet names the bus port too, which is not the usual port + 10000.
func meet(ctx context.Context, c *redis.Client, first *Node) error {
	bus, err := first.busPort(ctx)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(first.Address)
	if err != nil {
		return fmt.Errorf("meet: %w", err)
	}
	if err := c.Do(ctx, "CLUSTER", "MEET", host, port, bus).Err(); err != nil {
		return fmt.Errorf("meet: %w", err)
	}
	return nil
}

func (n *Node) busPort(ctx context.Context) (int, error) {
	c := n.client()
	defer c.Close()
	set, err := c.ConfigGet(ctx, "cluster-port").Result()
	if err != nil {
		return 0, fmt.Errorf("ask for the bus port: %w", err)
	}
	return strconv.Atoi(set["cluster-port"])
}

// settled returns when a node finds the state ok and knows all masters. Redis has no signal for it, so it is asked.
func settled(ctx context.Context, c *redis.Client, masters int) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	size := fmt.Sprintf("cluster_size:%d\r\n", masters)
	for {
		about, err := c.ClusterInfo(ctx).Result()
		if err != nil {
			return fmt.Errorf("ask for the state: %w", err)
		}
		if strings.Contains(about, "cluster_state:ok\r\n") && strings.Contains(about, size) {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.New("not ok in time")
		case <-tick.C:
		}
	}
}
