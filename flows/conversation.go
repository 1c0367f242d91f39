package flows

import (
	"encoding/json"
	"slices"
	"time"

	"guiwei/locales"
)

// State is a place in a flow. Event says why a conversation moved. Both are stored: renaming one needs an upgrade.
type (
	State string
	Event string
)

// Where a step can lead beside the flow's own states.
const (
	Done State = "-> done" // the flow ends; what it interrupted goes on
	Home State = "-> home" // every flow ends
)

// To leads on in another flow, whose draft begins with the seed of the Verdict.
func To(flow string) State { return State("-> " + flow) }

// Conversation is one stored run of flows in a private chat. The last frame is the one that listens.
type Conversation struct {
	Chat     int64   `json:"chat"`
	Language string  `json:"language,omitempty"` // BCP 47, the client's unless chosen
	Chosen   bool    `json:"chosen,omitempty"`
	Login    *Login  `json:"login,omitempty"`
	Frames   []Frame `json:"frames,omitempty"`
	Serial   int     `json:"serial,omitempty"` // number of the last frame begun
	Below    bool    `json:"below,omitempty"`  // something was said below the live message: the next one is new
	Album    string  `json:"album,omitempty"`  // the last one that no step took
	Shared   bool    `json:"shared,omitempty"` // the last message brought a reply keyboard

	Term     *Term       `json:"term,omitempty"`     // of the answers of unfinished flows; nil without any
	Muted    bool        `json:"muted,omitempty"`    // wants no reminders
	Reminded []time.Time `json:"reminded,omitempty"` // when a message went out that nobody asked for, of the last week
}

// menuIsOther says that the chat needs a command menu of its own from now on: Telegram shows one by the first two letters
// of the client's language, which a choice overrides and which do not tell Traditional from Simplified Chinese.
func (c Conversation) menuIsOther(next Conversation) bool {
	if c.Language == next.Language && c.Chosen == next.Chosen {
		return false
	}
	return next.Chosen || hidden(c.Language) || hidden(next.Language)
}

func hidden(lang string) bool {
	_, shown := locales.MenuCode(lang)
	return lang != "" && !shown
}

// Frame is one flow under way. Turn counts its transitions: a button or an effect's answer of another turn is stale.
type Frame struct {
	ID      int             `json:"id"`
	Flow    string          `json:"flow"`
	Version int             `json:"version"`
	State   State           `json:"state"`
	Turn    int             `json:"turn"`
	Draft   json.RawMessage `json:"draft"`
	Note    *Phrase         `json:"note,omitempty"` // said when the frame is on top again
	Edit    *Editing        `json:"edit,omitempty"` // one answer is asked anew
	At      time.Time       `json:"at"`
}

// Login says which account a chat acts for. It holds while Generation equals the person's: raising that number
// ends every login of the person everywhere.
type Login struct {
	Account    AccountRef `json:"account"`
	Generation int        `json:"generation"`
	User       string     `json:"user"` // masked user name, to show
	// As the account stood at the login; raising the generation makes both old.
	State   AccountState `json:"state"`
	Proofed bool         `json:"proofed,omitempty"`
}

// Member is the seed of every flow that acts for a logged-in account.
type Member struct {
	Login Login `json:"login"`
}

func (c Conversation) clone() Conversation {
	c.Frames = slices.Clone(c.Frames)
	return c
}

// Top is the frame that listens; nil before the first input.
func (c Conversation) Top() *Frame {
	if len(c.Frames) == 0 {
		return nil
	}
	return &c.Frames[len(c.Frames)-1]
}

// Find returns the index of the frame of that number, -1 without one.
func (c Conversation) Find(id int) int {
	return slices.IndexFunc(c.Frames, func(f Frame) bool { return f.ID == id })
}

// Running returns the index of the topmost frame of that flow, -1 without one.
func (c Conversation) Running(flow string) int {
	for i := len(c.Frames) - 1; i >= 0; i-- {
		if c.Frames[i].Flow == flow {
			return i
		}
	}
	return -1
}
