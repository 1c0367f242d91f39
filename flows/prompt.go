package flows

import (
	"fmt"
	"strconv"
	"strings"
)

// Phrase is a text to be said: a key of locales and its arguments. It is put into words only when it is sent.
type Phrase struct {
	Key  string `json:"key"`
	Args []Arg  `json:"args,omitempty"`
}

// Arg is one named argument: a text or another phrase. An argument named "n" also chooses the plural.
type Arg struct {
	Name   string   `json:"name"`
	Text   string   `json:"text,omitempty"`
	Phrase *Phrase  `json:"phrase,omitempty"`
	List   []Phrase `json:"list,omitempty"` // said one a line
}

// Say makes a phrase of a key and alternating names and values (string, int, Phrase, []Phrase, anything that prints).
func Say(key string, args ...any) Phrase {
	p := Phrase{Key: key}
	for i := 0; i+1 < len(args); i += 2 {
		p.Args = append(p.Args, arg(args[i].(string), args[i+1]))
	}
	return p
}

func arg(name string, value any) Arg {
	switch v := value.(type) {
	case Phrase:
		return Arg{Name: name, Phrase: &v}
	case *Phrase:
		return Arg{Name: name, Phrase: v}
	case []Phrase:
		return Arg{Name: name, List: v}
	case string:
		return Arg{Name: name, Text: v}
	case int:
		return Arg{Name: name, Text: strconv.Itoa(v)}
	default:
		return Arg{Name: name, Text: fmt.Sprint(v)}
	}
}

// Button is one thing to tap. Key is its text in locales, by default "button." + Act. A button of kind URL
// opens a page; Share asks for the student's own phone number; both only where Telegram knows them.
type Button struct {
	Act   string `json:"act"`
	Key   string `json:"key,omitempty"`
	Args  []Arg  `json:"args,omitempty"`
	Frame int    `json:"frame,omitempty"` // 0: valid everywhere
	Turn  int    `json:"turn,omitempty"`
	About string `json:"about,omitempty"` // subject: a case number
	URL   string `json:"url,omitempty"`
}

// Label is the button's phrase.
func (b Button) Label() Phrase {
	if b.Key == "" {
		return Phrase{Key: "button." + b.Act, Args: b.Args}
	}
	return Phrase{Key: b.Key, Args: b.Args}
}

// Act makes a button of the step's own.
func Act(act string) Button { return Button{Act: act, Frame: -1} }

// Everywhere makes a button that is valid in any state, handled by Words.
func Everywhere(act string) Button { return Button{Act: act} }

// Out makes the button of /back under a page that only tells: nobody should fear to take something back by it.
func Out() Button { return Button{Act: back, Key: "button.home", Frame: -1} }

// About makes a button, valid everywhere, on a case.
func About(act, subject string) Button { return Button{Act: act, About: subject} }

// Prompt is what a step asks: a phrase and rows of buttons. Share adds the reply keyboard that sends the own phone.
type Prompt struct {
	Ask     Phrase     `json:"ask"`
	Buttons [][]Button `json:"buttons,omitempty"`
	Share   bool       `json:"share,omitempty"`
	Picture string     `json:"picture,omitempty"` // a sample drawing sent before it: "front" or "back"
}

// Ask makes a prompt; Row adds a row of buttons to it.
func Ask(key string, args ...any) Prompt { return Prompt{Ask: Say(key, args...)} }

// Row adds one row of buttons.
func (p Prompt) Row(buttons ...Button) Prompt {
	p.Buttons = append(p.Buttons[:len(p.Buttons):len(p.Buttons)], buttons)
	return p
}

// Acts adds one row of the step's own buttons by their acts.
func (p Prompt) Acts(acts ...string) Prompt {
	row := make([]Button, len(acts))
	for i, a := range acts {
		row[i] = Act(a)
	}
	return p.Row(row...)
}

// bind gives the step's own buttons their frame and turn.
func (p Prompt) bind(f Frame) Prompt {
	rows := make([][]Button, len(p.Buttons))
	for i, row := range p.Buttons {
		rows[i] = append([]Button(nil), row...)
		for j := range rows[i] {
			if rows[i][j].Frame == -1 {
				rows[i][j].Frame, rows[i][j].Turn = f.ID, f.Turn
			}
		}
	}
	p.Buttons = rows
	return p
}

// title is the locale key of a step's heading.
func title(flow string, s State) string {
	return fmt.Sprintf("%s.%s.title", flow, strings.ReplaceAll(string(s), " ", "_"))
}
