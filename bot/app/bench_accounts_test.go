package app

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/storage"
	"guiwei/storage/storagetest"
	"guiwei/storage/vault"
)

// settle fills a Redis with people who have an account and a conversation each; none of them talks in the bench.
func settle(tb testing.TB, url string, v *vault.Vault, people int) {
	tb.Helper()
	store, err := storage.Open(tb.Context(), storage.Options{URL: url + "?pipeline=all", Vault: v})
	if err != nil {
		tb.Fatal(err)
	}
	defer store.Close()
	const writers = 64
	now := time.Now()
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := w; i < people; i += writers {
				if err := account(tb, store, v, i, now); err != nil {
					tb.Errorf("account %d: %v", i, err)
					return
				}
			}
		})
	}
	all.Wait()
}

// account opens the i-th person's account and leaves a conversation behind, as after a registration.
func account(tb testing.TB, store *storage.Store, v *vault.Vault, i int, now time.Time) error {
	op, chat := fmt.Sprintf("fill%d", i), int64(1_000_000_000+i)
	number := fmt.Sprintf("9901012000%08d", i)
	a := flows.Account{Chat: chat, Lang: "zh-Hans", Created: now,
		Ref: flows.AccountRef{Person: v.Person("resident", number), ID: storage.AccountID(op)},
		Applicant: flows.Applicant{Phone: "+8613900000042", Name: "欧阳测试", IDKind: "resident", IDNumber: number,
			Password: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo", Answers: []string{"$a", "$b", "$c"}}}
	if _, err := store.OpenAccount(tb.Context(), op, a, false, now); err != nil {
		return err
	}
	_, err := store.Commit(tb.Context(), storage.Commit{Chat: chat, Input: op, Now: now, Conversation: flows.Conversation{Chat: chat,
		Language: "zh-Hans", Serial: 1, Frames: []flows.Frame{{ID: 1, Flow: "home", Version: 1, State: "menu", Draft: []byte("{}"), At: now}}}})
	return err
}

// BenchmarkAccounts compares an update's cost with few and with many accounts in Redis: 1,000 and 100,000, with PROOF=1
// 1,000,000. The bar is 1.2.
func BenchmarkAccounts(b *testing.B) {
	many := 100_000
	if os.Getenv("PROOF") != "" {
		many = 1_000_000
	}
	const rounds, people = 5, 500
	dir, v := keys(b)
	pair := []*lane{{name: "few"}, {name: "many"}}
	for i, l := range pair {
		node := storagetest.Own(b)
		relax(b, node)
		settle(b, node.URL, v, []int{1000, many}[i])
		l.stall = stall{Bot: "ours", Redis: node.URL}
		l.open(b, rounds*people, dir, v)
	}
	b.ResetTimer()
	for range rounds {
		for _, l := range pair {
			l.run(b, size{people: people}, nil)
		}
	}
	b.StopTimer()
	b.Logf("%d accounts against 1,000: %s x the bot's CPU, %s x Redis's", many,
		ratio(pair[1].legs, pair[0].legs, func(l leg) float64 { return l.bot }),
		ratio(pair[1].legs, pair[0].legs, func(l leg) float64 { return l.redis }))
}
