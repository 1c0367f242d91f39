package flows

import "time"

// Person names a student by shard and blind index of the ID number, "203.9f86d081…": nothing can be read from it.
type Person string

// AccountRef finds an account.
type AccountRef struct {
	Person Person `json:"person"`
	ID     string `json:"id"`
}

// AccountState says what an account is good for. Of the accounts of one person at most one is active, always.
type AccountState string

// The states of an account.
const (
	AccountPending      AccountState = "pending" // registered on a taken ID number: photos, other ways and status only
	AccountActive       AccountState = "active"
	AccountFrozen       AccountState = "frozen" // another account of the person was approved; restorable for 15 days
	AccountDeregistered AccountState = "deregistered"
)

// Applicant is what a student tells while registering. Secrets are hashes (PHC strings) from the moment they are known.
type Applicant struct {
	Phone     string    `json:"phone,omitempty"` // E.164
	Relative  bool      `json:"relative,omitempty"`
	Relation  string    `json:"relation,omitempty"` // key of locales: relation.parent, relation.friend …
	Proven    time.Time `json:"proven,omitzero"`    // when the phone's code was right
	Password  string    `json:"password,omitempty"`
	Confirmed bool      `json:"confirmed,omitempty"` // 密码确认 was the same
	Name      string    `json:"name,omitempty"`
	IDKind    string    `json:"id_kind,omitempty"`
	IDNumber  string    `json:"id_number,omitempty"` // canonical: 18 characters for a resident
	Email     string    `json:"email,omitempty"`
	Answers   []string  `json:"answers,omitempty"` // three hashes: mother, father, class teacher
	Consent   *Consent  `json:"consent,omitempty"` // to the terms
	// Agreed are the other consents by kind; of accounts that gave or withdrew one later, the terms' too.
	Agreed map[string]Consent `json:"agreed,omitempty"`
}

// Account is a login for a person.
type Account struct {
	Ref AccountRef `json:"ref"`
	Applicant
	State   AccountState `json:"state"`
	Claim   bool         `json:"claim,omitempty"` // a pending account's wish to become the active one
	Proofed bool         `json:"proofed"`         // a case was approved: the enrolment record may be shown
	Chat    int64        `json:"chat"`            // where its owner is told
	Created time.Time    `json:"created"`
	Used    time.Time    `json:"used,omitzero"`  // last login
	Uses    []string     `json:"uses,omitempty"` // what hangs on it: image, record, conscription
	Lang    string       `json:"lang,omitempty"`
	Erase   time.Time    `json:"erase,omitzero"`   // when it is erased, as its owner asked
	Checked time.Time    `json:"checked,omitzero"` // the student looked at the record and left: 自查完成
	Ended   []int64      `json:"ended,omitempty"`  // chats whose login was ended from another one
}
