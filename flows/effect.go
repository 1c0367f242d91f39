package flows

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Effect is a thing to do after the commit. Effects are kept sealed in the outbox until they are done, are done in
// order, and may be done twice; what must not happen twice carries the operation id of its place in the outbox.
//
//sumtype:decl
type Effect interface{ effect() }

// Effects in a chat.
type (
	// Show says something in the conversation's one live message: an edit, or a new message when Fresh.
	Show struct {
		Header  *Phrase    `json:"header,omitempty"`
		Note    *Phrase    `json:"note,omitempty"`
		Ask     *Phrase    `json:"ask,omitempty"`
		Buttons [][]Button `json:"buttons,omitempty"`
		Share   bool       `json:"share,omitempty"`
		Picture string     `json:"picture,omitempty"`
		Marked  *Marked    `json:"marked,omitempty"` // the student's own picture, shown with the words
		Fresh   bool       `json:"fresh,omitempty"`
		Bare    bool       `json:"bare,omitempty"` // the message before has no buttons to be taken off
		Lang    string     `json:"lang,omitempty"`
	}
	// Unshare takes away the reply keyboard that the last message brought.
	Unshare struct {
		Lang string `json:"lang,omitempty"`
	}
	// Sample sends the drawing of a good and a bad picture of a side: front or back.
	Sample struct {
		Side string `json:"side"`
		Lang string `json:"lang,omitempty"`
	}
	// AnswerTap stops the button's spinner, with a word that is also said elsewhere.
	AnswerTap struct {
		Query string  `json:"query"`
		Toast *Phrase `json:"toast,omitempty"`
		Lang  string  `json:"lang,omitempty"`
	}
	// Delete takes a secret out of the chat, within 2 s.
	Delete struct {
		Message int    `json:"message"`
		Lang    string `json:"lang,omitempty"`
	}
	// Menu sets the command menu of the chat in a language, whatever the client's is.
	Menu struct {
		Lang string `json:"lang"`
	}
	// Tell sends a message of its own to any chat: pushes, notices, group lines.
	Tell struct {
		Chat    int64      `json:"chat"`
		Thread  int        `json:"thread,omitempty"` // topic of a group
		Before  *Phrase    `json:"before,omitempty"` // said above it: that it is told once more
		Phrase  Phrase     `json:"phrase"`
		Buttons [][]Button `json:"buttons,omitempty"`
		Silent  bool       `json:"silent,omitempty"`
		Lang    string     `json:"lang,omitempty"` // "": the chat's own
	}
)

