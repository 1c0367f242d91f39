package flows

import "time"

// CaseState is where a case stands. The table of moves below is the only way from one to another.
type CaseState string

// The states of a case. Approving and refusing are a verdict in its undo window.
const (
	CaseQueued    CaseState = "queued"
	CaseClaimed   CaseState = "claimed"
	CaseApproving CaseState = "approving"
	CaseRefusing  CaseState = "refusing"
	CaseApproved  CaseState = "approved"
	CaseRefused   CaseState = "refused"
)

// Open says whether a case still awaits its end.
func (s CaseState) Open() bool { return s != CaseApproved && s != CaseRefused }

// What moves a case.
const (
	CaseClaim   Event = "claim"
	CaseRelease Event = "release" // by the reviewer, or when the lease ran out
	CaseApprove Event = "approve"
	CaseRefuse  Event = "refuse"
	CaseUndo    Event = "undo"
	CaseEffect  Event = "effect" // the undo window has passed
)

var caseMachine = newMachine("case", []row{
	{State(CaseQueued), CaseClaim, State(CaseClaimed)},
	{State(CaseClaimed), CaseRelease, State(CaseQueued)},
	{State(CaseClaimed), CaseApprove, State(CaseApproving)},
	{State(CaseClaimed), CaseRefuse, State(CaseRefusing)},
	{State(CaseApproving), CaseUndo, State(CaseClaimed)},
	{State(CaseRefusing), CaseUndo, State(CaseClaimed)},
	{State(CaseApproving), CaseEffect, State(CaseApproved)},
	{State(CaseRefusing), CaseEffect, State(CaseRefused)},
})

// Next is the state that an event leads a case to; ok is false where the event has no place.
func (s CaseState) Next(e Event) (next CaseState, ok bool) {
	dst, ok := caseMachine.next(State(s), e)
	return CaseState(dst), ok
}

// Lease is how long a claimed case waits for its reviewer; then it is queued again.
const Lease = 30 * time.Minute

// Case is the reviewers' side of a claim: one submission under review.
type Case struct {
	No        string    `json:"no"` // "203-17": person shard and count
	Person    Person    `json:"person"`
	Account   string    `json:"account"`
	State     CaseState `json:"state"`
	Version   int       `json:"version"` // grows with every change
	Attempt   int       `json:"attempt"` // 1 for the first submission of the person
	Front     Photo     `json:"front"`
	Back      Photo     `json:"back"`
	Submitted time.Time `json:"submitted"`
	Deadline  time.Time `json:"deadline"` // three working days
	Reviewer  Reviewer  `json:"reviewer,omitzero"`
	Claimed   time.Time `json:"claimed,omitzero"`
	Decided   time.Time `json:"decided,omitzero"`
	Reasons   []string  `json:"reasons,omitempty"` // codes of a refusal, keys of locales: reason.<code>
	Risk      []string  `json:"risk,omitempty"`    // what takes a second look, keys of locales: flag.<code>
	Effective time.Time `json:"effective,omitzero"`
	Objected  time.Time `json:"objected,omitzero"`  // when an old owner said 这不是我
	Reopened  bool      `json:"reopened,omitempty"` // it was approved before that
	Looks     int       `json:"looks,omitempty"`    // reviewers who decided it, each without the others' verdict
	Needs     int       `json:"needs,omitempty"`    // reviewers that an approval takes
}

// Reviewer is who decides cases: a confirmed user id.
type Reviewer struct {
	User int64  `json:"user"`
	Name string `json:"name"`
}

// Photo is one sealed picture of a submission, and what the photo room measured.
type Photo struct {
	Blob   string    `json:"blob"` // random name in the photo store; sealed with person and side
	Bytes  int       `json:"bytes"`
	Width  int       `json:"width"`
	Height int       `json:"height"`
	SHA256 string    `json:"sha256"` // of the picture as it was sent, keyed
	DHash  [4]uint64 `json:"dhash"`
	Flags  []string  `json:"flags,omitempty"` // what a reviewer should know of it, keys of locales: flag.<code>
}

// Print is by what a picture is known again.
type Print struct {
	SHA256 string    `json:"sha256"` // of the picture as it was sent, keyed
	DHash  [4]uint64 `json:"dhash"`
}

// Print is what is kept of a picture when it is gone.
func (p Photo) Print() Print { return Print{SHA256: p.SHA256, DHash: p.DHash} }

// Pair is both pictures of a submission.
type Pair struct {
	Front Print `json:"front"`
	Back  Print `json:"back"`
}

// Reasons are the codes a reviewer may refuse with, in the order shown; the texts are reason.<code>.
var Reasons = []string{"arm_cut", "face_covered", "id_unreadable", "finger_over", "id_cut", "not_same", "blurred", "edited"}

// OldAccount is what a reviewer and the student may know of another account of the same person.
type OldAccount struct {
	State AccountState `json:"state"`
	Used  time.Time    `json:"used,omitzero"`
	Uses  []string     `json:"uses,omitempty"`
}

// CaseView is a case with the facts that a reviewer decides by. Full values are for the claimer alone.
type CaseView struct {
	Case
	Name     string       `json:"name"`
	IDNumber string       `json:"id_number"`
	Phone    string       `json:"phone"`
	Record   *Record      `json:"record,omitempty"` // the roster's line, if there is one
	Old      []OldAccount `json:"old,omitempty"`
	Notes    Notes        `json:"notes,omitzero"`
	Last     *RefusedCase `json:"last,omitempty"`     // of the account, before this one
	Evidence string       `json:"evidence,omitempty"` // keyed digest of all that a verdict rests on: another one is another case to decide
}

// RefusedCase is what is told to a reviewer of an earlier refusal.
type RefusedCase struct {
	No      string   `json:"no"`
	Reasons []string `json:"reasons"`
	Notes   Notes    `json:"notes,omitzero"`
}

// LogRow is one line of the guide's log table: 证件号码 · 创建日期 · 日志状态 · 审核失败原因.
type LogRow struct {
	Case    string    `json:"case"`
	At      time.Time `json:"at"`
	State   CaseState `json:"state"`
	Reasons []string  `json:"reasons,omitempty"`
	Note    string    `json:"note,omitempty"` // the reviewer's, to the student
	Side    string    `json:"side,omitempty"` // the one that is to be taken again; "": both
}

// Standing is all that a student may know of the own account, as it stands now.
type Standing struct {
	Account Account   `json:"account"`
	Quota   Quota     `json:"quota"`
	Open    *LogRow   `json:"open,omitempty"` // the case under review
	Due     time.Time `json:"due,omitzero"`   // its deadline
	// Likely is how long most cases take that are submitted at such a time; 0: not known, or past.
	Likely  time.Duration `json:"likely,omitempty"`
	Log     []LogRow      `json:"log,omitempty"`     // newest first
	Old     []OldAccount  `json:"old,omitempty"`     // the person's other accounts
	Current int           `json:"current"`           // the person's generation of logins
	Waiting bool          `json:"waiting,omitempty"` // another claimant of the person is under review
	Refused []Pair        `json:"refused,omitempty"` // of this account's cases, by reviewers
	// Kept is the picture that the last refusal had nothing against, by side: only the other is asked for.
	Kept map[string]Photo `json:"kept,omitempty"`
}
