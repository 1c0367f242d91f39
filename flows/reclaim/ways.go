package reclaim

import (
	"slices"

	"guiwei/flows"
	"guiwei/flows/recovery"
	"guiwei/flows/rules"
)

// Step 2: the three ways of the guide. Each comes back here, with all that was told.

func askWays(*Draft, flows.View) flows.Prompt {
	return flows.Ask("reclaim.ways.ask").Acts("login_old").Acts("find_old").Acts("reclaim").Acts("back", "later")
}

func ways(d *Draft, in flows.Input) flows.Verdict {
	switch in.Act {
	case "login_old":
		return flows.Move("uses")
	case "find_old":
		return flows.Move("find")
	case "reclaim":
		if d.Used != "" {
			return flows.Move("sure")
		}
		return flows.Move("again")
	}
	return flows.Verdict{}
}

// used are what hangs on an old account, in the guide's order.
var used = []string{"use.image", "use.record", "use.conscription"}

// askUses leads whoever could not log in on to the warning.
func askUses(d *Draft, _ flows.View) flows.Prompt {
	p := flows.Ask("reclaim.uses.ask")
	for _, use := range used {
		b := flows.Act(use)
		b.Key = use
		p = p.Row(b)
	}
	p = p.Acts("used_none")
	if d.Used != "" {
		p = p.Acts("reclaim")
	}
	return p.Acts("back", "later")
}

// uses remembers what was used: who registers anew all the same is warned of it.
func uses(d *Draft, in flows.Input) flows.Verdict {
	switch {
	case slices.Contains(used, in.Act):
		d.Used = in.Act
		return flows.Interrupt("login", map[string]string{"then": "home"}) // back from there, the ways are still here
	case in.Act == "used_none":
		d.Used = ""
		return flows.Move("none").Note("reclaim.uses.none")
	case in.Act == "reclaim" && d.Used != "":
		return flows.Move("sure")
	}
	return flows.Verdict{}
}

func askSure(d *Draft, _ flows.View) flows.Prompt {
	return flows.Ask("reclaim.sure.ask", "use", flows.Say(d.Used)).Acts("understood").Acts("back", "later")
}

func sure(_ *Draft, in flows.Input) flows.Verdict {
	if in.Act == "understood" {
		return flows.Move("again")
	}
	return flows.Verdict{}
}

// documents is the number that is taken.
func (d *Draft) documents() []flows.Document {
	return []flows.Document{{Family: rules.Family(d.IDKind), Number: d.IDNumber}}
}

func find(d *Draft, _ flows.Input) []flows.Effect {
	d.Ways = nil
	return []flows.Effect{flows.FindWays{Documents: d.documents()}}
}

func found(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.WaysFound)
	if !ok {
		return flows.Verdict{}
	}
	d.Ways = a.Ways
	return flows.Move("found")
}

// askFound offers only the ways that the old account has: the phone of whoever asks was proven by a code before.
func askFound(d *Draft, _ flows.View) flows.Prompt {
	p := flows.Ask("reclaim.found.ask")
	if len(d.Ways) == 0 {
		p = flows.Ask("reclaim.found.nothing")
	}
	for _, w := range d.Ways {
		b := flows.Act("old_" + string(w.Way))
		b.Args = flows.Say("", "to", w.Shown).Args
		p = p.Row(b)
	}
	return p.Row(flows.Everywhere("find_username")).Acts("back", "later")
}

func choose(d *Draft, in flows.Input) flows.Verdict {
	for _, w := range d.Ways {
		if in.Act == "old_"+string(w.Way) {
			return flows.Interrupt("recover", recovery.Draft{Handle: flows.Handle{Documents: d.documents()}, User: rules.MaskID(d.IDNumber),
				Way: w.Way, Shown: w.Shown, Then: "home"})
		}
	}
	return flows.Verdict{}
}
