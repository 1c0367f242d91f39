package effects

import (
	"context"
	"slices"
	"time"

	"guiwei/flows"
	"guiwei/storage"
)

// How a forecast is made: of the latest cases that were submitted at such a time of the week, as long as four in five of them
// took. A twelfth more is counted in, for those to come are not those that were.
const (
	forecastLeast  = 20 // of them; fewer tell nothing
	forecastMost   = 200
	forecastShare  = 88 // percent
	forecastMemory = 60 * 24 * time.Hour
)

// likely is how long most cases take that are submitted at such a time; 0 where too few were.
func (r *Runner) likely(ctx context.Context, submitted time.Time) (time.Duration, error) {
	ended, err := r.Store.EndedSince(ctx, r.Clock.Now().Add(-forecastMemory), 2000)
	if err != nil {
		return 0, err
	}
	return r.forecast(ended, submitted), nil
}

// forecast looks at ended cases, the latest first.
func (r *Runner) forecast(ended []storage.Ended, submitted time.Time) time.Duration {
	class, took := r.class(submitted), []time.Duration(nil)
	for _, e := range ended {
		if len(took) < forecastMost && r.class(e.Submitted) == class {
			took = append(took, e.Took())
		}
	}
	if len(took) < forecastLeast {
		return 0
	}
	slices.Sort(took)
	return rounded(took[min(len(took)-1, (len(took)+1)*forecastShare/100)])
}

// class is a time of the week by which cases take alike: four parts of a working day or of a free one.
func (r *Runner) class(at time.Time) int {
	part := 0
	switch hour := flows.Shanghai(at).Hour(); {
	case hour >= 18:
		part = 3
	case hour >= 12:
		part = 2
	case hour >= 8:
		part = 1
	}
	if r.Calendar.Working(at) {
		part += 4
	}
	return part
}

// rounded is a time as a person would promise it, never less.
func rounded(d time.Duration) time.Duration {
	step := 5 * time.Minute
	switch {
	case d > 24*time.Hour:
		step = 12 * time.Hour
	case d > 90*time.Minute:
		step = time.Hour
	}
	return (d + step - 1) / step * step
}

// standing is how an account stands, with how long its open case is likely to take still.
func (r *Runner) standing(ctx context.Context, ref flows.AccountRef) (flows.Standing, error) {
	now := r.Clock.Now()
	s, err := r.Store.Standing(ctx, ref, now)
	if err != nil || s.Open == nil {
		return s, err
	}
	likely, err := r.likely(ctx, s.Open.At)
	if now.Before(s.Open.At.Add(likely)) {
		s.Likely = likely
	}
	return s, err
}
