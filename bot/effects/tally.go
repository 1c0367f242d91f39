package effects

import (
	"cmp"
	"context"
	"slices"
	"time"

	"guiwei/flows"
	"guiwei/storage"
)

// tally are the desk's figures over some time: how many, how fast, who and why.
type tally struct {
	open, overdue int
	oldest        time.Time // when the oldest open case was submitted
	decided       int
	approved      int
	median        time.Duration
	reasons       []count // of refusals, the most frequent first
	reviewers     []load  // the busiest first
}

type count struct {
	code string
	n    int
}

type load struct {
	user     int64
	decided  int
	approved int
	median   time.Duration
}

// statsDays is what /stats looks back on.
const statsDays = 7

// tally counts what is open now and what was decided since.
func (r *Runner) tally(ctx context.Context, since time.Time) (tally, error) {
	open, err := r.Store.OpenCases(ctx)
	if err != nil {
		return tally{}, err
	}
	ended, err := r.Store.EndedSince(ctx, since, 5000)
	if err != nil {
		return tally{}, err
	}
	return counted(open, ended, r.Clock.Now()), nil
}

func counted(open []storage.OpenCase, ended []storage.Ended, now time.Time) tally {
	t := tally{open: len(open), decided: len(ended), median: median(ended)}
	for _, c := range open {
		if c.Deadline.Before(now) {
			t.overdue++
		}
	}
	if len(open) > 0 {
		t.oldest = open[0].Submitted
	}
	reasons, by := map[string]int{}, map[int64][]storage.Ended{}
	for _, e := range ended {
		if e.State == flows.CaseApproved {
			t.approved++
		}
		for _, code := range e.Reasons {
			reasons[code]++
		}
		by[e.Reviewer] = append(by[e.Reviewer], e)
	}
	for code, n := range reasons {
		t.reasons = append(t.reasons, count{code, n})
	}
	slices.SortFunc(t.reasons, func(a, b count) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.code, b.code)) })
	for user, all := range by {
		l := load{user: user, decided: len(all), median: median(all)}
		for _, e := range all {
			if e.State == flows.CaseApproved {
				l.approved++
			}
		}
		t.reviewers = append(t.reviewers, l)
	}
	slices.SortFunc(t.reviewers, func(a, b load) int { return cmp.Or(cmp.Compare(b.decided, a.decided), cmp.Compare(a.user, b.user)) })
	return t
}

// median is how long half of them waited at most; 0 without any.
func median(ended []storage.Ended) time.Duration {
	if len(ended) == 0 {
		return 0
	}
	all := make([]time.Duration, len(ended))
	for i, e := range ended {
		all[i] = e.Took()
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}

// stats is /stats: the last week, and who decided how much of it.
func (r *Runner) stats(ctx context.Context) (page, error) {
	t, err := r.tally(ctx, r.Clock.Now().AddDate(0, 0, -statsDays))
	if err != nil {
		return page{}, err
	}
	names, err := r.Store.Reviewers(ctx)
	if err != nil {
		return page{}, err
	}
	lines := t.lines(r.Clock.Now())
	for _, l := range t.reviewers[:min(len(t.reviewers), deskPage)] {
		lines = append(lines, flows.Say("office.stats.reviewer", "name", cmp.Or(names[l.user], "—"), "decided", l.decided,
			"share", share(l.approved, l.decided), "median", flows.Took(l.median)))
	}
	return page{phrase: flows.Say("office.stats", "days", statsDays, "lines", lines)}, nil
}

// lines are the figures, one a line.
func (t tally) lines(now time.Time) []flows.Phrase {
	oldest := flows.Say("office.figure.nothing")
	if !t.oldest.IsZero() {
		oldest = flows.Took(now.Sub(t.oldest))
	}
	half := flows.Say("office.figure.nothing")
	if t.decided > 0 {
		half = flows.Took(t.median)
	}
	lines := []flows.Phrase{
		flows.Say("office.figure.open", "open", t.open, "overdue", t.overdue),
		flows.Say("office.figure.oldest", "oldest", oldest),
		flows.Say("office.figure.decided", "decided", t.decided, "approved", t.approved, "refused", t.decided-t.approved),
		flows.Say("office.figure.median", "median", half),
	}
	for _, c := range t.reasons {
		lines = append(lines, flows.Say("office.figure.reason", "reason", flows.Say("reason.short."+c.code), "times", c.n))
	}
	return lines
}

// share is a part in percent.
func share(part, of int) int {
	if of == 0 {
		return 0
	}
	return (100*part + of/2) / of
}
