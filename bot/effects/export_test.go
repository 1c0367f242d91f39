package effects_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"guiwei/flows"
)

// Rows: U16
func TestACopyHoldsAllOfOnesOwnAndNothingOfOthers(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ref, no := s.claim()
	must(s.do(student, flows.Export{Account: ref, Lang: "zh-Hans"}))(t)
	sent := 0
	for _, c := range s.sim.Calls(0) {
		if c.Method == "sendDocument" {
			sent++
		}
	}
	at, waits, err := s.Store.NextDue(t.Context())
	if sent != 2 || err != nil || !waits || at.After(s.Clock.Now().Add(24*time.Hour)) {
		t.Errorf("%d files sent, to be deleted %v at %v, %v", sent, waits, at, err)
	}
	html, raw, err := s.Copy(t.Context(), ref, "zh-Hans")
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("COPY"); dir != "" {
		_ = os.WriteFile(dir, html, 0o600)
	}
	var got struct {
		Account struct {
			Name     string `json:"name"`
			Phone    string `json:"phone"`
			IDNumber string `json:"id_number"`
		} `json:"account"`
		Consents map[string]flows.Consent `json:"consents"`
		Cases    []struct {
			Number string `json:"number"`
			Photos []struct {
				JPEG []byte `json:"jpeg"`
			} `json:"photos"`
		} `json:"cases"`
		Chats []int64 `json:"telegram_chats"`
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if got.Account.Name != "张<b>三" || got.Account.Phone != "+8613900000042" || got.Account.IDNumber != idNumber || len(got.Consents) != 3 {
		t.Errorf("account %+v, %d consents", got.Account, len(got.Consents))
	}
	if len(got.Cases) != 1 || got.Cases[0].Number != no || len(got.Cases[0].Photos) != 2 || len(got.Cases[0].Photos[0].JPEG) == 0 || len(got.Chats) != 1 {
		t.Errorf("cases %+v, chats %v", got.Cases, got.Chats)
	}
	for _, others := range []string{"+8613900000040", "argon2"} {
		if strings.Contains(string(raw), others) || strings.Contains(string(html), others) {
			t.Errorf("the copy holds %q", others)
		}
	}
	for _, want := range []string{"张&lt;b&gt;三", no, "data:image/jpeg;base64,", "我的资料", "服务条款"} {
		if !strings.Contains(string(html), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
