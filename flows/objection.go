package flows

import "time"

// Terms of what follows an approval (rulings.md), and of a use that makes it take two reviewers.
const (
	ObjectionTerm = 72 * time.Hour      // in which the owner of an account that it froze may say 这不是我
	RestoreTerm   = 15 * 24 * time.Hour // in which such an account can be made again what it was; then it is deregistered
	RecentUse     = 90 * 24 * time.Hour // before the submission: a login, or the record shown
)

// Outcomes of an objection, and of an order to restore.
const (
	TooLate Outcome = "late"   // Objected, Ordered: the term has passed
	Before  Outcome = "before" // Objected: somebody did already
)

// Effects of objecting and restoring.
type (
	// Object says for the owner of an old account that the claim is not theirs; answers Objected.
	Object struct {
		No string `json:"no"`
	}
	// Contested tells both sides of an objection, and the reviewers.
	Contested struct {
		No string `json:"no"`
	}
	// Second tells the owners where nobody is there for the second look at a case.
	Second struct {
		No string `json:"no"`
	}
	// Settle ends the days in which an approval can be objected to: it calls whoever waits behind.
	Settle struct {
		No string `json:"no"`
	}
	// Deregister ends the accounts that a case froze, when their term has passed, and tells their owners.
	Deregister struct {
		No string `json:"no"`
	}
	// Restored tells whom it concerns that an old account is what it was.
	Restored struct {
		No      string `json:"no"`
		Account string `json:"account"`
	}
	// Opened tells the owner of an account in use that somebody claims the ID number.
	Opened struct {
		No string `json:"no"`
	}
)

func (Object) effect()     {}
func (Contested) effect()  {}
func (Second) effect()     {}
func (Settle) effect()     {}
func (Deregister) effect() {}
func (Restored) effect()   {}
func (Opened) effect()     {}

var disputeEffects = []Effect{Object{}, Contested{}, Second{}, Settle{}, Deregister{}, Restored{}, Opened{}, ReadFrozen{}, GiveOrder{},
	Countersign{}}

// Objected is how an objection ended.
type Objected struct {
	Outcome Outcome
	No      string
}

func (Objected) answer() {}
