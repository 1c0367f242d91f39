// Package home is the menu under everything: what a chat shows when no flow is under way.
package home

import "guiwei/flows"

// Draft is nothing: home remembers nothing.
type Draft struct{}

// Flow is the menu.
var Flow = flows.Define(flows.Table[Draft]{
	Name: "home", Version: 1,
	Steps: []flows.Step[Draft]{
		{At: "menu", Ask: ask, Judge: func(*Draft, flows.Input) flows.Verdict { return flows.Verdict{} }},
	},
})

// ask offers only ways that work for whoever asks.
func ask(_ *Draft, v flows.View) flows.Prompt {
	switch {
	case v.Login == nil:
		return flows.Ask("home.guest").Row(flows.Everywhere("register")).
			Row(flows.Everywhere("login"), flows.Everywhere("status")).Row(flows.Everywhere("rehearse"), flows.Everywhere("language")).
			Row(flows.Everywhere("forgot"), flows.Everywhere("help"))
	case v.Login.Proofed:
		return flows.Ask("home.member", "user", v.Login.User).Row(flows.Everywhere("record")).
			Row(flows.Everywhere("status")).Row(flows.Everywhere("security")).Row(flows.Everywhere("logout"))
	default:
		return flows.Ask("home.unproven", "user", v.Login.User).Row(flows.Everywhere("evidence")).
			Row(flows.Everywhere("status")).Row(flows.Everywhere("security")).Row(flows.Everywhere("logout"))
	}
}
