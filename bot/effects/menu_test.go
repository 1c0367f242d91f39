package effects_test

import (
	"strings"
	"testing"

	"guiwei/flows"
	"guiwei/locales"
)

// Rows: U15
func TestGroupsReadTheLanguageOfTheHouse(t *testing.T) {
	t.Parallel()
	for _, lang := range locales.Languages {
		s := setup(t)
		s.House = func() string { return lang }
		s.Operator, s.Contact = "大学|大學|University", "办公室|辦公室|the office"
		if _, err := s.do(reviewer, flows.Welcome{Group: reviewers}); err != nil {
			t.Fatal(err)
		}
		want := strings.Split(locales.Plain(lang, "group.leave", map[string]string{"contact": locales.Own(s.Contact, lang)}), "\n")[0]
		if s.says(reviewers, want) == 0 {
			t.Errorf("%s: the group is not told %q", lang, want)
		}
	}
}

// Rows: U15
func TestAMenuComesUnderEveryCode(t *testing.T) {
	t.Parallel()
	s := setup(t)
	if _, err := s.do(owner, flows.Menu{Lang: "zh-Hant"}); err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, c := range s.sim.Calls(0) {
		if c.Method != "setMyCommands" {
			continue
		}
		codes[c.Params["language_code"]] = true
		for _, want := range []string{`"command":"invite"`, locales.Plain("zh-Hant", "commands.invite", nil), `"chat_id":1`} {
			if !strings.Contains(c.Params["commands"]+c.Params["scope"], want) {
				t.Errorf("the owner's menu lacks %s: %v", want, c.Params)
			}
		}
	}
	if !codes["zh"] || !codes[""] || len(codes) != 2 {
		t.Errorf("set under %v", codes)
	}
}
