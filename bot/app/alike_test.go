package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guiwei/bot/tap"
	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/rules"
	"guiwei/storage"
)

// heard is what one student got for registering an ID number, up to where it is told whether the number has an account.
type heard struct {
	said  []string // calls in their order: method, text, labels
	trips int64    // of Redis
	took  time.Duration
	last  string // the first text after that
}

// applicants are the students of a crawl; sent is the last update's id.
type applicants struct {
	*crawl
	sent  int64
	later int64 // seconds that passed for those who send
}

// Rows: T9 D2
//
// TestRegisteredAndFreeNumbersAreToldAlike registers ID numbers of which every other one has an account. Until the phone was
// proven and everything told, what the bot says, how often it goes to Redis and how long it takes are the same for both.
func TestRegisteredAndFreeNumbersAreToldAlike(t *testing.T) {
	t.Parallel()
	n := often(3, 50)
	c := &applicants{crawl: startCrawl(t, 4*n), sent: 1_000_000}
	var all [2][]heard // free, registered
	for i, id := range alikeNumbers(2 * n) {
		user := firstUser + int64(2*i)
		if i%2 == 1 {
			c.occupied(id)
		}
		all[i%2] = append(all[i%2], c.registers(user, fmt.Sprintf("150%04d1234", i), id))
	}
	first := all[0][0]
	for kind, list := range all {
		for i, h := range list {
			if diff := cmp.Diff(first.said, h.said); diff != "" {
				t.Fatalf("number %d of kind %d (-first +this):\n%s", i, kind, diff)
			}
			if h.trips != first.trips {
				t.Errorf("number %d of kind %d: %d round trips, the first made %d", i, kind, h.trips, first.trips)
			}
			if strings.Contains(h.last, "已经有一个账号") != (kind == 1) {
				t.Errorf("number %d of kind %d is told: %s", i, kind, h.last)
			}
		}
	}
	free, taken := middle(all[0]), middle(all[1])
	t.Logf("%d of each: %d calls and %d round trips up to the branch; medians %v and %v", n, len(first.said), first.trips, free, taken)
	if bound := time.Duration(often(2000, 20)) * time.Millisecond; (free - taken).Abs() > bound {
		t.Errorf("medians %v and %v", free, taken)
	}
}

func middle(all []heard) time.Duration {
	var took []time.Duration
	for _, h := range all {
		took = append(took, h.took)
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// alikeNumbers are fictitious ID numbers that look the same when masked.
func alikeNumbers(n int) []string {
	var all []string
	for day := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC); len(all) < n; day = day.AddDate(0, 0, 1) {
		number := "990101" + day.Format("20060102") + "0014"
		if _, fault := rules.IDNumber("resident", number, true, time.Now()); fault == nil {
			all = append(all, number)
		}
	}
	return all
}

// occupied gives an ID number an account of somebody else's.
func (c *applicants) occupied(id string) {
	c.t.Helper()
	a := flows.Account{Ref: flows.AccountRef{Person: c.app.vault.Person("resident", id), ID: storage.AccountID(id)}, Created: c.app.clock.Now(),
		Applicant: flows.Applicant{Phone: "+8613900000099", Password: c.phc, Name: flowtest.Name, IDKind: "resident", IDNumber: id}}
	if _, err := c.app.store.OpenAccount(c.t.Context(), "occupy"+id, a, false, a.Created); err != nil {
		c.t.Fatal(err)
	}
}

// registers tells all that a registration asks for.
func (c *applicants) registers(user int64, phone, id string) heard {
	c.t.Helper()
	since, trips, began := len(c.sim.Calls(0)), c.app.store.Trips(), time.Now()
	c.tells(user, "/register")
	c.press(user, "agree")
	c.tells(user, phone)
	inbox := c.sim.Inbox("+86" + phone)
	if len(inbox) != 1 {
		c.t.Fatalf("%d messages to the phone", len(inbox))
	}
	c.tells(user, rules.Code(inbox[0].Text), flowtest.Password, flowtest.Password, flowtest.Name, id)
	c.press(user, "mine")
	c.press(user, "skip")
	c.tells(user, "周雨晴", "林远山", "赵老师")
	h := heard{trips: c.app.store.Trips() - trips, took: time.Since(began)}
	h.said = c.wordsTo(user, since)
	c.press(user, "submit")
	if more := c.wordsTo(user, since); len(more) > len(h.said) {
		h.last = more[len(more)-1]
	}
	return h
}

// wordsTo are the calls that a chat has seen, without what is every chat's own: message ids and signatures.
func (c *applicants) wordsTo(user int64, since int) []string {
	var said []string
	for _, call := range c.sim.Calls(0)[since:] {
		if number(call.Params["chat_id"]) == user {
			said = append(said, fmt.Sprintf("%s %q %q", call.Method, call.Params["text"], labels(call.Params["reply_markup"])))
		}
	}
	return said
}

// tells sends texts, one after the other.
func (c *applicants) tells(user int64, texts ...string) {
	c.t.Helper()
	for _, words := range texts {
		c.sent++
		c.heed(c.dated(user, words))
	}
}

// press taps a button of the step that the chat is at.
func (c *applicants) press(user int64, act string) {
	c.t.Helper()
	l, err := c.app.store.Load(c.t.Context(), user, "look")
	if err != nil {
		c.t.Fatal(err)
	}
	top := l.Conversation.Top()
	c.sent++
	c.heed(press(c.sent, user, int64(l.Live), tap.Data(c.app.vault, user, flows.Button{Act: act, Frame: top.ID, Turn: top.Turn})))
}

func (c *applicants) heed(update string) {
	c.t.Helper()
	if status := c.post([]byte(update)); status != 200 {
		c.t.Fatalf("status %d", status)
	}
	c.rest()
}
