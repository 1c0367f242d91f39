package telegram

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// starts waits n times at once and returns after how long each turn came.
func starts(t *testing.T, p *Pacer, n int, chat func(i int) int64, lane Lane) []time.Duration {
	t.Helper()
	began := time.Now()
	out := make([]time.Duration, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if err := p.Wait(t.Context(), chat(i), lane); err != nil {
				t.Error(err)
			}
			out[i] = time.Since(began)
		})
		synctest.Wait() // arrivals in order
	}
	all.Wait()
	return out
}

func one(int) int64      { return 42 }
func each(i int) int64   { return int64(1000 + i) }
func oneGroup(int) int64 { return -100 }
func seconds(s ...int) (d []time.Duration) {
	for _, n := range s {
		d = append(d, time.Duration(n)*time.Second)
	}
	return d
}

func TestChatGetsThreeAtOnceThenOneASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(nil)
		if diff := cmp.Diff(seconds(0, 0, 0, 1, 2, 3), starts(t, p, 6, one, LaneReply)); diff != "" {
			t.Error(diff)
		}
		time.Sleep(2 * time.Second)
		if diff := cmp.Diff(seconds(0, 0, 1), starts(t, p, 3, one, LaneReply)); diff != "" {
			t.Error("after 2 s of rest two are free:", diff)
		}
	})
}

func TestGroupGetsEighteenInAnyMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		at := starts(t, NewPacer(nil), 60, oneGroup, LaneReply)
		for i := range at {
			if i >= groupPerMinute && at[i]-at[i-groupPerMinute] < time.Minute {
				t.Fatalf("message %d came %s after the one %d before", i, at[i]-at[i-groupPerMinute], groupPerMinute)
			}
		}
		if at[59] > 4*time.Minute {
			t.Errorf("60 messages took %s", at[59])
		}
	})
}

func TestBotSendsTwentyEightInAnySecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(nil)
		at := starts(t, p, 140, each, LaneReply)
		if got := at[len(at)-1]; got != 4*time.Second {
			t.Errorf("140 messages took %s", got)
		}
		p.Share(4)
		time.Sleep(time.Second)
		if got := starts(t, p, 21, each, LaneReply)[20]; got != 2*time.Second {
			t.Errorf("with a fourth of the pace 21 messages took %s", got)
		}
	})
}

func TestRepliesGoBeforeDecisionsBeforeDigests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(nil)
		starts(t, p, botPerSecond, each, LaneReply) // the bot's pace is spent
		p.Share(botPerSecond)                       // and one a second is left
		var mu sync.Mutex
		var order []Lane
		var all sync.WaitGroup
		for i, lane := range []Lane{LaneDigest, LaneDigest, LaneDecision, LaneReply, LaneDecision, LaneReply} {
			all.Go(func() {
				_ = p.Wait(t.Context(), int64(i+1), lane)
				mu.Lock()
				defer mu.Unlock()
				order = append(order, lane)
			})
			synctest.Wait()
		}
		all.Wait()
		want := []Lane{LaneReply, LaneReply, LaneDecision, LaneDecision, LaneDigest, LaneDigest}
		if diff := cmp.Diff(want, order); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWaiterThatGivesUpTakesNoTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(nil)
		starts(t, p, 3, one, LaneReply)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := p.Wait(ctx, 42, LaneReply); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if diff := cmp.Diff([]time.Duration{900 * time.Millisecond}, starts(t, p, 1, one, LaneReply)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestLaterWaiterMayGoSooner(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(nil)
		p.hold(scope{chat: 7}, time.Minute)
		var all sync.WaitGroup
		all.Go(func() { _ = p.Wait(t.Context(), 7, LaneReply) })
		synctest.Wait() // all is quiet for a minute
		if diff := cmp.Diff(seconds(0, 0, 0, 1), starts(t, p, 4, one, LaneDigest)); diff != "" {
			t.Error(diff)
		}
		all.Wait()
	})
}

func TestChatsAtRestAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(nil)
		for i := range 20 * idleChats {
			if err := p.Wait(t.Context(), int64(i+1), LaneReply); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(p.chats); n > 2*idleChats {
			t.Errorf("%d chats are remembered", n)
		}
	})
}

// limiter is Telegram's side: a chat is refused for retry_after seconds.
type limiter struct {
	mu      sync.Mutex
	refuse  map[string]int       // chat -> seconds, once
	until   map[string]time.Time // no call before
	early   int
	calls   map[string][]time.Time
	limited int
	judge   func(chat string, now time.Time, before []time.Time) bool
}

