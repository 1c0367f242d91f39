package register

import (
	"strings"

	"guiwei/flows"
)

// Step 1: consent. The terms lead on; the photos and Telegram as carrier are agreed to by buttons of their own, now or
// before the first picture.

func askConsent(d *Draft, _ flows.View) flows.Prompt {
	p := flows.Ask("register.consent.ask", "photo", flows.Say("consent.photo"), "abroad", flows.Say("consent.abroad")).Acts("terms")
	for _, kind := range []string{flows.ConsentPhoto, flows.ConsentAbroad} {
		act := "agree_" + kind
		if _, given := d.Consented(kind); given {
			act = "withdraw_" + kind
		}
		p = p.Acts(act)
	}
	return p.Acts("agree", "decline")
}

func (set Settings) consent(d *Draft, in flows.Input) flows.Verdict {
	if kind, ok := strings.CutPrefix(in.Act, "agree_"); ok {
		return set.agree(d, kind, in)
	}
	if kind, ok := strings.CutPrefix(in.Act, "withdraw_"); ok {
		delete(d.Agreed, kind)
		return flows.Redraw().Note("consent.not_given")
	}
	switch in.Act {
	case "terms":
		return flows.Stay("terms.text")
	case "agree":
		given := flows.Agree(flows.ConsentTerms, in.Language, set.Operator, set.Contact, in.At)
		d.Consent = &given
		return flows.Move("agreed")
	case "decline":
		return flows.Move("declined").Note("register.declined")
	}
	return flows.Verdict{}
}

func (set Settings) agree(d *Draft, kind string, in flows.Input) flows.Verdict {
	if kind != flows.ConsentPhoto && kind != flows.ConsentAbroad {
		return flows.Verdict{}
	}
	if d.Agreed == nil {
		d.Agreed = map[string]flows.Consent{}
	}
	if _, given := d.Agreed[kind]; !given {
		d.Agreed[kind] = flows.Agree(kind, in.Language, set.Operator, set.Contact, in.At)
	}
	return flows.Redraw().Note("consent.given")
}
