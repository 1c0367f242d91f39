package metrics

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"guiwei/flows"
	"guiwei/storage"
)

// Call says how often a method of Telegram ended so.
type Call struct {
	Method, Outcome string
	Code            int // HTTP status, 0 without an answer or without a fault
	Calls           int64
}

// Sample is what is looked up when somebody scrapes.
type Sample struct {
	Backlog storage.Backlog
	Known   bool      // Redis told the backlog and Look
	Look    time.Time // when the sweeper must look at the next stored picture; zero without one
	Calls   []Call
	Lanes   int // conversations and persons whose effects are being done here
	Waiting int // entries that wait in those lanes
	Ready   bool
	Polling bool // this replica has the poll lease
	Now     time.Time
}

// sampleLimit bounds the look at Redis that a scrape waits for.
const sampleLimit = 3 * time.Second

// Sampled says how the figures are found that are looked up at each scrape.
func (m *Metrics) Sampled(take func(context.Context) Sample) { m.sampler.take = take }

// sampler is the collector of Sample.
type sampler struct {
	take func(context.Context) Sample // nil: nothing is looked up
	last atomic.Pointer[Sample]

	redis, outboxes, oldest, timers, cases, queued, looks, calls, lanes, waiting, ready, polling *prometheus.Desc
}

func newSampler() *sampler {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &sampler{
		redis:    desc("guiwei_redis_up", "Whether Redis told the figures of this scrape."),
		outboxes: desc("guiwei_outboxes", "Outboxes with something to be done, of all replicas."),
		oldest:   desc("guiwei_outbox_oldest_seconds", "Age of the oldest entry in any outbox, 0 without one."),
		timers:   desc("guiwei_timers", "Timers set, of all replicas."),
		cases:    desc("guiwei_cases", "Open cases by state.", "state"),
		queued:   desc("guiwei_case_oldest_seconds", "Age of the oldest open case, 0 without one."),
		looks:    desc("guiwei_photo_past_term_seconds", "How long the sweeper has left the oldest thing of stored photos that was due; an alarm above 7200."),
		calls:    desc("guiwei_telegram_calls_total", "Calls to Telegram by method, outcome and error code; limited is 429.", "method", "outcome", "code"),
		lanes:    desc("guiwei_lanes", "Chats and persons whose effects this replica is doing."),
		waiting:  desc("guiwei_lane_entries", "Entries that wait in them."),
		ready:    desc("guiwei_ready", "Whether this replica takes updates, as /readyz says."),
		polling:  desc("guiwei_polling", "Whether this replica has the poll lease."),
	}
}

// Describe is prometheus.Collector.
func (s *sampler) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{s.redis, s.outboxes, s.oldest, s.timers, s.cases, s.queued, s.looks, s.calls, s.lanes, s.waiting, s.ready, s.polling} {
		out <- d
	}
}

// look takes a sample for the scrape that asks.
func (s *sampler) look(ctx context.Context) {
	if s.take == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, sampleLimit)
	defer cancel()
	now := s.take(ctx)
	s.last.Store(&now)
}

// Collect is prometheus.Collector.
func (s *sampler) Collect(out chan<- prometheus.Metric) {
	now := s.last.Load()
	if now == nil {
		return
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(s.redis, flag(now.Known))
	gauge(s.lanes, float64(now.Lanes))
	gauge(s.waiting, float64(now.Waiting))
	gauge(s.ready, flag(now.Ready))
	gauge(s.polling, flag(now.Polling))
	if now.Known {
		gauge(s.outboxes, float64(now.Backlog.Outboxes))
		gauge(s.oldest, age(now.Backlog.Oldest, now.Now))
		gauge(s.timers, float64(now.Backlog.Timers))
		gauge(s.looks, age(now.Look, now.Now))
		gauge(s.queued, age(now.Backlog.OldestCase, now.Now))
		for _, state := range []flows.CaseState{flows.CaseQueued, flows.CaseClaimed, flows.CaseApproving, flows.CaseRefusing} {
			gauge(s.cases, float64(now.Backlog.Cases[state]), string(state))
		}
	}
	for labels, n := range calls(now.Calls) {
		out <- prometheus.MustNewConstMetric(s.calls, prometheus.CounterValue, float64(n), labels[:]...)
	}
}

// calls sums by method, outcome and code; a code that is none of Telegram's own is "other".
func calls(list []Call) map[[3]string]int64 {
	sum := map[[3]string]int64{}
	for _, c := range list {
		code := strconv.Itoa(c.Code)
		if !slices.Contains([]int{0, 400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504}, c.Code) {
			code = other
		}
		sum[[3]string{c.Method, c.Outcome, code}] += c.Calls
	}
	return sum
}

func age(since, now time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(0, now.Sub(since).Seconds())
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (m *Metrics) makeTelegram() {
	m.drifts = prometheus.NewCounter(prometheus.CounterOpts{Name: "guiwei_webhook_drifts_total",
		Help: "How often Telegram posted elsewhere than to us: the token has leaked."})
	m.pending = prometheus.NewGauge(prometheus.GaugeOpts{Name: "guiwei_webhook_pending",
		Help: "Updates that wait at Telegram for our webhook, as it said last."})
	m.sampler = newSampler()
	m.registry.MustRegister(m.drifts, m.pending, m.sampler)
}
