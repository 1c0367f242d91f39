package flows

import "time"

// Cooling is how long an erasure that was asked for can be taken back.
const Cooling = 72 * time.Hour

// The rights of an account's owner: to have a copy of all that is stored (PIPL 45), and to have it erased (PIPL 47).
type (
	// AskErasure has an account erased after Cooling, and tells its owner by every means on record; answers ErasureAsked.
	AskErasure struct {
		Account AccountRef `json:"account"`
	}
	// KeepAccount takes back the erasure that the chat was told of, and says so everywhere.
	KeepAccount struct{}
	// BeginErasure is due after Cooling: from then on nothing takes it back. The account's chats forget it.
	BeginErasure struct {
		Account AccountRef `json:"account"`
		At      time.Time  `json:"at"` // as it was planned
	}
	// EndErasure destroys what is stored of the account, once its chats have forgotten it.
	EndErasure struct {
		Account AccountRef `json:"account"`
	}
	// Export sends all that is stored of an account into the chat, to be read by people and by programs; answers Exported.
	Export struct {
		Account AccountRef `json:"account"`
		Lang    string     `json:"lang,omitempty"`
	}
	// ErasureAsked answers AskErasure. Open: a case is under review, which comes first.
	ErasureAsked struct {
		Outcome Outcome
		Until   time.Time // when it is erased
		Case    string
	}
	// Exported answers Export.
	Exported struct {
		Outcome Outcome
	}
)

// Erased is the act of a Called input: the account named by Subject is erased, Text is the proof's number.
const Erased = "erased"

func (AskErasure) effect()   {}
func (KeepAccount) effect()  {}
func (BeginErasure) effect() {}
func (EndErasure) effect()   {}
func (Export) effect()       {}
func (ErasureAsked) answer() {}
func (Exported) answer()     {}

// Proven goes on where the password of the account was right, or says why it does not.
func Proven(a LoggedIn, on func() Verdict) Verdict {
	switch a.Outcome {
	case OK:
		return on()
	case Ended:
		return Stay("login.frozen")
	case Blocked:
		return Stay("login.blocked", "until", Soon(a.Until))
	case Wrong:
		return Stay("login.wrong", "n", a.Left)
	default:
		return Redraw().Note("kit.failed")
	}
}
