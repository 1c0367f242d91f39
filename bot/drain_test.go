package main_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"guiwei/bot/sim"
	"guiwei/storage/storagetest"
)

// fleet is one or two replicas of the real program on one Redis, before a simulated Telegram that takes its time, and a crowd:
// everyone says /start and at once /help, so that what is lost or said twice shows, and so that answers wait behind others.
type fleet struct {
	t    *testing.T
	sim  *sim.Server
	env  []string
	bots []*program
	logs log

	mu    sync.Mutex
	began map[int64]time.Time // by user
	acked int
	crowd sync.WaitGroup
}

const crowdFrom = 100_000

// realTime is a TEST_CLOCK that is never moved: the pacer of a program that has one waits for nothing, so that the crowd is
// bounded by the program and not by Telegram's 30 messages a second.
func realTime(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("version") != "-1" {
		<-r.Context().Done()
		return
	}
	fmt.Fprint(w, `{"offset_ms":0,"version":1}`)
}

func newFleet(t *testing.T, mode string, replicas, people int) *fleet {
	t.Helper()
	f := &fleet{t: t, began: map[int64]time.Time{}}
	cast := make([]sim.Person, people)
	for i := range cast {
		cast[i] = sim.Person{ID: crowdFrom + int64(i), Name: "路人", FirstName: "A", Language: "zh-hans", Started: true}
	}
	f.sim = sim.New(sim.Options{Token: botToken, Seed: 7, Cast: cast})
	if err := f.sim.Fault(sim.Fault{Method: "sendMessage", Kind: "latency", MS: 150}); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/clock", realTime)
	mux.Handle("/", f.sim)
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		for _, b := range f.bots {
			b.kill()
		}
		f.sim.Close()
		server.CloseClientConnections()
		server.Close()
	})
	keys := filepath.Join(t.TempDir(), "keys.json")
	f.env = []string{"TELEGRAM_TOKEN=" + botToken, "TELEGRAM_API_URL=" + server.URL, "REDIS_URL=" + storagetest.Own(t).URL,
		"KEYS_FILE=" + keys, "PHOTOS_URL=file:" + filepath.Join(filepath.Dir(keys), "photos"), "SMS_URL=sim:" + server.URL,
		"MAIL_URL=sim:" + server.URL, "OWNER_IDS=1", "ALLOW_TEST_IDS=true", "UPDATES_PER_10S=0", "PHOTO_JUDGE=off", "OPERATOR_NAME=示例大学", "SUPPORT_CONTACT=010-0000 0000",
		"TEST_CLOCK=" + server.URL + "/clock", "PATH=" + os.Getenv("PATH"), "GOMAXPROCS=2"}
	if mode == byWebhook {
		f.env = append(f.env, "WEBHOOK_URL=http://127.0.0.1:1/hook", "WEBHOOK_SECRET="+hookSecret)
	}
	p := play{t: t, env: f.env}
	if out, err := p.command("keygen", keys); err != nil {
		t.Fatalf("keygen: %v: %s", err, out)
	}
	for i := range replicas {
		b := &program{name: itoa(i + 1), address: freeAddress(t)}
		f.bots = append(f.bots, b)
		f.launch(b)
	}
	return f
}

// launch starts a replica and waits until it is ready for updates.
func (f *fleet) launch(b *program) {
	f.t.Helper()
	if err := b.launch(append([]string{"LISTEN=" + b.address}, f.env...), &f.logs); err != nil {
		f.t.Fatalf("start replica %s: %v", b.name, err)
	}
	for until := time.Now().Add(30 * time.Second); b.asks("/readyz", nil) != nil; {
		if b.dead() || time.Now().After(until) {
			f.t.Fatalf("replica %s is not ready:\n%s", b.name, f.logs.String())
		}
		pause(f.t.Context(), 5*time.Millisecond)
	}
}

// terminate ends a replica by SIGTERM, as a deployment does, and gives the time that it took.
func (f *fleet) terminate(b *program) time.Duration {
	f.t.Helper()
	began := time.Now()
	if err := b.process.Signal(syscall.SIGTERM); err != nil {
		f.t.Fatal(err)
	}
	select {
	case <-b.gone:
	case <-time.After(20 * time.Second):
		f.t.Fatalf("replica %s does not end:\n%s", b.name, f.logs.String())
	}
	return time.Since(began)
}

// restart ends a replica and starts it again: by polling once the other one has taken over, which is later than it must be.
func (f *fleet) restart(b *program) {
	f.t.Helper()
	held, _ := b.holds()
	took := f.terminate(b)
	f.t.Logf("replica %s ended in %s", b.name, took.Round(time.Millisecond))
	if held {
		f.poller()
	}
	f.launch(b)
}

// poller waits until a replica that is alive says that it polls.
func (f *fleet) poller() *program {
	f.t.Helper()
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); pause(f.t.Context(), 5*time.Millisecond) {
		for _, b := range f.bots {
			if held, _ := b.holds(); held && !b.dead() {
				return b
			}
		}
	}
	f.t.Fatal("nobody polls")
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// updatesEach are what everyone says, one after the other was taken.
func updatesEach() []string { return []string{"/start", "/help"} }

