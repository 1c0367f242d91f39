// Package record is 高等学籍 › 学籍信息: the enrolment records of an approved account, each with its 19 items.
package record

import (
	"encoding/json"
	"strconv"
	"strings"

	"guiwei/flows"
)

// Draft is the account and what of its records is shown just now. A record is read when it is shown, each time: the login
// is held against the person's generation then, and nothing of the record stays behind.
type Draft struct {
	Login  flows.Login   `json:"login"`
	Titles []Title       `json:"titles,omitempty"`
	Shown  int           `json:"shown,omitempty"`
	Record *flows.Record `json:"record,omitempty"` // while it is on the screen
}

// Title is what the list says of a record.
type Title struct {
	Level  string `json:"level"`
	School string `json:"school"`
}

// Flow is the look at the enrolment records.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "record", Version: 2, Member: true,
	Upgrade: map[int]func(flows.Frame) (flows.Frame, error){1: upgrade1},
	Steps: []flows.Step[Draft]{
		{At: "loading", Fails: flows.Done, Enter: read, Judge: loaded,
			Leads: leads{"read": "list", "none": flows.Done, "closed": flows.Done, "ended": flows.To("login")}},
		{At: "list", Back: flows.Done, Anew: "again",
			Ask: askList, Judge: list,
			Leads: leads{"opened": "opening", "again": "loading"}},
		{At: "opening", Back: "list", Fails: "list", Enter: read, Judge: opened,
			Leads: leads{"shown": "record", "none": flows.Done, "closed": flows.Done, "ended": flows.To("login")}},
		{At: "record", Back: "loading", Anew: "again",
			Ask: askRecord, Judge: record,
			Leads: leads{"right": "checked", "wrong": "fault", "again": "opening"}},
		{At: "checked", Back: "opening", Enter: stamp,
			Ask: askChecked, Judge: nothing},
		{At: "fault", Back: "opening",
			Ask: askFault, Judge: nothing},
	},
})

type leads = map[flows.Event]flows.State

func read(d *Draft, _ flows.Input) []flows.Effect {
	d.Record = nil
	return []flows.Effect{flows.ReadRecords{Account: d.Login.Account, Generation: d.Login.Generation}}
}

func loaded(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.RecordsRead)
	if !ok || a.Outcome != flows.OK || len(a.Records) == 0 {
		return d.closed(a, ok)
	}
	d.Titles = make([]Title, len(a.Records))
	for i, r := range a.Records {
		d.Titles[i] = Title{Level: r.Level, School: r.School}
	}
	return flows.Move("read")
}

// closed says why there is nothing to be shown.
func (d *Draft) closed(a flows.RecordsRead, ok bool) flows.Verdict {
	switch {
	case !ok:
		return flows.Verdict{}
	case a.Outcome == flows.Ended:
		return flows.Move("ended").LogOut().Note("login.ended").Seed(d.Login.Anew("record"))
	case a.Outcome == flows.Refused:
		return flows.Move("closed").Note("record.closed")
	}
	return flows.Move("none").Note("record.not_found")
}

// opened takes the one that was tapped, and forgets the others.
func opened(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.RecordsRead)
	if !ok || a.Outcome != flows.OK || d.Shown >= len(a.Records) {
		return d.closed(a, ok)
	}
	d.Record = &a.Records[d.Shown]
	return flows.Move("shown")
}

// askList names each record by 层次-院校.
func askList(d *Draft, _ flows.View) flows.Prompt {
	p := flows.Ask("record.list.ask", "n", len(d.Titles))
	for i, r := range d.Titles {
		b := flows.Act("open" + strconv.Itoa(i))
		b.Key, b.Args = "button.open_record", flows.Say("", "level", r.Level, "school", r.School).Args
		p = p.Row(b)
	}
	return p.Acts("back")
}

func list(d *Draft, in flows.Input) flows.Verdict {
	i, err := strconv.Atoi(strings.TrimPrefix(in.Act, "open"))
	if err != nil || i < 0 || i >= len(d.Titles) {
		return flows.Verdict{}
	}
	d.Shown = i
	return flows.Move("opened")
}

// askRecord says all 19 items; an empty one says 空, and so do the two pictures.
func askRecord(d *Draft, _ flows.View) flows.Prompt {
	r := d.Record
	rows := make([]flows.Phrase, len(flows.Columns))
	for i, c := range flows.Columns {
		value := any(*c.Field(r))
		if value == "" {
			value = flows.Say("record.empty")
		}
		rows[i] = flows.Say("record.line", "heading", flows.Say(c.Key), "value", value)
	}
	return flows.Ask("record.record.ask", "rows", rows).Acts("right", "wrong").Acts("back")
}

func record(d *Draft, in flows.Input) flows.Verdict {
	switch in.Act {
	case "right":
		d.Record = nil
		return flows.Move("right")
	case "wrong":
		d.Record = nil
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

// upgrade1 drops the records that drafts of version 1 kept: whoever looked at one is shown the list, which is read anew
// before anything of it is opened.
func upgrade1(f flows.Frame) (flows.Frame, error) {
	var old struct {
		Login   flows.Login `json:"login"`
		Records []Title     `json:"records"`
		Shown   int         `json:"shown"`
	}
	if err := json.Unmarshal(f.Draft, &old); err != nil {
		return f, err
	}
	if f.State == "record" {
		f.State = "list"
	}
	draft, err := json.Marshal(Draft{Login: old.Login, Titles: old.Records, Shown: old.Shown})
	f.Draft = draft
	return f, err
}
