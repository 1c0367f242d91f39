package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guiwei/bot/engine"
	"guiwei/bot/sim"
	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/rules"
	"guiwei/storage"
)

// crawl is the whole program, behind its webhook, in a simulated Telegram full of people: one for each pair that is tried.
type crawl struct {
	t       *testing.T
	app     *App
	handler http.Handler
	sim     *sim.Server
	book    flows.Book
	phc     string // a hash that can be compared with
	people  int64  // so far
	offset  int
	log     *faultLog
}

// faultLog keeps what the program warns of: nothing that a person sends is a reason to.
type faultLog struct {
	slog.Handler
	mu    sync.Mutex
	lines []string
}

func (f *faultLog) Handle(_ context.Context, r slog.Record) error {
	if r.Level < slog.LevelWarn {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	line := r.Message
	r.Attrs(func(a slog.Attr) bool { line += " " + a.String(); return true })
	f.lines = append(f.lines, line)
	return nil
}

func (f *faultLog) Enabled(context.Context, slog.Level) bool { return true }

// take returns what was warned of since the last time.
func (f *faultLog) take() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	lines := f.lines
	f.lines = nil
	return lines
}

// firstUser is the lowest id of the people of a crawl; every other one reads English.
const firstUser int64 = 100_001

func startCrawl(t *testing.T, people int) *crawl {
	t.Helper()
	c := &crawl{t: t, book: flowtest.Book(t, rules.Passphrase), log: &faultLog{Handler: slog.DiscardHandler}}
	o := demoStage()
	o.Pace = false
	for i := range people {
		id := firstUser + int64(i)
		o.Cast = append(o.Cast, sim.Person{ID: id, Name: "A", Language: languageOf(id), Role: "student", Started: true,
			Phone: fmt.Sprintf("+8615%09d", id)})
	}
	c.sim = sim.New(o)
	server := httptest.NewServer(c.sim)
	t.Cleanup(func() { c.sim.Close(); server.Close() })
	c.app, c.handler = hookedTo(t, server.URL, c.log)
	c.app.username.Store("guiwei_demo_bot")
	var err error
	if c.phc, err = c.app.vault.HashSecret(flowtest.Password, true); err != nil {
		t.Fatal(err)
	}
	if err := c.app.seedDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.updates() // from now on the simulator keeps all kinds
	return c
}

func languageOf(user int64) string {
	if user%2 == 0 {
		return "en"
	}
	return "zh-hans"
}

// updates are what Telegram has for the bot now, oldest first.
func (c *crawl) updates() [][]byte {
	c.t.Helper()
	var all [][]byte
	for {
		w := httptest.NewRecorder()
		body := fmt.Sprintf(`{"offset":%d,"limit":100,"timeout":0}`, c.offset)
		r := httptest.NewRequestWithContext(c.t.Context(), http.MethodPost, "/bot"+demoToken+"/getUpdates", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		c.sim.ServeHTTP(w, r)
		var got struct{ Result []json.RawMessage }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			c.t.Fatalf("getUpdates: %v", err)
		}
		if len(got.Result) == 0 {
			return all
		}
		for _, raw := range got.Result {
			var u struct {
				ID int `json:"update_id"`
			}
			if err := json.Unmarshal(raw, &u); err != nil {
				c.t.Fatal(err)
			}
			c.offset = u.ID + 1
			all = append(all, raw)
		}
	}
}

// post gives the bot an update, as Telegram does.
func (c *crawl) post(update []byte) int {
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(c.t.Context(), http.MethodPost, "/hook", bytes.NewReader(update))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", benchSecret)
	c.handler.ServeHTTP(w, r)
	c.perform(w.Body.Bytes())
	return w.Code
}

// perform does the call that stands in an acknowledgement, as Telegram does.
func (c *crawl) perform(answer []byte) {
	var call struct{ Method string }
	if json.Unmarshal(answer, &call) != nil || call.Method == "" {
		return
	}
	r := httptest.NewRequestWithContext(c.t.Context(), http.MethodPost, "/bot"+demoToken+"/"+call.Method, bytes.NewReader(answer))
	r.Header.Set("Content-Type", "application/json")
	c.sim.ServeHTTP(httptest.NewRecorder(), r)
}

// rest waits until nothing is under way.
func (c *crawl) rest() {
	c.t.Helper()
	for limit := time.Now().Add(30 * time.Second); !c.app.engine.Idle(); _ = (wall{}).Sleep(c.t.Context(), time.Millisecond) {
		if time.Now().After(limit) {
			c.t.Fatal("the bot does not come to rest")
		}
	}
}

// stand puts a person where a node is: the conversation as the engine stores it, with an account of their own and the live
// message in the chat.
func (c *crawl) stand(n flowtest.Node, user int64) {
	c.t.Helper()
	ctx, now := c.t.Context(), c.app.clock.Now()
	person := fmt.Sprintf("%d.%x", user%256, user)
	var conv flows.Conversation
	c.translate(n.C, &conv, user, person)
	conv.Chat, conv.Language = user, ""
	show := n.Shown
	c.translate(n.Shown, &show, user, person)
	show.Fresh, show.Lang = true, languageOf(user)
	owner := storage.Owner{Chat: user}
	op := fmt.Sprintf("stand%d", user)
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	if conv.Login != nil || strings.Contains(string(raw(c.t, conv)), person) {
		a := flows.Account{Ref: flows.AccountRef{Person: flows.Person(person), ID: "a1"}, Chat: user, Created: now,
			Applicant: flows.Applicant{Phone: "+86" + flowtest.Phone, Password: c.phc, Name: flowtest.Name, IDKind: "resident", IDNumber: flowtest.ID}}
		_, err := c.app.store.OpenAccount(ctx, op, a, false, now)
		must(err)
	}
	if conv.Running("review") > 0 {
		must(c.app.store.RequestRole(ctx, user, "李老师"))
		_, err := c.app.store.GrantRole(ctx, user, 0, c.app.clock.Now())
		must(err)
	}
	_, err := c.app.store.Commit(ctx, storage.Commit{Chat: user, Input: op, Conversation: conv, Effects: []flows.Effect{show}, Now: now, Lease: time.Hour})
	must(err)
	done, err := c.app.effects.Do(ctx, engine.Task{Owner: owner, Op: op, Effect: show, At: now})
	must(err)
	_, err = c.app.store.Done(ctx, owner, op, done.Live)
	must(err)
}