// come lets everyone come, 200 updates a second in all; say has one update taken.
func (f *fleet) come(people int, say func(id int, user int64, text string)) {
	f.crowd.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond * time.Duration(len(updatesEach())))
		defer tick.Stop()
		for i := range people {
			select {
			case <-tick.C:
				f.crowd.Go(func() {
					user := crowdFrom + int64(i)
					f.mu.Lock()
					f.began[user] = time.Now()
					f.mu.Unlock()
					for n, text := range updatesEach() {
						say(len(updatesEach())*i+n+1, user, text)
						f.mu.Lock()
						f.acked++
						f.mu.Unlock()
					}
				})
			case <-f.t.Context().Done():
				return
			}
		}
	})
}

// reach waits until so many have come.
func (f *fleet) reach(n int) {
	for f.t.Context().Err() == nil {
		f.mu.Lock()
		came := len(f.began)
		f.mu.Unlock()
		if came >= n {
			return
		}
		pause(f.t.Context(), 5*time.Millisecond)
	}
}

// splits posts an update to one replica, and where that one refuses or is away to the next, as a front with two backends
// does; until it is acknowledged.
func (f *fleet) splits(id int, user int64, text string) {
	body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"},"from":{"id":%d,`+
		`"is_bot":false,"first_name":"A","language_code":"zh-hans"},"text":%q}}`, id, id, user, user, text)
	for try := id / 3; f.t.Context().Err() == nil; try++ {
		if f.posts(f.bots[try%len(f.bots)], body) {
			return
		}
		pause(f.t.Context(), 20*time.Millisecond)
	}
}

func (f *fleet) posts(to *program, body string) bool {
	req, err := http.NewRequestWithContext(f.t.Context(), http.MethodPost, "http://"+to.address+"/hook", bytes.NewBufferString(body))
	if err != nil {
		return false
	}
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", hookSecret)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode == http.StatusOK
}

// answered waits until everybody has all answers or the time is up, and tells how often each was answered, and the slowest
// answer since somebody came.
func (f *fleet) answered(people int, limit time.Duration) (times map[int64]int, slowest time.Duration) {
	f.crowd.Wait()
	for until := time.Now().Add(limit); ; pause(f.t.Context(), 20*time.Millisecond) {
		all := 0
		times, slowest = map[int64]int{}, 0
		for _, c := range f.sim.Calls(0) {
			if c.Method != "sendMessage" || !c.OK {
				continue
			}
			user, _ := strconv.ParseInt(c.Params["chat_id"], 10, 64) // ours
			times[user]++
			slowest = max(slowest, time.UnixMilli(c.At).Sub(f.began[user]))
			all++
		}
		if all >= people*len(updatesEach()) || time.Now().After(until) {
			return times, slowest
		}
	}
}

// onceEach fails where somebody has fewer or more answers than updates.
func (f *fleet) onceEach(people int, times map[int64]int) {
	f.t.Helper()
	lost, twice := people-len(times), 0
	for _, n := range times {
		lost += max(0, len(updatesEach())-n)
		twice += max(0, n-len(updatesEach()))
	}
	if lost > 0 || twice > 0 {
		f.t.Errorf("of %d people %d were answered; %d answers are missing, %d are one too many", people, len(times), lost, twice)
	}
	if strings.Contains(f.logs.String(), "panic") {
		f.t.Error(f.logs.String())
	}
}

// Rows: P45 R5
//
// SIGTERM under 200 updates a second loses nothing: what was acknowledged is answered before or after the restart, once.
func TestSIGTERMUnderLoadLosesNothing(t *testing.T) {
	t.Parallel()
	seat(t)
	people, ends := 300, 2
	if proof() {
		people, ends = 6_000, 10
	}
	f := newFleet(t, byWebhook, 1, people)
	f.come(people, f.splits)
	for i := range ends {
		f.reach(people * (i + 1) / (ends + 1))
		f.restart(f.bots[0])
	}
	times, slowest := f.answered(people, 30*time.Second)
	t.Logf("%d people, %d updates acknowledged, slowest answer %s", people, f.acked, slowest.Round(time.Millisecond))
	f.onceEach(people, times)
}

// Rows: P45 R6
//
// Two replicas are restarted one after the other under 200 updates a second, behind a front that goes to the other one when
// refused, and by polling, where the lease goes over: everybody is answered once, nobody later than 5 s.
func TestRollingRestartAnswersEverybodySoon(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{byWebhook, byPolling} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			seat(t)
			people, rounds := 400, 1
			if proof() {
				people, rounds = 6_000, 5
			}
			f := newFleet(t, mode, 2, people)
			say := f.splits
			if mode == byPolling {
				say = func(_ int, user int64, text string) {
					if _, err := f.sim.Say(user, user, text, sim.Extras{}); err != nil {
						t.Error(err)
					}
				}
			}
			f.come(people, say)
			for i := range rounds {
				for j, b := range f.bots {
					f.reach(people * (2*i + j + 1) / (2*rounds + 1))
					if mode == byPolling {
						f.restart(f.poller())
						continue
					}
					f.restart(b)
				}
			}
			times, slowest := f.answered(people, 30*time.Second)
			t.Logf("%d people, %d updates acknowledged, slowest answer %s", people, f.acked, slowest.Round(time.Millisecond))
			f.onceEach(people, times)
			if slowest > 5*time.Second {
				t.Errorf("the slowest answer came after %s", slowest)
			}
		})
	}
}
