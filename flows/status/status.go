// Package status shows the guide's log table: 证件号码 · 创建日期 · 日志状态 · 审核失败原因, newest first.
package status

import (
	"guiwei/flows"
	"guiwei/flows/rules"
)

// Draft is the account and its log as it was read.
type Draft struct {
	Login flows.Login    `json:"login"`
	ID    string         `json:"id,omitempty"` // masked
	State string         `json:"state,omitempty"`
	Left  flows.Quota    `json:"left"`
	Log   []flows.LogRow `json:"log,omitempty"`
}

// Flow is the look at how things stand.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "status", Version: 1, Passing: true, Member: true,
	Steps: []flows.Step[Draft]{
		{At: "loading", Fails: flows.Done, Enter: lookUp, Judge: standing,
			Leads: leads{"read": "shown", "ended": flows.To("login")}},
		{At: "shown", Back: flows.Done,
			Ask: ask, Judge: shown,
			Leads: leads{"again": "loading"}},
	},
})

type leads = map[flows.Event]flows.State

func lookUp(d *Draft, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.LookUp{Account: d.Login.Account}}
}

func standing(d *Draft, in flows.Input) flows.Verdict {
	s, ok := in.Answer.(flows.Standing)
	if !ok {
		return flows.Verdict{}
	}
	if s.Current != d.Login.Generation {
		return flows.Move("ended").LogOut().Note("login.ended").Seed(d.Login.Anew("status"))
	}
	d.ID, d.State = rules.MaskID(s.Account.IDNumber), string(s.Account.State)
	d.Left, d.Log = s.Quota, s.Log
	return flows.Move("read")
}

func ask(d *Draft, _ flows.View) flows.Prompt {
	if len(d.Log) == 0 {
		return flows.Ask("status.empty", "id", d.ID, "state", flows.Say("account."+d.State)).Acts("refresh", "back")
	}
	rows := make([]flows.Phrase, len(d.Log))
	for i, row := range d.Log {
		rows[i] = line(d.ID, row)
	}
	return flows.Ask("status.table", "rows", rows, "state", flows.Say("account."+d.State),
		"today", d.Left.LeftToday(), "total", d.Left.LeftInAll()).Acts("refresh", "back")
}

// line is one row of the table; a refusal carries its reasons and how to mend them.
func line(id string, row flows.LogRow) flows.Phrase {
	args := []any{"id", id, "at", flows.Minute(row.At), "case", row.Case}
	switch row.State {
	case flows.CaseApproved:
		return flows.Say("status.row.approved", args...)
	case flows.CaseRefused:
		return flows.Say("status.row.refused", append(args, "reasons", flows.Told(row.Reasons, row.Note, row.Side))...)
	default:
		return flows.Say("status.row.waiting", args...)
	}
}

func shown(_ *Draft, in flows.Input) flows.Verdict {
	if in.Act == "refresh" {
		return flows.Move("again")
	}
	return flows.Verdict{}
}
