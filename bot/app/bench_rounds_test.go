package app

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"guiwei/storage/storagetest"
	"guiwei/storage/vault"
)

// size is how much of everything a bench does.
type size struct {
	rounds int
	people int     // of the closed loop, nine inputs each
	stream int     // of the open loop, nine inputs each; 0 leaves it out
	rate   float64 // updates a second of the open loop
	memory int     // people whom a fresh process has met when its memory is read; 0 leaves it out
}

// atOnce is how many people talk at a time in the closed loop.
const atOnce = 64

// inputs of one person's dialogue.
const inputs = 9

// lane is one bot of the bench with its Redis and its crowd.
type lane struct {
	name  string
	stall stall
	redis *redis.Client
	crowd *crowd
	child *child
	next  int // person who has said nothing yet
	legs  []leg
	grown cost // a fresh process after it met many people
}

// leg is what one round showed of one bot; CPU in µs per update.
type leg struct {
	rate, bot, redis, trips, http float64
	allocs, bytes                 float64 // of the bot
	streamed                      float64 // µs of the bot in the open loop
	answered, acked               times
}

// lanes starts the bots: the rivals and ours on one Redis that syncs every second, ours once more on one that syncs at
// every write.
func lanes(tb testing.TB, people int) []*lane {
	tb.Helper()
	dir, v := keys(tb)
	shared, strict := storagetest.Own(tb), storagetest.Own(tb)
	relax(tb, shared)
	all := []*lane{
		{name: "floor: net/http, one script, webhook reply", stall: stall{Bot: "floor", Redis: shared.URL}},
		{name: "straightforward: tgbotapi, looplab, go-redis", stall: stall{Bot: "plain", Redis: shared.URL}},
		{name: "guiwei", stall: stall{Bot: "ours", Redis: shared.URL}},
		{name: "guiwei, pipeline=all", stall: stall{Bot: "ours", Redis: shared.URL + "?pipeline=all&prefix=all"}},
		{name: "guiwei, appendfsync always", stall: stall{Bot: "ours", Redis: strict.URL}},
	}
	for _, l := range all {
		l.open(tb, people, dir, v)
	}
	return all
}

// keys makes a keys file in a folder of its own.
func keys(tb testing.TB) (dir string, v *vault.Vault) {
	tb.Helper()
	dir = tb.TempDir()
	file := filepath.Join(dir, "keys.json")
	if err := vault.CreateFile(file); err != nil {
		tb.Fatal(err)
	}
	v, err := vault.OpenFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	return dir, v
}

func (l *lane) open(tb testing.TB, people int, dir string, v *vault.Vault) {
	tb.Helper()
	l.crowd = newCrowd(tb, people, v)
	l.stall.API, l.stall.Dir = l.crowd.api.URL, dir
	server, _, _ := strings.Cut(l.stall.Redis, "?")
	l.redis = dial(tb, server)
	l.start(tb)
}

func (l *lane) start(tb testing.TB) {
	l.child = begin(tb, l.stall)
	l.crowd.hook = l.child.url + "/hook"
}

func dial(tb testing.TB, url string) *redis.Client {
	tb.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		tb.Fatal(err)
	}
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	rdb := redis.NewClient(o)
	tb.Cleanup(func() { _ = rdb.Close() })
	return rdb
}

// relax has a Redis write its log every second, as the rivals of perf.md have it.
func relax(tb testing.TB, n *storagetest.Node) {
	tb.Helper()
	if err := dial(tb, n.URL).ConfigSet(tb.Context(), "appendfsync", "everysec").Err(); err != nil {
		tb.Fatal(err)
	}
}

// spent is the CPU that a Redis has used, of all its threads.
func spent(tb testing.TB, rdb *redis.Client) time.Duration {
	tb.Helper()
	about, err := rdb.Info(tb.Context(), "cpu").Result()
	if err != nil {
		tb.Fatal(err)
	}
	total := 0.0
	for line := range strings.Lines(about) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if name == "used_cpu_sys" || name == "used_cpu_user" {
			seconds, _ := strconv.ParseFloat(value, 64)
			total += seconds
		}
	}
	return time.Duration(total * float64(time.Second))
}

