package rules_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"guiwei/flows/rules"
)

// Rows: S7
func TestNameIsKeptWholeAndPlain(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"张三丰":                   "张三丰",
		" 张 三　丰 ":               "张三丰",
		"㛃䶮":                    "㛃䶮",
		"王𬭎":                    "王𬭎",          // Ext E
		"𠮷野":                    "𠮷野",          // Ext B
		"李\U00030000":           "李\U00030000", // Ext G
		"赵\U000323B0":           "赵\U000323B0", // Ext J, newer than Go's tables
		"㐀々〇":                   "㐀々〇",
		"买买提·艾力":                "买买提·艾力",
		"买买提•艾力":                "买买提·艾力",
		"买买提・艾力":                "买买提·艾力",
		"买买提.艾力":                "买买提·艾力",
		"买买提．艾力":                "买买提·艾力",
		"买买提 · 艾力":              "买买提·艾力",
		"阿卜杜拉··阿卜·":             "阿卜杜拉·阿卜",
		"Zhang  San":            "Zhang San",
		"ＺＨＡＮＧ　ＳＡＮ":             "ZHANG SAN",
		"Ana-María O’Neill":     "Ana-María O'Neill",
		"Jose\u0301 Luis":       "José Luis",
		"J.R. Zhang":            "J. R. Zhang",
		"张\u202e三\u200b丰\ufeff": "张三丰",
		"张\U000E0101三":          "张三",
		"葛\ufe00亮":              "葛亮",
		"张\x00三":                "张三",
	} {
		got, fault := rules.Name(typed)
		if fault != nil || got != want {
			t.Errorf("%q: got %q, %+v; want %q", typed, got, fault, want)
		}
	}
}

// Rows: S7
func TestNameFaultNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]rules.Fault{
		"张":                      {Key: "rule.name.short", Args: []any{"min", 2}},
		"":                       {Key: "rule.name.short", Args: []any{"min", 2}},
		"··":                     {Key: "rule.name.short", Args: []any{"min", 2}},
		"张\u200b":                {Key: "rule.name.short", Args: []any{"min", 2}},
		strings.Repeat("张", 41):  {Key: "rule.name.long", Args: []any{"max", 40, "have", 41}},
		"张三2":                    {Key: "rule.name.digits"},
		"张三２":                    {Key: "rule.name.digits"},
		"张\ue863":                {Key: "rule.name.private"},
		"张三🙂":                    {Key: "rule.name.char", Args: []any{"char", "🙂"}},
		"<b>张三</b>":              {Key: "rule.name.char", Args: []any{"char", "<"}},
		"&lt;a":                  {Key: "rule.name.char", Args: []any{"char", "&"}},
		"tg://user?id=42":        {Key: "rule.name.char", Args: []any{"char", ":"}},
		"Иван":                   {Key: "rule.name.char", Args: []any{"char", "И"}},
		"Z\u0351\u0352\u0353ang": {Key: "rule.name.char", Args: []any{"char", "\u0353"}},
	} {
		got, fault := rules.Name(typed)
		if got != "" || fault == nil {
			t.Errorf("%q: got %q without a fault", typed, got)
			continue
		}
		if d := cmp.Diff(want, *fault); d != "" {
			t.Errorf("%q: %s", typed, d)
		}
	}
}

// hostile are pieces of the corpus of trust.md T16.
var hostile = []string{
	"<b>", "</b>", "&lt;a", "&amp;", "tg://user?id=1", "https://t.me/x", "@name", "[a](b)", "`", "*", "_", "\"", "\\",
	"\u202e", "\u202d", "\u2066", "\u2069", "\u200b", "\u200d", "\u200f", "\ufeff", "\u00ad", "\u061c", "\x00", "\n", "\t",
	"\U000E0001", "\U000E007F", "\u0301", "\ufe0f", "张", "三", "㛃", "䶮", "𬭎", "·", "Li", "é", "٣", "\xff", "\ud7b0",
}

// Rows: S7
func TestNameNeverKeepsWhatCouldDeceive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		typed := strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(hostile), rapid.String()), 1, 6).Draw(t, "typed"), "")
		name, fault := rules.Name(typed)
		if (name == "") != (fault != nil) {
			t.Fatalf("%q: %q with fault %+v", typed, name, fault)
		}
		if strings.ContainsAny(name, "<>&:/@\"\\`*_\n") || strings.ContainsFunc(name, unicode.IsControl) || strings.ContainsFunc(name, isFormat) {
			t.Fatalf("%q became %q", typed, name)
		}
		if n := utf8.RuneCountInString(name); n > 40 || !norm.NFC.IsNormalString(name) {
			t.Fatalf("%q became %q", typed, name)
		}
		if again, _ := rules.Name(name); again != name {
			t.Fatalf("%q became %q, then %q", typed, name, again)
		}
	})
}

func isFormat(r rune) bool { return unicode.Is(unicode.Cf, r) }
