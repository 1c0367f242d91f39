package flows

// Effects that change an account; all answer Changed.
type (
	// SetPassword sets a new password, by its hash, and ends the logins of all other devices.
	SetPassword struct {
		Account    AccountRef `json:"account"`
		Generation int        `json:"generation"`
		Password   string     `json:"password"` // PHC
	}
	// ChangePhone gives the account another phone, proven by a code; the old one is told.
	ChangePhone struct {
		Account    AccountRef `json:"account"`
		Generation int        `json:"generation"`
		Phone      string     `json:"phone"` // E.164
	}
)

// Changed says what became of a change.
type Changed struct {
	Outcome    Outcome // OK; Ended: the asking login does not hold any more; Full: the phone serves 5 accounts
	Generation int     // of the person, now
}

func (SetPassword) effect() {}
func (ChangePhone) effect() {}
func (Changed) answer()     {}
