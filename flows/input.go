package flows

import (
	"strings"
	"time"
)

// Kind says what an Input is.
type Kind string

// Every kind of input. A step names in its judge what it takes; the kit answers the rest.
const (
	Text     Kind = "text"
	Tap      Kind = "tap"     // a button under a message
	Command  Kind = "command" // /word payload
	Picture  Kind = "picture" // photo, or document said or seen to be one
	Contact  Kind = "contact"
	Edited   Kind = "edited" // a text changed after it was sent
	Other    Kind = "other"  // sticker, voice, video, location, poll …
	Answered Kind = "answer" // of an effect
	Waked    Kind = "timer"
	Called   Kind = "called" // the other claimant's case that this chat waited for, Subject, has ended: Act is its state
	Joined   Kind = "joined" // the bot was put into Group, or taken out of it (Act "left"); without Group: unblocked in the chat, or blocked
	Moved    Kind = "moved"  // the group Was became the supergroup Group; no person's, Chat is the group's
)

// Input is an update or an effect's answer, freed of Telegram. It carries all that a judge may know of the world.
type Input struct {
	ID     string // operation id, the same when the update is delivered again
	Kind   Kind
	Chat   int64  // the private chat whose conversation judges; equal to the user's id
	Group  int64  // where it happened, 0 in the private chat
	Thread int    // topic of Group, 0: none
	Was    int64  // of Moved
	Title  string // of Group
	// Anonymous is said by an administrator behind the group's name: nobody knows who; Chat is Telegram's stand-in.
	Anonymous bool
	Sender    string // first name, to greet a reviewer by; never logged
	Language  string // of the client, BCP 47
	Message   int    // its message id in Chat or Group
	Text      string // as typed; of a Command the payload
	Word      string // of a Command, without slash
	Act       string // of a Tap
	Frame     int    // of a Tap, Answer or Timer: which frame and
	Turn      int    // which turn of it; Frame 0 belongs to no frame
	Subject   string // of a Tap on a case: its number
	Query     string // of a Tap: to answer it by
	Above     bool   // of a Tap: on a message that is not the live one, so that what follows is said below
	Picture   *File
	Contact   *Phone
	Answer    Answer
	Shut      bool   // the bot took the chat for closed until now
	Digest    string // keyed digest of the six digits in Text, bound to this chat; "" without six digits
	At        time.Time
	Random    [32]byte
}

// File is the picture with the message that brought it.
func (in Input) File() File {
	f := *in.Picture
	f.Message = in.Message
	return f
}

// BindsGroup says whether a command is meant for the bot in a group: /bind, and the /start of a link that brought it there.
func (in Input) BindsGroup() bool {
	return in.Kind == Command && (in.Word == "bind" || in.Word == "start" && strings.TrimSpace(in.Text) != "")
}

// opens says whether an input shows that a chat is open again which the bot took for closed: its person speaks there.
func (in Input) opens() bool {
	switch in.Kind {
	case Text, Tap, Command, Picture, Contact, Edited, Other:
		return in.Shut && in.Group == 0
	case Answered, Waked, Called, Joined, Moved:
	}
	return false
}

// File is a picture as Telegram holds it.
type File struct {
	ID       string `json:"id"`
	Unique   string `json:"unique"`
	Bytes    int64  `json:"bytes"`
	Album    string `json:"album,omitempty"`
	Document bool   `json:"document,omitempty"`
	Name     string `json:"name,omitempty"`
	Forward  bool   `json:"forward,omitempty"`
	Message  int    `json:"message,omitempty"` // that brought it
}

// Mark is a place in a picture that something was found at, in thousandths of its width and height; all zero: the whole of it.
type Mark struct {
	Reason string `json:"reason"`
	Left   int    `json:"left,omitempty"`
	Top    int    `json:"top,omitempty"`
	Right  int    `json:"right,omitempty"`
	Bottom int    `json:"bottom,omitempty"`
}

// Marked is what a chat's own pictures are shown as: one with its marks, or several beside each other.
type Marked struct {
	Pictures []MarkedFile `json:"pictures"`
}

// MarkedFile is one of them.
type MarkedFile struct {
	File  File   `json:"file"`
	Marks []Mark `json:"marks,omitempty"`
}

// Same says whether two are one file.
func (f File) Same(g File) bool { return f.Unique == g.Unique }

// Phone is a shared contact. Own is true only when Telegram says that it is the sender's.
type Phone struct {
	Number string
	Own    bool
}

// Timer asks for an Input of kind Waked with Act = Name at a time, unless the frame moved on before. One of the
// same name and frame replaces the earlier one.
type Timer struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`
	// Frame and Turn are filled in by Decide.
	Frame int `json:"frame"`
	Turn  int `json:"turn"`
}