// translate makes what the pure crawl found true of a person: hashes, digests and accounts are of this program's making.
func (c *crawl) translate(from, to any, user int64, person string) {
	c.t.Helper()
	code := c.app.digest(user, "123456")
	text := strings.NewReplacer(`"203.9f"`, `"`+person+`"`, `"generation":1`, `"generation":0`, `"123456"`, `"`+code+`"`,
		`:"h"`, `:"`+c.phc+`"`, `["h"`, `["`+c.phc+`"`, `,"h"`, `,"`+c.phc+`"`).Replace(string(raw(c.t, from)))
	if err := json.Unmarshal([]byte(text), to); err != nil {
		c.t.Fatal(err)
	}
}

func raw(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// pair is a person in a place, who is about to send something.
type pair struct {
	user    int64
	node    flowtest.Node
	send    sending
	updates [][]byte
	before  storage.Loaded
}

func (p pair) String() string { return p.send.name + " in " + p.node.Place() }

// places is a node of every state of every flow, as guest and as member, alone and above another flow.
func (c *crawl) places() []flowtest.Node {
	var found []flowtest.Node
	known := map[string]bool{}
	for _, n := range flowtest.Crawl(c.book, func(_, _ flowtest.Node, _ flows.Input, _ flows.Decision, _ error) {}) {
		if name := fmt.Sprint(n.At(), n.C.Login != nil, len(n.C.Frames) > 2); !known[name] {
			known[name] = true
			found = append(found, n)
		}
	}
	return found
}

// proving says whether everything is to be tried, however long it takes.
func proving() bool { return os.Getenv("PROOF") != "" }

// Rows: P5 P12 U4 T8
func TestTheProgramAnswersEverythingThatAPersonSends(t *testing.T) {
	t.Parallel()
	const short = 2500
	seed := rand.Uint64() //nolint:gosec // it chooses what is tried, and is printed
	pairs := pairsOf((&crawl{book: flowtest.Book(t, rules.Passphrase)}).places())
	all := len(pairs)
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // likewise
	random.Shuffle(all, func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	if !proving() {
		pairs = pairs[:min(all, short)]
	}
	c := startCrawl(t, len(pairs))
	faults := map[string][]string{}
	for batch := range slices.Chunk(pairs, 100) {
		for fault, where := range c.try(batch) {
			faults[fault] = append(faults[fault], where...)
		}
	}
	t.Logf("seed %d: %d of %d pairs of a place and an input", seed, len(pairs), all)
	for fault, where := range faults {
		t.Errorf("%s: %d times, first by %s", fault, len(where), strings.Join(where[:min(3, len(where))], "; "))
	}
}

func pairsOf(places []flowtest.Node) []*pair {
	var all []*pair
	for _, n := range places {
		for _, s := range sendings(n) {
			all = append(all, &pair{node: n, send: s})
		}
	}
	return all
}

// try lets everyone of a batch send at once, and looks at what came of it.
func (c *crawl) try(batch []*pair) map[string][]string {
	c.t.Helper()
	c.prepare(batch)
	calls := len(c.sim.Calls(0))
	var sending sync.WaitGroup
	for _, p := range batch {
		sending.Go(func() {
			for _, u := range p.updates {
				if code := c.post(u); code != http.StatusOK {
					c.t.Errorf("%s: status %d", p, code)
				}
			}
		})
	}
	sending.Wait()
	c.rest()
	said := map[string][]sim.Call{}
	for _, call := range c.sim.Calls(calls) {
		said[call.Params["chat_id"]] = append(said[call.Params["chat_id"]], call)
	}
	faults := map[string][]string{}
	for _, p := range batch {
		for _, fault := range c.judge(p, said[fmt.Sprint(p.user)]) {
			faults[fault] = append(faults[fault], p.String())
		}
	}
	for _, line := range c.log.take() {
		faults["a warning"] = append(faults["a warning"], c.whose(batch, line)+line)
	}
	return faults
}

// whose finds the pair that a line of the log is about.
func (c *crawl) whose(batch []*pair, line string) string {
	for _, p := range batch {
		for _, u := range p.updates {
			var n struct {
				ID int64 `json:"update_id"`
			}
			if json.Unmarshal(u, &n) == nil && strings.Contains(line, fmt.Sprintf("u%d", n.ID)) {
				return p.String() + ": "
			}
		}
	}
	return ""
}

// prepare puts everyone of a batch into their place, and lets them do what they do, up to where the bot hears of it.
func (c *crawl) prepare(batch []*pair) {
	c.t.Helper()
	for _, p := range batch {
		if p.user == 0 {
			p.user = firstUser + c.people
			c.people++
		}
		c.stand(p.node, p.user)
		before, err := c.app.store.Load(c.t.Context(), p.user, "before")
		if err != nil {
			c.t.Fatal(err)
		}
		p.before = before
		c.updates()
		p.send.do(c, p)
		sent := c.updates()
		if p.send.turn != nil {
			sent = p.send.turn(c, p, sent)
		}
		p.updates = sent
	}
}
