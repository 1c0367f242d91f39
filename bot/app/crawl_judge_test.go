package app

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"guiwei/bot/sim"
	"guiwei/bot/tap"
	"guiwei/flows"
	"guiwei/locales"
	"guiwei/storage"
)

// judge says what was wrong with how somebody was answered.
func (c *crawl) judge(p *pair, calls []sim.Call) []string {
	c.t.Helper()
	after, err := c.app.store.Load(c.t.Context(), p.user, "after")
	if err != nil {
		c.t.Fatal(err)
	}
	faults := rude(calls)
	answered := slices.ContainsFunc(calls, func(call sim.Call) bool {
		return (call.OK || same(call)) && slices.Contains([]string{"sendMessage", "editMessageText", "sendPhoto"}, call.Method)
	})
	toasted, spinning := c.toasts(p)
	if !answered && !toasted && !kept(p, after) {
		faults = append(faults, "silence")
	}
	if spinning {
		faults = append(faults, "a spinner that never stops")
	}
	if p.send.idle && !slices.Contains(readAnew(), p.before.Conversation.Top().Flow) {
		if diff := cmp.Diff(lasting(p.before.Conversation), lasting(after.Conversation)); diff != "" {
			faults = append(faults, "a change by "+p.send.name+", which should have no effect")
		}
	}
	return append(faults, c.wayOn(calls, p, after.Conversation, after.Live)...)
}

// readAnew are the flows whose pages are read anew whenever they are shown, and end where the login has.
func readAnew() []string { return []string{"record", "devices", "security"} }

// kept is a picture that waits: for what is said of the one before it, or for the rest of its album.
func kept(p *pair, after storage.Loaded) bool {
	return slices.Contains([]flows.State{"front_check", "front", "back"}, after.Conversation.Top().State) && !bytes.Equal(p.before.Conversation.Top().Draft, after.Conversation.Top().Draft)
}

// lasting is what may not change by itself: not where the next message goes, nor the client's language, nor when a draft ends.
func lasting(c flows.Conversation) flows.Conversation {
	c.Term = nil
	c.Below, c.Shared, c.Language, c.Album = false, false, "", ""
	return c
}

// toasts says whether a tap was answered with words, and whether one was not answered at all.
func (c *crawl) toasts(p *pair) (toasted, spinning bool) {
	for _, t := range c.sim.Toasts(p.user) {
		toasted = toasted || t.Text != ""
		spinning = spinning || !t.Answered
	}
	return toasted, spinning
}

// rawKey is what a key of locales looks like; unworded is what a text may never hold.
var (
	rawKey   = regexp.MustCompile(`[a-z_]+(\.[a-z0-9_]+)+`)
	label    = regexp.MustCompile(`"text":"([^"]*)"`)
	unworded = regexp.MustCompile(`\{\{|\}\}|<no value>|no value|%!|\bnil\b|panic|goroutine|redis|EOF|errors?:`)
)

// rude says what a person should never read, and which calls Telegram refused.
func rude(calls []sim.Call) []string {
	var faults []string
	for _, call := range calls {
		if !call.OK && !same(call) && !late(call) && !strings.Contains(call.Description, "message to delete not found") {
			faults = append(faults, "a refused "+call.Method+": "+call.Description)
		}
		text := strings.Join(append(labels(call.Params["reply_markup"]), call.Params["text"], call.Params["caption"]), " ")
		for _, word := range rawKey.FindAllString(text, -1) {
			if locales.Has(locales.Languages[0], word) {
				faults = append(faults, "a raw key: "+word)
			}
		}
		if found := unworded.FindString(strings.ReplaceAll(text, html.EscapeString(markup), "")); found != "" {
			faults = append(faults, "no words for people: "+found+" in "+text)
		}
	}
	return faults
}

// same is an answer that the message shows already: it counts as given.
func same(call sim.Call) bool { return strings.Contains(call.Description, "not modified") }

