// Package words judges what is valid in every state: commands, and buttons that belong to no question.
package words

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"guiwei/flows"
	"guiwei/flows/evidence"
	"guiwei/flows/recovery"
	"guiwei/flows/restore"
	"guiwei/flows/review"
)

// Words is the one place where they are judged, before any step.
type Words struct{}

// Judge says what a word does; false where the input is for the step.
func (Words) Judge(c flows.Conversation, in flows.Input) (flows.Verdict, bool) {
	word := in.Word
	if in.Kind == flows.Tap && in.Frame == 0 {
		word = in.Act
	}
	switch {
	case in.Kind == flows.Joined:
		return joined(in), true
	case in.Kind == flows.Moved:
		return flows.Silent(flows.Regroup{From: in.Was, To: in.Group}), true
	case in.Kind == flows.Called && in.Act == flows.Erased:
		return forgotten(c, in), true
	case in.Kind == flows.Called:
		return called(c, in), true
	case in.Group != 0:
		return inGroup(c, in, word), true
	case in.Kind == flows.Tap && in.Act == "later":
		return flows.Stay("kit.saved"), true
	case in.Kind == flows.Picture && len(c.Frames) == 1 && c.Login != nil && !c.Login.Proofed:
		return pictured(c, in), true
	case word == "":
		return flows.Verdict{}, false
	}
	if v, ok := asked(c, in, word); ok {
		return v, true
	}
	if v, ok := private(c, in, word); ok {
		return v, true
	}
	return flows.Verdict{}, in.Kind == flows.Tap && in.Frame == 0
}

func private(c flows.Conversation, in flows.Input, word string) (flows.Verdict, bool) {
	switch word {
	case "start":
		return start(c), true
	case "help":
		return flows.Redraw().Note("help.text"), true
	case "later":
		return flows.Stay("kit.saved"), true
	case "cancel":
		return cancel(c), true
	case "language", "rehearse":
		return flows.Interrupt(word, nil), true
	case "register":
		return flows.Interrupt("register", nil), true
	case "login":
		return login(c), true
	case "forgot", "find_password":
		return forgot(c), true
	case "find_username":
		return flows.Interrupt("username", nil), true
	case "disown":
		return flows.Silent(flows.Disown{Alarm: in.Subject}).Toast(in.Query, "recover.disown.doing"), in.Subject != ""
	case "status", "evidence", "record", "security", "devices", "export", "erase":
		return member(c, word), true
	case "mute":
		return mute(!c.Muted), true
	case "unremind":
		return mute(true), true
	case "continue":
		return goOn(c), true
	case "keep_account":
		return flows.Silent(flows.KeepAccount{}), true
	case "logout":
		return logout(c), true
	case "not_my_login":
		return notMyLogin(c, in), in.Subject != ""
	case "whoami":
		return flows.Redraw().Note("whoami", "id", strconv.FormatInt(in.Chat, 10)), true
	case "review":
		return flows.Interrupt("role", map[string]string{"name": in.Sender}), true
	case "invite":
		return flows.Interrupt("invite", map[string]string{"group": strings.TrimSpace(in.Text)}), true
	case "claim":
		return take(c, in), in.Subject != ""
	case "restore":
		return flows.Interrupt("restore", restore.Order(in.Text, in.Sender)), true
	case "not_me":
		return flows.Interrupt("objection", map[string]any{"no": in.Subject, "said": true}), in.Subject != ""
	case "grant":
		return flows.Interrupt("grant", map[string]string{"user": in.Subject}), in.Subject != ""
	}
	return flows.Verdict{}, false
}

// start never starts over: what is under way is shown again, with its answers kept.
func start(c flows.Conversation) flows.Verdict {
	if top := c.Top(); c.Login != nil && top.Flow == "evidence" && slices.Contains(evidence.Telling, top.State) {
		return member(c, "evidence") // how things stand may have changed
	}
	for _, flow := range []string{"register", "reclaim", "evidence", "review"} {
		if c.Running(flow) > 0 {
			return flows.Redraw().Note("kit.welcome_back")
		}
	}
	return flows.End()
}

// cancel asks first. A case in a reviewer's hand goes back to the queue instead.
func cancel(c flows.Conversation) flows.Verdict {
	if review.InHand(*c.Top()) {
		return flows.Move("release")
	}
	if len(c.Frames) == 1 {
		return flows.Redraw().Note("cancel.nothing")
	}
	return flows.Interrupt("cancel", nil)
}

// forgot finds a password again. What was typed at the login is not asked again.
func forgot(c flows.Conversation) flows.Verdict {
	if i := c.Running("login"); i > 0 && c.Running("recover") < 0 {
		return flows.Interrupt("recover", recovery.Of(c.Frames[i]))
	}
	return flows.Interrupt("recover", nil)
}

