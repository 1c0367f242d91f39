package evidence

import (
	"slices"
	"strings"
	"time"

	"guiwei/flows"
)

// Album is the pictures that came together. Telegram sends each by itself, in any order, to any replica, and says neither
// how many there are nor which is the last: they are gathered here, in the chat's own shard, until they settle.
type Album struct {
	ID    string       `json:"id,omitempty"`
	Parts []flows.File `json:"parts,omitempty"`
	Done  string       `json:"done,omitempty"`  // the last one that was answered: parts that come later are passed over
	Alone string       `json:"alone,omitempty"` // one of which a single part came in time: a later one is a picture like others
}

const (
	// The timers: when one of them rings, the album is taken as it is.
	whole   = "whole"
	settled = "settled"
	// settle is how long after a part no other one is awaited.
	settle = 1500 * time.Millisecond
	// patience is how long an album is awaited in all. An album has two parts at least: a single one waits for the other.
	patience = 10 * time.Second
	// largest is how many pictures an album has at most (Bot API, sendMediaGroup).
	largest = 10
)

// late says whether the input is a part of an album that was answered.
func (d *Draft) late(in flows.Input) bool {
	return in.Kind == flows.Picture && in.Picture.Album != "" && in.Picture.Album == d.Album.Done
}

// answered notes that the picture's album has its answer: parts that come later have none.
func (d *Draft) answered(in flows.Input) {
	if in.Kind == flows.Picture && in.Picture.Album != "" {
		d.Album.Done = in.Picture.Album
	}
}

// gather takes one part and waits for the others.
func (d *Draft) gather(in flows.Input) flows.Verdict {
	if id := in.Picture.Album; d.Album.ID != id || len(d.Album.Parts) == 0 {
		d.Album = Album{ID: id, Done: d.Album.Done, Alone: d.Album.Alone}
	}
	if f := in.File(); len(d.Album.Parts) < largest && !slices.ContainsFunc(d.Album.Parts, f.Same) {
		d.Album.Parts = append(d.Album.Parts, f)
	}
	if len(d.Album.Parts) == 1 {
		return flows.Silent().After(whole, patience)
	}
	return flows.Silent().After(settled, settle)
}

// settle takes what came of an album: one picture as the side that is wanted, two as both sides. Where their names do not
// say which is which, the student is asked.
func (d *Draft) settle(side string) flows.Verdict {
	parts := d.Album.Parts
	d.Album.Parts = nil
	slices.SortFunc(parts, func(a, b flows.File) int { return a.Message - b.Message })
	switch len(parts) {
	case 0:
		return flows.Silent()
	case 1:
		d.Album.Alone = d.Album.ID
		return flows.Move("sent", d.examine(parts[0], side))
	}
	d.Album.Done = d.Album.ID
	d.Album.Parts = parts[:2]
	if one, two, clear := ordered(parts); clear && side == front {
		return flows.Move("sent", d.both(one, two))
	} else if clear {
		return flows.Move("front_anew", d.both(one, two))
	}
	v := flows.Move("which").Showing(&flows.Marked{Pictures: []flows.MarkedFile{{File: parts[0]}, {File: parts[1]}}})
	if len(parts) > 2 {
		return v.Note("evidence.first_two")
	}
	return v
}

func askSides(*Draft, flows.View) flows.Prompt {
	return flows.Ask("evidence.sides.ask").Acts("first_front", "second_front").Acts("back")
}

// sides orders an album's pictures.
func sides(d *Draft, in flows.Input) flows.Verdict {
	if len(d.Album.Parts) < 2 {
		return flows.Verdict{}
	}
	one, two := d.Album.Parts[0], d.Album.Parts[1]
	switch {
	case d.late(in):
		return flows.Silent()
	case in.Act == "first_front":
		return flows.Move("ordered", d.both(one, two))
	case in.Act == "second_front":
		return flows.Move("ordered", d.both(two, one))
	}
	return flows.Verdict{}
}

// both has two pictures looked at, one after the other.
func (d *Draft) both(one, two flows.File) flows.Effect {
	d.Album.Parts, d.Front, d.Back, d.Again = nil, nil, nil, false
	d.Next = &two
	return d.examine(one, front)
}

// ordered says whether the names of two files tell front from back, and which is which.
func ordered(parts []flows.File) (one, two flows.File, clear bool) {
	a, b := sideOf(parts[0].Name), sideOf(parts[1].Name)
	if a == back && b == front {
		return parts[1], parts[0], len(parts) == 2
	}
	return parts[0], parts[1], len(parts) == 2 && a == front && b == back
}

// sideOf reads a side from a file's name; "" where it says none.
func sideOf(name string) string {
	name = strings.ToLower(name)
	says := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) })
	}
	isFront, isBack := says("正面", "人像", "front"), says("背面", "反面", "国徽", "國徽", "back")
	switch {
	case isFront && !isBack:
		return front
	case isBack && !isFront:
		return back
	}
	return ""
}
