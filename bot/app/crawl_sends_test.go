package app

import (
	"encoding/json"
	"fmt"
	"strings"

	"guiwei/bot/sim"
	"guiwei/bot/tap"
	"guiwei/flows"
	"guiwei/flows/flowtest"
)

// markup is a text that is none of ours, wherever a person reads it again.
const markup = "<b>x</b> & {{.name}} _*`[x](y)"

// sending is something that a person does in the private chat.
type sending struct {
	name string
	do   func(c *crawl, p *pair)                         // in the simulated Telegram
	turn func(c *crawl, p *pair, sent [][]byte) [][]byte // what the simulator cannot send is made of what it sent
	idle bool                                            // nothing may change by it, whatever is said
}

// sendings are all that can be sent in a place.
func sendings(n flowtest.Node) []sending {
	all := append(texts(), contents()...)
	all = append(all, pictures()...)
	all = append(all, edits()...)
	all = append(all, commandsOf("guiwei_demo_bot")...)
	return append(all, taps(n)...)
}

func (c *crawl) must(_ any, err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func says(name, text string) sending {
	return sending{name: name, do: func(c *crawl, p *pair) { c.must(c.sim.Say(p.user, p.user, text, sim.Extras{})) }}
}

// texts fit somewhere, or nowhere.
func texts() []sending {
	all := []sending{
		says("very long text", strings.Repeat("很长的一段话，", 585)), says("4096 letters", strings.Repeat("a", 4096)),
		says("emoji", "😀🎓👍🏽"), says("markup", markup), says("zero width", "\u200b\u200d\u2060"),
		says("right to left", "\u202eabc\u202c"), says("a line", "啥？"), says("lines", "一\n\n\n二"), says("a number", "0"), says("a link", "https://example.com/?a=1"),
		{name: "forwarded text", do: func(c *crawl, p *pair) {
			c.must(c.sim.Say(p.user, p.user, "转发的话", sim.Extras{Forward: "B"}))
		}},
		{name: "reply", do: func(c *crawl, p *pair) {
			c.must(c.sim.Say(p.user, p.user, "回复", sim.Extras{ReplyTo: p.before.Live}))
		}},
	}
	for _, text := range []string{flowtest.Phone, "123456", flowtest.Password, flowtest.Name, flowtest.ID, "zhou@qq.con", "zhou@example.com", "确认"} {
		all = append(all, says("text "+text, text))
	}
	return all
}

// becomes sends a sticker that turns into another content on its way.
func becomes(name, content string) sending {
	return sending{name: name,
		do: func(c *crawl, p *pair) { c.must(c.sim.SendOther(p.user, p.user, "sticker")) },
		turn: func(c *crawl, _ *pair, sent [][]byte) [][]byte {
			return c.change(sent, "message", func(m map[string]any) {
				delete(m, "sticker")
				var more map[string]any
				c.must(nil, json.Unmarshal([]byte("{"+content+"}"), &more))
				for k, v := range more {
					m[k] = v
				}
			})
		}}
}

// change edits the message of a kind of update.
func (c *crawl) change(sent [][]byte, kind string, edit func(map[string]any)) [][]byte {
	c.t.Helper()
	var out [][]byte
	for _, u := range sent {
		var all map[string]any
		decoder := json.NewDecoder(strings.NewReader(string(u)))
		decoder.UseNumber()
		c.must(nil, decoder.Decode(&all))
		if m, ok := all[kind].(map[string]any); ok {
			edit(m)
		}
		out = append(out, raw(c.t, all))
	}
	return out
}

// contents are all kinds of a message (Bot API, Message) that are neither text nor picture.
func contents() []sending {
	const f = `"file_id":"F","file_unique_id":"U"`
	all := []sending{
		becomes("animation", `"animation":{`+f+`,"width":1,"height":1,"duration":1},"document":{`+f+`}`),
		becomes("audio", `"audio":{`+f+`,"duration":1}`), becomes("video note", `"video_note":{`+f+`,"length":1,"duration":1}`),
		becomes("venue", `"location":{"latitude":1,"longitude":1},"venue":{"location":{"latitude":1,"longitude":1},"title":"t","address":"a"}`),
		becomes("dice", `"dice":{"emoji":"🎲","value":6}`), becomes("story", `"story":{"chat":{"id":7,"type":"private"},"id":1}`),
		becomes("checklist", `"checklist":{"title":"t","tasks":[{"id":1,"text":"x"}]}`), becomes("game", `"game":{"title":"t","description":"d","photo":[]}`),
		becomes("paid media", `"paid_media":{"star_count":1,"paid_media":[{"type":"preview"}]}`),
		becomes("gift", `"gift":{"gift":{"id":"1"}}`), becomes("web app data", `"web_app_data":{"data":"{}","button_text":"b"}`),
		becomes("content of tomorrow", `"hologram":{"file_id":"F"}`), becomes("pinned message", `"pinned_message":{"message_id":1,"date":0,"chat":{"id":7,"type":"private"}}`),
		becomes("empty photo", `"photo":[]`), becomes("voice with a caption", `"voice":{`+f+`,"duration":1},"caption":"/cancel"`),
		{name: "own contact", do: func(c *crawl, p *pair) { c.must(c.sim.ShareContact(p.user, p.user, "", "", 0)) }},
		{name: "contact of somebody else", do: func(c *crawl, p *pair) {
			c.must(c.sim.ShareContact(p.user, p.user, "+8613900000099", "B", 99))
		}},
		{name: "contact of nobody", do: func(c *crawl, p *pair) { c.must(c.sim.ShareContact(p.user, p.user, "x", "B", 0)) }},
	}
	for _, kind := range []string{"sticker", "voice", "video", "location", "poll"} {
		all = append(all, sending{name: kind, do: func(c *crawl, p *pair) { c.must(c.sim.SendOther(p.user, p.user, kind)) }})
	}
	return all
}

func pictures() []sending {
	sample := func(name, as, forward string, files ...string) sending {
		return sending{name: name, do: func(c *crawl, p *pair) {
			c.must(c.sim.Sample(sim.Attachment{User: p.user, Chat: p.user, As: as, Album: true, Extras: sim.Extras{Forward: forward}}, files))
		}}
	}
	return []sending{
		sample("photo", "photo", "", "tiny.jpg"), sample("image document", "document", "", "tiny.jpg"),
		sample("good photo", "photo", "", "front.jpg"), sample("forwarded photo", "photo", "B", "tiny.jpg"),
		sample("album of 2", "photo", "", "tiny.jpg", "tiny.jpg"), sample("album of 3", "photo", "", "front.jpg", "back.jpg", "tiny.jpg"),
		sample("album of documents", "document", "", "front.jpg", "back.jpg"),
		{name: "other document", do: func(c *crawl, p *pair) {
			c.must(c.sim.Attach(sim.Attachment{User: p.user, Chat: p.user, As: "document", Files: []sim.Photo{{Name: "a.pdf", Bytes: []byte("%PDF-1.7 x")}}}))
		}},
	}
}

// edits are of what was just said, and of what was said before anything the bot remembers.
func edits() []sending {
	edit := func(text string) func(c *crawl, p *pair) {
		return func(c *crawl, p *pair) {
			ids, err := c.sim.Say(p.user, p.user, "啥？", sim.Extras{})
			c.must(ids, err)
			c.must(nil, c.sim.Edit(p.user, p.user, ids[0], text, ""))
		}
	}
	last := func(_ *crawl, _ *pair, sent [][]byte) [][]byte { return sent[len(sent)-1:] }
	return []sending{
		{name: "answer, then edited", do: edit("改过的")},
		{name: "edited old message", do: edit("改过的"), turn: last, idle: true},
		{name: "edited into a secret", do: edit(flowtest.Password), turn: last, idle: true},
		{name: "edited into a command", do: edit("/cancel"), turn: last, idle: true},
		{name: "edited into another bot's command", do: edit("/help@other_bot"), turn: last, idle: true},
		{name: "edited photo", do: func(c *crawl, p *pair) {
			ids, err := c.sim.Sample(sim.Attachment{User: p.user, Chat: p.user, As: "photo"}, []string{"tiny.jpg"})
			c.must(ids, err)
			c.must(nil, c.sim.Edit(p.user, p.user, ids[0], "caption", ""))
		}, turn: last, idle: true},
	}
}

// commandsOf are the bot's commands, as they come from fingers, menus and links.
func commandsOf(me string) []sending {
	all := []sending{says("unknown command", "/nonsense"), says("command in Chinese", "/帮助"), says("lone slash", "/"),
		says("another bot's command", "/help@other_bot"), says("another bot's cancel", "/cancel@other_bot"),
		says("command in capitals", "/HELP"), says("deep link", "/start abc_DEF-123"), says("forged deep link", "/start "+strings.Repeat("x", 64)),
		says("command with lines", "/status\n\nx")}
	for _, word := range []string{"start", "help", "status", "back", "cancel", "language", "whoami", "login", "register", "evidence", "record",
		"logout", "review", "invite", "claim", "grant", "later", "keep", "bind"} {
		all = append(all, says("/"+word, "/"+word), says("/"+word+" with words", "/"+word+" 203-17 x"), says("/"+word+"@me", "/"+word+"@"+me))
	}
	return all
}

// forged presses a button with any data, on the live message.
func forged(name string, idle bool, data func(c *crawl, p *pair) string) sending {
	return sending{name: name, idle: idle, do: func(c *crawl, p *pair) {
		c.must(c.sim.Tap(sim.Tap{User: p.user, Chat: p.user, MessageID: p.before.Live, Forged: true, Data: data(c, p)}))
	}}
}

// taps are the live buttons of a place, and the buttons of other places, times, chats and people.
func taps(n flowtest.Node) []sending {
	signed := func(b flows.Button) func(c *crawl, p *pair) string {
		return func(c *crawl, p *pair) string { return tap.Data(c.app.vault, p.user, b) }
	}
	about := flows.Button{Act: "back", Frame: n.C.Top().ID, Turn: n.C.Top().Turn}
	all := []sending{
		forged("stale button", true, signed(flows.Button{Act: "back", Frame: about.Frame, Turn: about.Turn + 1})),
		forged("button of a flow that is over", true, signed(flows.Button{Act: "back", Frame: 9999, Turn: 1})),
		forged("button that nobody hears", true, signed(flows.Button{Act: "unheard", Frame: about.Frame, Turn: about.Turn})),
		forged("button of another chat", true, func(c *crawl, p *pair) string { return tap.Data(c.app.vault, p.user+1, about) }),
		forged("forged button", true, func(c *crawl, p *pair) string {
			data := []byte(signed(about)(c, p))
			data[int(p.user)%len(data)] ^= 1
			return string(data)
		}),
		forged("nonsense for a button", true, func(*crawl, *pair) string { return "x" }),
		forged("claim of a case", false, signed(flows.About("claim", flowtest.No))), forged("grant of a role", false, signed(flows.About("grant", "7"))),
		inline(forged("button without a message", true, signed(about))),
	}
	for _, row := range n.Shown.Buttons {
		for _, b := range row {
			all = append(all, forged("["+b.Act+"]", false, signed(b)))
		}
	}
	return all
}

// inline makes the tap one on a message that inline mode sent.
func inline(s sending) sending {
	s.turn = func(c *crawl, _ *pair, sent [][]byte) [][]byte {
		return c.change(sent, "callback_query", func(q map[string]any) {
			delete(q, "message")
			q["inline_message_id"] = fmt.Sprint("i", c.people)
		})
	}
	return s
}
