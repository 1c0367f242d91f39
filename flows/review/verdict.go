package review

import "guiwei/flows"

// decide moves the case, bound to the version the reviewer saw.
func decide(e flows.Event) func(*Draft, flows.Input) []flows.Effect {
	return func(d *Draft, _ flows.Input) []flows.Effect {
		m := flows.MoveCase{No: d.No, Version: d.View.Version, Event: e, Name: d.Name}
		if e == flows.CaseApprove || e == flows.CaseRefuse {
			m.Seen = d.View.Evidence
		}
		if e == flows.CaseRefuse {
			m.Reasons, m.Notes = d.Reasons, d.Notes
		}
		return []flows.Effect{m}
	}
}

func decided(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.CaseMoved)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.OK:
		d.View, d.Until = a.View, a.Until
		return flows.Move("decided").After("over", a.Until.Sub(in.At))
	case a.Outcome == flows.Unseen: // they are sent once more
		return flows.Move("changed", flows.ShowPhotos{No: d.No}).Note("review.unseen", "case", d.No)
	case a.Outcome == flows.Stale && a.View.State == flows.CaseClaimed:
		d.View = a.View
		return flows.Move("changed").Note("review.changed", "case", d.No)
	}
	return lost(a)
}

func askDecided(d *Draft, v flows.View) flows.Prompt {
	key := "review.decided.refused"
	if d.View.State == flows.CaseApproving {
		key = "review.decided.approved"
	}
	return flows.Ask(key, "case", d.No, "seconds", max(0, int(d.Until.Sub(v.Now).Seconds()+0.5))).Acts("undo")
}

// after waits for the end of the undo window.
func after(_ *Draft, in flows.Input) flows.Verdict {
	switch {
	case in.Kind == flows.Waked:
		return flows.Move("over").Note("review.over").Quietly()
	case in.Act == "undo":
		return flows.Move("undo")
	}
	return flows.Verdict{}
}

func undone(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.CaseMoved)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.OK:
		d.View = a.View
		return flows.Move("mine", flows.ShowPhotos{No: d.No}).Note("review.undone", "case", d.No)
	}
	return flows.Move("lost").Note("review.too_late", "case", d.No).Quietly()
}

func released(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.CaseMoved)
	if !ok {
		return flows.Verdict{}
	}
	if a.Outcome == flows.Stale && a.View.State == flows.CaseClaimed {
		d.View = a.View
		return flows.Move("changed").Note("review.changed", "case", d.No)
	}
	if a.Outcome != flows.OK {
		return lost(a)
	}
	return flows.Move("lost").Note("review.released", "case", d.No).Quietly()
}
