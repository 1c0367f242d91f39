package storage

import (
	"strings"
	"sync"
	"testing"

	"guiwei/storage/storagetest"
)

// crowd has so many new chats take their updates through at once, and gives the round trips of one update.
func (b *bench) crowd(chats, updates int) float64 {
	b.t.Helper()
	before := b.Trips()
	var all sync.WaitGroup
	for range chats {
		b.n++
		chat := int64(b.n)
		all.Go(func() {
			for version := range updates {
				b.update(chat, int64(version))
			}
		})
	}
	all.Wait()
	return float64(b.Trips()-before) / float64(chats*updates)
}

func TestThoseWhoComeTogetherShareARoundTrip(t *testing.T) {
	t.Parallel()
	url := storagetest.Server(t)
	plain := open(t, url, storagetest.Prefix(t))
	if alone := plain.crowd(1, 20); alone != 3 {
		t.Errorf("%.2f round trips for an update that comes alone, want 3", alone)
	}
	if many := plain.crowd(64, 20); many >= 2.9 || many < 2 {
		t.Errorf("%.2f round trips an update in a crowd: load and commit have their own, done shares", many)
	}
	shared := open(t, url+"?pipeline=all", storagetest.Prefix(t))
	if many := shared.crowd(64, 20); many >= 1.5 {
		t.Errorf("%.2f round trips an update where all share", many)
	}
}

func TestSharedRoundTripsSurviveForgottenScripts(t *testing.T) {
	t.Parallel()
	node := storagetest.Own(t)
	for _, query := range []string{"", "?pipeline=all"} {
		s := open(t, node.URL+query, storagetest.Prefix(t))
		if err := s.rdb.ScriptFlush(s.ctx).Err(); err != nil {
			t.Fatal(err)
		}
		s.crowd(32, 5)
	}
}

func TestWhoSharesARoundTripThatFailsIsToldSo(t *testing.T) {
	t.Parallel()
	node := storagetest.Own(t)
	s := open(t, node.URL+"?pipeline=all", storagetest.Prefix(t))
	node.Kill()
	var all sync.WaitGroup
	for chat := range int64(9) {
		all.Go(func() {
			if _, err := s.Done(s.ctx, Owner{Chat: chat}, "u1", 0); err == nil || strings.Contains(err.Error(), "NOSCRIPT") {
				t.Errorf("done on a Redis that is gone: %v", err)
			}
		})
	}
	all.Wait()
	node.Start(t)
	s.crowd(8, 2)
}
