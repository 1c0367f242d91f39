package flows

import "time"

// Way is how a code reaches whoever asks for a new password.
type Way string

// The ways. Answers to security questions are none: they only stand beside one of these.
const (
	BySMS  Way = "sms"
	ByMail Way = "mail"
)

// Effects of finding an account again. In the chat they end in the same words and take the same steps whether there is such an
// account or not: what only its owner may see goes out by the person's outbox, to the phone and the address on record.
type (
	// SendProof sends a code to the phone or the address on record of whom the handle means; answers ProofSent.
	SendProof struct {
		Handle
		Way  Way    `json:"way"`
		Code string `json:"code"`
		Lang string `json:"lang,omitempty"`
	}
	// OpenProof reads the accounts that a right code opens; answers ProofOpened.
	OpenProof struct {
		Accounts []AccountRef `json:"accounts,omitempty"`
	}
	// CheckAnswer compares the answer to a security question, 0 to 2, with the account's; answers AnswerChecked.
	CheckAnswer struct {
		Account  AccountRef `json:"account"`
		Question int        `json:"question"`
		Plain    string     `json:"plain"`
	}
	// ChangePassword sets a password that was hashed, ends every login of the person and warns the owner; answers PasswordChanged.
	ChangePassword struct {
		Account AccountRef `json:"account"`
		PHC     string     `json:"phc"`
	}
	// FindUsername tells the owner of a number and name the user names, on the phone and the address on record; answers UsernameTold.
	FindUsername struct {
		Documents []Document `json:"documents"`
		Name      string     `json:"name"`
		Lang      string     `json:"lang,omitempty"`
	}
	// FindWays reads by which ways the old account of a number can be found again; answers WaysFound.
	FindWays struct {
		Documents []Document `json:"documents"`
	}
	// Disown locks the account that a warning was of, whose owner says 这不是我.
	Disown struct {
		Alarm string `json:"alarm"`
	}
)

// Effects of a person's shard.
type (
	// CarryProof brings a code to the phone or the address on record.
	CarryProof struct {
		Account AccountRef `json:"account"`
		Way     Way        `json:"way"`
		Code    string     `json:"code"`
		Lang    string     `json:"lang,omitempty"`
	}
	// CarryUsername tells the masked user name of an account on its phone, its address, and in Chat if that is the owner's already.
	CarryUsername struct {
		Account AccountRef `json:"account"`
		Chat    int64      `json:"chat"`
		Lang    string     `json:"lang,omitempty"`
	}
	// Warn tells the owner everywhere that the password was changed from chat By.
	Warn struct {
		Account AccountRef `json:"account"`
		By      int64      `json:"by"`
	}
)

func (SendProof) effect()      {}
func (OpenProof) effect()      {}
func (CheckAnswer) effect()    {}
func (ChangePassword) effect() {}
func (FindUsername) effect()   {}
func (FindWays) effect()       {}
func (Disown) effect()         {}
func (CarryProof) effect()     {}
func (CarryUsername) effect()  {}
func (Warn) effect()           {}

// The answers.
type (
	// ProofSent is OK whether a code went out or nobody is known by the handle; Blocked counts by what was typed alone.
	ProofSent struct {
		Outcome  Outcome
		Digest   string // keyed, bound to the chat
		Accounts []AccountRef
		Until    time.Time // Blocked: not before
	}
	ProofOpened struct {
		Accounts []Recoverable
	}
	AnswerChecked struct {
		Outcome Outcome // OK, Wrong, Blocked, Failed
		Left    int     // tries of the day
	}
	PasswordChanged struct {
		Outcome Outcome // OK, Ended: the account is not in use any more
	}
	UsernameTold struct {
		Outcome Outcome // OK whether there is such an account or not; Blocked
		Until   time.Time
	}
	WaysFound struct {
		Ways []FoundWay
	}
)

func (ProofSent) answer()       {}
func (ProofOpened) answer()     {}
func (AnswerChecked) answer()   {}
func (PasswordChanged) answer() {}
func (UsernameTold) answer()    {}
func (WaysFound) answer()       {}

// Recoverable is an account whose phone or address was proven. Its values are there to keep guesses out of the new password.
type Recoverable struct {
	Account AccountRef `json:"account"`
	Who     Applicant  `json:"who"`           // phone, name and ID number
	Asks    bool       `json:"asks,omitzero"` // the chat is new to it: a security question stands beside the code
}

// FoundWay is a way with where it leads, masked: 138****1234, a***@qq.com.
type FoundWay struct {
	Way   Way    `json:"way"`
	Shown string `json:"shown"`
}
