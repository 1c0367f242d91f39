package questions_test

import (
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/flows/flowtest"
	"guiwei/flows/rules"
)

func password(t *testing.T) *flowtest.Play {
	t.Helper()
	return flowtest.Story(t).Walk("register/password")
}

// Rows: S5
func TestAPasswordIsNeverKeptOrRepeated(t *testing.T) {
	t.Parallel()
	p := password(t)
	for _, typed := range []string{"123456", "short", strings.Repeat("x", 31), flowtest.Phone} {
		p.Type(typed).Is("register/password")
		if gone, hash := flowtest.Asked[flows.Delete](p), flowtest.Asked[flows.Hash](p); len(gone) != 1 || len(hash) != 0 {
			t.Errorf("%q: deleted %d, hashed %d", typed, len(gone), len(hash))
		}
		if strings.Contains(p.Note(), "="+typed) || !strings.Contains(p.Note(), "passphrase=") {
			t.Errorf("%q: says %s", typed, p.Note())
		}
	}
	p.Type(flowtest.Password).Silent()
	if hash := flowtest.Asked[flows.Hash](p); len(hash) != 1 || hash[0].Plain != flowtest.Password {
		t.Errorf("hashed %+v", hash)
	}
	if strings.Contains(p.Draft(), flowtest.Password) {
		t.Errorf("draft %s", p.Draft())
	}
}

// Rows: S6
func TestWhatDiffersIsAskedTwiceAgain(t *testing.T) {
	t.Parallel()
	p := password(t).Type(flowtest.Password).Answer(flows.Hashed{PHC: "h", Like: -1}).Is("register/confirm").Type("qingshan-lvshui-43")
	if hash, gone := flowtest.Asked[flows.Hash](p), flowtest.Asked[flows.Delete](p); len(hash) != 1 || hash[0].Against[0] != "h" || len(gone) != 1 {
		t.Errorf("hashes %+v, deletes %+v", hash, gone)
	}
	p.Answer(flows.Hashed{Like: -1}).Is("register/password").Says("password.differs")
	if strings.Contains(p.Draft(), `"password"`) {
		t.Errorf("draft %s", p.Draft())
	}
	p.Type(flowtest.Password).Answer(flows.Hashed{PHC: "h", Like: -1}).Tap("back").Is("register/password")
	if p.Shown.Note != nil { // not confirmed yet: nothing to keep
		t.Errorf("back says %s", p.Note())
	}
}

func TestAPassphraseIsSuggestedAnewEachTime(t *testing.T) {
	t.Parallel()
	p := password(t).Tap("suggest").Is("register/password").Says("password.suggestion")
	first := p.Note()
	if second := p.Tap("suggest").Note(); second == first {
		t.Errorf("twice %s", second)
	}
	p.Sticker().Is("register/password").Says("kit.unexpected")
}

func TestTwoPasswordsAtOnceAreOne(t *testing.T) {
	t.Parallel()
	p := password(t).Type(flowtest.Password).Type(flowtest.Password)
	asked := flows.Hashed{PHC: "h", Like: -1}
	flowtest.Reply[flows.Hash](p, asked).Is("register/confirm")
	flowtest.Reply[flows.Hash](p, asked).Is("register/confirm").Silent()
}

func TestAPasswordThatEndsTheIDNumberIsWarnedOfWhereItIsAllowed(t *testing.T) {
	t.Parallel()
	p := flowtest.Start(t, flowtest.Book(t, rules.IDSuffix)).Walk("reclaim/password").Type("150014")
	asked := flowtest.Asked[flows.Hash](p)
	if len(asked) != 1 || asked[0].Remark == nil {
		t.Fatalf("asked %+v", asked)
	}
	p.Answer(flows.Hashed{PHC: "h", Like: -1, Remark: asked[0].Remark}).Is("reclaim/confirm").Says("rule.password.id_suffix_warning")
}

func TestAHashThatComesTooLateAsksAgain(t *testing.T) {
	t.Parallel()
	p := password(t).Type(flowtest.Password).Answer(flows.Hashed{Like: -1, Late: true}).Is("register/password").Says("kit.failed")
	p.Type(flowtest.Password).Answer(flows.Hashed{PHC: "h", Like: -1}).Type(flowtest.Password).Answer(flows.Hashed{Like: -1, Late: true})
	p.Is("register/confirm").Says("kit.failed").Type(flowtest.Password).Answer(flows.Hashed{Like: 0}).Is("register/name")
}
