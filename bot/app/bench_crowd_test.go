package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guiwei/bot/tap"
	"guiwei/flows"
	"guiwei/locales"
	"guiwei/storage/vault"
)

const benchSecret = "0123456789abcdef0123456789abcdef"

// answerLimit is how long a person of the crowd waits for words before the bench fails.
const answerLimit = 20 * time.Second

// first is the chat id of a crowd's first person.
const first = 1000

// person is one of the crowd. Due is when the update was due that still waits for words, in ns of the crowd's own
// time; 0 when none waits.
type person struct {
	turn sync.Mutex // one input of a person at a time
	said int        // inputs so far
	due  atomic.Int64
	took atomic.Int64 // from due to words, ns
	live atomic.Int64 // message id of the last words, which is the one that is tapped
	word chan struct{}
}

// crowd are the people who talk to one bot, and the Telegram between them: silent, it takes every call and answers as
// Telegram would.
type crowd struct {
	began  time.Time
	people []person
	vault  *vault.Vault
	client *http.Client
	api    *httptest.Server
	hook   string
	calls  atomic.Int64 // of the Bot API
	ids    atomic.Int64 // of messages
	update atomic.Int64
}

func newCrowd(tb testing.TB, size int, v *vault.Vault) *crowd {
	tb.Helper()
	c := &crowd{began: time.Now(), people: make([]person, size), vault: v,
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}, Timeout: answerLimit}}
	for i := range c.people {
		c.people[i].word = make(chan struct{}, 1)
	}
	c.api = httptest.NewServer(http.HandlerFunc(c.answer))
	tb.Cleanup(c.api.Close)
	return c
}

