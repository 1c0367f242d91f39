package main_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/encoding/traditionalchinese"

	"guiwei/bot/sim"
	"guiwei/locales"
)

// where reads a chat: a person's number or a group's name.
func where(word string) (int64, error) {
	if id := groups()[word]; id != 0 {
		return id, nil
	}
	id, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		return 0, errors.New("which chat?")
	}
	return id, nil
}

// heard are the texts that the bot said in a chat since its call numbered since, edits included, as they were sent.
func (p *play) heard(chat int64, since int) []string {
	var out []string
	for _, c := range p.sim.Calls(since) {
		if !c.OK || c.Params["chat_id"] != strconv.FormatInt(chat, 10) {
			continue
		}
		switch strings.ToLower(c.Method) {
		case "sendmessage", "editmessagetext":
			out = append(out, c.Params["text"])
		case "sendphoto", "editmessagecaption":
			out = append(out, c.Params["caption"])
		}
	}
	return out
}

func (p *play) botSaid(w []string) error {
	if len(w) < 3 {
		return errors.New("want: bot tells 42 KEY")
	}
	switch {
	case w[0] == "tells":
		return p.tells(w[1], w[2:])
	case w[0] == "toasts":
		return p.toasts(w[1], w[2:])
	case w[0] == "never" && w[1] == "tells":
		chat, err := where(w[2])
		if err != nil {
			return err
		}
		return p.absent(chat, p.heard(chat, 0), w[3:])
	case w[0] == "says" && w[1] == "nothing":
		chat, err := where(w[3])
		if err == nil && len(p.heard(chat, p.act)) > 0 {
			err = errors.New("the bot did say something")
		}
		return err
	}
	return errors.New("no such thing for the bot to do")
}

func (p *play) tells(to string, keys []string) error {
	chat, err := where(to)
	if err != nil {
		return err
	}
	return p.inOrder(chat, p.heard(chat, p.act), keys)
}

// inOrder finds the texts of keys one after the other; behind "with" stands what must be said too.
func (p *play) inOrder(chat int64, said, keys []string) error {
	all, rest := strings.Join(said, "\x00"), ""
	rest = all
	for i, key := range keys {
		if key == "with" {
			for _, part := range keys[i+1:] {
				if !strings.Contains(all, part) {
					return fmt.Errorf("want the words %q", part)
				}
			}
			return nil
		}
		at := p.words.of(p.language(chat), key).FindStringIndex(rest)
		if at == nil {
			return fmt.Errorf("want %s: %s", key, p.words.of(p.language(chat), key))
		}
		rest = rest[at[0]+1:] // the next may stand within this one
	}
	return nil
}

func (p *play) absent(chat int64, said, keys []string) error {
	for _, key := range keys {
		for _, text := range said {
			if p.words.of(p.language(chat), key).MatchString(text) {
				return fmt.Errorf("%s was said", key)
			}
		}
	}
	return nil
}

// toasts looks at the answer to somebody's last tap.
func (p *play) toasts(who string, want []string) error {
	chat, err := where(who)
	if err != nil {
		return err
	}
	all := p.sim.Toasts(chat)
	if len(all) == 0 || !all[len(all)-1].Answered {
		return errors.New("the last tap was not answered")
	}
	return p.inOrder(chat, []string{all[len(all)-1].Text}, want)
}

// visible looks at a chat as it is drawn now: "42 shows KEY…", "42 offers BUTTON…".
func (p *play) visible(w []string) error {
	if len(w) < 2 {
		return errors.New("want: chat 42 shows KEY")
	}
	chat, err := where(w[0])
	if err != nil {
		return err
	}
	view, err := p.sim.Chat(chat, false)
	if err != nil {
		return err
	}
	switch w[1] {
	case "shows":
		return p.shows(chat, view, w[2:])
	case "hides":
		return p.absent(chat, drawn(view), w[2:])
	case "offers", "lacks":
		return p.offers(chat, view, w[2:], w[1] == "offers")
	case "has":
		return photos(view, w[2])
	case "keeps":
		return keeps(view, w[2])
	case "is":
		return in(w[2], view)
	case "left":
		if view.Bot != "left" {
			return fmt.Errorf("the bot is %s", view.Bot)
		}
		return nil
	}
	return errors.New("no such thing to see")
}

// drawn are the bot's texts that can be read in a chat now.
func drawn(view sim.ChatView) []string {
	var out []string
	for _, m := range view.Messages {
		if m.From.Bot {
			out = append(out, m.Text+m.Caption)
		}
	}
	return out
}

// shows reads the page's HTML, where quotes are written otherwise than the bot sends them.
func (p *play) shows(chat int64, view sim.ChatView, keys []string) error {
	return p.inOrder(chat, drawn(view), keys)
}

// offers looks at the buttons of the newest message that has any, and at the reply keyboard.
func (p *play) offers(chat int64, view sim.ChatView, wanted []string, want bool) error {
	var labels []string
	for _, m := range slices.Backward(view.Messages) {
		for _, b := range slices.Concat(m.Keyboard...) {
			labels = append(labels, b.Text)
		}
		if len(labels) > 0 {
			break
		}
	}
	if view.ReplyKeyboard != nil {
		for _, b := range slices.Concat(view.ReplyKeyboard.Rows...) {
			labels = append(labels, b.Text)
		}
	}
	for _, word := range wanted {
		if slices.ContainsFunc(labels, p.words.labels(p.language(chat), word)) != want {
			return fmt.Errorf("offered are %q", labels)
		}
	}
	return nil
}

