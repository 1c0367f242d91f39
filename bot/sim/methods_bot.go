package sim

import (
	"encoding/json"
	"regexp"
)

// profile is what the bot tells about itself, by language. Guarded by Server.mu.
type profile struct {
	texts    map[string]string // by field and language
	commands map[string][]command
	button   json.RawMessage
}

// command is a BotCommand.
type command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

var commandName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

func (s *Server) yes(*call) (any, *apiError) { return true, nil }

func (s *Server) botName() string {
	if name := s.profile.texts["name|"]; name != "" {
		return name
	}
	return s.opts.BotName
}

func (s *Server) getMe(*call) (any, *apiError) {
	me := s.botUser()
	me["can_join_groups"], me["can_read_all_group_messages"], me["supports_inline_queries"] = true, false, false
	for _, key := range []string{
		"can_connect_to_business", "has_main_web_app", "has_topics_enabled", "allows_users_to_create_topics",
		"can_manage_bots", "supports_guest_queries", "supports_join_request_queries",
	} {
		me[key] = false
	}
	return me, nil
}

// scope names the list of commands a call speaks of.
func scope(c *call) string { return c.values["scope"] + "|" + c.values["language_code"] }

func (s *Server) setMyCommands(c *call) (any, *apiError) {
	var list []command
	if json.Unmarshal([]byte(c.values["commands"]), &list) != nil {
		return nil, badRequest("can't parse commands JSON object")
	}
	if len(list) > 100 {
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	for _, one := range list {
		if !commandName.MatchString(one.Command) {
			return nil, badRequest("BOT_COMMAND_INVALID")
		}
		if n := len([]rune(one.Description)); n < 1 || n > 256 {
			return nil, badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	if s.profile.commands == nil {
		s.profile.commands = map[string][]command{}
	}
	s.profile.commands[scope(c)] = list
	return true, nil
}

func (s *Server) getMyCommands(c *call) (any, *apiError) {
	return append([]command{}, s.profile.commands[scope(c)]...), nil
}

func (s *Server) deleteMyCommands(c *call) (any, *apiError) {
	delete(s.profile.commands, scope(c))
	return true, nil
}

// setProfile makes the method that keeps one text of the profile, of at most limit characters.
func (s *Server) setProfile(field string, limit int) method {
	return func(c *call) (any, *apiError) {
		if len([]rune(c.values[field])) > limit {
			return nil, badRequest("text is too long")
		}
		if s.profile.texts == nil {
			s.profile.texts = map[string]string{}
		}
		s.profile.texts[field+"|"+c.values["language_code"]] = c.values[field]
		return true, nil
	}
}

func (s *Server) getProfile(field string) method {
	return func(c *call) (any, *apiError) {
		text := s.profile.texts[field+"|"+c.values["language_code"]]
		if field == "name" && text == "" {
			text = s.botName()
		}
		return object{field: text}, nil
	}
}

func (s *Server) setChatMenuButton(c *call) (any, *apiError) {
	raw := json.RawMessage(c.values["menu_button"])
	if len(raw) > 0 && !json.Valid(raw) {
		return nil, badRequest("can't parse menu button: Object expected as menu button")
	}
	s.profile.button = raw
	return true, nil
}

func (s *Server) getChatMenuButton(*call) (any, *apiError) {
	if len(s.profile.button) == 0 {
		return object{"type": "commands"}, nil
	}
	return s.profile.button, nil
}
