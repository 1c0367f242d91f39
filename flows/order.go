package flows

import "time"

// Order is an owner's word that a frozen account is to be what it was. It takes a second person.
type Order struct {
	No      string    `json:"no"`
	Account string    `json:"account"`
	User    string    `json:"user"` // masked user name of the account
	Reason  string    `json:"reason"`
	By      Reviewer  `json:"by"`
	At      time.Time `json:"at"`
}

// Effects of an order.
type (
	// ReadFrozen lists the accounts that a case froze, for an owner; answers Frozen.
	ReadFrozen struct {
		No string `json:"no"`
	}
	// GiveOrder keeps an owner's order and asks the reviewers' group for a second person; answers Ordered.
	GiveOrder struct {
		Order Order `json:"order"`
	}
	// Countersign carries an order out, if the sender is another owner or reviewer than who gave it; answers Ordered.
	Countersign struct {
		No    string `json:"no"`
		Query string `json:"query,omitempty"`
	}
)

func (ReadFrozen) effect()  {}
func (GiveOrder) effect()   {}
func (Countersign) effect() {}

// Restorable is an account that can be made what it was until a time.
type Restorable struct {
	Account string    `json:"account"`
	User    string    `json:"user"` // masked
	Used    time.Time `json:"used,omitzero"`
	Until   time.Time `json:"until"`
}

type (
	// Frozen lists what a case froze.
	Frozen struct {
		Outcome Outcome
		List    []Restorable
	}
	// Ordered is what came of an order.
	Ordered struct {
		Outcome Outcome
		By      string // who gave it
	}
)

func (Frozen) answer()  {}
func (Ordered) answer() {}

// Outcomes of a reviewer's move beside those of answer.go.
const (
	Capped Outcome = "capped" // CaseMoved: too many looks in an hour
	Unseen Outcome = "unseen" // CaseMoved: both pictures were not shown to whoever decides
)
