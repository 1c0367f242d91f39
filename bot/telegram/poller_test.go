package telegram

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// backlog is Telegram's side of getUpdates: it forgets what an offset confirms.
type backlog struct {
	mu      sync.Mutex
	waiting []string // raw updates, each beginning with its update_id
	offsets []string
	allowed string
	faults  []string      // answers given before any update, "status body"
	asked   []time.Time   // when each poll came
	empty   chan struct{} // closed at the first poll that finds nothing
	once    sync.Once
}

func newBacklog(waiting ...string) *backlog {
	return &backlog{waiting: waiting, empty: make(chan struct{})}
}

func (b *backlog) RoundTrip(req *http.Request) (*http.Response, error) {
	a := readAsked("getUpdates", req)
	_ = req.Body.Close()
	if resp := b.answer(a); resp != nil {
		return resp, nil
	}
	b.once.Do(func() { close(b.empty) })
	<-req.Context().Done() // a long poll
	return nil, req.Context().Err()
}

func (b *backlog) answer(a asked) *http.Response {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, time.Now())
	if len(b.faults) > 0 {
		status, body, _ := strings.Cut(b.faults[0], " ")
		b.faults = b.faults[1:]
		code, _ := strconv.Atoi(status)
		return answered(code, body)
	}
	b.offsets = append(b.offsets, a.fields.Get("offset"))
	b.allowed = a.fields.Get("allowed_updates")
	offset, _ := strconv.ParseInt(a.fields.Get("offset"), 10, 64)
	b.waiting = slices.DeleteFunc(b.waiting, func(raw string) bool { return idOf([]byte(raw)) < offset && idOf([]byte(raw)) > 0 })
	if len(b.waiting) == 0 {
		return nil
	}
	return answered(200, `{"ok":true,"result":[`+strings.Join(b.waiting[:min(100, len(b.waiting))], ",")+`]}`)
}

// text is an update with a private text message.
func text(id, chat int64) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"},"from":{"id":%d},"text":"x"}}`, id, id, chat, chat)
}

// inbox is a Receiver that notes what it got.
type inbox struct {
	mu  sync.Mutex
	got []int64
}

func (i *inbox) receive(_ context.Context, u Update) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.got = append(i.got, u.ID)
	return nil
}

func (i *inbox) sorted() []int64 {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Sorted(slices.Values(i.got))
}

// pollUntilEmpty runs the poller inside a bubble until nothing waits.
func pollUntilEmpty(t *testing.T, b *backlog, p *Poller) {
	t.Helper()
	p.Client = clientOver(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- p.Run(ctx) }()
	<-b.empty
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func clientOver(t *testing.T, over http.RoundTripper) *Client {
	t.Helper()
	c, err := New(Options{Token: NewToken(testToken), HTTP: &http.Client{Transport: over}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPoisonUpdateIsSetAsideAndOthersArrive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		poison := `{"update_id":3,"message":{"message_id":"three","chat":{"id":7}}}`
		b := newBacklog(text(1, 42), text(2, 43), poison, text(4, 42), `{"update_id":5,"chat_boost":{"x":[]}}`)
		got := &inbox{}
		var aside []string
		pollUntilEmpty(t, b, &Poller{Receive: got.receive, SetAside: func(_ context.Context, id int64, raw []byte, why error) error {
			aside = append(aside, fmt.Sprint(id, " ", string(raw), " ", why))
			return nil
		}})
		if diff := cmp.Diff([]int64{1, 2, 4}, got.sorted()); diff != "" {
			t.Error(diff)
		}
		want := []string{"3 " + poison + ` decode update: field "message.message_id" does not fit int`}
		if diff := cmp.Diff(want, aside); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"", "6"}, b.offsets); diff != "" {
			t.Error(diff)
		}
		if b.allowed != `["message","edited_message","callback_query","my_chat_member","chat_member"]` {
			t.Errorf("allowed_updates %s", b.allowed)
		}
	})
}

// TestOffsetPassesOnlyCommittedPrefix has chat 43 in doubt three times: what
// comes after it is received once, but confirmed only with it.
func TestOffsetPassesOnlyCommittedPrefix(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBacklog(text(1, 42), text(2, 43), text(3, 42), text(4, 43), text(9, 44))
		got, tries := &inbox{}, 0
		pollUntilEmpty(t, b, &Poller{Receive: func(ctx context.Context, u Update) error {
			if u.ID == 2 {
				if tries++; tries <= 3 {
					return errors.New("storage is away")
				}
			}
			return got.receive(ctx, u)
		}})
		if diff := cmp.Diff([]int64{1, 2, 3, 4, 9}, got.sorted()); diff != "" {
			t.Error("each once:", diff)
		}
		if slices.Index(got.got, 4) < slices.Index(got.got, 2) {
			t.Errorf("chat 43 out of order: %v", got.got)
		}
		if diff := cmp.Diff([]string{"", "2", "", "", "10"}, b.offsets); diff != "" {
			t.Error(diff)
		}
		for i := 1; i < len(b.asked)-1; i++ {
			if pause := b.asked[i].Sub(b.asked[i-1]); pause < backoffFirst/2 || pause > doubtMost {
				t.Errorf("pause %d was %s", i, pause)
			}
		}
	})
}

func TestRefusedSetAsideIsNotAcknowledged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, tries := newBacklog(`{"update_id":3,"message":5}`), 0
		pollUntilEmpty(t, b, &Poller{Receive: (&inbox{}).receive, SetAside: func(context.Context, int64, []byte, error) error {
			if tries++; tries < 3 {
				return errors.New("disk is full")
			}
			return nil
		}})
		if diff := cmp.Diff([]string{"", "", "", "4"}, b.offsets); diff != "" {
			t.Error(diff)
		}
	})
}

