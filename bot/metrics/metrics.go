// Package metrics keeps the operator's figures and shows them to Prometheus. It is the only importer of its client.
//
// Most callers want New, then hand the Metrics to the rooms as the small interfaces they declare, and serve it as the
// http.Handler it is. Every label value comes from a list known at start: flows, states and events of the book, kinds,
// outcomes, effects, methods. None can hold a person, a chat or a case. Recording costs a map look-up and an atomic addition.
package metrics

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"guiwei/flows"
)

// other stands where a value is none of the list: the figure is kept, the word is not.
const other = "other"

// Results of an update and of an effect.
const (
	OK     = "ok"
	Doubt  = "doubt"  // not committed: it comes again
	Later  = "later"  // to be tried again
	Never  = "never"  // given up
	Failed = "failed" // a command that Redis did not do
)

// Kinds of updates beside those of inputs.
const (
	Nothing = "nothing" // an update that has no effect, by design
	Flooded = "flooded" // one of too many from its user: not heard
)

// What was set aside.
const (
	ParkedInput  = "input"
	ParkedEntry  = "entry"
	ParkedUpdate = "update"
)

// Metrics are the figures of one program. Its methods may be called from many goroutines.
type Metrics struct {
	registry *prometheus.Registry
	serve    http.Handler
	sampler  *sampler

	updates  counters[[2]string]
	update   prometheus.Observer
	decide   prometheus.Observer
	commit   prometheus.Observer
	trip     map[string]prometheus.Observer
	parked   counters[string]
	entered  counters[[2]string]
	left     counters[[3]string]
	refused  counters[[2]string]
	effects  counters[[2]string]
	effect   map[string]prometheus.Observer
	photos   map[string]prometheus.Observer
	quota    counters[string]
	answers  counters[[2]string]
	verdicts counters[[2]string]
	review   map[string]prometheus.Observer
	drifts   prometheus.Counter
	pending  prometheus.Gauge
}

// New makes the figures of a program that plays these flows.
func New(book map[string]flows.Flow) *Metrics {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewBuildInfoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m := &Metrics{registry: r, serve: promhttp.HandlerFor(r, promhttp.HandlerOpts{MaxRequestsInFlight: 2})}
	m.makeEngine(book)
	m.makeEffects()
	m.makeTelegram()
	return m
}

// ServeHTTP answers a scrape, with a fresh sample.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.sampler.look(r.Context())
	m.serve.ServeHTTP(w, r)
}

// Took counts an update and how long it was until it was committed, which is when it is acknowledged.
func (m *Metrics) Took(kind string, err error, took time.Duration) {
	result := OK
	if err != nil {
		result = Doubt
	}
	m.updates.add([2]string{kind, result})
	m.update.Observe(took.Seconds())
}

// Committed takes the time of storing one decision.
func (m *Metrics) Committed(took time.Duration) { m.commit.Observe(took.Seconds()) }

// Trip takes the time of one round trip to Redis.
func (m *Metrics) Trip(took time.Duration, failed bool) {
	result := OK
	if failed {
		result = Failed
	}
	m.trip[result].Observe(took.Seconds())
}

// Parked counts what was set aside so that nobody else waits.
func (m *Metrics) Parked(what string) { m.parked.add(what) }

// Hook takes what Telegram said of the webhook: how many updates wait there, and whether it is ours.
func (m *Metrics) Hook(waiting int, ours bool) {
	m.pending.Set(float64(waiting))
	if !ours {
		m.drifts.Inc()
	}
}
