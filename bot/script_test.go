package main_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"guiwei/flows"
	"guiwei/storage"
	"guiwei/storage/vault"
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
//	student 42 sends front.jpg in album x  one part of an album, whose others come at other times, or never
//	student 42 shares contact [of 43]
//	student 42 sends front.jpg forwarded
//	student 42 replaces front.jpg [ago 2]  puts a picture in the place of the last that was sent, or of the one before
//	student 42 edits TEXT                  changes the last text
//	student 42 blocks | unblocks | reads en
//	owner 1 adds bot to teachers [with code] | kicks bot from teachers
//	owner 1 upgrades reviewers             to a supergroup, "upgraded" from then on
//	student 42 plays registers             the lines of parts/registers.txt, $me being 42
//	bot tells 42 KEY…                      texts of these keys came since the last act, in this order
//	bot tells 42 KEY with "words"          and the message has these words
//	bot says nothing to 42 ; bot never tells 42 KEY
//	bot toasts 8 KEY                       the answer to the last tap
//	chat 42 shows KEY… ; chat 42 offers BUTTON… ; chat 42 lacks BUTTON…    of what is visible now
//	chat 44 is English | Traditional       not a word of another language stands in it
//	chat 42 has 2 photos | no photos       protected ones from the bot, not deleted
//	chat 42 keeps 2 pictures               whoever sent them, files too; but the samples
//	menu 46 has start lacks invite         the command menu that the client shows, in the language of the chat
//	deleted 42 secret                      the last text is gone, within 2 s
//	mail to ADDRESS contains KEY ; sms to NUMBER contains KEY
//	no full numbers                        nothing that a bot may not say was said
//	advance 60s | to midnight | to +24h
//	fault 429 sendMessage [times 2] [retry 3] ; no faults
//	again 3                                Telegram delivers the newest updates once more
//	restart [gently]                       kill -9 (or SIGTERM) and a new start, of two replicas the one that polls; jump update ids
//	desk ; roster FILE                     groups bound and reviewers confirmed; enrolment records imported
//	old account of 40 used record          somebody's account, with what it was used for
//	mark NAME ; count messages 42 since NAME == 1 ; count letters in all == 1
//	quota 43 shown                         what the chat last read of its quota is what is stored; one person has submitted
//	store holds 2                          pictures in the photo store, once the sweeper has been at it
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
		"advance": p.advance, "restart": p.restart, "desk": p.desk, "roster": p.roster,
		"deleted": p.deleted, "mail": p.mail, "sms": p.sms, "no": p.no, "fault": p.fault, "again": p.again,
		"old": p.oldAccount, "jump": func([]string) error { p.sim.SkipUpdateIDs(1_000_000); return nil },
		"mark": p.mark, "menu": p.menu, "count": p.count, "quota": p.quotaShown, "store": p.storeHolds, "invariants": p.invariants,
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

// oldAccount is "of 40 used record conscription": an account that a school knows as used, which no chat can tell.
func (p *play) oldAccount(w []string) error {
	if len(w) < 5 {
		return errors.New("want: old account of 40 used USE…")
	}
	user, err := strconv.ParseInt(w[2], 10, 64)
	if err != nil {
		return err
	}
	store, v, err := p.open()
	if err != nil {
		return err
	}
	defer store.Close()
	return open(context.Background(), store, v, castOf(user), w[4:], p.clock.now().AddDate(-2, 0, 0))
}

// open makes somebody's account as registering would, and notes what it was used for.
func open(ctx context.Context, store *storage.Store, v *vault.Vault, f figure, uses []string, at time.Time) error {
	const op, kind = "old-account", "resident"
	phc, err := v.HashSecret(f.password, true)
	if err != nil {
		return err
	}
	ref := flows.AccountRef{Person: v.Person(kind, f.id), ID: storage.AccountID(op)}
	if err := store.ReservePhone(ctx, op, f.phone, ref, at); err != nil {
		return err
	}
	_, err = store.OpenAccount(ctx, op, flows.Account{Ref: ref, Chat: f.user, Created: at, Used: at, Uses: uses,
		Applicant: flows.Applicant{Phone: f.phone, Password: phc, Name: f.name, IDKind: kind, IDNumber: f.id}}, false, at)
	return errors.Join(err, store.ConfirmPhone(ctx, op, f.phone, ref, at))
}
