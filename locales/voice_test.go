package locales_test

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// Rows: P41
func TestMarkupIsTheSameInEveryLanguage(t *testing.T) {
	t.Parallel()
	tags := func(text string) string {
		var all []string
		for _, m := range tag.FindAllStringSubmatch(text, -1) {
			all = append(all, m[1]+m[2])
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	}
	first := file(t, "zh-Hans")
	each(t, func(lang, key, text string) {
		if want := tags(first[key]["other"]); tags(text) != want {
			t.Errorf("%s (%s): tags are %q, want %q", key, lang, tags(text), want)
		}
		if commands := regexp.MustCompile(`/[a-z]+\b`); under(key, "help.text", "kit.", "evidence.") &&
			!slices.Equal(commands.FindAllString(plain(text), -1), commands.FindAllString(plain(first[key]["other"]), -1)) {
			t.Errorf("%s (%s): names other commands than in Chinese", key, lang)
		}
	})
}

func plain(text string) string { return tag.ReplaceAllString(text, "") }

// refusals are the keys that sources say in Stay, refuse and Toast, and the machine's and the reviewers' reasons.
func refusals(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, f := range sources(t) {
		ast.Inspect(f, func(node ast.Node) bool {
			c, ok := node.(*ast.CallExpr)
			at := 0
			if !ok || !slices.Contains([]string{"Stay", "refuse", "Toast"}, nameOf(c.Fun)) {
				return true
			}
			if nameOf(c.Fun) == "Toast" {
				at = 1
			}
			if len(c.Args) > at {
				if key, ok := literal(c.Args[at]); ok && strings.Contains(key, ".") {
					all = append(all, key)
				}
			}
			return true
		})
	}
	for key := range file(t, "zh-Hans") {
		if under(key, "photo.", "reason.", "rule.") && !strings.HasPrefix(key, "reason.short.") || slices.Contains(toasts, key) {
			all = append(all, key)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// onward are the words by which a text shows a way on.
var onward = map[string]*regexp.Regexp{
	"zh-Hans": regexp.MustCompile(`请|点“|发送 /|发给我|发来|可以`),
	"zh-Hant": regexp.MustCompile(`請|點「|傳送 /|傳給我|傳來|可以`),
	"en":      regexp.MustCompile(`(?i)\b(please|tap|send|contact|type|come back)\b`),
}

// Rows: U13
func TestEveryRefusalHasAWayOn(t *testing.T) {
	t.Parallel()
	keys := refusals(t)
	if len(keys) < 100 {
		t.Fatalf("only %d refusals found", len(keys))
	}
	each(t, func(lang, key, text string) {
		if slices.Contains(keys, key) && !onward[lang].MatchString(text) {
			t.Errorf("%s (%s): no way on: %s", key, lang, text)
		}
	})
}

// harsh are words that blame, frighten or speak of machines; the guide's own 审核失败 and 有误 stay.
var harsh = map[string]*regexp.Regexp{
	"zh-Hans": regexp.MustCompile(`错误|非法|无效|必须|不允许|异常|报错|严禁|违规|系统繁忙|未知|参数|！`),
	"zh-Hant": regexp.MustCompile(`錯誤|非法|無效|必須|不允許|異常|嚴禁|違規|系統繁忙|未知|參數|！`),
	"en":      regexp.MustCompile(`(?i)\b(invalid|illegal|error|failed|failure|forbidden|must|denied|unknown)\b|!`),
}

// Rows: U13
func TestNobodyIsBlamedAndNothingIsACode(t *testing.T) {
	t.Parallel()
	code := regexp.MustCompile(`\b[A-Z]{2,}_[A-Z_]+\b|\b[45]\d\d\b`)
	each(t, func(lang, key, text string) {
		said := braces.ReplaceAllString(text, "")
		if harsh[lang] == nil {
			t.Fatalf("%s has no list of words that are too harsh", lang)
		}
		if word := harsh[lang].FindString(said); word != "" && key != "counselor.no_class" {
			t.Errorf("%s (%s): %q in %s", key, lang, word, text)
		}
		if c := code.FindString(said); c != "" {
			t.Errorf("%s (%s): a code: %s", key, lang, c)
		}
	})
}

// Rows: P42
func TestNoMeaningIsCarriedByAnEmoji(t *testing.T) {
	t.Parallel()
	each(t, func(lang, key, text string) {
		for _, r := range text {
			if unicode.Is(unicode.So, r) || r >= 0x1F000 || r == 0x2713 || r == 0x2717 {
				t.Errorf("%s (%s): %q", key, lang, r)
			}
		}
	})
}

// Rows: U13
func TestChinesePunctuationIsChinese(t *testing.T) {
	t.Parallel()
	han := `[\p{Han}]`
	odd := map[string]*regexp.Regexp{
		"a half-width sign between characters": regexp.MustCompile(han + `[,;:!?]` + `|[,;!?]` + han),
		"a blank between characters":           regexp.MustCompile(han + ` +` + han),
		"a doubled sign":                       regexp.MustCompile(`[，。；：、？]{2}`),
	}
	each(t, func(lang, key, text string) {
		if lang == "en" {
			return
		}
		said := plain(text)
		for _, quoted := range []string{"您母亲的姓名是?", "您父亲的姓名是?", "您高中班主任的名字是?", "只能上传3次,累计"} {
			said = strings.ReplaceAll(said, quoted, "") // the guide's own signs
		}
		for what, sign := range odd {
			if at := sign.FindString(said); at != "" && !under(key, "status.row.") {
				t.Errorf("%s (%s): %s: %q", key, lang, what, at)
			}
		}
		if lang == "zh-Hant" && strings.ContainsAny(said, "“”") || lang == "zh-Hans" && strings.ContainsAny(said, "「」") {
			t.Errorf("%s (%s): the other quotes", key, lang)
		}
	})
}
