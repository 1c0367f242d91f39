package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guiwei/bot/config"
	"guiwei/bot/sim"
	"guiwei/bot/tap"
	"guiwei/bot/telegram"
	"guiwei/flows"
	"guiwei/flows/words"
	"guiwei/locales"
	"guiwei/storage/storagetest"
	"guiwei/storage/vault"
)

// town is a bot of several replicas behind their webhooks, on one real Redis and a simulated Telegram. Fault tests post
// updates to it as Telegram would, and look at what people then see.
type town struct {
	tb     testing.TB
	redis  *storagetest.Node
	sim    *sim.Server
	config config.Config
	clock  clock
	pace   func() telegram.Clock
	flow   flows.Flow
	book   func(c config.Config, replica int, today flows.Book) flows.Book
	bots   []*replica
	ids    atomic.Int64 // of updates
}

// replica is one of the bot's processes, inside this one.
type replica struct {
	*App
	url  string // of its webhook
	stop func()
}

// plan is what a town is made of; the zero value is two replicas by real time whose pace waits for nothing.
type plan struct {
	replicas int
	cast     []sim.Person
	groups   []sim.Group
	photos   []sim.Photo
	clock    clock
	pace     func() telegram.Clock // one per replica
	redis    func(url string) string
	telegram func(http.Handler) http.Handler
	now      func() time.Time // of the simulator
	flow     flows.Flow       // in place of all flows
	book     func(c config.Config, replica int, today flows.Book) flows.Book
}

const townSecret = "town-webhook-secret-0123456789abcdef"

// passersFrom is the first user id of a crowd.
const passersFrom = 100_000

// passers are n people who may be written to.
func passers(n int) []sim.Person {
	people := make([]sim.Person, n)
	for i := range people {
		people[i] = sim.Person{ID: passersFrom + int64(i), Name: "路人", FirstName: "A", Language: "zh-hans", Started: true}
	}
	return people
}

func newTown(tb testing.TB, p plan) *town {
	tb.Helper()
	w := &town{tb: tb, redis: storagetest.Own(tb), clock: p.clock, pace: p.pace, flow: p.flow, book: p.book}
	if w.clock == nil {
		w.clock = wall{}
	}
	if w.pace == nil {
		w.pace = func() telegram.Clock { return &hurry{base: w.clock} }
	}
	w.sim = sim.New(sim.Options{Token: demoToken, Seed: 7, Cast: p.cast, Groups: p.groups, Photos: p.photos, Now: p.now})
	var door http.Handler = w.sim
	if p.telegram != nil {
		door = p.telegram(door)
	}
	api := httptest.NewServer(door)
	tb.Cleanup(func() { w.sim.Close(); api.Close() })
	redis := w.redis.URL
	if p.redis != nil {
		redis = p.redis(redis)
	}
	w.config = townConfig(tb, api.URL, redis)
	for range cmp.Or(p.replicas, 2) {
		w.open()
	}
	return w
}

func townConfig(tb testing.TB, telegram, redis string) config.Config {
	tb.Helper()
	dir := tb.TempDir()
	keys := filepath.Join(dir, "keys.json")
	if err := vault.CreateFile(keys); err != nil {
		tb.Fatal(err)
	}
	c, err := config.Load(map[string]string{"TELEGRAM_TOKEN": demoToken, "TELEGRAM_API_URL": telegram, "REDIS_URL": redis,
		"KEYS_FILE": keys, "PHOTOS_URL": "file:" + filepath.Join(dir, "photos"), "SMS_URL": "sim:" + telegram, "MAIL_URL": "sim:" + telegram,
		"ALLOW_TEST_IDS": "true", "UPDATES_PER_10S": "0", "PHOTO_JUDGE": "off", "WEBHOOK_URL": "http://127.0.0.1:1/hook", "WEBHOOK_SECRET": townSecret, "LISTEN": "127.0.0.1:0",
		"OPERATOR_NAME": "示例大学", "SUPPORT_CONTACT": "010-0000 0000", "OWNER_IDS": "1"})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// open adds a replica: its webhook and its sweeper run until it is stopped, or the test ends.
func (w *town) open() *replica {
	w.tb.Helper()
	a := &App{config: w.config, log: slog.New(slog.DiscardHandler), clock: w.clock, pace: w.pace()}
	if os.Getenv("TOWN_LOG") != "" {
		a.log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	err := a.open(w.tb.Context())
	if err == nil && w.flow != nil {
		a.engine.Book, err = flows.NewBook(words.Words{}, w.flow)
	}
	if err == nil && w.book != nil {
		a.engine.Book = w.book(w.config, len(w.bots), a.engine.Book)
	}
	var handler http.Handler
	if err == nil {
		handler, err = a.web(nil)
	}
	if err != nil {
		w.tb.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	server := httptest.NewServer(handler)
	var sweeping sync.WaitGroup
	sweeping.Go(func() { a.engine.Sweep(ctx) })
	b := &replica{App: a, url: server.URL + "/hook"}
	b.stop = sync.OnceFunc(func() { end(); sweeping.Wait(); server.Close(); a.engine.Stop(); a.Close() })
	w.tb.Cleanup(b.stop)
	w.bots = append(w.bots, b)
	return b
}

// knock posts an update to a webhook and gives the status, 0 when nothing was answered. A call in the answer is performed,
// as Telegram does.
func (w *town) knock(ctx context.Context, url, body string) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewBufferString(body))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", townSecret)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0
	}
	var call struct {
		Method string `json:"method"`
	}
	if resp.StatusCode == http.StatusOK && json.Unmarshal(answer, &call) == nil && call.Method != "" {
		w.call(ctx, call.Method, answer)
	}
	return resp.StatusCode
}

