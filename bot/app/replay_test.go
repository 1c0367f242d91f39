package app

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"guiwei/bot/sim"
	"guiwei/flows"
)

// does lets people act, and waits for all that comes of it.
func (c *crawl) does(do func() error) {
	c.t.Helper()
	if err := do(); err != nil {
		c.t.Fatal(err)
	}
	for _, u := range c.updates() {
		c.post(u)
	}
	c.rest()
	for range 10 { // one outbox may fill another
		next, any, err := c.app.store.NextDue(c.t.Context())
		if err != nil {
			c.t.Fatal(err)
		}
		if !any || next.After(c.app.clock.Now()) {
			return
		}
		if err := c.app.engine.SweepOnce(c.t.Context()); err != nil {
			c.t.Fatal(err)
		}
		c.rest()
	}
}

func (c *crawl) say(user int64, lines ...string) {
	c.t.Helper()
	for _, line := range lines {
		c.does(func() error { _, err := c.sim.Say(user, user, line, sim.Extras{}); return err })
	}
}

// tap presses buttons by their acts, each on the newest message of the chat that has it.
func (c *crawl) tap(user, chat int64, acts ...string) {
	c.t.Helper()
	for _, act := range acts {
		view, err := c.sim.Chat(chat, false)
		if err != nil {
			c.t.Fatal(err)
		}
		id, data := 0, ""
		for _, m := range view.Messages {
			for _, b := range slices.Concat(m.Keyboard...) {
				if parts := strings.Split(b.Data, "."); len(parts) > 4 && strings.Join(parts[3:len(parts)-1], ".") == act {
					id, data = m.ID, b.Data
				}
			}
		}
		if id == 0 {
			c.t.Fatalf("no button %s in chat %d, which says %s", act, chat, c.shown(chat))
		}
		c.does(func() error {
			_, err := c.sim.Tap(sim.Tap{User: user, Chat: chat, MessageID: id, Data: data})
			return err
		})
	}
}

// live plays a student's way from the first word to a refused and an approved case.
func (c *crawl) live(user int64) {
	c.t.Helper()
	f := cast[slices.IndexFunc(cast, func(f figure) bool { return f.user == user })]
	password := fmt.Sprintf("qingshan-lvshui-%d", user)
	c.say(user, "/start")
	c.tap(user, user, "register", "terms", "agree_photo", "agree_abroad", "agree")
	c.say(user, strings.TrimPrefix(f.phone, "+86"))
	letters := c.sim.Inbox(f.phone)
	if len(letters) == 0 {
		c.t.Fatal("no code came")
	}
	c.say(user, digits(letters[len(letters)-1].Text), password, password, f.name, f.id)
	c.tap(user, user, "mine", "skip")
	c.say(user, "周雨晴", "林远山", "赵老师")
	c.tap(user, user, "submit")
	pairs := map[string][]string{"refuse": {"front.jpg", "back.jpg"}, "approve": {"front2.jpg", "back2.jpg"}}
	for _, verdict := range []string{"refuse", "approve"} {
		c.say(user, "/evidence")
		if top := c.conversation(user).Top(); top.Flow == "login" {
			c.say(user, password)
		}
		for _, side := range pairs[verdict] {
			c.does(func() error {
				_, err := c.sim.Sample(sim.Attachment{User: user, Chat: user, As: "photo"}, []string{side})
				return err
			})
		}
		c.tap(user, user, "submit_photos")
		c.tap(7, reviewersGroup, "claim")
		if c.tap(7, 7, verdict); verdict == "refuse" {
			c.tap(7, 7, "finger_over", "send")
		}
	}
	c.say(user, "/status", "/back", "/help", "/record")
}

// digits is the code in a letter.
func digits(text string) string {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(word) == 6 {
			return word
		}
	}
	return ""
}

func (c *crawl) conversation(user int64) flows.Conversation {
	c.t.Helper()
	l, err := c.app.store.Load(c.t.Context(), user, "look")
	if err != nil {
		c.t.Fatal(err)
	}
	return l.Conversation
}

// pressed is a button that was once shown, and who can press it.
type pressed struct {
	user, chat int64
	message    int
	data       string
}

