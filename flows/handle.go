package flows

// Handle is what a student is known by at the login: a phone, an e-mail address, the number of a document, or an account
// that the chat knows already. One of them is given.
type Handle struct {
	Phone     string      `json:"phone,omitempty"` // E.164
	Email     string      `json:"email,omitempty"` // canonical
	Documents []Document  `json:"documents,omitempty"`
	Account   *AccountRef `json:"account,omitempty"`
}

// Document is a number by the register it is unique in. One number may fit several.
type Document struct {
	Family string `json:"family"`
	Number string `json:"number"`
}

// Known is the seed of a login to an account that the chat knows already: its password alone is asked for.
type Known struct {
	Account AccountRef `json:"account"`
	User    string     `json:"user"`           // masked user name, to show
	Then    string     `json:"then,omitempty"` // the flow that asked to log in first
}

// Anew is the seed of a login that ended, and is asked for anew for the sake of a flow.
func (l Login) Anew(then string) Known { return Known{Account: l.Account, User: l.User, Then: then} }
