package storage

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Notice is what another system is still to be told.
type Notice struct {
	ID    string // the same for every try
	Body  []byte
	Since time.Time // when it was written
	Tries int
}

type storedNotice struct {
	Body  []byte    `json:"body"`
	Since time.Time `json:"since"`
}

func noticeAbout(id string) string { return "notice|" + id }

// AddNotice keeps a notice until it is delivered, sealed. Repeating it is harmless while it is kept. One round trip.
func (s *Store) AddNotice(ctx context.Context, id string, body []byte, now time.Time) error {
	sealed, err := s.seal(storedNotice{body, now}, noticeAbout(id))
	if err != nil {
		return fmt.Errorf("keep notice: %w", err)
	}
	pipe := s.rdb.Pipeline()
	pipe.HSetNX(ctx, s.keys.notices(), id, sealed)
	pipe.ZAddNX(ctx, s.keys.noticesDue(), redis.Z{Score: float64(millis(now)), Member: id})
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("keep notice: %w", err)
	}
	return nil
}

// NoticesDue are the notices whose time has come, at most limit, the one due first ahead. Two round trips.
func (s *Store) NoticesDue(ctx context.Context, now time.Time, limit int) ([]Notice, error) {
	ids, err := s.rdb.ZRangeByScore(ctx, s.keys.noticesDue(), &redis.ZRangeBy{Min: "-inf", Max: strconv.FormatInt(millis(now), 10), Count: int64(limit)}).Result()
	if err != nil || len(ids) == 0 {
		return nil, ignoreNil(err)
	}
	ask := make([]string, 0, 2*len(ids))
	for _, id := range ids {
		ask = append(ask, id, id+" tries")
	}
	values, err := s.rdb.HMGet(ctx, s.keys.notices(), ask...).Result()
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	texts, list := fields(values), make([]Notice, 0, len(ids))
	for i, id := range ids {
		var n storedNotice
		if err := s.unseal(texts[2*i], noticeAbout(id), &n); err != nil {
			return nil, fmt.Errorf("read notices: %w", err)
		}
		list = append(list, Notice{ID: id, Body: n.Body, Since: n.Since, Tries: int(number(texts[2*i+1]))})
	}
	return list, nil
}

// NoticeLater counts a try that failed and says when the next one is due. One round trip.
func (s *Store) NoticeLater(ctx context.Context, n Notice, due time.Time) error {
	pipe := s.rdb.Pipeline()
	pipe.HSet(ctx, s.keys.notices(), n.ID+" tries", n.Tries+1)
	pipe.ZAddXX(ctx, s.keys.noticesDue(), redis.Z{Score: float64(millis(due)), Member: n.ID})
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("put notice off: %w", err)
	}
	return nil
}

// NoticeDone forgets a notice: delivered, or given up. Repeating it is harmless. One round trip.
func (s *Store) NoticeDone(ctx context.Context, id string) error {
	pipe := s.rdb.Pipeline()
	pipe.ZRem(ctx, s.keys.noticesDue(), id)
	pipe.HDel(ctx, s.keys.notices(), id, id+" tries")
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("forget notice: %w", err)
	}
	return nil
}
