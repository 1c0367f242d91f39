package main_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"guiwei/bot/telegram"
)

// menu looks at the command menu that somebody's client shows: "46 has start", "1 has invite lacks bind".
func (p *play) menu(w []string) error {
	if len(w) < 3 {
		return errors.New("want: menu 46 has start")
	}
	chat, err := where(w[0])
	if err != nil {
		return err
	}
	shown := p.menuOf(chat)
	want := true
	for _, word := range w[1:] {
		if word == "has" || word == "lacks" {
			want = word == "has"
			continue
		}
		said, there := shown[word]
		if there != want {
			return fmt.Errorf("the menu is %v", shown)
		}
		if there && !p.words.of(p.language(chat), "commands."+word).MatchString(said) {
			return fmt.Errorf("/%s is %q, not in %s", word, said, p.language(chat))
		}
	}
	return nil
}

// menuOf are the commands and descriptions that Telegram shows in a private chat: those of the chat before those of all
// private chats, and those of the client's language before those of all.
func (p *play) menuOf(chat int64) map[string]string {
	code, _, _ := strings.Cut(castOf(chat).language+"-", "-")
	if code == "" {
		code = "zh"
	}
	lists := map[string][]telegram.Command{}
	for _, c := range p.sim.Calls(0) {
		if !strings.EqualFold(c.Method, "setMyCommands") || !c.OK {
			continue
		}
		var list []telegram.Command
		var scope telegram.CommandScope
		if json.Unmarshal([]byte(c.Params["commands"]), &list) == nil && json.Unmarshal([]byte(c.Params["scope"]), &scope) == nil {
			lists[fmt.Sprint(scope.Kind, scope.Chat, c.Params["language_code"])] = list
		}
	}
	for _, at := range []string{fmt.Sprint("chat", chat, code), fmt.Sprint("chat", chat, ""),
		fmt.Sprint("all_private_chats", 0, code), fmt.Sprint("all_private_chats", 0, "")} {
		if len(lists[at]) == 0 {
			continue
		}
		shown := map[string]string{}
		for _, one := range lists[at] {
			shown[one.Name] = one.Description
		}
		return shown
	}
	return nil
}
