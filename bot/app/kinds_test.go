package app

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"guiwei/locales"
)

// surface is where an update happens and who does it, as they stand in testdata/kinds.json: a chat, a user, and what a message
// says of the two.
type surface struct {
	name, chat, user, message string
	hears                     []string // kinds that may have an effect here
}

// surfaces are all places and voices (Bot API: Chat.type, Message.sender_chat).
func surfaces() []surface {
	const (
		person  = `{"id": 42, "is_bot": false, "first_name": "A"}`
		machine = `{"id": 77, "is_bot": true, "first_name": "B", "username": "another_bot"}`
		group   = `{"id": -100500, "type": "group", "title": "G"}`
		super   = `{"id": -1005000000001, "type": "supergroup", "title": "S"}`
		forum   = `{"id": -1005000000002, "type": "supergroup", "title": "F", "is_forum": true}`
		channel = `{"id": -1005000000003, "type": "channel", "title": "C"}`
	)
	inGroups := []string{"callback_query", "my_chat_member", "bind"}
	hidden := func(chat, user string) string {
		return `"sender_chat": ` + chat + `, "from": ` + user
	}
	return []surface{
		{"private", `{"id": 42, "type": "private"}`, person, `"from": ` + person, []string{"message", "edited_message", "callback_query", "my_chat_member", "bind"}},
		{"private chat of a bot", `{"id": 77, "type": "private"}`, machine, `"from": ` + machine, []string{"callback_query", "my_chat_member"}},
		{"group", group, person, `"from": ` + person, inGroups},
		{"supergroup", super, person, `"from": ` + person, inGroups},
		{"forum", forum, person, `"message_thread_id": 3, "is_topic_message": true, "from": ` + person, inGroups},
		{"channel", channel, person, `"author_signature": "A", "from": ` + person, []string{"callback_query", "my_chat_member"}},
		{"anonymous administrator", super, `{"id": 1087968824, "is_bot": true, "first_name": "Group", "username": "GroupAnonymousBot"}`,
			hidden(super, `{"id": 1087968824, "is_bot": true, "first_name": "Group"}`), inGroups},
		{"other bot", super, machine, `"from": ` + machine, []string{"callback_query", "my_chat_member"}},
		{"on behalf of a channel", super, person, hidden(channel, `{"id": 136817688, "is_bot": true, "first_name": "Channel"}`), []string{"callback_query", "my_chat_member"}},
		{"linked channel", super, person, `"is_automatic_forward": true, ` + hidden(channel, `{"id": 777000, "is_bot": false, "first_name": "Telegram"}`),
			[]string{"callback_query", "my_chat_member"}},
		{"inline", group, person, `"via_bot": ` + machine + `, "from": ` + person, inGroups},
	}
}

// at is an update of a kind on a surface, saying a text.
func (s surface) at(update int, kind string, body json.RawMessage, text string) []byte {
	const chat, user = `{"id": 42, "type": "private"}`, `{"id": 42, "is_bot": false, "first_name": "A"}`
	said := strings.ReplaceAll(string(body), `"from": `+user+`, "text": "x"`, "MESSAGE")
	said = strings.NewReplacer(chat, s.chat, user, s.user).Replace(said)
	said = strings.ReplaceAll(said, "MESSAGE", s.message+fmt.Sprintf(`, "text": %q`, text))
	return fmt.Appendf(nil, `{"update_id": %d, %q: %s}`, update, kind, said)
}

// hear says whether an update may have an effect here. Nothing that is edited or posted in a group is meant for the bot; of
// what is said there, only what binds the group.
func (s surface) hear(kind, text string) bool {
	if kind == "message" && strings.Contains(text, "K7") && slices.Contains(s.hears, "bind") {
		return true
	}
	return slices.Contains(s.hears, kind)
}

// stored is all that Redis holds but seen marks.
func (c *crawl) stored(rdb *redis.Client) map[string]string {
	c.t.Helper()
	names, err := rdb.Keys(c.t.Context(), "*").Result()
	if err != nil {
		c.t.Fatal(err)
	}
	all := map[string]string{}
	for _, name := range names {
		if strings.Contains(name, "}:seen:") {
			continue
		}
		if all[name], err = rdb.Dump(c.t.Context(), name).Result(); err != nil {
			c.t.Fatal(err)
		}
	}
	return all
}

