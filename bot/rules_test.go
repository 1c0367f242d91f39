package main_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"guiwei/bot/sim"
)

// no is "no full numbers" and "no faults".
func (p *play) no(w []string) error {
	if w[0] == "faults" {
		p.sim.ClearFaults()
		return nil
	}
	return p.noFullNumbers()
}

// noFullNumbers looks through everything the bot ever said for the numbers of people, as whole fields. A claimer's private
// chat may read what was typed: there it is compared with the roster.
func (p *play) noFullNumbers() error {
	for _, c := range p.sim.Calls(0) {
		said := c.Params["text"] + "\x00" + c.Params["caption"] + "\x00" + c.Params["reply_markup"]
		chat, _ := strconv.ParseInt(c.Params["chat_id"], 10, 64)
		if castOf(chat).role == "reviewer" {
			continue
		}
		for _, f := range cast() {
			for _, full := range []string{f.id, f.phone, strings.TrimPrefix(f.phone, "+86"), f.email, f.password} {
				if full != "" && strings.Contains(said, full) {
					return fmt.Errorf("%s to %d says a full number", c.Method, chat)
				}
			}
		}
	}
	return nil
}

// fault switches on what goes wrong: "429 sendMessage times 2 retry 3".
func (p *play) fault(w []string) error {
	if len(w) < 2 {
		return errors.New("want: fault KIND METHOD")
	}
	f := sim.Fault{Kind: w[0], Method: w[1]}
	for i := 2; i+1 < len(w); i += 2 {
		n, err := strconv.Atoi(w[i+1])
		if err != nil {
			return err
		}
		switch w[i] {
		case "times":
			f.Count = n
		case "retry":
			f.RetryAfter = n
		case "ms":
			f.MS = n
		case "chat":
			f.Chat = int64(n)
		}
	}
	return p.sim.Fault(f)
}

// again lets Telegram deliver the newest updates once more.
func (p *play) again(w []string) error {
	n, err := strconv.Atoi(w[0])
	if err != nil {
		return err
	}
	return p.acting(func() error { return p.sim.Duplicate(n) })
}

func (p *play) mark(w []string) error {
	p.marks[w[0]] = len(p.sim.Calls(0))
	return nil
}

// count is "messages 42 since NAME == 1": what was sent new, edits aside.
func (p *play) count(w []string) error {
	if len(w) != 6 {
		return errors.New("want: count messages 42 since NAME == 1")
	}
	n := 0
	chat, err := where(w[1])
	if err != nil {
		return err
	}
	for _, c := range p.sim.Calls(p.marks[w[3]]) {
		if c.OK && strings.HasPrefix(c.Method, "send") && c.Method != "sendChatAction" && c.Params["chat_id"] == strconv.FormatInt(chat, 10) {
			n++
		}
	}
	if strconv.Itoa(n) != w[5] {
		return fmt.Errorf("there are %d", n)
	}
	return nil
}

func (p *play) invariants([]string) error { return nil }