func TestLowerNumbersAfterAQuietWeekArrive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBacklog(text(900, 42))
		got := &inbox{}
		pollUntilEmpty(t, b, &Poller{Receive: func(ctx context.Context, u Update) error {
			if u.ID == 900 {
				b.mu.Lock()
				defer b.mu.Unlock()
				b.faults = []string{`200 {"ok":true,"result":[]}`} // confirms, and a week passes
				b.waiting = []string{text(5, 42)}
			}
			return got.receive(ctx, u)
		}})
		if diff := cmp.Diff([]int64{900, 5}, got.got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestChatsOfABatchRunSideBySide(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var waiting []string
		for i := range int64(90) {
			waiting = append(waiting, text(i+1, 1+i%30))
		}
		began := time.Now()
		pollUntilEmpty(t, newBacklog(waiting...), &Poller{Receive: func(context.Context, Update) error {
			time.Sleep(time.Second)
			return nil
		}})
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("30 chats with 3 updates of 1 s took %s", took)
		}
	})
}

func TestPanicOfTheReceiverIsDoubt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log, lines := record()
		tries := 0
		b := newBacklog(text(1, 42))
		pollUntilEmpty(t, b, &Poller{Log: log, Receive: func(context.Context, Update) error {
			if tries++; tries == 1 {
				panic("张三 sent 99000019000101001X")
			}
			return nil
		}})
		if tries != 2 || strings.Contains(lines.String(), "张三") || !strings.Contains(lines.String(), "receiver panicked") {
			t.Errorf("%d tries, log %s", tries, lines)
		}
	})
}

func TestFailedPollsBackOffWithJitter(t *testing.T) {
	t.Parallel()
	faults := []string{
		`502 <html>bad gateway</html>`, `409 {"ok":false,"error_code":409,"description":"Conflict"}`,
		`401 {"ok":false,"error_code":401,"description":"Unauthorized"}`, `200 {"ok":true,"result":{}}`,
	}
	for len(faults) < 12 {
		faults = append(faults, `500 {"ok":false,"error_code":500,"description":"Internal Server Error"}`)
	}
	faults = append(faults, `429 {"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":90}}`)
	synctest.Test(t, func(t *testing.T) {
		b := newBacklog(text(1, 42))
		b.faults = slices.Clone(faults)
		pollUntilEmpty(t, b, &Poller{Receive: (&inbox{}).receive})
		for i := range faults {
			pause := b.asked[i+1].Sub(b.asked[i])
			most := min(backoffFirst<<i, backoffMost)
			if i == len(faults)-1 {
				if pause != 90*time.Second {
					t.Errorf("asked to wait 90 s, waited %s", pause)
				}
				continue
			}
			if pause < most/2 || pause > most {
				t.Errorf("pause %d was %s, expected %s to %s", i, pause, most/2, most)
			}
		}
	})
}

func TestStopEndsAPollAtOnceAndReceiversWithinASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBacklog(text(1, 42), text(2, 42), text(3, 43))
		begun, got := &inbox{}, &inbox{}
		ctx, stop := context.WithCancel(t.Context())
		p := &Poller{Client: clientOver(t, b), Receive: func(ctx context.Context, u Update) error {
			_ = begun.receive(ctx, u)
			limit := time.Hour // hangs until told
			if u.ID == 1 {
				limit = 500 * time.Millisecond // commits in time
			}
			if err := (systemClock{}).Sleep(ctx, limit); err != nil {
				return err
			}
			return got.receive(ctx, u)
		}}
		ended := make(chan error)
		go func() { ended <- p.Run(ctx) }()
		synctest.Wait()
		began := time.Now()
		stop()
		if err := <-ended; err != nil || time.Since(began) > time.Second {
			t.Errorf("ended after %s: %v", time.Since(began), err)
		}
		if diff := cmp.Diff([]int64{1}, got.sorted()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]int64{1, 3}, begun.sorted()); diff != "" {
			t.Error("update 2 was begun after the stop:", diff)
		}
	})
}

func TestHangingReceiverIsDoubtAfterHalfAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries, began := 0, time.Now()
		pollUntilEmpty(t, newBacklog(text(1, 42)), &Poller{Receive: func(ctx context.Context, _ Update) error {
			if tries++; tries == 1 {
				<-ctx.Done()
			}
			return ctx.Err()
		}})
		if took := time.Since(began); tries != 2 || took < receiveLimit || took > receiveLimit+doubtMost {
			t.Errorf("%d tries in %s", tries, took)
		}
	})
}

func TestBatchWithoutANumberIsNotAskedForInALoop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBacklog(`{"message":{}}`)
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		if err := (&Poller{Client: clientOver(t, b), Receive: (&inbox{}).receive}).Run(ctx); err != nil {
			t.Error(err)
		}
		if n := len(b.asked); n < 2 || n > 40 {
			t.Errorf("%d polls in a minute", n)
		}
	})
}

func TestPollerAsksALongTimeAndSaysWhenItWasAnswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBacklog()
		p := &Poller{Client: clientOver(t, b), Receive: (&inbox{}).receive, Wait: 20 * time.Second}
		ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
		defer stop()
		began := time.Now()
		if err := p.Run(ctx); err != nil || time.Since(began) != 30*time.Second {
			t.Errorf("ended after %s: %v", time.Since(began), err)
		}
		if len(b.asked) != 1 || !p.LastAnswer().IsZero() {
			t.Errorf("%d polls, last answer %s", len(b.asked), p.LastAnswer())
		}
	})
}