// in finds words of another language in what the bot said; names of the operator and of languages are what they are.
func in(language string, view sim.ChatView) error {
	foreign := map[string]func(rune) bool{"English": chineseRune, "Traditional": simplifiedRune}[language]
	if foreign == nil {
		return errors.New("want: chat 44 is English, or Traditional")
	}
	names := strings.NewReplacer("示例大学", "", "学生事务中心", "", "归位", "", "简体中文", "", "繁體中文", "", "语言", "")
	for _, m := range view.Messages {
		text := m.Plain + m.PlainCaption
		for _, row := range m.Keyboard {
			for _, b := range row {
				text += "\n" + b.Text
			}
		}
		if text = names.Replace(text); m.From.Bot && strings.ContainsFunc(text, foreign) {
			return fmt.Errorf("not %s: %s", language, text)
		}
	}
	return nil
}

func chineseRune(r rune) bool { return unicode.Is(unicode.Han, r) }

// simplifiedRune is a Chinese character that Taiwan's and Hong Kong's old set does not know.
func simplifiedRune(r rune) bool {
	_, err := traditionalchinese.Big5.NewEncoder().String(string(r))
	return chineseRune(r) && err != nil
}

func photos(view sim.ChatView, want string) error {
	n := 0
	for _, m := range view.Messages {
		if m.From.Bot && m.Photo != nil && m.Protected {
			n++
		}
	}
	if strconv.Itoa(n) != want && (n != 0 || want != "no") {
		return fmt.Errorf("there are %d protected photos", n)
	}
	return nil
}

// keeps counts what shows anything but our own drawings, whoever sent it.
func keeps(view sim.ChatView, want string) error {
	n := 0
	for _, m := range view.Messages {
		words := m.PlainCaption
		sample := m.From.Bot && (strings.Contains(words, locales.Plain("zh-Hans", "sample.front", nil)) || strings.Contains(words, locales.Plain("zh-Hans", "sample.back", nil)))
		if (m.Photo != nil || m.Document != nil) && !sample {
			n++
		}
	}
	if strconv.Itoa(n) != want {
		return fmt.Errorf("there are %d pictures", n)
	}
	return nil
}

// deleted looks after a secret: it must be gone within 2 s (T15).
func (p *play) deleted(w []string) error {
	chat, err := where(w[0])
	if err != nil {
		return err
	}
	view, err := p.sim.Chat(chat, true)
	if err != nil {
		return err
	}
	for _, m := range view.Messages {
		if m.ID != p.typed[chat] {
			continue
		}
		took := time.Duration(m.Deleted-m.Date) * time.Millisecond
		if m.Deleted == 0 || took > 2*time.Second {
			return fmt.Errorf("deleted after %v", took)
		}
		return nil
	}
	return errors.New("nothing was typed")
}

func (p *play) mail(w []string) error { return p.letter("mail", w) }
func (p *play) sms(w []string) error  { return p.letter("sms", w) }

// letter looks into the inbox: "to ADDRESS contains KEY".
func (p *play) letter(kind string, w []string) error {
	if len(w) != 4 {
		return errors.New("want: mail to ADDRESS contains KEY")
	}
	for _, l := range p.sim.Inbox("") {
		if l.Kind == kind && strings.HasSuffix(l.To, w[1]) && p.words.of("zh-Hans", w[3]).MatchString(l.Text) {
			return nil
		}
	}
	return fmt.Errorf("the inbox is %+v", p.sim.Inbox(""))
}

// transcript tells the end of every chat, for whoever has to understand a failure.
func (p *play) transcript() string {
	var b strings.Builder
	b.WriteString("--- since the last act\n")
	for _, c := range p.sim.Calls(p.act) {
		fmt.Fprintf(&b, "%s to %s: %.60q %v %s\n", c.Method, c.Params["chat_id"], c.Params["text"]+c.Params["caption"], c.OK, c.Fault+c.Description)
	}
	for _, chat := range []int64{1, 7, 8, 20, 40, 42, 43, 44, 45, 46, 66, -1001, -1002, -1003, -1004} {
		view, err := p.sim.Chat(chat, false)
		if err != nil || len(view.Messages) == 0 {
			continue
		}
		fmt.Fprintf(&b, "--- chat %d\n", chat)
		for _, m := range view.Messages[max(0, len(view.Messages)-6):] {
			fmt.Fprintf(&b, "%-8s %s%s%s\n", m.From.Name, m.Plain, m.PlainCaption, m.Service)
			for _, row := range m.Keyboard {
				for _, k := range row {
					fmt.Fprintf(&b, "  [%s]", k.Text)
				}
			}
			if len(m.Keyboard) > 0 {
				b.WriteByte('\n')
			}
		}
	}
	logged := strings.Split(strings.TrimSpace(p.logs.String()), "\n")
	return b.String() + "--- log\n" + strings.Join(logged[max(0, len(logged)-15):], "\n")
}
