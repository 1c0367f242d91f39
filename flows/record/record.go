// Package record is 高等学籍 › 学籍信息: the enrolment records of an approved account, each with its 19 items.
package record

import (
	"strconv"
	"strings"

	"guiwei/flows"
)

// Draft is the account and what was read of it.
type Draft struct {
	Login   flows.Login    `json:"login"`
	Records []flows.Record `json:"records,omitempty"`
	Shown   int            `json:"shown,omitempty"`
}

// Flow is the look at the enrolment records.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "record", Version: 1, Passing: true, Member: true,
	Steps: []flows.Step[Draft]{
		{At: "loading", Fails: flows.Done, Enter: read, Judge: loaded,
			Leads: leads{"read": "list", "none": flows.Done, "closed": flows.Done, "ended": flows.To("login")}},
		{At: "list", Back: flows.Done,
			Ask: askList, Judge: list,
			Leads: leads{"opened": "record"}},
		{At: "record", Back: "list",
			Ask: askRecord, Judge: record,
			Leads: leads{"right": "checked", "wrong": "fault"}},
		{At: "checked", Back: "record", Enter: stamp,
			Ask: askChecked, Judge: nothing},
		{At: "fault", Back: "record",
			Ask: askFault, Judge: nothing},
	},
})

type leads = map[flows.Event]flows.State

func read(d *Draft, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.ReadRecords{Account: d.Login.Account, Generation: d.Login.Generation}}
}

func loaded(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.RecordsRead)
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.Ended:
		return flows.Move("ended").LogOut().Note("login.ended")
	case a.Outcome == flows.Refused:
		return flows.Move("closed").Note("record.closed")
	case len(a.Records) == 0:
		return flows.Move("none").Note("record.not_found")
	}
	d.Records = a.Records
	return flows.Move("read")
}

// askList names each record by 层次-院校.
func askList(d *Draft, _ flows.View) flows.Prompt {
	p := flows.Ask("record.list.ask", "n", len(d.Records))
	for i, r := range d.Records {
		b := flows.Act("open" + strconv.Itoa(i))
		b.Key, b.Args = "button.open_record", flows.Say("", "level", r.Level, "school", r.School).Args
		p = p.Row(b)
	}
	return p.Acts("back")
}

func list(d *Draft, in flows.Input) flows.Verdict {
	i, err := strconv.Atoi(strings.TrimPrefix(in.Act, "open"))
	if err != nil || i < 0 || i >= len(d.Records) {
		return flows.Verdict{}
	}
	d.Shown = i
	return flows.Move("opened")
}

// askRecord says all 19 items; an empty one says 空, and so do the two pictures.
func askRecord(d *Draft, _ flows.View) flows.Prompt {
	r := d.Records[d.Shown]
	rows := make([]flows.Phrase, len(flows.Columns))
	for i, c := range flows.Columns {
		value := any(*c.Field(&r))
		if value == "" {
			value = flows.Say("record.empty")
		}
		rows[i] = flows.Say("record.line", "heading", flows.Say(c.Key), "value", value)
	}
	return flows.Ask("record.record.ask", "rows", rows).Acts("right", "wrong").Acts("back")
}

func record(_ *Draft, in flows.Input) flows.Verdict {
	switch in.Act {
	case "right":
		return flows.Move("right")
	case "wrong":
		return flows.Move("wrong")
	}
	return flows.Verdict{}
}

func stamp(d *Draft, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.MarkChecked{Account: d.Login.Account}}
}

func askChecked(*Draft, flows.View) flows.Prompt {
	return flows.Ask("record.checked.ask").Row(flows.Everywhere("logout")).Acts("back")
}

func askFault(*Draft, flows.View) flows.Prompt {
	return flows.Ask("record.fault.ask").Row(flows.Everywhere("logout")).Acts("back")
}

func nothing(*Draft, flows.Input) flows.Verdict { return flows.Verdict{} }