// presses are all buttons of a transcript, those that were taken away too; in a group everybody presses them.
func (c *crawl) presses(chats map[int64][]int64) []pressed {
	c.t.Helper()
	found := map[pressed]bool{}
	for chat, users := range chats {
		view, err := c.sim.Chat(chat, true)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, m := range view.Messages {
			keyboards := [][][]sim.Button{m.Keyboard}
			for _, r := range m.Past {
				keyboards = append(keyboards, r.Keyboard)
			}
			for _, b := range slices.Concat(slices.Concat(keyboards...)...) {
				for _, user := range users {
					found[pressed{user, chat, m.ID, b.Data}] = b.Data != ""
				}
			}
		}
	}
	maps.DeleteFunc(found, func(_ pressed, has bool) bool { return !has })
	return slices.SortedFunc(maps.Keys(found), func(a, b pressed) int {
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
}

// decided is all that is stored of people, phones, groups and roles; not what was told to whom, how often a reviewer tried to
// open a case, nor answers of operations.
func (c *crawl) decided(rdb *redis.Client) map[string]string {
	c.t.Helper()
	all := c.stored(rdb)
	maps.DeleteFunc(all, func(name, _ string) bool {
		return strings.HasPrefix(name, "{c") || strings.Contains(name, "}:op:") || strings.Contains(name, "}:told:") ||
			strings.Contains(name, "}:viewed:")
	})
	return all
}

// Rows: T8
func TestEveryButtonOfATranscriptReplayedOrDamagedChangesNothing(t *testing.T) {
	t.Parallel()
	c := startCrawl(t, 0)
	rdb := c.redis()
	c.live(43)
	if !strings.Contains(c.shown(43), "审核通过") {
		t.Fatalf("the story was not played to its end: %s", c.shown(43))
	}
	chats := map[int64][]int64{43: {43}, 7: {7}, reviewersGroup: {7, 8, 1}}
	all := c.presses(chats)
	before := c.decided(rdb)
	for _, p := range all {
		c.does(func() error { return c.forge(p) })
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(c.decided(rdb)))); diff != "" {
		t.Errorf("replayed buttons make or unmake records:\n%s", diff)
	}
	if !cmp.Equal(before, c.decided(rdb)) {
		t.Error("a replayed button changes what was decided")
	}
	seed := rand.Uint64()                                     //nolint:gosec // it chooses which bit of a byte is flipped, and is printed
	flips := c.flip(all, rand.New(rand.NewPCG(seed, 1)), rdb) //nolint:gosec // likewise
	t.Logf("seed %d: %d buttons replayed, %d flipped bytes", seed, len(all), flips)
	if len(all) < 60 {
		t.Errorf("only %d buttons", len(all))
	}
	for _, toast := range c.sim.Toasts(0) {
		if !toast.Answered {
			t.Errorf("the spinner of a tap in chat %d never stops", toast.Chat)
		}
	}
}

// flip presses buttons with one byte of their data damaged, every byte of them in turn; without PROOF a part of them.
func (c *crawl) flip(all []pressed, random *rand.Rand, rdb *redis.Client) int {
	c.t.Helper()
	before, talks := c.decided(rdb), [2]flows.Conversation{lasting(c.conversation(43)), lasting(c.conversation(7))}
	flips := 0
	for _, p := range all {
		for i := range p.data {
			if !proving() && random.IntN(8) != 0 {
				continue
			}
			damaged := []byte(p.data)
			damaged[i] ^= 1 << random.IntN(7)
			c.does(func() error { return c.forge(pressed{p.user, p.chat, p.message, string(damaged)}) })
			flips++
		}
	}
	if !cmp.Equal(before, c.decided(rdb)) {
		c.t.Error("a damaged button changes what was decided")
	}
	if diff := cmp.Diff(talks, [2]flows.Conversation{lasting(c.conversation(43)), lasting(c.conversation(7))}); diff != "" {
		c.t.Errorf("a damaged button moves a conversation:\n%s", diff)
	}
	return flips
}

func (c *crawl) forge(p pressed) error {
	_, err := c.sim.Tap(sim.Tap{User: p.user, Chat: p.chat, MessageID: p.message, Data: p.data, Forged: true})
	return err
}

// shown are the words that stand in a chat now.
func (c *crawl) shown(chat int64) string {
	c.t.Helper()
	view, err := c.sim.Chat(chat, true)
	if err != nil {
		c.t.Fatal(err)
	}
	var all []string
	for _, m := range view.Messages {
		all = append(all, m.Plain)
	}
	return strings.Join(all, "\n")
}

// Rows: T5
func TestAStrangersGroupIsLeftAtOnceWithOneLine(t *testing.T) {
	t.Parallel()
	c := startCrawl(t, 0)
	group, err := c.sim.AddGroup(sim.Group{Title: "S", Members: []int64{40, 44}})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	c.does(func() error { return c.sim.AddBot(group, 40, "wrong-code") })
	took := time.Since(began)
	view, err := c.sim.Chat(group, true)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, m := range view.Messages {
		if m.From.Bot && m.Service == "" {
			said = append(said, m.Plain)
		}
	}
	if view.Bot != "left" || took > 5*time.Second || len(said) != 1 {
		t.Errorf("the bot is %s after %s and said %q", view.Bot, took, said)
	}
}

// Rows: P32
func TestAChatThatBlockedTheBotOrIsHeldBackKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	c := startCrawl(t, 40)
	blocked, held := firstUser, firstUser+1
	if err := c.sim.Fault(sim.Fault{Kind: "429", Method: "send*", Chat: held, RetryAfter: 600}); err != nil {
		t.Fatal(err)
	}
	var first [][]byte
	for user := firstUser; user < firstUser+40; user++ {
		if _, err := c.sim.Say(user, user, "/start", sim.Extras{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.sim.Block(blocked, true); err != nil {
		t.Fatal(err)
	}
	first = c.updates()
	for _, u := range first {
		c.post(u)
	}
	c.rest()
	for user := firstUser; user < firstUser+40; user++ {
		want := user != blocked && user != held
		if got := strings.Contains(c.shown(user), "\n"); got != want {
			t.Errorf("user %d answered: %v, want %v", user-firstUser, got, want)
		}
	}
	c.does(func() error { return c.sim.Block(blocked, false) })
	c.say(blocked, "/start")
	if !strings.Contains(c.shown(blocked), "\n/start\n") {
		t.Error("who lets the bot speak again is not answered")
	}
}
