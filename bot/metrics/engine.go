package metrics

import (
	"slices"
	"time"

	"guiwei/flows"
)

// dropped is why a state was left without an event of its own: cancelled, gone home, or another flow ended it.
const dropped = "dropped"

func (m *Metrics) makeEngine(book map[string]flows.Flow) {
	fine := []float64{.000_01, .000_025, .000_05, .000_1, .000_25, .000_5, .001, .005, .05}
	quick := []float64{.000_25, .000_5, .001, .002_5, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}
	kinds := append(plain(flows.Text, flows.Tap, flows.Command, flows.Picture, flows.Contact, flows.Edited, flows.Other,
		flows.Joined, flows.Moved), Nothing, Flooded)
	m.updates = m.counter2("guiwei_updates_total", "Updates taken, by kind and by whether they were committed.",
		[2]string{"kind", "result"}, pairs(kinds, []string{OK, Doubt}))
	m.update = m.histogram("guiwei_update_seconds", "From receiving an update to its commit: how long Telegram waits for its answer.", quick)
	m.decide = m.histogram("guiwei_decide_seconds", "Deciding one input.", fine)
	m.commit = m.histogram("guiwei_commit_seconds", "Storing one decision.", quick)
	m.trip = m.histograms("guiwei_redis_trip_seconds", "Round trips to Redis, by whether it did what it was asked.", "result",
		[]string{OK, Failed}, quick)
	m.parked = m.counter1("guiwei_parked_total", "What was set aside so that nobody else waits: look at the log.", "what",
		[]string{ParkedInput, ParkedEntry, ParkedUpdate})
	m.makeFunnel(book)
}

// makeFunnel knows every state of every flow, and every event that leads away from it.
func (m *Metrics) makeFunnel(book map[string]flows.Flow) {
	var states [][2]string
	var ways [][3]string
	for name, f := range book {
		for _, row := range f.Rows() {
			state, way := [2]string{name, row[0]}, [3]string{name, row[0], row[1]}
			if !slices.Contains(states, state) {
				states = append(states, state)
				ways = append(ways, [3]string{name, row[0], dropped})
			}
			ways = append(ways, way)
		}
	}
	m.entered = m.counter2("guiwei_step_entered_total", "Conversations that came to a step.", [2]string{"flow", "state"}, states)
	m.left = m.counter3("guiwei_step_left_total", "Conversations that left a step, by the event that led away.",
		[3]string{"flow", "state", "event"}, ways)
	m.refused = m.counter2("guiwei_step_refused_total", "Answers that a step did not take, and asked again.",
		[2]string{"flow", "state"}, states)
}

// Decided follows a conversation from step to step once a decision is committed.
func (m *Metrics) Decided(was flows.Conversation, in flows.Input, d flows.Decision, took time.Duration) {
	m.decide.Observe(took.Seconds())
	now := d.Conversation
	for _, f := range was.Frames {
		if stands(now, f) {
			continue
		}
		event := dropped
		if d.Event != "" && f.Flow == d.Flow && f.State == d.From {
			event = string(d.Event)
		}
		m.left.add([3]string{f.Flow, string(f.State), event})
	}
	for _, f := range now.Frames {
		if !stands(was, f) {
			m.entered.add([2]string{f.Flow, string(f.State)})
		}
	}
	if said := in.Kind != flows.Answered && in.Kind != flows.Waked; said && d.Event == "" && d.Flow != "" && d.From == d.To {
		m.refused.add([2]string{d.Flow, string(d.From)})
	}
}

// stands says whether a frame is in a conversation at the same state.
func stands(c flows.Conversation, f flows.Frame) bool {
	i := c.Find(f.ID)
	return i >= 0 && c.Frames[i].State == f.State
}
