package flowtest

import (
	"fmt"
	"hash/fnv"
	"maps"
	"sync"
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/flows/book"
	"guiwei/flows/register"
	"guiwei/flows/rules"
)

// Whom the stories are about. Regions beginning with 99 exist nowhere.
const (
	Phone    = "15012341234"
	Password = "qingshan-lvshui-42"
	Name     = "林小树"
	ID       = "990101200603150014"
	No       = "203-17"
)

// Book is every flow as the bot wires it, with advice on passwords and fictitious ID numbers let through.
func Book(t testing.TB, advice rules.Advice) flows.Book {
	t.Helper()
	b, err := book.New(register.Settings{Advice: advice, TestIDs: true})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Story is a Play of the whole book.
func Story(t *testing.T) *Play {
	t.Helper()
	return Start(t, Book(t, rules.Passphrase))
}

// Walk goes through registration up to a step of it, by the answers that everybody gives.
func (p *Play) Walk(to string) *Play {
	p.t.Helper()
	steps := []struct {
		at string
		do func()
	}{
		{"home/menu", func() { p.Tap("register") }},
		{"register/consent", func() { p.Tap("agree") }},
		{"register/phone", func() { p.Type(Phone) }},
		{"register/sending", func() { p.Answer(flows.CodeSent{Outcome: flows.OK, Digest: "123456"}) }},
		{"register/code", func() { p.Type("123456") }},
		{"register/password", func() { p.Type(Password).Answer(flows.Hashed{PHC: "h1", Like: -1}) }},
		{"register/confirm", func() { p.Type(Password).Answer(flows.Hashed{PHC: "h2", Like: 0}) }},
		{"register/name", func() { p.Type(Name) }},
		{"register/id_number", func() { p.Type(ID) }},
		{"register/own", func() { p.Tap("mine").Answer(flows.Hashed{Like: -1}) }},
		{"register/email", func() { p.Tap("skip") }},
		{"register/mother", func() { p.Type("周雨晴").Answer(flows.Hashed{PHC: "a1", Like: -1}) }},
		{"register/father", func() { p.Type("林远山").Answer(flows.Hashed{PHC: "a2", Like: -1}) }},
		{"register/teacher", func() { p.Type("赵老师").Answer(flows.Hashed{PHC: "a3", Like: -1}) }},
		{"register/check", func() { p.Tap("submit") }},
		{"register/registering", func() { p.Answer(flows.Registered{Outcome: flows.Taken}) }},
		{"reclaim/warning", func() { p.Tap("understood") }},
		{"reclaim/ways", func() { p.Tap("reclaim") }},
		{"reclaim/password", func() { p.Type(Password).Answer(flows.Hashed{PHC: "h3", Like: -1}) }},
		{"reclaim/confirm", func() { p.Type(Password).Answer(flows.Hashed{PHC: "h4", Like: 0}) }},
		{"reclaim/submit", func() { p.Tap("submit") }},
		{"reclaim/registering", func() { p.Answer(flows.Registered{Outcome: flows.OK, State: flows.AccountPending}) }},
		{"login/password", func() {}},
	}
	for _, s := range steps {
		if p.Is(s.at); s.at == to {
			return p
		}
		s.do()
	}
	p.t.Fatalf("no step %s on the way", to)
	return p
}

// Login is what a logged-in chat remembers.
func Login(proofed bool) flows.Login {
	l := flows.Login{Account: flows.AccountRef{Person: "203.9f", ID: "a1"}, Generation: 1, User: "150****1234",
		State: flows.AccountPending, Proofed: proofed}
	if proofed {
		l.State = flows.AccountActive
	}
	return l
}

// Standing is how the account of Login stands before anything was submitted.
func Standing(proofed bool) flows.Standing {
	l := Login(proofed)
	return flows.Standing{Current: 1, Account: flows.Account{Ref: l.Account, State: l.State, Proofed: proofed,
		Applicant: flows.Applicant{Phone: "+86" + Phone, Name: Name, IDNumber: ID, Agreed: Agreed()}}}
}

// Agreed are all consents, given.
func Agreed() map[string]flows.Consent { return maps.Clone(agreed()) }

// agreed is made once: a crawl asks for it at every step, and a consent is a hash of a text that is written out for it.
var agreed = sync.OnceValue(func() map[string]flows.Consent { //nolint:gochecknoglobals // a constant that has to be computed
	all := map[string]flows.Consent{}
	for _, kind := range flows.ConsentKinds {
		all[kind] = flows.Consent{Version: "1", SHA256: "ab", Lang: "zh-Hans", At: Noon()}
	}
	return all
})

// Devices are this chat's login and those of so many others.
func Devices(others ...int64) flows.DevicesListed {
	l := flows.DevicesListed{Outcome: flows.OK, Login: Login(true), List: []flows.Device{{Chat: Chat, Name: "小树", Since: Noon(), Used: Noon()}}}
	for _, chat := range others {
		l.List = append(l.List, flows.Device{Chat: chat, Name: "某人", Since: Noon(), Used: Noon()})
	}
	return l
}

// LogIn types phone and password at home.
func (p *Play) LogIn(proofed bool) *Play {
	p.t.Helper()
	p.Command("login").Is("login/phone").Type(Phone).Is("login/password").Type(Password)
	return p.Answer(flows.LoggedIn{Outcome: flows.OK, Login: Login(proofed), State: Login(proofed).State, Proofed: proofed})
}

// File is a picture of that name as Telegram holds it.
func File(name string) flows.File {
	return flows.File{ID: "id " + name, Unique: name, Bytes: 4_200_000}
}

// Seen is the photo room's word on a good picture; pictures of other names are unlike each other.
func Seen(side, name string) flows.Examined {
	p := flows.Photo{Blob: "blob " + name, Bytes: 287_000, Width: 1200, Height: 1600, SHA256: "sha " + name}
	for i := range p.DHash {
		h := fnv.New64a()
		fmt.Fprintf(h, "%d %s", i, name)
		p.DHash[i] = h.Sum64() * 0x9e3779b97f4a7c15
	}
	return flows.Examined{Side: side, Verdict: "accept", Kind: "jpeg", Source: 4_200_000, Photo: p}
}

// Warned is the same of a picture that is good but for a doubt.
func Warned(side, name, reason string) flows.Examined {
	a := Seen(side, name)
	a.Verdict, a.Reasons, a.Marks = "warn", []string{reason}, []flows.Mark{{Reason: reason}}
	return a
}

// Due is a case's deadline in the stories.
func Due() time.Time { return time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC) }

// CaseSeen is a case as its reviewer sees it.
func CaseSeen(state flows.CaseState, version int) flows.CaseView {
	return flows.CaseView{Name: Name, IDNumber: ID, Phone: "+86" + Phone, Case: flows.Case{No: No, State: state,
		Version: version, Attempt: 1, Deadline: Due(), Reviewer: flows.Reviewer{User: Chat, Name: "李老师"}}}
}

// Claim taps 领取 on a card in the reviewers' group.
func (p *Play) Claim(no string) *Play {
	p.t.Helper()
	return p.Put(flows.Input{Kind: flows.Tap, Act: "claim", Subject: no, Group: -100, Sender: "李老师", Query: "claim " + no})
}

// Press taps a button about a case under a message that tells something.
func (p *Play) Press(act, no string) *Play {
	p.t.Helper()
	return p.Put(flows.Input{Kind: flows.Tap, Act: act, Subject: no, Query: act + " " + no})
}