// late is the courtesy of stripping the buttons of a message that has a keyboard below the chat instead.
func late(call sim.Call) bool {
	return call.Method == "editMessageReplyMarkup" && strings.Contains(call.Description, "can't be edited")
}

// labels are the texts of the buttons of a keyboard.
func labels(markup string) []string {
	var all []string
	for _, found := range label.FindAllStringSubmatch(markup, -1) {
		all = append(all, found[1])
	}
	return all
}

// general are the notes that fit any place: by themselves they do not say what is wanted there.
func general() []string {
	return []string{"kit.unexpected", "kit.unknown_command", "kit.edited", "kit.no_way_back", "kit.stale", "kit.failed", "kit.was", "kit.continue", "help.text"}
}

// unnamed finds a general answer without the question that is open now.
func (c *crawl) unnamed(calls []sim.Call, lang string, want flows.Show) []string {
	text := ""
	for _, call := range calls {
		if call.OK && call.Params["text"] != "" {
			text = call.Params["text"]
		}
	}
	if strings.Contains(text, c.words(lang, *want.Ask)) || want.Header != nil && strings.Contains(text, c.words(lang, *want.Header)) {
		return nil
	}
	var faults []string
	for _, key := range general() {
		if strings.Contains(text, c.words(lang, flows.Say(key, "was", ""))) {
			faults = append(faults, "only "+key+", not what is wanted now: "+want.Ask.Key)
		}
	}
	return faults
}

func (c *crawl) words(lang string, p flows.Phrase) string {
	p.Args = append(slices.Clone(p.Args), flows.Arg{Name: "operator", Text: c.app.config.OperatorName},
		flows.Arg{Name: "contact", Text: c.app.config.SupportContact})
	return p.Words(lang)
}

// wayOn wants the live message of the chat to ask what is wanted now, with the buttons of that question; where something is
// under way, that it says so.
func (c *crawl) wayOn(calls []sim.Call, p *pair, conv flows.Conversation, live int) []string {
	c.t.Helper()
	help := flows.Input{ID: "h", Kind: flows.Command, Word: "help", Chat: p.user, At: c.app.clock.Now(), Message: 1}
	d, err := c.book.Decide(conv, help)
	if err != nil {
		return []string{"nothing can be said any more: " + err.Error()}
	}
	i := slices.IndexFunc(d.Effects, func(e flows.Effect) bool { _, ok := e.(flows.Show); return ok })
	if i < 0 {
		return []string{"nothing is answered to /help any more"}
	}
	want, _ := d.Effects[i].(flows.Show)
	if want.Ask == nil || want.Ask.Key == "" {
		return nil
	}
	faults := c.unnamed(calls, conv.Language, want)
	view, err := c.sim.Chat(p.user, false)
	if err != nil {
		c.t.Fatal(err)
	}
	at := slices.IndexFunc(view.Messages, func(m sim.StoryMessage) bool { return m.ID == live })
	if at < 0 {
		return append(faults, "no live message")
	}
	if want.Share {
		if view.ReplyKeyboard == nil {
			faults = append(faults, "no keyboard to share the number by")
		}
		return faults
	}
	return append(faults, c.shows(p, view.Messages[at], want)...)
}

// shows compares the live message with what it should ask.
func (c *crawl) shows(p *pair, m sim.StoryMessage, want flows.Show) []string {
	var faults, has, should []string
	if len(m.Keyboard) == 0 && strings.HasPrefix(want.Ask.Key, "home.") {
		return nil // a last word; every word is valid here
	}
	for _, row := range m.Keyboard {
		for _, b := range row {
			has = append(has, b.Data)
		}
	}
	for _, row := range want.Buttons {
		for _, b := range row {
			if b.URL == "" {
				should = append(should, tap.Data(c.app.vault, p.user, b))
			}
		}
	}
	if diff := cmp.Diff(should, has); diff != "" {
		faults = append(faults, "other buttons than the question's: "+want.Ask.Key)
	}
	if len(has) == 0 && len(should) == 0 {
		faults = append(faults, "no way on from "+want.Ask.Key)
	}
	return faults
}
