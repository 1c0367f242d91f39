package app

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/flows"
)

// walk is what a student does, update by update: taps, texts refused and taken, commands, edited messages. It is the same for
// the same dice, whoever walks.
func (w *town) walk(user int64, dice *rand.Rand) []string {
	own := func(turn int, act string) string {
		return w.taps(user, far, flows.Button{Act: act, Frame: 2, Turn: turn})
	}
	edited := func(text string) string {
		return strings.Replace(w.says(user, text), `"message":{`, `"edited_message":{"edit_date":2,`, 1)
	}
	any := func(choices ...string) string { return choices[dice.IntN(len(choices))] }
	steps := []string{w.says(user, "/start"), w.taps(user, far, flows.Everywhere("register"))}
	aside := []func() string{
		func() string { return own(1, "terms") }, func() string { return edited(any("好", "改过的话", "/cancel")) },
		func() string { return w.says(user, any("/help", "12345", "你好", "/nonsense")) }, func() string { return own(1, "agree") },
		func() string { return w.taps(user, far, flows.Everywhere("help")) },
	}
	for _, must := range []string{own(1, "agree"), own(2, "relative"), own(3, any("relation.parent", "relation.friend", "relation.other"))} {
		for range dice.IntN(3) {
			steps = append(steps, aside[dice.IntN(len(aside))]())
		}
		steps = append(steps, must)
	}
	return append(steps, w.says(user, any("1501234", "这个我不会", "/status")))
}

// jumped gives an update another number, as after a quiet week: far ahead or far back, the same for its copies.
func jumped(body string, by int64) string {
	head, rest, _ := strings.Cut(body, ",")
	return fmt.Sprintf(`{"update_id":%d,%s`, number(strings.TrimPrefix(head, `{"update_id":`))+by, rest)
}

// shuffled posts a walk: each update once, twice or thrice, the copies at the same instant on the other replica or after later
// updates; its own order is kept, that of the students among each other is chance.
func (w *town) shuffled(walk []string, dice *rand.Rand) {
	var late sync.WaitGroup
	var old []string
	jump := int64(1+dice.IntN(5)) * 100_000_000
	from := dice.IntN(len(walk))
	for i, body := range walk {
		if i >= from {
			body = jumped(body, jump)
		}
		at := dice.IntN(2)
		for range dice.IntN(3) {
			if dice.IntN(2) == 0 {
				late.Go(func() { w.posted(at+1, body) })
			}
			old = append(old, body)
		}
		w.posted(at, body)
		if len(old) > 0 && dice.IntN(3) == 0 {
			again := old[dice.IntN(len(old))]
			late.Go(func() { w.posted(at, again) })
		}
	}
	for _, body := range old {
		w.posted(dice.IntN(2), body)
	}
	late.Wait()
}

func (w *town) posted(replica int, body string) {
	if err := w.deliver(w.tb.Context(), replica, body, nil); err != nil {
		w.tb.Error(err)
	}
}

// Rows: F11 P45
//
// Traces of many students, shuffled over two replicas: each update one to three times, numbers that jump, copies much later,
// edited messages. What is stored and what is seen at the end is that of the same walk in order and once.
func TestShuffledTracesEndAsInOrder(t *testing.T) {
	t.Parallel()
	const students = 8
	seeds := often(20, 500)
	w := newTown(t, standing(plan{cast: passers(2 * students * seeds)}))
	base := rand.Uint64N(1_000_000)
	t.Logf("seeds from %d", base)
	posts := 0
	for i := range seeds {
		seed := base + uint64(i)
		var all sync.WaitGroup
		for s := range students {
			user := int64(passersFrom + 2*(students*i+s))
			inOrder := w.walk(user, rand.New(rand.NewPCG(seed, uint64(s))))
			mixed := w.walk(user+1, rand.New(rand.NewPCG(seed, uint64(s))))
			posts += len(mixed)
			all.Go(func() {
				for _, body := range inOrder {
					w.posted(0, body)
				}
			})
			all.Go(func() { w.shuffled(mixed, rand.New(rand.NewPCG(seed, 1_000+uint64(s)))) })
		}
		all.Wait()
		w.rest(30 * time.Second)
		for s := range students {
			user := int64(passersFrom + 2*(students*i+s))
			if diff := cmp.Diff(w.ends(user), w.ends(user+1)); diff != "" {
				t.Fatalf("seed %d, student %d (-in order +shuffled)\n%s", seed, s, diff)
			}
		}
	}
	t.Logf("%d seeds, %d updates and their copies", seeds, posts)
	w.sound()
}

// ending is a chat at the end of a trace: what is stored, and each message with buttons as it is seen.
type ending struct {
	Stored  string
	Version int64
	Seen    []string
}

func (w *town) ends(user int64) ending {
	w.tb.Helper()
	c, version := w.conversation(user)
	e := ending{Stored: asJSON(w.tb, c), Version: version}
	for _, m := range w.shown(user) {
		seen := m.Plain
		for _, row := range m.Keyboard {
			for _, b := range row {
				seen += " [" + b.Text + "]"
			}
		}
		e.Seen = append(e.Seen, seen)
	}
	return e
}
