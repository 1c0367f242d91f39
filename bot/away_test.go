package main_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// farStore is a bucket that is away for as long as wrong is set.
type farStore struct {
	s3    http.Handler
	wrong atomic.Pointer[http.HandlerFunc]
}

func (f *farStore) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if wrong := f.wrong.Load(); wrong != nil {
		(*wrong)(w, r)
		return
	}
	f.s3.ServeHTTP(w, r)
}

// Rows: F18 P16
//
// TestWhileThePhotoStoreIsAwayNothingIsLostOrCounted sends through the program while its bucket drops the line half-way, and
// submits while it answers 500, with PROOF=1 the other way round too and while it stalls: the student is told to try again, keeps
// the answers, and no try is used up.
func TestWhileThePhotoStoreIsAwayNothingIsLostOrCounted(t *testing.T) {
	t.Parallel()
	var fails http.HandlerFunc = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }
	var cut http.HandlerFunc = func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.CopyN(io.Discard, r.Body, r.ContentLength/2)
		panic(http.ErrAbortHandler)
	}
	var stall http.HandlerFunc = func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}
	ways := map[string][2]http.HandlerFunc{"cut, then 500": {cut, fails}}
	if proof() {
		ways["500, then cut"], ways["stall"] = [2]http.HandlerFunc{fails, cut}, [2]http.HandlerFunc{stall, stall}
	}
	for name, wrong := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := set(t, cell{mode: byPolling, replicas: 1}, nil, newSeed(t))
			far := p.farStore()
			p.patient *= 6
			p.startAll()
			p.script("before", "desk ; mark desk ; student 42 plays registers ; student 42 types $password ; student 42 sends front.jpg\nbot tells 42 evidence.good_as_is evidence.back.ask")
			far.wrong.Store(&wrong[0])
			p.script("away", "student 42 sends back.jpg\n"+inVain+"\nchat 42 shows kit.failed evidence.back.ask")
			far.wrong.Store(nil)
			p.script("back", "student 42 sends back.jpg\nbot tells 42 evidence.good_as_is evidence.confirm.ask with \"今天 3 次\"")
			far.wrong.Store(&wrong[1])
			p.script("away again", "student 42 taps submit_photos\n"+inVain+"\nchat 42 shows kit.failed evidence.confirm.ask\ncount messages reviewers since desk == 0")
			far.wrong.Store(nil)
			p.script("back again", "student 42 taps submit_photos\nbot tells 42 evidence.waiting.ask\nreviewer 7 taps claim in reviewers\nchat 7 has 2 photos")
			p.everythingStored() // without a fault; what was given up is parked
			if counted, err := p.hashes("quota"); err != nil || len(counted) != 1 || len(slices.Collect(maps.Values(counted))[0]) != 1 {
				t.Errorf("counted %v, %v", counted, err)
			}
		})
	}
}

// inVain lets the bot try until it gives up: five times, and for half a minute at least.
const inVain = "advance 1s ; advance 2s ; advance 4s ; advance 8s ; advance 16s ; advance 32s ; advance 64s ; advance 5s"

// farStore has the bot keep its photos in a bucket.
func (p *play) farStore() *farStore {
	p.t.Helper()
	disk := s3mem.New()
	if err := disk.CreateBucket("photos"); err != nil {
		p.t.Fatal(err)
	}
	far := &farStore{s3: gofakes3.New(disk).Server()}
	server := httptest.NewServer(far)
	p.t.Cleanup(server.Close)
	for i, pair := range p.env {
		if strings.HasPrefix(pair, "PHOTOS_URL=") {
			p.env[i] = "PHOTOS_URL=s3://key:secret@" + strings.TrimPrefix(server.URL, "http://") + "/photos?tls=none"
		}
	}
	return far
}
