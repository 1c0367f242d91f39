package effects

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"guiwei/bot/engine"
	"guiwei/flows"
	"guiwei/storage"
)

// passed is the last part of an open case's term, in percent, that has passed and at which somebody is told; 0 before the first.
func (r *Runner) passed(submitted, now time.Time) int {
	for _, percent := range []int{100, 80, 50} {
		if !now.Before(r.Calendar.Mark(submitted, workingDays, percent)) {
			return percent
		}
	}
	return 0
}

// Remind looks which open cases have passed a mark since the last look, and says how many. Whoever is to be told is told by
// the case's own outbox.
func (r *Runner) Remind(ctx context.Context) (int, error) {
	open, err := r.Store.OpenCases(ctx)
	if err != nil {
		return 0, err
	}
	now, told := r.Clock.Now(), 0
	for _, c := range open {
		percent := r.passed(c.Submitted, now)
		if percent <= c.Marked || c.State != flows.CaseQueued && c.State != flows.CaseClaimed {
			continue
		}
		promise := time.Time{}
		if percent == 100 {
			promise = r.Calendar.Deadline(now, 1)
		}
		ok, err := r.Store.MarkCase(ctx, c, percent, promise, now)
		if err != nil {
			return told, err
		}
		if ok {
			told++
		}
	}
	return told, r.unknownYears(ctx, now)
}

// unknownYears alarms the owners when a deadline promised now may lie in a year whose holidays nobody has told.
func (r *Runner) unknownYears(ctx context.Context, now time.Time) error {
	year := r.Calendar.Deadline(now, workingDays).Year()
	if r.Calendar.Covers(year) {
		return nil
	}
	r.Log.LogAttrs(ctx, slog.LevelError, "holidays unknown, so deadlines may be wrong: write them into HOLIDAYS_FILE", slog.Int("year", year))
	about := "holidays." + strconv.Itoa(year)
	for _, owner := range r.Owners {
		told := flows.Tell{Chat: owner, Phrase: flows.Say("office.no_holidays", "year", year)}
		if err := r.pushOnce(ctx, about, strconv.FormatInt(owner, 10), told); err != nil {
			return err
		}
	}
	return nil
}

// lead is who is told of a case that waits too long: LEAD_ID, else the first owner; 0 for nobody.
func (r *Runner) lead() int64 {
	switch {
	case r.Lead != 0:
		return r.Lead
	case len(r.Owners) > 0:
		return r.Owners[0]
	}
	return 0
}

// remind tells whoever a mark of a case's term concerns, while the case is still undecided.
func (r *Runner) remind(ctx context.Context, t engine.Task, e flows.Remind) error {
	c, err := r.Store.Case(ctx, e.No)
	if err != nil || c.State != flows.CaseQueued && c.State != flows.CaseClaimed {
		return err
	}
	if err := r.card(ctx, flows.Card{No: e.No}); err != nil && !errors.Is(err, errUnseen) {
		return err
	}
	if e.Percent >= 80 {
		if err := r.tellLead(ctx, c, e.Percent); err != nil {
			return err
		}
	}
	if e.Percent < 100 {
		return nil
	}
	s, err := r.Store.Standing(ctx, flows.AccountRef{Person: c.Person, ID: c.Account}, r.Clock.Now())
	if err != nil {
		return err
	}
	late := flows.Say("office.late", "case", c.No, "due", flows.Soon(s.Due))
	return r.pushOnce(ctx, c.No, "late.student", flows.Tell{Chat: s.Account.Chat, Phrase: late, Buttons: [][]flows.Button{{flows.Everywhere("status")}}})
}

// tellLead tells one person, by name where the chat is closed to the bot: then in the group, where the name is a link.
func (r *Runner) tellLead(ctx context.Context, c flows.CaseView, percent int) error {
	lead := r.lead()
	if lead == 0 {
		return nil
	}
	key := "office.lead.soon"
	if percent == 100 {
		key = "office.lead.late"
	}
	phrase := flows.Say(key, "case", c.No, "due", flows.Soon(c.Deadline), "state",
		stands(storage.OpenCase{State: c.State, Reviewer: c.Reviewer}))
	who := "late.lead." + strconv.Itoa(percent)
	if err := r.pushOnce(ctx, c.No, who, flows.Tell{Chat: lead, Phrase: phrase}); err != nil {
		return err
	}
	since, err := r.Store.ShutSince(ctx, lead)
	if err != nil || since.IsZero() {
		return err
	}
	group, bound, err := r.Store.Group(ctx, storage.Reviewers)
	if err != nil || !bound {
		return err
	}
	thread, err := r.topic(ctx, c, group)
	if err != nil {
		return err
	}
	called := flows.Say("office.lead.called", "id", strconv.FormatInt(lead, 10), "line", phrase)
	return r.pushOnce(ctx, c.No, who+".group", flows.Tell{Chat: group, Thread: thread, Phrase: called})
}

// termPhrase says on an undecided case's card how much of its term has passed, from the first mark on.
func (r *Runner) termPhrase(c flows.CaseView) flows.Phrase {
	if c.State != flows.CaseQueued && c.State != flows.CaseClaimed {
		return flows.Phrase{}
	}
	switch percent := r.passed(c.Submitted, r.Clock.Now()); percent {
	case 0:
		return flows.Phrase{}
	case 100:
		return flows.Say("card.late")
	default:
		return flows.Say("card.term", "percent", percent, "left", 100-percent)
	}
}
