package flows

import "time"

// Device is a Telegram account that is logged in to an account.
type Device struct {
	Chat  int64     `json:"chat"`
	Name  string    `json:"name,omitempty"` // its first name at the login
	Since time.Time `json:"since"`
	Used  time.Time `json:"used"` // last login
}

// Effects on devices.
type (
	// ListDevices lists who is logged in to an account; answers DevicesListed.
	ListDevices struct {
		Account    AccountRef `json:"account"`
		Generation int        `json:"generation"`
	}
	// EndDevices ends the login of another device, or with Chat 0 those of all others; answers DevicesListed.
	EndDevices struct {
		Account    AccountRef `json:"account"`
		Generation int        `json:"generation"`
		Chat       int64      `json:"chat,omitempty"`
	}
	// LeaveDevice notes that the chat's own login was ended in it: 退出.
	LeaveDevice struct {
		Account AccountRef `json:"account"`
	}
	// Alarm tells every device of an account but Chat of what concerns its safety; of a person's shard.
	Alarm struct {
		Account AccountRef `json:"account"`
		About   Alarming   `json:"about"`
		Chat    int64      `json:"chat,omitempty"`
		At      time.Time  `json:"at"`
		Phone   string     `json:"phone,omitempty"` // that served the account until now: told by SMS
	}
)

// Alarming is what an Alarm is about; the texts are alarm.<about>.
type Alarming string

// What an owner is told of unasked.
const (
	AlarmDevice   Alarming = "device"   // somebody logged in from another Telegram account
	AlarmTries    Alarming = "tries"    // many wrong passwords from chats that never used the account
	AlarmPassword Alarming = "password" // it was changed, and other logins ended
	AlarmPhone    Alarming = "phone"    // it was changed
)

// DevicesListed are the devices as they stand now, this one first.
type DevicesListed struct {
	Outcome Outcome // OK; Ended: the asking login does not hold any more
	List    []Device
	Out     int   // how many logins were ended
	Login   Login // the chat's own, with the person's generation of now
}

func (ListDevices) effect()   {}
func (EndDevices) effect()    {}
func (LeaveDevice) effect()   {}
func (Alarm) effect()         {}
func (DevicesListed) answer() {}
