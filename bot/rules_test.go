package main_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
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
	if len(w) == 5 && w[0] == "letters" {
		if n := strconv.Itoa(len(p.sim.Inbox(""))); n != w[4] {
			return fmt.Errorf("there are %s", n)
		}
		return nil
	}
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

// invariants are laws that hold after every story, whatever happened in it (trust.md, the invariant checker).
func (p *play) invariants([]string) error {
	for _, law := range []func() error{p.oneActive, p.quotaKept, p.nothingLeft, p.tapsAnswered, p.secretsGone} {
		if err := law(); err != nil {
			return err
		}
	}
	return nil
}

// oneActive looks at every person: exactly one active account from the first on, never two and never none.
func (p *play) oneActive() error {
	all, err := p.hashes("accounts")
	for key, fields := range all {
		accounts, active := 0, 0
		for field, value := range fields {
			if strings.HasSuffix(field, " state") {
				accounts++
			}
			if strings.HasSuffix(field, " state") && value == "active" {
				active++
			}
		}
		if accounts > 0 && active != 1 {
			return fmt.Errorf("%s has %d active accounts", key, active)
		}
	}
	return err
}

// quotaKept looks at every person: at most three submissions a day, five in all, each with its case.
func (p *play) quotaKept() error {
	all, err := p.hashes("quota")
	if err != nil {
		return err
	}
	cases, err := p.hashes("cases")
	if err != nil {
		return err
	}
	for key, counted := range all {
		days, of := map[string]int{}, cases[strings.Replace(key, ":quota:", ":cases:", 1)]
		for no, value := range counted {
			day, _, _ := strings.Cut(value, " ")
			if days[day]++; days[day] > 3 || len(counted) > 5 || of[no+" state"] == "" {
				return fmt.Errorf("%s counts %v beside cases %v", key, counted, of)
			}
		}
	}
	return nil
}

// left is how the quota is told.
var left = regexp.MustCompile(`今天 (\d) 次，一共 (\d) 次`) //nolint:gochecknoglobals // a compiled table

// quotaShown compares what a chat last read of its quota with what is stored.
func (p *play) quotaShown(w []string) error {
	chat, err := where(w[0])
	if err != nil {
		return err
	}
	var read []string
	for _, text := range p.heard(chat, 0) {
		if m := left.FindStringSubmatch(text); m != nil {
			read = m[1:]
		}
	}
	all, err := p.hashes("quota")
	if err != nil || len(all) != 1 || read == nil {
		return errors.Join(err, fmt.Errorf("%d persons have submitted, the chat read %v", len(all), read))
	}
	today := p.clock.now().In(dawn().Location()).Format("20060102")
	for _, counted := range all {
		used := 0
		for _, value := range counted {
			if strings.HasPrefix(value, today+" ") {
				used++
			}
		}
		if stored := []string{itoa(min(3-used, 5-len(counted))), itoa(5 - len(counted))}; !slices.Equal(read, stored) {
			return fmt.Errorf("read %v, stored is %v", read, stored)
		}
	}
	return nil
}

// nothingLeft finds outboxes that still hold something, and what was set aside.
func (p *play) nothingLeft() error {
	for _, kind := range []string{"out", "parked", "inputs"} {
		keys, err := p.keys("*:" + kind + ":*")
		if err != nil || len(keys) > 0 {
			return errors.Join(err, fmt.Errorf("left are %q", keys))
		}
	}
	return nil
}

// tapsAnswered finds spinners that were never stopped. After a crash an answer may come too late for Telegram.
func (p *play) tapsAnswered() error {
	for _, tap := range p.sim.Toasts(0) {
		if !tap.Answered && p.deaths == 0 {
			return fmt.Errorf("a tap of %d was not answered", tap.User)
		}
	}
	return nil
}

// secretsGone finds secrets that can still be read in a private chat.
func (p *play) secretsGone() error {
	for _, f := range cast() {
		view, err := p.sim.Chat(f.user, false)
		if err != nil {
			return err
		}
		for _, m := range view.Messages {
			secrets := []string{f.id, f.password, f.mother, f.father, f.teacher}
			if m.From.ID == f.user && m.Plain != "" && (slices.Contains(secrets, m.Plain) || sixDigits.MatchString(m.Plain)) {
				return fmt.Errorf("a secret of %d stays in the chat", f.user)
			}
		}
	}
	return nil
}
