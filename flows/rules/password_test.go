package rules_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"guiwei/flows/rules"
)

var student = rules.Personal{ID: "99010120061231018X", Phone: "+8615012347856", Name: "张三丰"}

// Rows: S5
func TestPasswordFaultNamesWhyItIsGuessed(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"12345":                 "rule.password.short",
		"":                      "rule.password.short",
		"abc\u200b\u200b\u200b": "rule.password.short",
		strings.Repeat("好", 31): "rule.password.long",
		"kJ8#mQ\n2zPw":          "rule.password.lines",
		"123456":                "rule.password.common",
		"１２３４５６":                "rule.password.common",
		"woaini1314":            "rule.password.common",
		"Woaini1314!":           "rule.password.common",
		"a123456":               "rule.password.common",
		"5201314":               "rule.password.common",
		"Qwerty":                "rule.password.common",
		"wang123456":            "rule.password.common",
		"31018X":                "rule.password.id_suffix",
		"31018x":                "rule.password.id_suffix",
		"990101abc":             "rule.password.id",
		"abc1018x":              "rule.password.id",
		"20061231":              "rule.password.born",
		"2006-12-31":            "rule.password.born",
		"2006年12月31日":           "rule.password.born",
		"31122006":              "rule.password.born",
		"061231abc":             "rule.password.born",
		"zsf1231":               "rule.password.born",
		"347856":                "rule.password.phone",
		"7856abc":               "rule.password.phone",
		"15012347856":           "rule.password.phone",
		"张三丰88888":              "rule.password.name",
		"三丰abc.x":               "rule.password.name",
		"Chsi2026":              "rule.password.site",
		"guiwei#77":             "rule.password.site",
		"学信网abc1x":              "rule.password.site",
		"我爱你我爱你":                "rule.password.repeated",
		"x7x7x7x7":              "rule.password.repeated",
		"qpqpqqppqp":            "rule.password.repeated",
		"1qaz@WSX3edc":          "rule.password.walk",
		"poiuytasdf":            "rule.password.walk",
		"hgfedc4567":            "rule.password.walk",
		"P@ssw0rd":              "rule.password.weak",
		"liverpool1":            "rule.password.weak",
	} {
		warn, fault := rules.Password(typed, student, rules.Passphrase)
		if fault == nil || fault.Key != want || warn != nil {
			t.Errorf("%q: got %+v, %+v; want %s", typed, warn, fault, want)
		}
	}
}

// Rows: S5
func TestPasswordOfOnesOwnPasses(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{
		"kJ8#mQ2zPw", "horse battery staple", "我爱北京天安门", "昨夜西风凋碧树", "xiongmao-doujiang-yusan4827", "Tk9!vu-2Lq",
		"qingming7856haixing", strings.Repeat("好天", 3) + "kJ8#mQ2zPw去年今日此门中",
	} {
		if warn, fault := rules.Password(typed, student, rules.Passphrase); warn != nil || fault != nil {
			t.Errorf("%q: %+v, %+v", typed, warn, fault)
		}
	}
	if warn, fault := rules.Password("x7Kp2q", student, rules.Passphrase); fault != nil || warn == nil || warn.Key != "rule.password.weak_warning" {
		t.Errorf("six random characters: %+v, %+v", warn, fault)
	}
}

// Rows: S5
func TestIDSuffixIsAllowedWithAWarningOnlyByAdvice(t *testing.T) {
	t.Parallel()
	warn, fault := rules.Password("31018x", student, rules.IDSuffix)
	if fault != nil || warn == nil || warn.Key != "rule.password.id_suffix_warning" {
		t.Errorf("the suffix: %+v, %+v", warn, fault)
	}
	for _, typed := range []string{"123456", "061231", "990101", "231018x", "2347856"} {
		if warn, fault := rules.Password(typed, student, rules.IDSuffix); fault == nil {
			t.Errorf("%q passed with %+v", typed, warn)
		}
	}
}

func TestPasswordWithoutPersonalFactsIsJudgedToo(t *testing.T) {
	t.Parallel()
	for typed, bad := range map[string]bool{"123456": true, "20061231": true, "kJ8#mQ2zPw": false} {
		if _, fault := rules.Password(typed, rules.Personal{}, ""); (fault != nil) != bad {
			t.Errorf("%q: %+v", typed, fault)
		}
	}
	of := rules.Personal{Born: "20061231", Name: "Li Ming"}
	if _, fault := rules.Password("1231xyz", of, rules.Passphrase); fault == nil || fault.Key != "rule.password.born" {
		t.Errorf("birthday: %+v", fault)
	}
	if _, fault := rules.Password("liming88", of, rules.Passphrase); fault == nil || fault.Key != "rule.password.name" {
		t.Errorf("name: %+v", fault)
	}
}

func TestPasswordIsJudgedInShortTime(t *testing.T) {
	t.Parallel()
	start := time.Now()
	for _, typed := range []string{strings.Repeat("aB3$", 1000), strings.Repeat("4@5$1l|", 4)[:28], strings.Repeat("password", 3), strings.Repeat("1a", 15)} {
		rules.Password(typed, student, rules.Passphrase)
	}
	if d := time.Since(start); d > 2*time.Second {
		t.Errorf("took %v", d)
	}
}

// Rows: S5
func TestSuggestionIsAlwaysTakenAndShort(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		phrase := rules.Suggest([32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "random")))
		if n := utf8.RuneCountInString(phrase); n < 6 || n > 30 {
			t.Fatalf("%q has %d characters", phrase, n)
		}
		if warn, fault := rules.Password(phrase, student, rules.Passphrase); warn != nil || fault != nil {
			t.Fatalf("%q: %+v, %+v", phrase, warn, fault)
		}
		if strings.ContainsFunc(phrase, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }) {
			t.Fatalf("%q is hard to type", phrase)
		}
	})
}

func TestSuggestionNeverRepeatsAWord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var random [32]byte
		for i := range 3 {
			random[8*i+3] = byte(rapid.IntRange(0, 6).Draw(t, "draw"))
		}
		words := strings.Split(strings.TrimRight(rules.Suggest(random), "0123456789"), "-")
		if len(words) != 3 || words[0] == words[1] || words[1] == words[2] || words[0] == words[2] {
			t.Fatalf("%q", words)
		}
	})
}

func TestSuggestionDependsOnEveryDraw(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for draw := range 4 {
		for value := range 256 {
			var random [32]byte
			random[8*draw+2], random[8*draw+3] = byte(value>>7), byte(value<<1)
			seen[rules.Suggest(random)] = true
		}
	}
	if len(seen) != 4*256-3 {
		t.Errorf("%d different phrases of %d", len(seen), 4*256-3)
	}
}
