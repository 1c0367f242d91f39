// Package desk is how groups and reviewers come to be: an owner's invite binds a group, a member asks for the role, an
// owner confirms the user id. A bound group gives nobody power.
package desk

import (
	"guiwei/flows"
)

// Invitation is the draft of an invite under way.
type Invitation struct {
	Group string `json:"group"`
}

// Invite makes the one-time code that binds a group.
var Invite = flows.Define(flows.Table[Invitation]{
	Name: "invite", Version: 2, Passing: true, Resume: whichGroup,
	Upgrade: map[int]func(flows.Frame) (flows.Frame, error){1: upgrade1},
	Steps: []flows.Step[Invitation]{
		{At: "owner", Fails: flows.Done, Enter: invite, Judge: owner,
			Leads: leads{"owner": "kind", "refused": flows.Done}},
		{At: "kind", Back: flows.Done,
			Ask: askGroup, Judge: group,
			Leads: leads{"chosen": "making"}},
		{At: "making", Fails: flows.Done, Enter: invite, Judge: invited,
			Leads: leads{"made": flows.Done}},
	},
})

type leads = map[flows.Event]flows.State

func whichGroup(d *Invitation) flows.State {
	if d.Group == "reviewers" || d.Group == "counselors" {
		return "making"
	}
	return "owner"
}

// owner goes on only with an administrator: nobody else is asked anything.
func owner(_ *Invitation, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Invited)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.OK:
		return flows.Move("owner")
	}
	return flows.Move("refused").Note("desk.owners_only").Quietly()
}

// upgrade1 reads drafts of version 1, which asked first and refused afterwards: all they hold stands.
func upgrade1(f flows.Frame) (flows.Frame, error) { return f, nil }

func askGroup(*Invitation, flows.View) flows.Prompt {
	return flows.Ask("invite.kind.ask").Acts("reviewers", "counselors").Acts("back")
}

func group(d *Invitation, in flows.Input) flows.Verdict {
	if in.Act != "reviewers" && in.Act != "counselors" {
		return flows.Verdict{}
	}
	d.Group = in.Act
	return flows.Move("chosen")
}

func invite(d *Invitation, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.Invite{Group: d.Group}}
}

func invited(_ *Invitation, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.Invited)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.OK:
		return flows.Move("made").Note("invite.made", "group", flows.Say("group."+a.Group), "code", a.Code, "link", a.Link).Quietly()
	}
	return flows.Move("made").Note("desk.owners_only").Quietly()
}

// Request is the draft of a wish for the reviewer's role.
type Request struct {
	Name string `json:"name"`
}

// Role is 申请审核.
var Role = flows.Define(flows.Table[Request]{
	Name: "role", Version: 1, Passing: true,
	Steps: []flows.Step[Request]{
		{At: "asking", Fails: flows.Done, Enter: askRole, Judge: asked,
			Leads: leads{"asked": flows.Done}},
	},
})

func askRole(d *Request, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.AskRole{Name: d.Name}}
}

func asked(_ *Request, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.RoleAsked)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.Taken:
		return flows.Move("asked").Note("role.already").Quietly()
	case a.Outcome == flows.OK:
		return flows.Move("asked").Note("role.asked").Quietly()
	}
	return flows.Move("asked").Note("role.no_owner").Quietly()
}

// Grant is an owner's word on a request.
type Grant struct {
	User string `json:"user"` // id, as the button carried it
}

// Granting is the owner's confirmation.
var Granting = flows.Define(flows.Table[Grant]{
	Name: "grant", Version: 1, Passing: true,
	Steps: []flows.Step[Grant]{
		{At: "granting", Fails: flows.Done, Enter: grant, Judge: granted,
			Leads: leads{"granted": flows.Done}},
	},
})

func grant(d *Grant, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.GrantRole{User: d.User}}
}

func granted(_ *Grant, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.RoleAsked)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.OK:
		return flows.Move("granted").Note("role.granted", "name", a.Name).Quietly()
	}
	return flows.Move("granted").Note("desk.owners_only").Quietly()
}