// Effects that answer with an Input.
type (
	// SendCode sends a code by SMS, if the phone's limits allow; answers CodeSent.
	SendCode struct {
		Phone string `json:"phone"`
		Code  string `json:"code"`
		Lang  string `json:"lang,omitempty"`
	}
	// Hash makes a slow hash of a secret and says which of Against it equals; answers Hashed.
	Hash struct {
		Plain   string   `json:"plain"`
		Against []string `json:"against,omitempty"`
		Remark  *Phrase  `json:"remark,omitempty"` // comes back with the answer, to be said then
	}
	// Register opens an account: active where the ID number is free, pending with a claim where Reclaim; answers Registered.
	Register struct {
		Applicant Applicant `json:"applicant"`
		Reclaim   bool      `json:"reclaim,omitempty"`
		Lang      string    `json:"lang,omitempty"`
	}
	// LookUp reads how an account stands; answers Standing.
	LookUp struct {
		Account AccountRef `json:"account"`
	}
	// Examine fetches a picture, judges, compresses and seals it; answers Examined.
	Examine struct {
		File   File   `json:"file"`
		Side   string `json:"side"` // front, back
		Person Person `json:"person"`
		Anyway bool   `json:"anyway,omitempty"` // the student sends it in spite of what the judge says
	}
	// Rehearse judges a picture and keeps nothing of it; answers Examined without a Photo.
	Rehearse struct {
		File File `json:"file"`
	}
	// Await asks to be called when the case of another claimant ends; answers CaseOver where it has ended.
	Await struct {
		Account AccountRef `json:"account"`
	}
	// Submit counts a pair and opens a case; answers Submitted.
	Submit struct {
		Account    AccountRef `json:"account"`
		Generation int        `json:"generation"` // of the login: one that was ended submits nothing
		Front      Photo      `json:"front"`
		Back       Photo      `json:"back"`
	}
	// LogIn compares the password with those of the accounts that the handle may mean; answers LoggedIn.
	LogIn struct {
		Handle
		Plain string `json:"plain"`
		Name  string `json:"name,omitempty"` // of the Telegram account, for the list of devices
	}
	// ReadRecords reads the enrolment records of a proofed account; answers RecordsRead.
	ReadRecords struct {
		Account    AccountRef `json:"account"`
		Generation int        `json:"generation"`
	}
	// MarkChecked stamps 自查完成.
	MarkChecked struct {
		Account AccountRef `json:"account"`
	}
	// MoveCase claims, releases, decides or undoes a case for a reviewer; answers CaseMoved.
	MoveCase struct {
		No      string   `json:"no"`
		Version int      `json:"version,omitempty"` // that the reviewer saw; 0: whichever
		Seen    string   `json:"seen,omitempty"`    // evidence of that view
		Event   Event    `json:"event"`
		Reasons []string `json:"reasons,omitempty"`
		Notes   Notes    `json:"notes,omitzero"`
		Query   string   `json:"query,omitempty"`
		Name    string   `json:"name"`
	}
	// ShowPhotos sends a claimed case's pictures to its reviewer, protected; they go at the verdict or after 24 h.
	ShowPhotos struct {
		No string `json:"no"`
	}
	// AskRole asks the owners to make the sender a reviewer; answers RoleAsked.
	AskRole struct {
		Name string `json:"name"`
	}
	// GrantRole makes a user a reviewer, if the sender is an owner; answers RoleAsked.
	GrantRole struct {
		User string `json:"user"` // id
	}
	// Invite makes a one-time code that binds a group, if the sender is an owner; answers Invited.
	Invite struct {
		Group string `json:"group"` // reviewers, counselors; "" only asks whether the sender is an owner
	}
	// Bind binds a group by its code, and says so in it.
	Bind struct {
		Group int64  `json:"group"`
		Code  string `json:"code"`
	}
	// Welcome decides whether the bot may stay in a group it was put into.
	Welcome struct {
		Group int64 `json:"group"`
	}
	// Shut notes that Chat takes nothing any more: its person blocked the bot, or the bot was taken out of the group. The
	// owners hear of a bound group.
	Shut struct {
		Chat  int64  `json:"chat"`
		Title string `json:"title,omitempty"` // of a group
	}
	// Regroup gives a bound group its new id, and the reviewers' one the cards of all open cases.
	Regroup struct {
		From int64 `json:"from"`
		To   int64 `json:"to"`
	}
	// CatchUp tells Chat, open again, what it missed.
	CatchUp struct {
		Chat int64 `json:"chat"`
	}
)

// Effects of a person's shard: pushed by its scripts or due at a time.
type (
	// TakeEffect ends a verdict's undo window: the new account becomes active and the others frozen, or the refusal stands.
	TakeEffect struct {
		No      string `json:"no"`
		Version int    `json:"version"`
	}
	// Lapse puts a case back into the queue when its reviewer did nothing with it for the lease.
	Lapse struct {
		No      string `json:"no"`
		Version int    `json:"version"`
	}
	// Card posts or edits the case's one card in the reviewers' group, from the case as it stands.
	Card struct {
		No string `json:"no"`
	}
	// Announce tells everyone whom an ended case concerns: the student, old owners, counselors.
	Announce struct {
		No string `json:"no"`
	}
	// ClearPhotos deletes a case's pictures from its reviewer's chat.
	ClearPhotos struct {
		No string `json:"no"`
	}
	// Asked is an effect whose answer belongs to a turn of a frame.
	Asked struct {
		Frame  int   `json:"frame"`
		Turn   int   `json:"turn"`
		Effect Named `json:"effect"`
	}
	// Forgotten stands where a secret was that is done with: nothing is left to do.
	Forgotten struct{}
	// Again is an input of a conversation that only a newer version knows: doing it is judging it.
	Again struct {
		Input Input `json:"input"`
	}
	// Wake is a timer of a chat's frame.
	Wake struct {
		Timer Timer `json:"timer"`
	}
)