func (l *limiter) RoundTrip(req *http.Request) (*http.Response, error) {
	a := readAsked(req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:], req)
	_ = req.Body.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	chat, now := a.fields.Get("chat_id"), time.Now()
	if a.method == "deleteMessage" {
		chat = "delete " + chat
	}
	if a.method == "answerCallbackQuery" || a.method == "deleteMessage" && l.refuse[chat] == 0 && !now.Before(l.until[chat]) {
		return answered(200, `{"ok":true,"result":true}`), nil
	}
	if now.Before(l.until[chat]) {
		l.early++
	}
	if s := l.refuse[chat]; s > 0 {
		l.refuse[chat] = 0
		l.until[chat] = now.Add(time.Duration(s) * time.Second)
		return answered(429, `{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":`+itoa(s)+`}}`), nil
	}
	if l.judge != nil && l.judge(chat, now, l.calls[chat]) {
		l.limited++
	}
	l.calls[chat] = append(l.calls[chat], now)
	return answered(200, `{"ok":true,"result":{"message_id":1}}`), nil
}

func answered(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}}
}

func limited(t *testing.T, l *limiter) *Client {
	t.Helper()
	l.until, l.calls = map[string]time.Time{}, map[string][]time.Time{}
	c, err := New(Options{Token: NewToken(testToken), HTTP: &http.Client{Transport: l}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRetryAfterHoldsOneChatOnly(t *testing.T) {
	t.Parallel()
	for _, upload := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			l := &limiter{refuse: map[string]int{"42": 17}}
			c := limited(t, l)
			ctx, began := t.Context(), time.Now()
			send := func(chat int64) error {
				if upload {
					_, err := c.SendPhoto(ctx, Outgoing{Chat: chat}, Upload{Name: "a.jpg", Bytes: []byte("x")})
					return err
				}
				_, err := c.SendMessage(ctx, Outgoing{Chat: chat, Text: "x"})
				return err
			}
			var failed *Error
			if err := send(42); !errors.As(err, &failed) || failed.RetryAfter != 17*time.Second {
				t.Fatalf("got %v", err)
			}
			others := errors.Join(send(43), send(44), c.DeleteMessage(ctx, 42, 1), c.AnswerCallback(ctx, "q", "", false), c.SendChatAction(ctx, 42, 0, "typing"))
			if others != nil || time.Since(began) != 0 {
				t.Errorf("others waited %s: %v", time.Since(began), others)
			}
			if err := send(42); err != nil || time.Since(began) != 17*time.Second {
				t.Errorf("sent after %s: %v", time.Since(began), err)
			}
			if l.early != 0 {
				t.Errorf("%d calls before their time", l.early)
			}
		})
	}
}

func TestRetryAfterOfADeletionHoldsDeletionsOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &limiter{refuse: map[string]int{"delete 42": 5}}
		c := limited(t, l)
		ctx, began := t.Context(), time.Now()
		if err := c.DeleteMessage(ctx, 42, 1); !errors.Is(err, ErrRetry) {
			t.Fatalf("got %v", err)
		}
		if _, err := c.SendMessage(ctx, Outgoing{Chat: 42, Text: "x"}); err != nil || time.Since(began) != 0 {
			t.Errorf("a message waited %s: %v", time.Since(began), err)
		}
		if err := c.DeleteMessage(ctx, 42, 1); err != nil || time.Since(began) != 5*time.Second || l.early != 0 {
			t.Errorf("deleted after %s: %v", time.Since(began), err)
		}
	})
}

func TestDeletionsAndTapsPassAWaitingQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := limited(t, &limiter{})
		ctx := t.Context()
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := c.SendMessage(ctx, Outgoing{Chat: 42, Text: "x"}); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		began := time.Now()
		if err := errors.Join(c.DeleteMessage(ctx, 42, 1), c.AnswerCallback(ctx, "q", "", false)); err != nil || time.Since(began) != 0 {
			t.Errorf("waited %s: %v", time.Since(began), err)
		}
		all.Wait()
		if got := time.Since(began); got != 17*time.Second {
			t.Errorf("the queue took %s", got)
		}
	})
}

// TestSteadyStreamMeetsNoLimit counts what Telegram's published limits would
// refuse: over 30 in a second in all, or 20 in a minute in a group.
func TestSteadyStreamMeetsNoLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var second []time.Time
		l := &limiter{judge: func(chat string, now time.Time, before []time.Time) bool {
			second = append(second, now)
			tooMany := len(second) > 30 && now.Sub(second[len(second)-31]) < time.Second
			return tooMany || strings.HasPrefix(chat, "-") && len(before) >= 20 && now.Sub(before[len(before)-20]) < time.Minute
		}}
		c := limited(t, l)
		var all sync.WaitGroup
		for i := range 1000 {
			chat := int64(i%100 + 1)
			if chat > 95 {
				chat = -chat
			}
			all.Go(func() {
				if _, err := c.SendMessage(t.Context(), Outgoing{Chat: chat, Text: "x"}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if l.limited != 0 {
			t.Errorf("%d of 1000 over the limits", l.limited)
		}
	})
}

func TestACourtesyKeepsNoMessageWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(nil)
		for i, want := range []bool{true, true, false} { // a burst of 3: the third is for a message
			if got := p.spare(42); got != want {
				t.Errorf("after %d messages: spare %v, want %v", i, got, want)
			}
			if err := p.Wait(t.Context(), 42, LaneReply); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2 * chatEvery)
		if !p.spare(42) {
			t.Error("no room after two seconds of rest")
		}
	})
}
