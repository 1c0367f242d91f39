package flows_test

import (
	"testing"
	"time"

	"guiwei/flows"
	"guiwei/flows/flowtest"
)

func TestTheRecoveryAsItIsTold(t *testing.T) {
	t.Parallel()
	mine, other := flowtest.Opened("a1", true), flowtest.Opened("a2", false)
	other.Who.Name, other.Who.IDNumber = "林大树", "990101200803150030"
	sent := flows.ProofSent{Outcome: flows.OK, Digest: "123456", Accounts: []flows.AccountRef{mine.Account, other.Account}}
	p := flowtest.Story(t).Tap("login").Remark("the password is forgotten, what was typed is not asked again").Type("忘了").Type(flowtest.Phone)
	p.Tap("find_password").Tap("by_sms").Answer(sent).Put(flows.Input{Kind: flows.Text, Text: "12"}).Type("654321").Wake("resend")
	p.Remark("the code does not come: again, then by e-mail").Wait(time.Minute).Tap("again").Answer(sent).Tap("other_way").Tap("by_mail").Answer(sent)
	p.Remark("a family's address; the chat is new to the account").
		Put(flows.Input{Kind: flows.Text, Text: "【归位】找回密码的校验码 123456，10 分钟内有效。", Digest: "123456"})
	p.Answer(flows.ProofOpened{Accounts: []flows.Recoverable{mine, other}}).Tap("account0").Type("周雨晴").Answer(flows.AnswerChecked{Outcome: flows.Wrong, Left: 4})
	p.Type("林远山").Answer(flows.AnswerChecked{Outcome: flows.OK}).Remark("a guess, then a suggestion").Type(flowtest.ID[12:]).Tap("suggest")
	p.Type(flowtest.Password).Answer(flows.Hashed{PHC: "h", Like: -1}).Type(flowtest.Password).Answer(flows.Hashed{PHC: "h", Like: 0})
	p.Answer(flows.PasswordChanged{Outcome: flows.OK}).Type(flowtest.Password).Answer(flows.LoggedIn{Outcome: flows.OK, Proofed: true, Login: flowtest.Login(true)})
	p.Remark("somebody else's warning, in this chat: 这不是我").Put(flows.Input{Kind: flows.Tap, Act: "disown", Subject: "a1", Query: "q"})
	p.Remark("the user name is forgotten too").Command("forgot").Tap("find_username").Type(flowtest.Name).Type(flowtest.ID).
		Answer(flows.UsernameTold{Outcome: flows.OK}).Tap("find_password").Tap("back").Tap("back").Is("home/menu")
	flowtest.Golden(t, "recovery.golden", p.Transcript())
}
