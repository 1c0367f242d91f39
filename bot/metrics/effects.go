package metrics

import (
	"strconv"
	"time"

	"guiwei/flows"
)

func (m *Metrics) makeEffects() {
	const minute, hour = 60., 3600.
	slow := []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15, 60}
	names := flows.EffectNames()
	outcomes := plain(flows.OK, flows.Taken, flows.Queued, flows.Full, flows.Blocked, flows.Failed, flows.Wrong, flows.DayUsed,
		flows.AllUsed, flows.Open, flows.Stale, flows.Refused, flows.Ended, flows.Outside, flows.Unsure, flows.Limited)
	m.effects = m.counter2("guiwei_effects_total", "Effects done, by what came of them.", [2]string{"effect", "result"},
		pairs(names, []string{OK, Later, Never}))
	m.effect = m.histograms("guiwei_effect_seconds", "Doing one effect, waiting for Telegram's pace included.", "effect", names, slow)
	m.photos = m.histograms("guiwei_photo_seconds", "Fetching, judging, compressing and sealing one photo, by verdict.", "verdict",
		[]string{"accept", "warn", "reject"}, slow)
	m.quota = m.counter1("guiwei_quota_hits_total", "Submissions refused because the limit of the day, or of all, was reached.", "limit",
		plain(flows.DayUsed, flows.AllUsed))
	m.answers = m.counter2("guiwei_answers_total", "What became of codes, logins, registrations, submissions and reviewers' moves.",
		[2]string{"of", "outcome"}, pairs([]string{"code", "login", "register", "submit", "claim", "release", "approve", "refuse", "undo"}, outcomes))
	ends := plain(flows.CaseApproved, flows.CaseRefused)
	m.verdicts = m.counter2("guiwei_verdicts_total", "Cases ended, by which submission of the person it was: attempt 1 approved is the first-pass rate.",
		[2]string{"verdict", "attempt"}, pairs(ends, []string{"1", "2", "3", "4", "5"}))
	m.review = m.histograms("guiwei_review_seconds", "From submitting a case to its verdict.", "verdict", ends,
		[]float64{5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 8 * hour, 24 * hour, 48 * hour, 72 * hour, 120 * hour})
}

// Did counts an effect that was tried, and what its answer tells.
func (m *Metrics) Did(e flows.Effect, a flows.Answer, result string, took time.Duration) {
	name := flows.EffectName(e)
	m.effects.add([2]string{name, result})
	if h, ok := m.effect[name]; ok {
		h.Observe(took.Seconds())
	}
	if result == OK {
		m.answered(a, took)
	}
}

func (m *Metrics) answered(a flows.Answer, took time.Duration) {
	switch a := a.(type) {
	case flows.CodeSent:
		m.answers.add([2]string{"code", string(a.Outcome)})
	case flows.LoggedIn:
		m.answers.add([2]string{"login", string(a.Outcome)})
	case flows.Registered:
		m.answers.add([2]string{"register", string(a.Outcome)})
	case flows.CaseMoved:
		m.answers.add([2]string{string(a.Event), string(a.Outcome)})
	case flows.Submitted:
		m.answers.add([2]string{"submit", string(a.Outcome)})
		if a.Outcome == flows.DayUsed || a.Outcome == flows.AllUsed {
			m.quota.add(string(a.Outcome))
		}
	case flows.Examined:
		if h, ok := m.photos[a.Verdict]; ok {
			h.Observe(took.Seconds())
		}
	default:
	}
}

// Ended counts a verdict that took effect.
func (m *Metrics) Ended(c flows.CaseView) {
	m.verdicts.add([2]string{string(c.State), strconv.Itoa(c.Attempt)})
	if h, ok := m.review[string(c.State)]; ok {
		h.Observe(c.Decided.Sub(c.Submitted).Seconds())
	}
}