func (c *crawl) redis() *redis.Client {
	c.t.Helper()
	o, err := redis.ParseURL(c.app.config.RedisURL.Reveal())
	if err != nil {
		c.t.Fatal(err)
	}
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	rdb := redis.NewClient(o)
	c.t.Cleanup(func() { _ = rdb.Close() })
	return rdb
}

// Rows: T27
func TestOfAllKindsOfUpdatesOnlyFiveHaveAnyEffect(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("testdata", "kinds.json"))
	if err != nil {
		t.Fatal(err)
	}
	var kinds map[string]json.RawMessage
	if err := json.Unmarshal(raw, &kinds); err != nil {
		t.Fatal(err)
	}
	if len(kinds) != 25 {
		t.Fatalf("%d kinds, Bot API 10.1 has 25", len(kinds))
	}
	c := startCrawl(t, 0)
	rdb := c.redis()
	update, effects := 1, map[string]int{}
	for _, s := range surfaces() {
		for kind, body := range kinds {
			for _, text := range []string{"x", "/cancel", "/help@guiwei_demo_bot", "/bind K7", "/start@guiwei_demo_bot K7", "/bind@other_bot K7"} {
				if text != "x" && !strings.Contains(string(body), `"text": "x"`) || kind == "callback_query" && text != "x" {
					continue
				}
				update++
				before, calls := c.stored(rdb), len(c.sim.Calls(0))
				if code := c.post(s.at(update, kind, body, text)); code != 200 {
					t.Errorf("%s, %s: status %d", s.name, kind, code)
				}
				c.rest()
				called := len(c.sim.Calls(calls))
				changed := called > 0 || !cmp.Equal(before, c.stored(rdb))
				if strings.Contains(text, "other_bot") && s.name != "private" && changed || changed && !s.hear(kind, text) {
					t.Errorf("%s, %s %q: %d calls, changed %v; want no effect", s.name, kind, text, called, changed)
				}
				if changed {
					effects[kind]++
				}
				if s.name == "private" && !changed && s.hear(kind, text) {
					t.Errorf("%s, %s %q: no effect", s.name, kind, text)
				}
			}
		}
	}
	t.Logf("%d updates of %d kinds on %d surfaces; effects by kind: %v", update-1, len(kinds), len(surfaces()), effects)
	if len(effects) > 5 {
		t.Errorf("%d kinds have effects", len(effects))
	}
}

// Rows: T4
func TestACommandOfAnAnonymousAdministratorBindsNothing(t *testing.T) {
	t.Parallel()
	c := startCrawl(t, 0)
	if err := c.app.store.NewInvite(t.Context(), "K7", "counselors", 1, c.app.clock.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	chat := fmt.Sprintf(`{"id": %d, "type": "group", "title": "G"}`, reviewersGroup)
	for i, sender := range []string{chat, `{"id": -1005000000003, "type": "channel", "title": "C"}`} {
		calls := len(c.sim.Calls(0))
		c.post(fmt.Appendf(nil, `{"update_id": %d, "message": {"message_id": 9, "date": 1, "chat": %s, "sender_chat": %s,
			"from": {"id": 1087968824, "is_bot": true, "first_name": "Group"}, "text": "/bind K7"}}`, i+1, chat, sender))
		c.rest()
		said := c.sim.Calls(calls)
		if hint := sender == chat; hint && (len(said) != 1 || said[0].Params["text"] != locales.Text("", "bind.anonymous", nil)) || !hint && len(said) != 0 {
			t.Errorf("%s is told %+v", sender, said)
		}
	}
	if kind, ok, err := c.app.store.TakeInvite(t.Context(), "still", "K7", c.app.clock.Now()); err != nil || !ok || kind != "counselors" {
		t.Errorf("the code is used up: %v, %v", ok, err)
	}
}