// fresh are people who have said nothing yet.
func (l *lane) fresh(n int) []int {
	people := make([]int, n)
	for i := range people {
		people[i] = l.next
		l.next++
	}
	return people
}

// run is one round of one bot.
func (l *lane) run(tb testing.TB, s size, chance *rand.Rand) {
	tb.Helper()
	calls, redisWas, was := l.crowd.calls.Load(), spent(tb, l.redis), l.child.cost(tb)
	began := time.Now()
	if err := l.crowd.crush(tb.Context(), l.fresh(s.people), inputs, atOnce); err != nil {
		tb.Fatalf("%s: %v", l.name, err)
	}
	took := time.Since(began)
	now := l.child.cost(tb)
	n := float64(s.people * inputs)
	got := leg{rate: n / took.Seconds(), bot: micros(now.CPU-was.CPU) / n, redis: micros(spent(tb, l.redis)-redisWas) / n,
		trips: float64(now.Trips-was.Trips) / n, http: 1 + float64(l.crowd.calls.Load()-calls)/n,
		allocs: float64(now.Allocs-was.Allocs) / n, bytes: float64(now.Bytes-was.Bytes) / n}
	if s.stream > 0 {
		l.paced(tb, s, chance, &got)
	}
	l.legs = append(l.legs, got)
}

func (l *lane) paced(tb testing.TB, s size, chance *rand.Rand, got *leg) {
	tb.Helper()
	var order []int
	for _, i := range l.fresh(s.stream) {
		for range inputs {
			order = append(order, i)
		}
	}
	chance.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	was := l.child.cost(tb)
	var err error
	if got.acked, got.answered, err = l.crowd.stream(tb.Context(), order, s.rate, chance); err != nil {
		tb.Fatalf("%s: %v", l.name, err)
	}
	got.streamed = micros(l.child.cost(tb).CPU-was.CPU) / float64(len(order))
}