// call performs a call that came in the answer to an update.
func (w *town) call(ctx context.Context, method string, body []byte) {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/bot"+demoToken+"/"+method, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w.sim.ServeHTTP(httptest.NewRecorder(), r)
}

// deliver posts an update until it is acknowledged, to one replica after the other, as Telegram does behind a balancer; met
// hears of every other status, 0 for no answer at all, and how long it took to come.
func (w *town) deliver(ctx context.Context, first int, body string, met func(status int, took time.Duration)) error {
	for try := first; ; try++ {
		began := time.Now()
		status := w.knock(ctx, w.bots[try%len(w.bots)].url, body)
		if status == http.StatusOK {
			return nil
		}
		if met != nil {
			met(status, time.Since(began))
		}
		if err := (wall{}).Sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

// must delivers and waits until nothing is under way.
func (w *town) must(bodies ...string) {
	w.tb.Helper()
	for i, body := range bodies {
		if err := w.deliver(w.tb.Context(), i, body, nil); err != nil {
			w.tb.Fatal(err)
		}
		w.rest(30 * time.Second)
	}
}

// rest waits until no replica has anything under way and nothing in the outboxes is left to do.
func (w *town) rest(limit time.Duration) {
	w.tb.Helper()
	if left := w.drained(limit); left != "" {
		w.tb.Fatalf("not at rest after %s: %s", limit, left)
	}
}

// drained waits for rest and says what is left, "" for nothing.
func (w *town) drained(limit time.Duration) string {
	for until := time.Now().Add(limit); ; {
		left := w.underWay()
		if left == "" || time.Now().After(until) {
			return left
		}
		_ = (wall{}).Sleep(context.Background(), 2*time.Millisecond)
	}
}

func (w *town) underWay() string {
	for range 2 { // one may hand over to another meanwhile
		for _, b := range w.bots {
			if !b.engine.Idle() {
				return "effects are being done"
			}
		}
	}
	next, any, err := w.bots[len(w.bots)-1].store.NextDue(context.Background())
	switch {
	case err != nil:
		return "redis does not answer"
	case any && next.Before(w.clock.Now().Add(5*time.Second)):
		return "an outbox waits"
	}
	return ""
}

// sound fails where the store holds what must never be.
func (w *town) sound() {
	w.tb.Helper()
	faults, err := w.bots[0].store.Faults(context.Background())
	if err != nil {
		w.tb.Fatal(err)
	}
	for _, f := range faults {
		w.tb.Error(f)
	}
}

// said counts the messages that were sent to each chat.
func (w *town) said() map[int64][]sim.Call {
	out := map[int64][]sim.Call{}
	for _, c := range w.sim.Calls(0) {
		if c.OK && (c.Method == "sendMessage" || c.Method == "sendPhoto") {
			chat := number(c.Params["chat_id"])
			out[chat] = append(out[chat], c)
		}
	}
	return out
}

// shown are the texts of a chat's messages that are there and bear a keyboard, the newest last, with the keyboard.
func (w *town) shown(chat int64) []sim.StoryMessage {
	w.tb.Helper()
	view, err := w.sim.Chat(chat, false)
	if err != nil {
		w.tb.Fatal(err)
	}
	var live []sim.StoryMessage
	for _, m := range view.Messages {
		if m.From.Bot && len(m.Keyboard) > 0 {
			live = append(live, m)
		}
	}
	return live
}

// conversation is what is stored of a chat.
func (w *town) conversation(chat int64) (flows.Conversation, int64) {
	w.tb.Helper()
	l, err := w.bots[0].store.Load(context.Background(), chat, "look")
	if err != nil {
		w.tb.Fatal(err)
	}
	return l.Conversation, l.Version
}

// inWords is a key as its readers see it, without markup.
func inWords(key string) string {
	p := flows.Say(key, "operator", "示例大学", "contact", "010-0000 0000")
	return regexp.MustCompile(`<[^>]+>`).ReplaceAllString(p.Words(locales.Languages[0]), "")
}

// full says whether the whole of a proof is asked for, not its short version.
func full() bool { return os.Getenv("PROOF") != "" }

// often is how often a proof repeats: short in the suite, whole with PROOF=1.
func often(short, whole int) int {
	if full() {
		return whole
	}
	return short
}

// says is an update: a text in a private chat. Its message id is far from those that the simulator gives.
func (w *town) says(user int64, words string) string {
	id := w.ids.Add(1)
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"},`+
		`"from":{"id":%d,"is_bot":false,"first_name":"A","language_code":"zh-hans"},"text":%q}}`, id, far+id, user, user, words)
}

// far is beyond the message ids of the simulator.
const far = 1_000_000

// taps is an update: a tap on a button under a message of a private chat.
func (w *town) taps(user int64, message int, b flows.Button) string {
	id := w.ids.Add(1)
	return fmt.Sprintf(`{"update_id":%d,"callback_query":{"id":"q%d","from":{"id":%d,"is_bot":false,"first_name":"A","language_code":"zh-hans"},`+
		`"chat_instance":"1","message":{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"}},"data":%q}}`,
		id, id, user, message, user, tap.Data(w.bots[0].vault, user, b))
}