// answer is the silent Telegram.
func (c *crowd) answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.calls.Add(1)
	method, id := path.Base(r.URL.Path), c.ids.Add(1)
	switch {
	case bytes.Contains(body, []byte("remove_keyboard")): // goes at once
	case method == "sendMessage":
		c.spoken(after(body, "chat_id="), id)
	case method == "editMessageText":
		c.spoken(after(body, "chat_id="), after(body, "message_id="))
	}
	w.Header().Set("Content-Type", "application/json")
	if method == "answerCallbackQuery" {
		_, _ = io.WriteString(w, `{"ok":true,"result":true}`)
		return
	}
	fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%d,"date":1,"chat":{"id":1,"type":"private"}}}`, id)
}

// after is the number behind a name in a form or in JSON, 0 without one.
func after(body []byte, name string) int64 {
	at := bytes.Index(body, []byte(name))
	if at < 0 {
		return 0
	}
	rest := body[at+len(name):]
	end := bytes.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(rest)
	}
	n, _ := strconv.ParseInt(string(rest[:end]), 10, 64)
	return n
}

// spoken notes that a chat has its words, in which message.
func (c *crowd) spoken(chat, message int64) {
	i := chat - first
	if i < 0 || i >= int64(len(c.people)) {
		return
	}
	p := &c.people[i]
	p.live.Store(message)
	due := p.due.Swap(0)
	if due == 0 {
		return
	}
	p.took.Store(time.Since(c.began).Nanoseconds() - due)
	p.word <- struct{}{}
}

// say sends a person's next input, due at a time, and returns once it is acknowledged and answered in words.
func (c *crowd) say(ctx context.Context, i int, due time.Duration) (acked, answered time.Duration, err error) {
	p, chat := &c.people[i], int64(i+first)
	p.turn.Lock()
	defer p.turn.Unlock()
	p.due.Store(max(1, int64(due)))
	body := dialogue(c.vault, p.said, c.update.Add(1), chat, p.live.Load())
	p.said++
	reply, err := c.post(ctx, body)
	if err != nil {
		return 0, 0, err
	}
	acked = time.Since(c.began) - due
	if bytes.Contains(reply, []byte(`"text"`)) && !bytes.Contains(reply, []byte("answerCallbackQuery")) {
		c.spoken(chat, c.ids.Add(1))
	}
	late := time.NewTimer(answerLimit)
	defer late.Stop()
	select {
	case <-p.word:
		return acked, time.Duration(p.took.Load()), nil
	case <-late.C:
		return 0, 0, fmt.Errorf("input %d of person %d was not answered", p.said, i)
	}
}

func (c *crowd) post(ctx context.Context, body string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.hook, bytes.NewBufferString(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", benchSecret)
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	reply, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %s", resp.Status)
	}
	return reply, err
}

// crush has so many people talk at once, each through its next inputs as fast as it is answered.
func (c *crowd) crush(ctx context.Context, people []int, inputs, atOnce int) error {
	var next atomic.Int64
	faults := make(chan error, atOnce)
	for range atOnce {
		go func() {
			for i := next.Add(1) - 1; i < int64(len(people)); i = next.Add(1) - 1 {
				for range inputs {
					if _, _, err := c.say(ctx, people[i], time.Since(c.began)); err != nil {
						faults <- err
						return
					}
				}
			}
			faults <- nil
		}()
	}
	for range atOnce {
		if err := <-faults; err != nil {
			return err
		}
	}
	return nil
}

// times are latencies, sorted.
type times []time.Duration

func (t times) at(share float64) time.Duration {
	if len(t) == 0 {
		return 0
	}
	return t[min(len(t)-1, int(share*float64(len(t))))]
}

// stream has inputs come at chance, so many a second, each from another person, whether or not the bot keeps up
// (open loop, Poisson). Times count from when an update was due.
func (c *crowd) stream(ctx context.Context, people []int, rate float64, chance *rand.Rand) (acked, answered times, err error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	due := time.Since(c.began)
	for _, i := range people {
		due += time.Duration(chance.ExpFloat64() / rate * float64(time.Second))
		if rest := due - time.Since(c.began); rest > 0 {
			_ = wall{}.Sleep(ctx, rest)
		}
		all.Add(1)
		go func(due time.Duration) {
			defer all.Done()
			a, w, fault := c.say(ctx, i, due)
			mu.Lock()
			defer mu.Unlock()
			acked, answered = append(acked, a), append(answered, w)
			if fault != nil {
				err = fault
			}
		}(due)
	}
	all.Wait()
	slices.Sort(acked)
	slices.Sort(answered)
	return acked, answered, err
}

func text(update, user int64, words string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"},`+
		`"from":{"id":%d,"is_bot":false,"first_name":"A","language_code":"zh-hans"},"text":%q}}`, update, update, user, user, words)
}

func press(update, user, message int64, data string) string {
	return fmt.Sprintf(`{"update_id":%d,"callback_query":{"id":"q%d","from":{"id":%d,"is_bot":false,"first_name":"A"},"chat_instance":"1",`+
		`"message":{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"}},"data":%q}}`, update, update, user, message, user, data)
}

// dialogue is the n-th input of a student who begins to register: taps on the live message, refused and accepted
// answers, a look for help.
func dialogue(v *vault.Vault, n int, update, user, live int64) string {
	own := func(turn int, act string) string {
		return press(update, user, live, tap.Data(v, user, flows.Button{Act: act, Frame: 2, Turn: turn}))
	}
	switch n % 9 {
	case 0:
		return text(update, user, "/start")
	case 1:
		return press(update, user, live, tap.Data(v, user, flows.Everywhere("register")))
	case 2:
		return own(1, "terms")
	case 3:
		return own(1, "agree")
	case 4:
		return text(update, user, "12345")
	case 5:
		return text(update, user, "/help")
	case 6: // a reply keyboard has no taps: it sends what stands on it
		return text(update, user, locales.Plain("zh-Hans", "button.relative", nil))
	case 7:
		return own(3, "relation.parent")
	default:
		return text(update, user, "1501234")
	}
}