// meet shows a fresh process many people, two inputs each, and reads its memory.
func (l *lane) meet(tb testing.TB, people int) {
	tb.Helper()
	l.child.end()
	l.start(tb)
	if err := l.crowd.crush(tb.Context(), l.fresh(people), 2, atOnce); err != nil {
		tb.Fatalf("%s: %v", l.name, err)
	}
	l.grown = l.child.cost(tb)
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// race runs all bots, round by round one after the other in changing order, and gives what it showed.
func race(tb testing.TB, s size, seed uint64) []*lane {
	tb.Helper()
	chance := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // chance from a seed that is told
	all := lanes(tb, (s.people+s.stream)*s.rounds+s.memory)
	for range s.rounds {
		for _, i := range chance.Perm(len(all)) {
			all[i].run(tb, s, chance)
		}
	}
	if s.memory > 0 {
		for _, l := range all[:3] {
			l.meet(tb, s.memory)
		}
	}
	return all
}

// spread is the median of a figure over the rounds, with the lowest and the highest.
func spread(legs []leg, digits int, of func(leg) float64) string {
	var all []float64
	for _, l := range legs {
		all = append(all, of(l))
	}
	slices.Sort(all)
	f := func(x float64) string { return strconv.FormatFloat(x, 'f', digits, 64) }
	return fmt.Sprintf("%s (%s–%s)", f(all[len(all)/2]), f(all[0]), f(all[len(all)-1]))
}

func millisAt(share float64) func(leg) float64 {
	return func(l leg) float64 { return micros(l.answered.at(share)) / 1e3 }
}

// table prints the bots side by side, ratios to the straightforward one round by round.
func table(all []*lane) string {
	columns := []struct {
		title  string
		digits int
		of     func(leg) float64
	}{
		{"updates/s", 0, func(l leg) float64 { return l.rate }},
		{"bot µs", 0, func(l leg) float64 { return l.bot }},
		{"Redis µs", 1, func(l leg) float64 { return l.redis }},
		{"trips", 2, func(l leg) float64 { return l.trips }},
		{"HTTP", 2, func(l leg) float64 { return l.http }},
		{"bot KB", 1, func(l leg) float64 { return l.bytes / 1e3 }},
		{"bot µs, paced", 0, func(l leg) float64 { return l.streamed }},
		{"p50 ms", 2, millisAt(0.5)},
		{"p99 ms", 2, millisAt(0.99)},
		{"p99.9 ms", 2, millisAt(0.999)},
		{"acked p99 ms", 2, func(l leg) float64 { return micros(l.acked.at(0.99)) / 1e3 }},
	}
	var b strings.Builder
	b.WriteString("\n| bot |")
	for _, c := range columns {
		b.WriteString(" " + c.title + " |")
	}
	b.WriteString(" RSS MiB | of it no file's |\n|" + strings.Repeat("---|", len(columns)+3) + "\n")
	for _, l := range all {
		b.WriteString("| " + l.name + " |")
		for _, c := range columns {
			b.WriteString(" " + spread(l.legs, c.digits, c.of) + " |")
		}
		fmt.Fprintf(&b, " %.0f | %.0f |\n", l.grown.RSS, l.grown.Anon)
	}
	plain := all[1]
	for _, l := range all {
		fmt.Fprintf(&b, "%s: %s x the straightforward bot's updates/s, %s x its CPU\n", l.name,
			ratio(l.legs, plain.legs, func(x leg) float64 { return x.rate }), ratio(l.legs, plain.legs, func(x leg) float64 { return x.bot }))
	}
	return b.String()
}

// ratio is a figure of one bot over that of another in the same round: median, lowest, highest.
func ratio(a, b []leg, of func(leg) float64) string {
	var all []float64
	for i := range a {
		all = append(all, of(a[i])/of(b[i]))
	}
	slices.SortFunc(all, cmp.Compare[float64])
	return fmt.Sprintf("%.2f (%.2f–%.2f)", all[len(all)/2], all[0], all[len(all)-1])
}

// BenchmarkBesidePeers runs the registration dialogue through this bot and two others, each in a process of its own, by
// turns, and prints them side by side: closed loop of 64 people, then open loop at 1,450 updates a second.
func BenchmarkBesidePeers(b *testing.B) {
	seed := rand.Uint64() //nolint:gosec // told below
	all := race(b, size{rounds: 5, people: 1000, stream: 900, rate: 1450, memory: 50_000}, seed)
	fmt.Printf("\nseed %d%s", seed, table(all)) // a log of a benchmark ends after ten lines
}

// TestBenchRunsEveryBotThroughTheWholeDialogue is the bench in small: every input of every bot is answered in words,
// and no bot makes more round trips or calls than it says.
func TestBenchRunsEveryBotThroughTheWholeDialogue(t *testing.T) {
	t.Parallel()
	all := race(t, size{rounds: 1, people: atOnce, stream: 20, rate: 500}, 1)
	for _, l := range all {
		if n := len(l.legs[0].answered); n != 20*inputs {
			t.Errorf("%s: %d answers to %d inputs of the open loop", l.name, n, 20*inputs)
		}
		t.Logf("%s: %.2f trips, %.2f HTTP exchanges an update", l.name, l.legs[0].trips, l.legs[0].http)
	}
	most := map[string][2]float64{"floor": {1.3, 1}, "plain": {2.1, 2.5}, "ours": {3.2, 2.9}}
	for _, l := range all {
		if m := most[l.stall.Bot]; l.legs[0].trips > m[0] || l.legs[0].http > m[1] {
			t.Errorf("%s: %.2f trips and %.2f HTTP exchanges an update, at most %v", l.name, l.legs[0].trips, l.legs[0].http, m)
		}
	}
}
