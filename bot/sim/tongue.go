package sim

import (
	"errors"
	"strings"
)

// Tongue is the page in one language: its chrome, its cheat sheet, and what everything is called.
type Tongue struct {
	Code    string // IETF tag
	Name    string // in its own language
	BotName string
	Texts   map[string]string
	Cheats  []Cheat
	Names   map[int64]string  // of people and groups
	Labels  map[string]string // of sample photos, by file name
}

var errNoTongue = errors.New("the page has no such language")

// Speak puts the page into one of its languages. People's phones follow, but for those with a language of their own.
func (s *Server) Speak(code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, t := range s.opts.Tongues {
		if strings.EqualFold(t.Code, code) {
			s.turnTo(i)
			s.tell(Event{"type": "language", "language": t.Code})
			return nil
		}
	}
	return errNoTongue
}

// Tongue is the code of the page's language, "" where it has only one.
func (s *Server) Tongue() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.opts.Tongues) == 0 {
		return ""
	}
	return s.opts.Tongues[s.tongue].Code
}

// turnTo is Speak for the caller that holds mu, or is alone.
func (s *Server) turnTo(i int) {
	if i >= len(s.opts.Tongues) {
		return
	}
	t := s.opts.Tongues[i]
	s.tongue = i
	s.opts.Texts, s.opts.Cheats, s.opts.BotName = t.Texts, t.Cheats, t.BotName
	for _, p := range s.world.people {
		if !p.own {
			p.Language = strings.ToLower(t.Code)
		}
		if name := t.Names[p.ID]; name != "" {
			p.Name, p.FirstName = name, name
		}
	}
	for id, c := range s.world.chats {
		if title := t.Names[id]; title != "" && id < 0 {
			c.title = title
		}
	}
	for n, photo := range s.opts.Photos {
		if label := t.Labels[photo.Name]; label != "" {
			s.opts.Photos[n].Label = label
		}
	}
}

// tongues are the languages to choose from, as the page shows them.
func (s *Server) tongues() []object {
	all := []object{}
	for i, t := range s.opts.Tongues {
		all = append(all, object{"code": t.Code, "name": t.Name, "spoken": i == s.tongue})
	}
	return all
}
