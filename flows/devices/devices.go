// Package devices shows who is logged in to an account, 我的设备, and ends the logins of others.
package devices

import (
	"strconv"
	"strings"

	"guiwei/flows"
)

// Draft is the account, its devices as they were read, and which of them goes.
type Draft struct {
	Login flows.Login    `json:"login"`
	Alarm bool           `json:"alarm,omitempty"` // 这不是我 was tapped under an announcement
	List  []flows.Device `json:"list,omitempty"`
	Chat  int64          `json:"chat,omitempty"` // that goes; 0: all others
}

// Flow is the list.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "devices", Version: 1, Passing: true, Member: true,
	Steps: []flows.Step[Draft]{
		{At: "loading", Fails: flows.Done, Enter: read, Judge: listed,
			Leads: leads{"read": "list", "ended": flows.To("login")}},
		{At: "list", Back: flows.Done, Anew: "again",
			Ask: ask, Judge: list,
			Leads: leads{"out": "ending", "again": "loading", "password": flows.To("security")}},
		{At: "ending", Fails: "loading", Enter: end, Judge: listed,
			Leads: leads{"read": "list", "ended": flows.To("login")}},
	},
})

type leads = map[flows.Event]flows.State

// shown is how many other devices have a button of their own; the rest go with all others.
const shown = 5

func read(d *Draft, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.ListDevices{Account: d.Login.Account, Generation: d.Login.Generation}}
}

func end(d *Draft, _ flows.Input) []flows.Effect {
	return []flows.Effect{flows.EndDevices{Account: d.Login.Account, Generation: d.Login.Generation, Chat: d.Chat}}
}

// listed takes up the list. All others ended by a new generation: the chat goes on with it.
func listed(d *Draft, in flows.Input) flows.Verdict {
	a, ok := in.Answer.(flows.DevicesListed)
	if !ok {
		return flows.Verdict{}
	}
	if a.Outcome != flows.OK {
		return flows.Move("ended").LogOut().Note("login.ended").Seed(d.Login.Anew("devices"))
	}
	d.List = a.List
	v := flows.Move("read")
	if a.Out > 0 {
		d.Alarm = false
		v = v.Note("devices.ended", "n", a.Out)
	}
	if a.Login.Generation != d.Login.Generation {
		d.Login.Generation = a.Login.Generation
		v = v.LogIn(d.Login)
	}
	return v
}

// others are the devices that are not this one.
func (d *Draft) others(v int64) []flows.Device {
	var all []flows.Device
	for _, o := range d.List {
		if o.Chat != v {
			all = append(all, o)
		}
	}
	return all
}

func ask(d *Draft, v flows.View) flows.Prompt {
	rows := make([]flows.Phrase, len(d.List))
	others := d.others(v.Chat)
	for i, o := range d.List {
		rows[i] = row(i, o, o.Chat == v.Chat)
	}
	p := flows.Ask("devices.list.ask", "user", d.Login.User, "rows", rows)
	if d.Alarm {
		p = flows.Ask("devices.alarm.ask", "user", d.Login.User, "rows", rows)
	}
	for i, o := range d.List {
		if o.Chat != v.Chat && i <= shown {
			b := flows.Act("end" + strconv.Itoa(i))
			b.Key, b.Args = "button.end_device", flows.Say("", "number", i+1).Args
			p = p.Row(b)
		}
	}
	if len(others) > 0 || d.Alarm {
		p = p.Acts("end_others")
	}
	return p.Acts("change_password").Row(flows.Out())
}

// row is a device's line.
func row(i int, d flows.Device, here bool) flows.Phrase {
	name := any(d.Name)
	if d.Name == "" {
		name = flows.Say("devices.no_name")
	}
	if here {
		return flows.Say("devices.row_here", "number", i+1, "name", name, "since", flows.Minute(d.Since), "used", flows.Minute(d.Used))
	}
	return flows.Say("devices.row", "number", i+1, "name", name, "since", flows.Minute(d.Since), "used", flows.Minute(d.Used))
}

func list(d *Draft, in flows.Input) flows.Verdict {
	switch in.Act {
	case "end_others":
		d.Chat = 0
		return flows.Move("out")
	case "change_password":
		return flows.Move("password").Seed(map[string]any{"login": d.Login, "want": "password"})
	}
	i, err := strconv.Atoi(strings.TrimPrefix(in.Act, "end"))
	if err != nil || i < 0 || i >= len(d.List) || d.List[i].Chat == in.Chat {
		return flows.Verdict{}
	}
	d.Chat = d.List[i].Chat
	return flows.Move("out")
}
