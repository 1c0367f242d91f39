package flows

import "time"

// Answer is what an effect found out.
//
//sumtype:decl
type Answer interface{ answer() }

// Outcome says how an effect ended, in one word that judges switch on.
type Outcome string

// The outcomes, each with the answers that use it.
const (
	OK      Outcome = "ok"
	Taken   Outcome = "taken"   // Registered: the ID number has an account. CaseMoved: somebody else has the case
	Queued  Outcome = "queued"  // Registered: the chat's own claim is under review, nothing was written
	Full    Outcome = "full"    // Registered: the phone serves 5 accounts already
	Blocked Outcome = "blocked" // CodeSent, LoggedIn: until Until
	Failed  Outcome = "failed"  // a fault of ours or of a provider
	Outside Outcome = "outside" // CaseMoved: a confirmed reviewer, but not in the reviewers' group now
	Wrong   Outcome = "wrong"   // LoggedIn: not so
	DayUsed Outcome = "day"     // Submitted
	AllUsed Outcome = "all"     // Submitted
	Open    Outcome = "open"    // Submitted: a case is under review already
	Stale   Outcome = "stale"   // CaseMoved: the case changed since it was shown
	Refused Outcome = "refused" // not a reviewer, not an owner, not your own case; RecordsRead: not approved yet. CodeSent: by the number's side
	Unsure  Outcome = "unsure"  // CodeSent: the provider's answer was lost, the code may come
	Gone    Outcome = "gone"    // Submitted: a picture is not there any more, or does not open
	Limited Outcome = "limited" // Registered: too many ID numbers came from the chat or through the phone
	Ended   Outcome = "ended"   // the login ended elsewhere, or its account is frozen
)

// The answers.
type (
	CodeSent struct {
		Outcome Outcome
		Digest  string    // keyed, bound to the chat
		Until   time.Time // Blocked, Failed: not before
	}
	Hashed struct {
		PHC    string
		Like   int  // index into Against, -1 for none
		Late   bool // nothing was hashed: the secret had waited too long and is forgotten
		Remark *Phrase
	}
	Registered struct {
		Outcome Outcome
		Account AccountRef
		State   AccountState
		Old     []OldAccount
	}
	Examined struct {
		Side     string
		Verdict  string // accept, warn, reject
		Reasons  []string
		Kind     string // what the bytes are, to name an unsupported type
		Document bool   // sent as a file already
		Source   int    // bytes as sent
		Photo    Photo
		Notes    []string
		Marks    []Mark    // what the judge found, in the order of Reasons
		DHash    [4]uint64 // of a refused picture too; zero where nothing could be seen
		SHA256   string    // keyed, of the picture as it was sent
	}
	// CaseOver says that the case awaited has ended already.
	CaseOver  struct{}
	Submitted struct {
		Outcome  Outcome
		No       string
		Deadline time.Time
		Likely   time.Duration // as of Standing
		Quota    Quota
		Gone     []string // front, back: to be sent again
	}
	LoggedIn struct {
		Outcome Outcome
		Login   Login
		State   AccountState
		Proofed bool
		Until   time.Time
		Left    int    // tries before the delay
		Case    string // Ended: the case that froze the account
	}
	RecordsRead struct {
		Outcome Outcome
		Records []Record
	}
	CaseMoved struct {
		Outcome Outcome
		Event   Event
		View    CaseView
		By      string // who has it, or decided it
		Query   string
		Until   time.Time // of the undo window
	}
	RoleAsked struct {
		Outcome Outcome
		Name    string
	}
	Invited struct {
		Outcome Outcome
		Group   string
		Code    string
		Link    string
	}
	// GivenUp answers for an effect that could not be done.
	GivenUp struct{}
)

func (CodeSent) answer()    {}
func (Hashed) answer()      {}
func (Registered) answer()  {}
func (Standing) answer()    {}
func (Examined) answer()    {}
func (CaseOver) answer()    {}
func (Submitted) answer()   {}
func (LoggedIn) answer()    {}
func (RecordsRead) answer() {}
func (CaseMoved) answer()   {}
func (RoleAsked) answer()   {}
func (Invited) answer()     {}
func (GivenUp) answer()     {}
