package evidence

import (
	"slices"
	"strings"

	"guiwei/flows"
)

// Before the first picture: what the account's owner has not agreed to yet, each by a button of its own. Whoever does not
// wish to is shown the ways without pictures.

func askConsent(d *Draft, _ flows.View) flows.Prompt {
	texts := make([]flows.Phrase, len(d.Missing))
	for i, kind := range d.Missing {
		texts[i] = flows.Say(flows.ConsentText(kind))
		if kind == flows.ConsentTerms {
			texts[i] = flows.Say("consent.head.terms")
		}
	}
	p := flows.Ask("evidence.consent.ask", "texts", texts)
	if slices.Contains(d.Missing, flows.ConsentTerms) {
		p = p.Acts("terms")
	}
	for _, kind := range d.Missing {
		if !slices.Contains(d.Given, kind) {
			p = p.Acts("agree_" + kind)
		}
	}
	return p.Acts("decline_photo")
}

func consent(d *Draft, in flows.Input) flows.Verdict {
	if d.late(in) {
		return flows.Silent()
	}
	if in.Kind == flows.Picture {
		d.answered(in)
		return flows.Stay("evidence.consent.first")
	}
	kind, ok := strings.CutPrefix(in.Act, "agree_")
	switch {
	case in.Act == "terms":
		return flows.Stay("terms.text")
	case in.Act == "decline_photo":
		d.Given = nil
		return flows.Move("declined").Note("evidence.declined")
	case !ok || !slices.Contains(d.Missing, kind):
		return flows.Verdict{}
	}
	if !slices.Contains(d.Given, kind) {
		d.Given = append(d.Given, kind)
	}
	if len(d.Given) == len(d.Missing) {
		return flows.Move("agreed")
	}
	return flows.Redraw().Note("consent.given")
}

func giveConsent(d *Draft, in flows.Input) []flows.Effect {
	return []flows.Effect{flows.GiveConsent{Account: d.Login.Account, Kinds: d.Given, Lang: in.Language}}
}

// consented looks how things stand now: what is agreed to is in the account.
func consented(d *Draft, in flows.Input) flows.Verdict {
	if _, ok := in.Answer.(flows.Consented); !ok {
		return d.meanwhile(in)
	}
	d.Missing, d.Given = nil, nil
	return flows.Move("noted")
}
