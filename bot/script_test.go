package main_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The language of stories. One command a line, or several with " ; " between them; # begins a comment.
//
//	student 42 says /start                 any text; also: reviewer, counselor, owner, stranger
//	student 42 types $phone                the same, with $phone $name $id $email $password $mother $father $teacher of 42
//	student 42 types code | wrong code     the newest code of the inbox, or another one
//	student 42 taps agree [in reviewers]   a button by its label, or its key without "button."; the newest message that has it
//	student 42 taps twice submit           two taps before the bot sees the first
//	student 42 taps stale agree            a button that its message does not show any more
//	student 42 taps forged DATA            callback data of a hostile client
//	student 42 sends front.jpg [as file]   a picture of pictures_test.go; sends album A B; sends sticker
//	student 42 shares contact [of 43]
//	student 42 edits TEXT                  changes the last text
//	student 42 blocks | unblocks | reads en
//	owner 1 adds bot to teachers [with code]
//	student 42 plays registers             the lines of parts/registers.txt, $me being 42
//	bot tells 42 KEY…                      texts of these keys came since the last act, in this order
//	bot tells 42 KEY with "words"          and the message has these words
//	bot says nothing to 42 ; bot never tells 42 KEY
//	bot toasts 8 KEY                       the answer to the last tap
//	chat 42 shows KEY… ; chat 42 offers BUTTON… ; chat 42 lacks BUTTON…    of what is visible now
//	chat 42 has 2 photos | no photos       from the bot, not deleted
//	deleted 42 secret                      the last text is gone, within 2 s
//	mail to ADDRESS contains KEY ; sms to NUMBER contains KEY
//	no full numbers                        nothing that a bot may not say was said
//	advance 60s | to midnight | to +24h
//	fault 429 sendMessage [times 2] [retry 3] ; no faults
//	again 3                                Telegram delivers the newest updates once more
//	restart ; crash at POINT ; stop
//	desk ; roster FILE                     groups bound and reviewers confirmed; enrolment records imported
//	mark NAME ; count messages 42 since NAME == 1
//	invariants

// script plays lines until one fails.
func (p *play) script(name, text string) {
	p.t.Helper()
	for n, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "# ")
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		for _, command := range strings.Split(line, " ; ") {
			if err := p.run(command); err != nil {
				p.t.Fatalf("%s:%d: %s\n%v\n%s", name, n+1, strings.TrimSpace(command), err, p.transcript())
			}
		}
	}
}

// run does one command.
func (p *play) run(command string) error {
	w, err := words(command)
	if err != nil {
		return err
	}
	switch w[0] {
	case "student", "reviewer", "counselor", "owner", "stranger":
		return p.person(w[1:])
	case "bot":
		return p.botSaid(w[1:])
	case "chat", "group":
		return p.visible(w[1:])
	}
	do, known := p.commands()[w[0]]
	if !known {
		return fmt.Errorf("no such command")
	}
	return do(w[1:])
}

// words splits a line at blanks, "…" keeps them.
func words(line string) ([]string, error) {
	var out []string
	for rest := strings.TrimSpace(line); rest != ""; rest = strings.TrimSpace(rest) {
		if rest[0] == '"' {
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, errors.New("a quote does not end")
			}
			text, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, err
			}
			out, rest = append(out, text), rest[len(quoted):]
			continue
		}
		word, more, _ := strings.Cut(rest, " ")
		out, rest = append(out, word), more
	}
	if len(out) == 0 {
		return nil, errors.New("an empty command")
	}
	return out, nil
}

func (p *play) commands() map[string]func([]string) error {
	return map[string]func([]string) error{
		"advance": p.advance, "restart": p.restart, "stop": func([]string) error { p.stop(); return nil }, "crash": p.crashAt, "desk": p.desk, "roster": p.roster,
		"deleted": p.deleted, "mail": p.mail, "sms": p.sms, "no": p.no, "fault": p.fault, "again": p.again,
		"mark": p.mark, "count": p.count, "invariants": p.invariants,
	}
}

// acting notes where the bot's calls stand before something happens, and waits for what comes of it.
func (p *play) acting(do func() error) error {
	p.act = len(p.sim.Calls(0))
	if err := do(); err != nil {
		return err
	}
	return p.settle()
}

func (p *play) advance(w []string) error {
	d, err := p.until(w)
	if err != nil {
		return err
	}
	return p.acting(func() error { p.move(d); return nil })
}

// until reads "60s", "to midnight" (just after it, in Shanghai) and "to 09:30".
func (p *play) until(w []string) (time.Duration, error) {
	if len(w) == 1 {
		return time.ParseDuration(w[0])
	}
	if len(w) != 2 || w[1] != "midnight" {
		return 0, errors.New("want: advance 60s, or: advance to midnight")
	}
	now := p.clock.now().In(dawn().Location())
	y, m, d := now.Date()
	return time.Date(y, m, d+1, 0, 0, 1, 0, now.Location()).Sub(now), nil
}

// restart kills the bot and starts it again; what a crash would leave is swept.
func (p *play) restart([]string) error {
	return p.acting(func() error {
		p.stop()
		p.start()
		p.move(16 * time.Second)
		return nil
	})
}

// crashAt starts the bot anew, to die at a point; it is then started again.
func (p *play) crashAt(w []string) error {
	if len(w) != 2 || w[0] != "at" {
		return errors.New("want: crash at POINT")
	}
	p.stop()
	p.crash, p.survive = w[1]+":1", true
	p.start()
	return p.settle()
}

// desk does what the people of a school did once: bind both groups, confirm two reviewers.
func (p *play) desk([]string) error {
	for _, line := range []string{
		"owner 1 says /invite reviewers", "owner 1 binds reviewers", "owner 1 says /invite counselors", "owner 1 binds counselors",
		"reviewer 7 says /review", "owner 1 taps grant", "reviewer 8 says /review", "owner 1 taps grant",
	} {
		if err := p.run(line); err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
	}
	return nil
}

// roster imports a file of the story, as an operator does.
func (p *play) roster(w []string) error {
	for _, f := range p.files {
		if f.Name != w[0] {
			continue
		}
		path := filepath.Join(p.dir, "roster.csv")
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			return err
		}
		if out, err := p.command("roster", "import", path); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}
	return errors.New("the story has no such file")
}
