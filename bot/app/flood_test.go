package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/bot/telegram"
	"guiwei/flows"
)

// Rows: T26
func TestAFloodCostsRedisAsMuchAsACalmUser(t *testing.T) {
	t.Parallel()
	c := &applicants{crawl: startCrawl(t, 4), sent: 1_000_000}
	const most = 20
	c.app.gates.limit(most)
	user := firstUser
	c.tells(user, "/register")
	c.press(user, "agree")
	c.calm(2)
	before, err := c.app.store.Load(t.Context(), user, "look")
	if err != nil {
		t.Fatal(err)
	}
	trips := c.app.store.Trips()
	for i := range 500 {
		c.sent++
		if status := c.post([]byte(c.dated(user, fmt.Sprintf("1501234%d", i%3)))); status != 200 {
			t.Fatalf("status %d", status)
		}
	}
	c.rest()
	c.app.gates.notices.Wait()
	if spent := c.app.store.Trips() - trips; spent > 6*most {
		t.Errorf("500 updates made %d round trips", spent)
	} else {
		t.Logf("500 updates made %d round trips", spent)
	}
	notices := 0
	for _, said := range c.wordsTo(user, 0) {
		if strings.Contains(said, "发得有点快") {
			notices++
		}
	}
	if notices != 1 {
		t.Errorf("asked to wait %d times", notices)
	}
	after, err := c.app.store.Load(t.Context(), user, "look")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before.Conversation.Top().Draft, after.Conversation.Top().Draft); diff != "" {
		t.Errorf("draft (-before +after):\n%s", diff)
	}
	c.tells(firstUser+2, "/help") // others are heard
	c.calm(1)
	c.tells(user, "15012341234")
	if n := len(c.sim.Inbox("+8615012341234")); n != 1 {
		t.Errorf("after calm: %d codes", n)
	}
}

func TestReviewersMayTapFasterInTheirGroup(t *testing.T) {
	t.Parallel()
	a := &App{clock: wall{}}
	a.gates.limit(20)
	for i := range 60 {
		u := telegram.Update{ID: int64(i), Callback: &telegram.Callback{}}
		if !a.heard(t.Context(), u, flows.Input{Kind: flows.Tap, Chat: 7, Group: -1001000000007}) {
			t.Fatalf("tap %d is not heard", i)
		}
	}
}

// calm makes the last updates of all users so old.
func (c *applicants) calm(minutes int) { c.later += int64(minutes) * 60 }

// dated is a text that was sent when the test says.
func (c *applicants) dated(user int64, words string) string {
	return strings.Replace(text(c.sent, user, words), `"date":1,`, fmt.Sprintf(`"date":%d,`, time.Now().Unix()-100_000+c.later), 1)
}
