package main_test

import (
	"io"
	stdlog "log"
	"math/rand/v2"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
)

// splitter stands before two replicas as a load balancer would, and gives each update to whichever the dice say. Where that
// one is dead the answer is 502, and Telegram posts the update again.
type splitter struct {
	to []http.Handler

	mu    sync.Mutex
	dice  *rand.Rand
	given []int // updates, by replica
}

func newSplitter(dice *rand.Rand, bots []*program) *splitter {
	s := &splitter{dice: dice, given: make([]int, len(bots))}
	for _, b := range bots {
		proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: b.address})
		proxy.ErrorLog = stdlog.New(io.Discard, "", 0)
		s.to = append(s.to, proxy)
	}
	return s
}

func (s *splitter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	i := s.dice.IntN(len(s.to))
	s.given[i]++
	s.mu.Unlock()
	s.to[i].ServeHTTP(w, r)
}

// fewest is how many updates the replica got that got fewer, and how many there were in all.
func (s *splitter) fewest() (least, all int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	least = s.given[0]
	for _, n := range s.given {
		least, all = min(least, n), all+n
	}
	return least, all
}
