package storage

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
)

// checkLayout writes the meta key once and compares it ever after: shard counts, the layout's version, whether the vault
// opens what it sealed then, and whether its shard key still sends people to the same shards. Two round trips.
func (s *Store) checkLayout(ctx context.Context) error {
	key := s.keys.meta()
	seal, err := s.vault.Seal([]byte("guiwei"), "meta")
	if err != nil {
		return fmt.Errorf("check layout: %w", err)
	}
	want := map[string]string{
		"layout": strconv.Itoa(layout),
		"chats":  strconv.Itoa(chatShards), "people": strconv.Itoa(personShards), "phones": strconv.Itoa(phoneShards),
		"shards": s.probe(),
	}
	pipe := s.rdb.Pipeline()
	for field, value := range want {
		pipe.HSetNX(ctx, key, field, value)
	}
	pipe.HSetNX(ctx, key, "seal", seal)
	pipe.HSetNX(ctx, key, "house", newHouse())
	all := pipe.HGetAll(ctx, key)
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("check layout: %w", err)
	}
	got := all.Val()
	for field, value := range want {
		if got[field] != value {
			return fmt.Errorf("check layout: %w: %s differs", ErrLayout, field)
		}
	}
	if _, err := s.vault.Unseal([]byte(got["seal"]), "meta"); err != nil {
		return fmt.Errorf("check layout: %w: written with other keys (KEYS_FILE)", ErrLayout)
	}
	s.house = got["house"]
	return nil
}

// newHouse is what the names of a new store's pictures begin with, so that two stores may share one place for them.
func newHouse() string {
	var id [4]byte
	_, _ = rand.Read(id[:]) // never fails, by its doc
	return hex.EncodeToString(id[:])
}

// probe tells a shard key by where it sends four numbers that belong to nobody.
func (s *Store) probe() string {
	text := ""
	for i := range 4 {
		shard, _ := s.vault.Phone("probe " + strconv.Itoa(i))
		text += strconv.Itoa(shard) + " "
	}
	return text
}
