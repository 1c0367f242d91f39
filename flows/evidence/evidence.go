// Package evidence takes the two hand-held-ID photos, front and back, and submits them for review.
//
// A picture that the photo room refuses costs nothing. The pair counts when it is submitted, at most 3 a day and 5 in all.
package evidence

import (
	"time"

	"guiwei/flows"
)

// Draft is the account it is for, how that stands, and the pictures so far.
type Draft struct {
	Login  flows.Login                 `json:"login"`
	User   string                      `json:"user,omitempty"`
	ID     string                      `json:"id,omitempty"` // masked
	Left   flows.Quota                 `json:"left"`         // used so far
	Uses   []string                    `json:"uses,omitempty"`
	Front  *flows.Photo                `json:"front,omitempty"`
	Back   *flows.Photo                `json:"back,omitempty"`
	Next   *flows.File                 `json:"next,omitempty"`   // came while the front was looked at
	Pair   *flows.MarkedFile           `json:"pair,omitempty"`   // the front of an album, to be shown beside its back
	Sent   map[string]flows.File       `json:"sent,omitempty"`   // by side: what was sent last for it
	Bad    map[string]Refused          `json:"bad,omitempty"`    // by side
	Doubts map[string]flows.MarkedFile `json:"doubts,omitempty"` // by side: taken, and warned of
	Album  Album                       `json:"album,omitzero"`
	Open   string                      `json:"open,omitempty"`
	Due    time.Time                   `json:"due,omitzero"`
	Likely time.Duration               `json:"likely,omitempty"` // most cases take no longer; 0: not known
	Called bool                        `json:"called,omitempty"` // the case that it waited for has ended
	Again  bool                        `json:"again,omitempty"`  // the last picture was refused: ask shortly, the sample was seen

	Past []flows.Pair `json:"past,omitempty"` // what reviewers refused: the same pair again would only cost a try

	Missing []string `json:"missing,omitempty"` // consents to be given first
	Given   []string `json:"given,omitempty"`   // of them
}

// Flow is the evidence.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "evidence", Version: 3, Member: true,
	Upgrade: map[int]func(flows.Frame) (flows.Frame, error){1: upgrade1, 2: upgrade2},
	Steps: []flows.Step[Draft]{
		{At: "loading", Fails: flows.Done, Enter: lookUp, Judge: standing,
			Leads: leads{"ready": "front", "front_kept": "back", "unconsented": "consent", "under_review": "waiting", "behind": Behind, "tomorrow": "tomorrow", "used_up": "used_up",
				"done": flows.Done, "ended": flows.To("login")}},

		{At: "consent", Back: flows.Done, Ask: askConsent, Judge: consent,
			Leads: leads{"agreed": "consenting", "declined": flows.Done}},
		{At: "consenting", Fails: "consent", Enter: giveConsent, Judge: consented,
			Leads: leads{"noted": "loading"}},

		{At: "front", Back: flows.Done, Was: wasFront, Keep: "kept",
			Ask: askFront, Judge: picture("front"),
			Leads: leads{"sent": "front_check", "which": "sides", "kept": "back"}},
		{At: "front_check", Back: "front", Fails: "front", Judge: frontCheck,
			Leads: leads{"good": "back", "both": "back_check", "paired": "confirm", "refused": "front", "doubtful": "doubt"}},

		{At: "sides", Back: "front", Ask: askSides, Judge: sides,
			Leads: leads{"ordered": "front_check"}},

		{At: "back", Back: "front", Was: wasBack, Keep: "kept",
			Ask: askBack, Judge: picture("back"),
			Leads: leads{"sent": "back_check", "which": "sides", "front_anew": "front_check", "kept": "confirm", "other": "front"}},
		{At: "back_check", Back: "back", Fails: "back", Judge: backCheck,
			Leads: leads{"good": "confirm", "refused": "back", "doubtful": "doubt"}},

		{At: "doubt", Back: "front", Ask: askDoubt, Judge: doubt,
			Leads: leads{"used": "back", "used_both": "confirm", "new_front": "front", "new_back": "back",
				"front_anew": "front_check", "back_anew": "back_check"}},

		{At: "confirm", Back: "back",
			Ask: askConfirm, Judge: confirm,
			Leads: leads{"submitted": "submitting", "new_front": "front", "new_back": "back",
				"front_anew": "front_check", "back_anew": "back_check"}},
		{At: "submitting", Fails: "confirm", Enter: submit, Judge: submitted,
			Leads: leads{"queued": "waiting", "tomorrow": "tomorrow", "used_up": "used_up",
				"otherwise": "loading", "failed": "confirm", "front_gone": "front", "back_gone": "back"}},

		{At: "waiting", Back: flows.Done,
			Ask: askWaiting, Judge: again,
			Leads: leads{"again": "loading"}},
		{At: Behind, Back: flows.Done, Enter: await,
			Ask: askBehind, Judge: again,
			Leads: leads{"again": "loading"}},
		{At: "tomorrow", Back: flows.Done,
			Ask: askTomorrow, Judge: again,
			Leads: leads{"again": "loading"}},
		{At: "used_up", Back: flows.Done,
			Ask: askUsedUp, Judge: again,
			Leads: leads{"again": "loading"}},
	},
})

// Behind is the state of whoever waits for another claimant's case to end.
const Behind flows.State = "behind"

// Telling are the states that only tell how things stood: coming back reads them anew.
var Telling = []flows.State{"loading", "waiting", Behind, "tomorrow", "used_up"}

type leads = map[flows.Event]flows.State

func lookUp(d *Draft, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.LookUp{Account: d.Login.Account}}
}

// standing leads to what the account may do now.
func standing(d *Draft, in flows.Input) flows.Verdict {
	s, ok := in.Answer.(flows.Standing)
	if !ok {
		return d.meanwhile(in)
	}
	d.read(s)
	switch {
	case s.Current != d.Login.Generation || s.Account.State == flows.AccountFrozen:
		return flows.Move("ended").LogOut().Note("login.ended").Seed(d.Login.Anew("evidence"))
	case s.Account.Proofed:
		return flows.Move("done").Note("evidence.proofed")
	case s.Open != nil:
		return flows.Move("under_review")
	case s.Waiting:
		return flows.Move("behind")
	case s.Quota.LeftInAll() == 0:
		return flows.Move("used_up")
	case s.Quota.LeftToday() == 0:
		return flows.Move("tomorrow")
	case len(d.Missing) > 0:
		return flows.Move("unconsented")
	}
	if d.Called {
		return flows.Move("ready").Note("evidence.your_turn")
	}
	if v, ok := d.half(s.Kept); ok {
		return v
	}
	return flows.Move("ready")
}

// await asks to be called when the other claimant's case ends.
func await(d *Draft, _ flows.Input) []flows.Effect {
	d.Called = false
	return []flows.Effect{flows.Await{Account: d.Login.Account}}
}

// upgrade1 reads drafts of version 1, which knew no waiting behind another claimant: all they hold stands.
func upgrade1(f flows.Frame) (flows.Frame, error) { return f, nil }

// upgrade2 reads drafts of version 2, which took a picture that was warned of without asking: all they hold stands.
func upgrade2(f flows.Frame) (flows.Frame, error) { return f, nil }

// again looks once more how things stand, when the student comes back to a page that only tells.
func again(d *Draft, in flows.Input) flows.Verdict {
	if d.late(in) {
		return flows.Silent()
	}
	_, over := in.Answer.(flows.CaseOver)
	if over || in.Act == "refresh" || in.Kind == flows.Picture {
		d.answered(in)
		return flows.Move("again")
	}
	return flows.Verdict{}
}
