package main_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"guiwei/bot/sim"
)

// person is what somebody does: "42 says …".
func (p *play) person(w []string) error {
	if len(w) < 2 {
		return errors.New("want: student 42 does something")
	}
	user, err := strconv.ParseInt(w[0], 10, 64)
	if err != nil {
		return errors.New("who?")
	}
	vars := castOf(user).vars()
	for i := range w {
		w[i] = vars.Replace(w[i])
	}
	verbs := map[string]func(int64, []string) error{
		"says": p.says, "types": p.types, "taps": p.taps, "sends": p.sends, "shares": p.shares, "edits": p.edits, "replaces": p.replaces,
		"blocks": p.blocks, "unblocks": p.unblocks, "reads": p.readsIn, "adds": p.adds, "kicks": p.kicks, "upgrades": p.upgrades, "binds": p.binds, "plays": p.plays,
	}
	do, known := verbs[w[1]]
	if !known {
		return errors.New("no such thing to do")
	}
	return do(user, w[2:])
}

func (p *play) says(user int64, w []string) error {
	text, chat := strings.Join(w, " "), user
	if n := len(w); n > 2 && w[n-2] == "in" && groups()[w[n-1]] != 0 {
		text, chat = strings.Join(w[:n-2], " "), groups()[w[n-1]]
	}
	p.said = append(p.said, text)
	return p.acting(func() error {
		ids, err := p.sim.Say(user, chat, text, sim.Extras{})
		if err == nil && chat == user {
			p.typed[user] = ids[len(ids)-1]
		}
		return err
	})
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`) //nolint:gochecknoglobals // a compiled table

// types is says, where a code may stand for itself.
func (p *play) types(user int64, w []string) error {
	line := strings.Join(w, " ")
	if line != "code" && line != "wrong code" {
		return p.says(user, w)
	}
	code := ""
	for _, l := range p.sim.Inbox("") {
		if found := sixDigits.FindString(l.Text); l.Kind == "sms" && found != "" {
			code = found
		}
	}
	if code == "" {
		return errors.New("no code came")
	}
	if line == "wrong code" {
		n, _ := strconv.Atoi(code) // six digits
		code = fmt.Sprintf("%06d", (n+1)%1_000_000)
	}
	return p.says(user, []string{code})
}

// place reads "… in reviewers" off the end of a line.
func place(user int64, w []string) (int64, []string) {
	if n := len(w); n >= 2 && w[n-2] == "in" {
		return groups()[w[n-1]], w[:n-2]
	}
	return user, w
}

func (p *play) taps(user int64, w []string) error {
	chat, w := place(user, w)
	kind := ""
	if len(w) > 1 && slices.Contains([]string{"twice", "stale", "forged"}, w[0]) {
		kind, w = w[0], w[1:]
	}
	t := sim.Tap{User: user, Chat: chat}
	if kind == "forged" {
		t.Forged, t.Data = true, strings.Join(w, " ")
	} else if err := p.find(&t, strings.Join(w, " "), kind == "stale"); err != nil {
		return err
	}
	return p.acting(func() error {
		_, err := p.sim.Tap(t)
		if err == nil && kind == "twice" {
			_, err = p.sim.Tap(t)
		}
		return err
	})
}

// find looks for a button: the newest message that shows it, or once showed it.
func (p *play) find(t *sim.Tap, word string, stale bool) error {
	view, err := p.sim.Chat(t.Chat, true)
	if err != nil {
		return err
	}
	means := p.words.labels(p.language(t.Chat), word)
	if k := view.ReplyKeyboard; k != nil && !stale {
		for _, row := range k.Rows {
			for _, b := range row {
				if means(b.Text) {
					t.Button = b.Text
					return nil
				}
			}
		}
	}
	for _, k := range keyboards(view.Messages, stale) {
		for _, b := range slices.Concat(k.rows...) {
			if means(b.Text) {
				t.MessageID, t.Data, t.Stale = k.message, b.Data, k.gone
				return nil
			}
		}
	}
	return errors.New("no such button")
}

// keyboard is one of a message; gone when it is not shown any more.
type keyboard struct {
	message int
	rows    [][]sim.Button
	gone    bool
}

// keyboards lists those that are shown, newest first, or the stale ones: all but that of the bot's newest message.
func keyboards(messages []sim.StoryMessage, stale bool) []keyboard {
	var now, old []keyboard
	newest := true
	for _, m := range slices.Backward(messages) {
		if m.Deleted == 0 && m.From.Bot {
			k := keyboard{m.ID, m.Keyboard, false}
			if now = append(now, k); !newest {
				old = append(old, k)
			}
			newest = false
		}
		for _, r := range slices.Backward(m.Past) {
			old = append(old, keyboard{m.ID, r.Keyboard, true})
		}
	}
	if stale {
		return old
	}
	return now
}

func (p *play) sends(user int64, w []string) error {
	if len(w) == 1 && slices.Contains([]string{"sticker", "voice", "video", "location", "poll"}, w[0]) {
		return p.acting(func() error { _, err := p.sim.SendOther(user, user, w[0]); return err })
	}
	a := sim.Attachment{User: user, Chat: user, As: "photo"}
	if n := len(w); n > 2 && w[n-2] == "as" && w[n-1] == "file" {
		a.As, w = "document", w[:n-2]
	}
	if n := len(w); n > 3 && w[n-3] == "in" && w[n-2] == "album" {
		a.AlbumID, w = w[n-1], w[:n-3]
	}
	if w[0] == "album" {
		a.Album, w = true, w[1:]
	}
	if n := len(w); n > 1 && w[n-1] == "forwarded" {
		a.Forward, w = "别人", w[:n-1]
	}
	return p.acting(func() error {
		ids, err := p.sim.Sample(a, w)
		p.pictured[user] = append(p.pictured[user], ids...)
		return err
	})
}

// replaces puts a picture in the place of one sent before: the last, or so many before it.
func (p *play) replaces(user int64, w []string) error {
	ago := 1
	if len(w) == 3 && w[1] == "ago" {
		n, err := strconv.Atoi(w[2])
		if err != nil {
			return err
		}
		ago = n
	}
	sent := p.pictured[user]
	if len(sent) < ago {
		return errors.New("no such picture was sent")
	}
	return p.acting(func() error { return p.sim.Edit(user, user, sent[len(sent)-ago], "", w[0]) })
}

func (p *play) shares(user int64, w []string) error {
	return p.acting(func() error {
		if len(w) != 3 {
			_, err := p.sim.ShareContact(user, user, "", "", 0)
			return err
		}
		of, err := strconv.ParseInt(w[2], 10, 64)
		if err != nil {
			return err
		}
		_, err = p.sim.ShareContact(user, user, castOf(of).phone, castOf(of).name, of)
		return err
	})
}

func (p *play) edits(user int64, w []string) error {
	p.said = append(p.said, strings.Join(w, " "))
	return p.acting(func() error { return p.sim.Edit(user, user, p.typed[user], strings.Join(w, " "), "") })
}

func (p *play) blocks(user int64, _ []string) error {
	return p.acting(func() error { return p.sim.Block(user, true) })
}

func (p *play) unblocks(user int64, _ []string) error {
	return p.acting(func() error { return p.sim.Block(user, false) })
}

// readsIn says which language the chat is in from now on.
func (p *play) readsIn(user int64, w []string) error {
	p.reads[user] = w[0]
	return nil
}

func (p *play) language(chat int64) string {
	switch {
	case p.reads[chat] != "":
		return p.reads[chat]
	case castOf(chat).language != "":
		return castOf(chat).language
	}
	return "zh-Hans"
}

var inviteLink = regexp.MustCompile(`startgroup=([A-Za-z0-9_-]+)`) //nolint:gochecknoglobals // a compiled table

// invitation is the code in the newest invite that somebody got.
func (p *play) invitation(user int64) (string, error) {
	for _, text := range slices.Backward(p.heard(user, 0)) {
		if m := inviteLink.FindStringSubmatch(text); m != nil {
			return m[1], nil
		}
	}
	return "", errors.New("no invite came")
}

// binds types the code of the newest invite in a group.
func (p *play) binds(user int64, w []string) error {
	code, err := p.invitation(user)
	if err != nil {
		return err
	}
	return p.says(user, []string{"/bind", code, "in", w[0]})
}

// adds brings the bot into a group: "adds bot to teachers", with an invite's deep link "with code".
func (p *play) adds(user int64, w []string) (err error) {
	if len(w) < 3 {
		return errors.New("want: adds bot to GROUP [with code]")
	}
	code := ""
	if len(w) == 5 {
		if code, err = p.invitation(user); err != nil {
			return err
		}
	}
	return p.acting(func() error { return p.sim.AddBot(groups()[w[2]], user, code) })
}

// kicks throws the bot out of a group: "kicks bot from reviewers".
func (p *play) kicks(user int64, w []string) error {
	if len(w) != 3 {
		return errors.New("want: kicks bot from GROUP")
	}
	return p.acting(func() error { return p.sim.KickBot(groups()[w[2]], user) })
}

// upgrades makes the reviewers' group a supergroup, called upgraded from then on.
func (p *play) upgrades(_ int64, w []string) error {
	return p.acting(func() error {
		id, err := p.sim.Migrate(groups()[w[0]])
		if err == nil && id != groups()["upgraded"] {
			err = fmt.Errorf("the supergroup is %d", id)
		}
		return err
	})
}

// plays runs a part that many stories share, for this person. $back is another picture each time: a pair that came back is not
// taken again.
func (p *play) plays(user int64, w []string) error {
	raw, err := os.ReadFile("testdata/script/parts/" + w[0] + ".txt")
	if err != nil {
		return err
	}
	back := "back.jpg"
	if strings.Contains(string(raw), "$back") {
		if n := p.submitted[user]; n > 0 {
			back = fmt.Sprintf("retaken%d.jpg", n)
		}
		p.submitted[user]++
	}
	means := strings.NewReplacer("$me", strconv.FormatInt(user, 10), "$back", back)
	for n, line := range strings.Split(string(raw), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := p.run(means.Replace(line)); err != nil {
			return fmt.Errorf("%s:%d: %s: %w", w[0], n+1, line, err)
		}
	}
	return nil
}
