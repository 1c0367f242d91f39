package storage

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"

	"guiwei/flows"
	"guiwei/storage/vault"
)

// renewBatch is how many keys are read in one round trip while the store is looked through.
const renewBatch = 200

// value is one stored value as it was read: a whole string, a hash's field, or a member of a list or set.
type value struct {
	key, kind, about string // prefix{tag}:kind:about
	tag, field, text string
	siblings         map[string]string // the hash's other fields
}

// Renew seals anew, under the key in use, whatever another key of the vault sealed, and says how much that was. It goes through
// the whole store in small batches while others read and write; what is written meanwhile stays as it was written. Stopped
// in the midst and called again, it finds what is left. What it may not open stays: see SealedUnder.
func (s *Store) Renew(ctx context.Context) (renewed int, err error) {
	err = s.values(ctx, func(v value) error {
		head, sealed, sealedThere := cutSealed(v)
		if !sealedThere || !s.vault.OldRecord([]byte(sealed)) {
			return nil
		}
		about, known := aboutOf(v)
		if !known {
			return nil
		}
		plain, err := s.vault.Unseal([]byte(sealed), about)
		if err != nil {
			return nil // another's, or damaged: counted by SealedUnder
		}
		fresh, err := s.vault.Seal(plain, about)
		if err != nil {
			return err
		}
		answer, err := s.run(ctx, "reseal", []string{v.key}, v.field, v.text, head+string(fresh))
		if err == nil && answer[0] == "ok" {
			renewed++
		}
		return err
	})
	if err != nil {
		return renewed, fmt.Errorf("renew: %w", err)
	}
	return renewed, nil
}

// SealedUnder counts the sealed values of the whole store by the id of their key and by where they lie. It looks at raw values,
// of every kind there is.
func (s *Store) SealedUnder(ctx context.Context) (map[uint32]map[string]int, error) {
	found := map[uint32]map[string]int{}
	err := s.values(ctx, func(v value) error {
		_, sealed, ok := cutSealed(v)
		if !ok {
			return nil
		}
		id, _ := vault.SealedUnder([]byte(sealed))
		if found[id] == nil {
			found[id] = map[string]int{}
		}
		found[id][v.kind]++
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look at seals: %w", err)
	}
	return found, nil
}

// values calls each for every value of the store, of one master after the other. Each may call Redis.
func (s *Store) values(ctx context.Context, each func(value) error) error {
	look := func(ctx context.Context, node redis.UniversalClient) error {
		var cursor uint64
		for {
			keys, next, err := node.Scan(ctx, cursor, escape(s.keys.prefix)+"{*", renewBatch).Result()
			if err == nil {
				err = s.batch(ctx, node, keys, each)
			}
			if err != nil || next == 0 {
				return err
			}
			cursor = next
		}
	}
	c, cluster := s.rdb.(*redis.ClusterClient)
	if !cluster {
		return look(ctx, s.rdb)
	}
	var one sync.Mutex // ForEachMaster asks all at once
	return c.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
		one.Lock()
		defer one.Unlock()
		return look(ctx, node)
	})
}

// batch reads some keys, two round trips, and calls each for their values.
func (s *Store) batch(ctx context.Context, node redis.UniversalClient, keys []string, each func(value) error) error {
	types, pipe := make([]*redis.StatusCmd, len(keys)), node.Pipeline()
	for i, key := range keys {
		types[i] = pipe.Type(ctx, key)
	}
	if _, err := pipe.Exec(ctx); len(keys) > 0 && err != nil {
		return err
	}
	pipe = node.Pipeline()
	reads := make([]redis.Cmder, len(keys))
	for i, key := range keys {
		read, err := rawRead(ctx, pipe, key, types[i].Val())
		if err != nil {
			return err
		}
		reads[i] = read
	}
	if _, err := pipe.Exec(ctx); ignoreNil(err) != nil {
		return err
	}
	d := dump{prefix: s.keys.prefix}
	for i, read := range reads {
		v := value{key: keys[i]}
		v.tag, v.kind, v.about = d.parts(keys[i])
		if err := v.spread(read, each); err != nil {
			return err
		}
	}
	return nil
}

// rawRead asks for the whole of a key; nil for one that is gone.
func rawRead(ctx context.Context, pipe redis.Pipeliner, key, kind string) (redis.Cmder, error) {
	switch kind {
	case "none":
		return nil, nil
	case "string":
		return pipe.Get(ctx, key), nil
	case "hash":
		return pipe.HGetAll(ctx, key), nil
	case "list":
		return pipe.LRange(ctx, key, 0, -1), nil
	case "set":
		return pipe.SMembers(ctx, key), nil
	case "zset":
		return pipe.ZRange(ctx, key, 0, -1), nil
	case "stream":
		return pipe.XRange(ctx, key, "-", "+"), nil
	}
	return nil, fmt.Errorf("a key of type %s is not looked at", kind)
}

// spread calls each for every value that was read of a key.
func (v value) spread(read redis.Cmder, each func(value) error) error {
	one := func(field, text string) error {
		v.field, v.text = field, text
		return each(v)
	}
	var texts []string
	switch r := read.(type) {
	case *redis.StringCmd:
		texts = []string{r.Val()}
	case *redis.StringSliceCmd:
		texts = r.Val()
	case *redis.XMessageSliceCmd:
		for _, m := range r.Val() {
			for _, text := range m.Values {
				texts = append(texts, fmt.Sprint(text))
			}
		}
	case *redis.MapStringStringCmd:
		v.siblings = r.Val()
		for field, text := range v.siblings {
			if err := one(field, text); err != nil {
				return err
			}
		}
	}
	for _, text := range texts {
		if err := one("", text); err != nil {
			return err
		}
	}
	return nil
}

// Pictures calls each for every picture of the register, with the persons whose it may be. Two round trips a picture.
func (s *Store) Pictures(ctx context.Context, each func(blob string, people []flows.Person) error) error {
	for _, tag := range personTags() {
		rows, err := s.rdb.HGetAll(ctx, s.keys.blobs(tag)).Result()
		if err != nil {
			return fmt.Errorf("list pictures: %w", err)
		}
		for name, row := range rows {
			people, err := s.peopleOf(ctx, row)
			if err == nil {
				err = each(name, people)
			}
			if err != nil {
				return fmt.Errorf("list pictures: %w", err)
			}
		}
	}
	return nil
}

// personText is a person as JSON holds one.
var personText = regexp.MustCompile(`"(\d{1,3}\.[0-9a-f]{32})"`)

// peopleOf finds whose picture a row is: its case's person, or one that the chat's conversation names.
func (s *Store) peopleOf(ctx context.Context, row string) ([]flows.Person, error) {
	parts := append(strings.Fields(row), "", "", "", "")
	if no := parts[3]; no != "" {
		c, err := s.Case(ctx, no)
		if errors.Is(err, ErrNone) {
			return nil, nil
		}
		return []flows.Person{c.Person}, err
	}
	chat := number(parts[1])
	sealed, err := s.rdb.HGet(ctx, s.keys.conversation(chat), "d").Result()
	if err != nil {
		return nil, ignoreNil(err)
	}
	record, err := s.vault.Unseal([]byte(sealed), conversationAbout(chat))
	if err != nil {
		return nil, nil //nolint:nilerr // counted by SealedUnder
	}
	var people []flows.Person
	for _, found := range personText.FindAllSubmatch(record, -1) {
		people = append(people, flows.Person(found[1]))
	}
	return people, nil
}