func (Show) effect()        {}
func (Unshare) effect()     {}
func (Sample) effect()      {}
func (AnswerTap) effect()   {}
func (Delete) effect()      {}
func (Menu) effect()        {}
func (Tell) effect()        {}
func (SendCode) effect()    {}
func (Hash) effect()        {}
func (Register) effect()    {}
func (LookUp) effect()      {}
func (Examine) effect()     {}
func (Rehearse) effect()    {}
func (Await) effect()       {}
func (Submit) effect()      {}
func (LogIn) effect()       {}
func (ReadRecords) effect() {}
func (MarkChecked) effect() {}
func (MoveCase) effect()    {}
func (ShowPhotos) effect()  {}
func (AskRole) effect()     {}
func (GrantRole) effect()   {}
func (Invite) effect()      {}
func (Bind) effect()        {}
func (Welcome) effect()     {}
func (Shut) effect()        {}
func (Regroup) effect()     {}
func (CatchUp) effect()     {}
func (TakeEffect) effect()  {}
func (Lapse) effect()       {}
func (Card) effect()        {}
func (Announce) effect()    {}
func (ClearPhotos) effect() {}
func (Wake) effect()        {}
func (Forgotten) effect()   {}
func (Again) effect()       {}
func (Asked) effect()       {}

var effectTypes = types(AskDesk{}, Remind{}, // of the desk
	Show{}, Unshare{}, Sample{}, AnswerTap{}, Delete{}, Menu{}, Tell{}, SendCode{}, Hash{}, Register{}, LookUp{},
	Examine{}, Rehearse{}, Await{}, Submit{}, LogIn{}, ReadRecords{}, MarkChecked{}, MoveCase{}, ShowPhotos{}, AskRole{}, GrantRole{},
	Invite{}, Bind{}, Welcome{}, Shut{}, CatchUp{}, Regroup{}, TakeEffect{}, Lapse{}, Card{}, Announce{}, ClearPhotos{}, Wake{}, Asked{}, Forgotten{},
	Again{}, GiveConsent{}, AskErasure{}, KeepAccount{}, BeginErasure{}, EndErasure{}, Export{},
	ListDevices{}, EndDevices{}, LeaveDevice{}, Alarm{}, SetPassword{}, ChangePhone{},
	SendProof{}, OpenProof{}, CheckAnswer{}, ChangePassword{}, FindUsername{}, FindWays{}, Disown{}, CarryProof{}, CarryUsername{}, Warn{})

func types(list ...Effect) map[string]reflect.Type {
	m := make(map[string]reflect.Type, len(list))
	for _, e := range slices.Concat(list, disputeEffects) {
		m[reflect.TypeOf(e).Name()] = reflect.TypeOf(e)
	}
	return m
}

// Named is an effect as it is stored: {"do":"SendCode","with":{…}}. The names are kept for ever.
type Named struct{ Effect }

// EffectName is the name an effect is stored and logged by.
func EffectName(e Effect) string { return reflect.TypeOf(e).Name() }

// EffectNames are the names of all effects, sorted.
func EffectNames() []string { return slices.Sorted(maps.Keys(effectTypes)) }

// Written is what encoding/json writes as an effect's stored form.
type Written struct {
	Do   string `json:"do"`
	With Effect `json:"with"`
}

// Write gives effects in their stored form.
func Write(effects []Effect) []Written {
	out := make([]Written, len(effects))
	for i, e := range effects {
		out[i] = Written{EffectName(e), e}
	}
	return out
}

// MarshalJSON writes the stored form.
func (n Named) MarshalJSON() ([]byte, error) {
	raw, err := json.Marshal(Written{EffectName(n.Effect), n.Effect})
	if err != nil {
		return nil, fmt.Errorf("encode effect %s: %w", EffectName(n.Effect), err)
	}
	return raw, nil
}

type stored struct {
	Do   string          `json:"do"`
	With json.RawMessage `json:"with"`
}

// UnmarshalJSON reads the stored form. An effect of a newer version is ErrNewer.
func (n *Named) UnmarshalJSON(raw []byte) error {
	var s stored
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("decode effect: %w", err)
	}
	t, ok := effectTypes[s.Do]
	if !ok {
		return fmt.Errorf("decode effect %q: %w", s.Do, ErrNewer)
	}
	v := reflect.New(t)
	if err := json.Unmarshal(s.With, v.Interface()); err != nil {
		return fmt.Errorf("decode effect %s: %w", s.Do, err)
	}
	n.Effect = v.Elem().Interface().(Effect)
	return nil
}
