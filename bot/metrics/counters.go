package metrics

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// counters are the counters of one name, resolved at start: adding makes no label and takes no lock.
type counters[K comparable] struct {
	known map[K]prometheus.Counter
	rest  prometheus.Counter // of what is not in the list
}

func (c counters[K]) add(key K) {
	n, ok := c.known[key]
	if !ok {
		n = c.rest
	}
	n.Inc()
}

// counter1 makes a counter with one label and these values.
func (m *Metrics) counter1(name, help, label string, values []string) counters[string] {
	vec := m.vector(name, help, label)
	c := counters[string]{known: map[string]prometheus.Counter{}, rest: vec.WithLabelValues(other)}
	for _, v := range values {
		c.known[v] = vec.WithLabelValues(v)
	}
	return c
}

// counter2 makes a counter with two labels and these pairs.
func (m *Metrics) counter2(name, help string, labels [2]string, pairs [][2]string) counters[[2]string] {
	vec := m.vector(name, help, labels[:]...)
	c := counters[[2]string]{known: map[[2]string]prometheus.Counter{}, rest: vec.WithLabelValues(other, other)}
	for _, p := range pairs {
		c.known[p] = vec.WithLabelValues(p[:]...)
	}
	return c
}

// counter3 makes a counter with three labels and these triples.
func (m *Metrics) counter3(name, help string, labels [3]string, triples [][3]string) counters[[3]string] {
	vec := m.vector(name, help, labels[:]...)
	c := counters[[3]string]{known: map[[3]string]prometheus.Counter{}, rest: vec.WithLabelValues(other, other, other)}
	for _, t := range triples {
		c.known[t] = vec.WithLabelValues(t[:]...)
	}
	return c
}

func (m *Metrics) vector(name, help string, labels ...string) *prometheus.CounterVec {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(vec)
	return vec
}

func (m *Metrics) histogram(name, help string, buckets []float64) prometheus.Observer {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
	m.registry.MustRegister(h)
	return h
}

// histograms make one histogram a value; what is not in the list is not measured.
func (m *Metrics) histograms(name, help, label string, values []string, buckets []float64) map[string]prometheus.Observer {
	vec := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, []string{label})
	m.registry.MustRegister(vec)
	all := map[string]prometheus.Observer{}
	for _, v := range values {
		all[v] = vec.WithLabelValues(v)
	}
	return all
}

// pairs is every first word with every second.
func pairs(first, second []string) [][2]string {
	var all [][2]string
	for _, a := range first {
		for _, b := range second {
			all = append(all, [2]string{a, b})
		}
	}
	return all
}

// plain turns words of a type of their own into strings.
func plain[T ~string](words ...T) []string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = string(w)
	}
	return slices.Clip(all)
}