// member sends whoever is not logged in to the login first.
func member(c flows.Conversation, flow string) flows.Verdict {
	if c.Login == nil && c.Running("login") > 0 {
		return flows.Interrupt("login", nil).Note("login.first") // what was typed there is kept
	}
	if c.Login == nil {
		return flows.Interrupt("login", map[string]string{"then": flow}).Note("login.first")
	}
	if i := c.Running(flow); i > 0 && flow == "evidence" && !slices.Contains(evidence.Telling, c.Frames[i].State) {
		return flows.Interrupt(flow, nil) // pictures under way are kept
	}
	return flows.Interrupt(flow, flows.Member{Login: *c.Login})
}

// login asks a chat that is logged in for its password alone.
func login(c flows.Conversation) flows.Verdict {
	if c.Login == nil {
		return flows.Interrupt("login", struct{}{})
	}
	return flows.Interrupt("login", c.Login.Anew(""))
}

// called is whoever waited for another claimant's case: asked for the pictures where the page still says to wait, else
// told of it. A frozen account is told so by the announcement itself.
func called(c flows.Conversation, in flows.Input) flows.Verdict {
	top := c.Top()
	switch {
	case c.Login != nil && top.Flow == "evidence" && top.State == evidence.Behind:
		return flows.Interrupt("evidence", evidence.Draft{Login: *c.Login, Called: true})
	case in.Act == string(flows.CaseApproved):
		return flows.Silent()
	}
	return flows.Silent(flows.Tell{Chat: in.Chat, Phrase: flows.Say("evidence.called"), Lang: c.Language,
		Buttons: [][]flows.Button{{flows.Everywhere("evidence")}}})
}

// pictured leads a picture that comes from nowhere to where it is asked for, beside the sample; the rest of its album goes by.
func pictured(c flows.Conversation, in flows.Input) flows.Verdict {
	return flows.Interrupt("evidence", evidence.Draft{Login: *c.Login, Album: evidence.Album{Done: in.Picture.Album}})
}

func logout(c flows.Conversation) flows.Verdict {
	if c.Login == nil {
		return flows.Redraw().Note("logout.not_in")
	}
	return flows.End("register", "reclaim").LogOut().Note("logout.done").Quietly(). // what is told there is nobody's login yet
											With(flows.LeaveDevice{Account: c.Login.Account})
}

// notMyLogin leads whoever says 这不是我 under an announcement to the account's devices: logged in to that account first.
func notMyLogin(c flows.Conversation, in flows.Input) flows.Verdict {
	if c.Login == nil || c.Login.Account.ID != in.Subject {
		return flows.Interrupt("login", map[string]string{"then": "devices"}).Note("login.first")
	}
	return flows.Interrupt("devices", map[string]any{"login": *c.Login, "alarm": true})
}

// take claims a case. The store says who has it: a frame in which it was in hand gives way to what it answers.
func take(c flows.Conversation, in flows.Input) flows.Verdict {
	seed := map[string]string{"no": in.Subject, "name": in.Sender, "query": in.Query}
	if top := c.Top(); top.Flow == "review" && review.About(*top, in.Subject) {
		return flows.Interrupt("review", seed)
	}
	return flows.Interrupt("review", seed).Above()
}

// inGroup takes what is meant for the bot in a group, and is silent on the rest: people talk there.
func inGroup(c flows.Conversation, in flows.Input, word string) flows.Verdict {
	if v, ok := asked(c, in, word); ok {
		return v
	}
	switch {
	case in.Kind == flows.Tap && word == "claim":
		return take(c, in)
	case in.Kind == flows.Tap && word == "countersign":
		return flows.Interrupt("countersign", map[string]string{"no": in.Subject, "query": in.Query})
	case !in.BindsGroup():
		return flows.Silent()
	case in.Anonymous:
		return flows.Silent(flows.Tell{Chat: in.Group, Phrase: flows.Say("bind.anonymous")})
	}
	return flows.Silent(flows.Bind{Group: in.Group, Code: strings.TrimSpace(in.Text)})
}

// joined lets effects decide: whether the bot may stay in a group, and what a chat missed that opens again.
func joined(in flows.Input) flows.Verdict {
	switch {
	case in.Act == "left":
		return flows.Silent(flows.Shut{Chat: cmp.Or(in.Group, in.Chat), Title: in.Title})
	case in.Group == 0:
		return flows.Silent(flows.CatchUp{Chat: in.Chat})
	}
	return flows.Silent(flows.Welcome{Group: in.Group})
}
